// Go templates over JSON objects: -o go-template. Fields, range, if, with, variables, pipes, and
// the functions of text/template and of kubectl. Models text/template and cli-runtime
// pkg/printers/template.go.

import {
  parseTemplate,
  TemplateError,
  type Command,
  type Node,
  type Operand,
} from "./gotemplatesyntax.ts";
import { callFunction, display, isTrue } from "./gotemplatefunctions.ts";

export { TemplateError };

/** What a template prints for a value. Throws TemplateError. */
export function compileGoTemplate(text: string): (value: unknown) => string {
  const nodes = parseTemplate(text);
  return (value) => new Execution(value).run(nodes, value);
}

/** Values of `$x`, innermost scope last. */
type Scope = Map<string, unknown>;

class Execution {
  #scopes: Scope[];

  constructor(root: unknown) {
    this.#scopes = [new Map([["$", root]])];
  }

  run(nodes: readonly Node[], dot: unknown): string {
    return nodes.map((node) => this.#node(node, dot)).join("");
  }

  #node(node: Node, dot: unknown): string {
    switch (node.type) {
      case "text":
        return node.text;
      case "action": {
        const value = this.#pipe(node.pipe, dot);
        if (node.declares === undefined) return display(value);
        if (node.assigns) this.#assign(node.declares, value);
        else this.#scopes.at(-1)!.set(node.declares, value);
        return "";
      }
      case "if":
      case "with": {
        const value = this.#pipe(node.pipe, dot);
        return this.#inside(() => {
          if (node.declares !== undefined) this.#scopes.at(-1)!.set(node.declares, value);
          if (!isTrue(value)) return this.run(node.otherwise, dot);
          return this.run(node.body, node.type === "with" ? value : dot);
        });
      }
      case "range":
        return this.#range(node, dot);
    }
  }

  #range(node: Extract<Node, { type: "range" }>, dot: unknown): string {
    const value = this.#pipe(node.pipe, dot);
    const entries = entriesOf(value);
    if (entries.length === 0) return this.run(node.otherwise, dot);
    return entries
      .map(([key, one]) =>
        this.#inside(() => {
          const scope = this.#scopes.at(-1)!;
          const [first, second] = node.variables;
          if (second !== undefined) scope.set(first!, key).set(second, one);
          else if (first !== undefined) scope.set(first, one);
          return this.run(node.body, one);
        }),
      )
      .join("");
  }

  #inside(act: () => string): string {
    this.#scopes.push(new Map());
    try {
      return act();
    } finally {
      this.#scopes.pop();
    }
  }

  #assign(name: string, value: unknown): void {
    const scope = this.#scopes.findLast((one) => one.has(name));
    if (!scope) throw new TemplateError(`undefined variable "${name}"`);
    scope.set(name, value);
  }

  #pipe(commands: readonly Command[], dot: unknown): unknown {
    let value: unknown;
    for (const [index, command] of commands.entries()) {
      const last = index > 0 ? [value] : [];
      value = this.#command(command, dot, last);
    }
    return value;
  }

  #command([first, ...rest]: Command, dot: unknown, last: readonly unknown[]): unknown {
    if (first!.type === "function") {
      const values = rest.map((one) => this.#operand(one, dot));
      return callFunction(first!.name, [...values, ...last]);
    }
    if (rest.length + last.length > 0) {
      throw new TemplateError(`can't give argument to non-function ${first!.text}`);
    }
    return this.#operand(first!, dot);
  }

  #operand(operand: Operand, dot: unknown): unknown {
    switch (operand.type) {
      case "value":
        return operand.value;
      case "function":
        return callFunction(operand.name, []);
      case "pipe":
        return fields(this.#pipe(operand.pipe, dot), operand.fields);
      case "variable": {
        const scope = this.#scopes.findLast((one) => one.has(operand.name));
        if (!scope) throw new TemplateError(`undefined variable "${operand.name}"`);
        return fields(scope.get(operand.name), operand.fields);
      }
      case "field":
        return fields(dot, operand.fields);
    }
  }
}

/** A list's items by index, a map's by key in order. */
function entriesOf(value: unknown): [unknown, unknown][] {
  if (Array.isArray(value)) return [...value.entries()];
  if (value === null || value === undefined) return [];
  if (typeof value === "object") {
    return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  }
  if (typeof value === "number") return Array.from({ length: value }, (_, index) => [index, index]);
  throw new TemplateError(`range can't iterate over ${display(value)}`);
}

function fields(value: unknown, names: readonly string[]): unknown {
  let at = value;
  for (const name of names) {
    if (at === undefined || at === null) return at === null ? nilField(name) : undefined;
    if (typeof at !== "object" || Array.isArray(at)) {
      throw new TemplateError(`can't evaluate field ${name} in type interface {}`);
    }
    at = Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : undefined;
  }
  return at;
}

function nilField(name: string): never {
  throw new TemplateError(`nil pointer evaluating interface {}.${name}`);
}
