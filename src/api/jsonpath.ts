// JSONPath as kubectl understands it: {.items[*].metadata.name}, {range …}{end}, filters, slices,
// recursive descent. Models client-go util/jsonpath.

import { compactJson } from "./gojson.ts";

/** A template that cannot be read, or a field that is not there. In client-go's words. */
export class JsonPathError extends Error {
  override name = "JsonPathError";
}

type Node =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "path"; readonly steps: readonly Step[] }
  | { readonly type: "range"; readonly steps: readonly Step[]; readonly body: readonly Node[] };

type Step =
  | { readonly type: "field"; readonly name: string }
  | { readonly type: "wildcard" }
  | { readonly type: "recursive" }
  | { readonly type: "root" }
  | {
      readonly type: "slice";
      readonly from: number | undefined;
      readonly to: number | undefined;
      readonly step: number;
    }
  | { readonly type: "indices"; readonly indices: readonly number[] }
  | { readonly type: "fields"; readonly names: readonly string[] }
  | {
      readonly type: "filter";
      readonly left: Operand;
      readonly operator: string;
      readonly right: Operand | undefined;
    };

type Operand = { readonly steps: readonly Step[] } | { readonly value: unknown };

/** What a template prints for a value. */
export type JsonPath = (value: unknown, options?: { strict?: boolean }) => string;

export function compileJsonPath(template: string): JsonPath {
  const nodes = parseTemplate(template);
  return (value, { strict = false } = {}) => evaluate(nodes, value, value, strict);
}

/** The values that one path selects: custom columns and sorting use it. */
export function selectValues(path: string, value: unknown): unknown[] {
  const nodes = parseTemplate(path);
  return nodes.flatMap((node) =>
    node.type === "path" ? walk(node.steps, [value], value, false) : [],
  );
}

/** ".metadata.name", "metadata.name" and "{.metadata.name}" all become the last. */
export function relaxed(path: string): string {
  const inside = /^\{(.*)\}$/s.exec(path)?.[1] ?? path;
  return `{${/^[.$]/.test(inside) ? "" : "."}${inside}}`;
}

function evaluate(nodes: readonly Node[], value: unknown, root: unknown, strict: boolean): string {
  let out = "";
  for (const node of nodes) {
    if (node.type === "text") out += node.text;
    else if (node.type === "path") {
      out += walk(node.steps, [value], root, strict).map(printValue).join(" ");
    } else {
      for (const item of walk(node.steps, [value], root, strict))
        out += evaluate(node.body, item, root, strict);
    }
  }
  return out;
}

function printValue(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "<nil>";
  return typeof value === "object" ? compactJson(value) : String(value);
}

function walk(steps: readonly Step[], start: unknown[], root: unknown, strict: boolean): unknown[] {
  let values = start;
  for (const step of steps) {
    if (step.type === "root") values = [root];
    else values = values.flatMap((value) => take(step, value, root, strict));
  }
  return values;
}

function take(
  step: Exclude<Step, { type: "root" }>,
  value: unknown,
  root: unknown,
  strict: boolean,
): unknown[] {
  switch (step.type) {
    case "field": {
      const found = fieldOf(value, step.name);
      if (found === undefined && strict) throw new JsonPathError(`${step.name} is not found`);
      return found === undefined ? [] : [found];
    }
    case "fields":
      return step.names.map((name) => fieldOf(value, name)).filter((found) => found !== undefined);
    case "wildcard":
      return typeof value === "object" && value !== null ? Object.values(value) : [];
    case "recursive":
      return descendants(value);
    case "indices":
    case "slice": {
      if (!Array.isArray(value)) {
        if (value === undefined || value === null) return [];
        throw new JsonPathError(`${typeof value} is not array or slice`);
      }
      if (step.type === "slice") return sliceOf(value, step);
      return step.indices.map((index) => {
        const at = index < 0 ? value.length + index : index;
        if (at < 0 || at >= value.length) {
          throw new JsonPathError(
            `array index out of bounds: index ${index}, length ${value.length}`,
          );
        }
        return value[at] as unknown;
      });
    }
    case "filter":
      if (!Array.isArray(value)) return [];
      return value.filter((item) => passes(step, item, root));
  }
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function descendants(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return [value, ...Object.values(value).flatMap(descendants)];
}

function sliceOf(value: readonly unknown[], step: Extract<Step, { type: "slice" }>): unknown[] {
  const bound = (index: number): number => (index < 0 ? value.length + index : index);
  const from = bound(step.from ?? 0);
  const to = Math.min(value.length, bound(step.to ?? value.length));
  return value.slice(Math.max(0, from), to).filter((_, at) => at % step.step === 0);
}

function passes(step: Extract<Step, { type: "filter" }>, item: unknown, root: unknown): boolean {
  const valueOf = (operand: Operand): unknown[] =>
    "value" in operand ? [operand.value] : walk(operand.steps, [item], root, false);
  const left = valueOf(step.left);
  if (step.right === undefined) return left.length > 0;
  const right = valueOf(step.right);
  if (left.length === 0 || right.length === 0) return false;
  const [a, b] = [left[0], right[0]];
  if (step.operator === "==") return a === b;
  if (step.operator === "!=") return a !== b;
  const order =
    typeof a === "number" && typeof b === "number"
      ? a - b
      : String(a) < String(b)
        ? -1
        : String(a) > String(b)
          ? 1
          : 0;
  return (
    { "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[step.operator] ?? false
  );
}

// ---------------------------------------------------------------- reading templates

function parseTemplate(template: string): Node[] {
  const stack: Node[][] = [[]];
  const ranges: (readonly Step[])[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf("{", at);
    if (open !== at) {
      stack.at(-1)!.push({ type: "text", text: template.slice(at, open < 0 ? undefined : open) });
      if (open < 0) break;
    }
    const close = closingBrace(template, open);
    const inside = template.slice(open + 1, close).trim();
    at = close + 1;
    if (inside === "end") {
      const body = stack.pop()!;
      const steps = ranges.pop();
      if (steps === undefined) throw new JsonPathError("not in range, nothing to end");
      stack.at(-1)!.push({ type: "range", steps, body });
    } else if (/^range\b/.test(inside)) {
      ranges.push(parsePath(inside.slice(5).trim()));
      stack.push([]);
    } else if (/^["']/.test(inside)) {
      stack.at(-1)!.push({ type: "text", text: unquote(inside) });
    } else stack.at(-1)!.push({ type: "path", steps: parsePath(inside) });
  }
  if (ranges.length > 0) throw new JsonPathError("unterminated range");
  return stack[0]!;
}

function closingBrace(template: string, open: number): number {
  let quote = "";
  for (let at = open + 1; at < template.length; at++) {
    const char = template[at]!;
    if (char === "\\") at++;
    else if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === "}") return at;
  }
  parsePath(template.slice(open + 1)); // tells what else is wrong, if something is
  throw new JsonPathError("unclosed action");
}

function unquote(text: string): string {
  const inside = text.slice(1, -1);
  return inside.replace(
    /\\(.)/g,
    (_, char: string) => ({ n: "\n", t: "\t", r: "\r" })[char] ?? char,
  );
}

function parsePath(text: string): Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const name = /^\.?((?:\\.|[^.[\]\s{}()'"*@$,=<>!])+)/.exec(rest);
    if (rest.startsWith("..")) {
      steps.push({ type: "recursive" });
      at += /^\.\.(?=[^.[\s])/.test(rest) && !rest.startsWith("..*") ? 1 : 2;
    } else if (rest.startsWith("$")) {
      steps.push({ type: "root" });
      at++;
    } else if (rest.startsWith("@")) at++;
    else if (/^\.?\*/.test(rest)) {
      steps.push({ type: "wildcard" });
      at += rest.startsWith(".") ? 2 : 1;
    } else if (rest.startsWith("[")) {
      const end = closingBracket(text, at);
      steps.push(parseBracket(text.slice(at + 1, end)));
      at = end + 1;
    } else if (rest.startsWith(".") && (rest.length === 1 || rest[1] === "[")) at++;
    else if (name !== null) {
      steps.push({ type: "field", name: name[1]!.replace(/\\(.)/g, "$1") });
      at += name[0].length;
    } else
      throw new JsonPathError(`unrecognized character in action: U+${codeOf(rest)} '${rest[0]}'`);
  }
  return steps;
}

function codeOf(text: string): string {
  return text.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
}

function closingBracket(text: string, open: number): number {
  let quote = "";
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text[at]!;
    if (char === "\\") at++;
    else if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === "[") depth++;
    else if (char === "]" && --depth === 0) return at;
  }
  throw new JsonPathError("unterminated array");
}

function parseBracket(inside: string): Step {
  const text = inside.trim();
  if (text === "*") return { type: "wildcard" };
  const filter = /^\?\((.*)\)$/s.exec(text);
  if (filter) return parseFilter(filter[1]!);
  if (/^['"]/.test(text)) {
    const names = text.match(/'(?:\\.|[^'])*'|"(?:\\.|[^"])*"/g) ?? [];
    return { type: "fields", names: names.map(unquote) };
  }
  if (/^-?\d+(\s*,\s*-?\d+)*$/.test(text))
    return { type: "indices", indices: text.split(",").map(Number) };
  const slice = /^(-?\d*):(-?\d*)(?::(\d+))?$/.exec(text);
  if (slice) {
    const number = (part: string | undefined): number | undefined =>
      part ? Number(part) : undefined;
    return {
      type: "slice",
      from: number(slice[1]),
      to: number(slice[2]),
      step: number(slice[3]) ?? 1,
    };
  }
  throw new JsonPathError(`invalid array index ${text}`);
}

function parseFilter(text: string): Step {
  const found = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s.exec(text.trim());
  if (found === null)
    return { type: "filter", left: operandOf(text), operator: "exists", right: undefined };
  return {
    type: "filter",
    left: operandOf(found[1]!),
    operator: found[2]!,
    right: operandOf(found[3]!),
  };
}

function operandOf(text: string): Operand {
  const trimmed = text.trim();
  if (/^['"]/.test(trimmed)) return { value: unquote(trimmed) };
  if (/^-?\d+(\.\d+)?$/.test(trimmed)) return { value: Number(trimmed) };
  if (trimmed === "true" || trimmed === "false") return { value: trimmed === "true" };
  return { steps: parsePath(trimmed) };
}
