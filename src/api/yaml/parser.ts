// From tokens to a tree of nodes with their places. Only the first document of a text is read,
// as go-yaml's Unmarshal does. Models libyaml's parser.c.

import { depthMax, YamlFault } from "./mark.ts";
import type { Mark } from "./mark.ts";
import { Scanner } from "./scanner.ts";
import type { Token, TokenType } from "./scanner.ts";

interface Common {
  readonly start: Mark;
  readonly end: Mark;
  readonly anchor?: string;
  /** As written, "!!str"; absent when there is none. */
  readonly tag?: string;
}

export type Node = Common &
  (
    | { readonly is: "scalar"; readonly text: string; readonly plain: boolean }
    | { readonly is: "sequence"; readonly items: readonly Node[] }
    | { readonly is: "mapping"; readonly entries: readonly (readonly [key: Node, value: Node])[] }
    | { readonly is: "alias"; readonly name: string }
  );

/** The root node of the text's first document. Throws YamlFault. */
export function parseNode(text: string): Node {
  return new Parser(new Scanner(text)).document();
}

type Properties = { anchor?: string; tag?: string };

class Parser {
  readonly #scanner: Scanner;
  #depth = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  document(): Node {
    if (this.#is("directive", "---")) {
      while (this.#is("directive")) checkDirective(this.#scanner.take());
      if (!this.#is("---")) throw this.#fault("did not find expected <document start>");
      this.#scanner.take();
    }
    if (this.#is("directive", "---", "...", "stream-end")) return this.#empty();
    const root = this.#node(true, false);
    this.#scanner.peek(); // what follows ends the document, whatever it is, but must be a token
    return root;
  }

  #is(...types: readonly TokenType[]): boolean {
    return types.includes(this.#scanner.peek().type);
  }

  #fault(what: string, context?: Mark): YamlFault {
    return new YamlFault("parse", what, this.#scanner.peek().start, context);
  }

  /** A value that is not there: null. */
  #empty(properties: Properties = {}, at = this.#scanner.peek().start): Node {
    return { is: "scalar", text: "", plain: true, start: at, end: at, ...properties };
  }

  #node(block: boolean, indentless: boolean): Node {
    if (++this.#depth > depthMax) throw this.#fault(`exceeded max depth of ${depthMax}`);
    const node = this.#content(block, indentless);
    this.#depth--;
    return node;
  }

  #content(block: boolean, indentless: boolean): Node {
    const first = this.#scanner.peek();
    if (first.type === "alias") {
      this.#scanner.take();
      return { is: "alias", name: first.text, start: first.start, end: first.end };
    }
    const properties = this.#properties();
    const token = this.#scanner.peek();
    switch (token.type) {
      case "scalar":
        this.#scanner.take();
        return {
          is: "scalar",
          text: token.text,
          plain: token.plain,
          start: token.start,
          end: token.end,
          ...properties,
        };
      case "[":
        return this.#flowSequence(properties);
      case "{":
        return this.#flowMapping(properties);
      case "-":
        if (indentless) return this.#indentlessSequence(properties);
        break;
      case "block-sequence":
        if (block) return this.#blockSequence(properties);
        break;
      case "block-mapping":
        if (block) return this.#blockMapping(properties);
        break;
    }
    if (properties.anchor === undefined && properties.tag === undefined) {
      throw this.#fault("did not find expected node content", first.start);
    }
    return this.#empty(properties);
  }

  #properties(): Properties {
    const out: Properties = {};
    for (;;) {
      if (out.anchor === undefined && this.#is("anchor")) out.anchor = this.#scanner.take().text;
      else if (out.tag === undefined && this.#is("tag")) out.tag = this.#scanner.take().text;
      else return out;
    }
  }

  #blockSequence(properties: Properties): Node {
    const { start } = this.#scanner.take();
    const items: Node[] = [];
    while (this.#is("-")) {
      const { end } = this.#scanner.take();
      const absent = this.#is("-", "block-end");
      items.push(absent ? this.#empty({}, end) : this.#node(true, false));
    }
    if (!this.#is("block-end")) throw this.#fault("did not find expected '-' indicator", start);
    const { end } = this.#scanner.take();
    return { is: "sequence", items, start, end, ...properties };
  }

  /** A sequence at the same column as the key that it belongs to. */
  #indentlessSequence(properties: Properties): Node {
    const { start } = this.#scanner.peek();
    const items: Node[] = [];
    while (this.#is("-")) {
      const { end } = this.#scanner.take();
      const absent = this.#is("-", "?", ":", "block-end");
      items.push(absent ? this.#empty({}, end) : this.#node(true, false));
    }
    return { is: "sequence", items, start, end: this.#scanner.peek().start, ...properties };
  }

  #blockMapping(properties: Properties): Node {
    const { start } = this.#scanner.take();
    const entries: [Node, Node][] = [];
    const part = (): Node =>
      this.#is("?", ":", "block-end") ? this.#empty() : this.#node(true, true);
    while (this.#is("?")) {
      this.#scanner.take();
      const key = part();
      if (this.#is(":")) {
        const { end } = this.#scanner.take();
        entries.push([key, this.#is("?", ":", "block-end") ? this.#empty({}, end) : part()]);
      } else entries.push([key, this.#empty()]);
    }
    if (!this.#is("block-end")) throw this.#fault("did not find expected key", start);
    const { end } = this.#scanner.take();
    return { is: "mapping", entries, start, end, ...properties };
  }

  #flowSequence(properties: Properties): Node {
    const { start } = this.#scanner.take();
    const items: Node[] = [];
    while (!this.#is("]")) {
      if (items.length > 0) {
        if (!this.#is(",")) throw this.#fault("did not find expected ',' or ']'", start);
        this.#scanner.take();
        if (this.#is("]")) break;
      }
      items.push(this.#is("?") ? this.#pair() : this.#node(false, false));
    }
    const { end } = this.#scanner.take();
    return { is: "sequence", items, start, end, ...properties };
  }

  /** `[a: 1]`: a mapping of one entry. */
  #pair(): Node {
    const { start } = this.#scanner.peek();
    const entry = this.#flowEntry("]");
    return { is: "mapping", entries: [entry], start, end: entry[1].end };
  }

  #flowMapping(properties: Properties): Node {
    const { start } = this.#scanner.take();
    const entries: [Node, Node][] = [];
    while (!this.#is("}")) {
      if (entries.length > 0) {
        if (!this.#is(",")) throw this.#fault("did not find expected ',' or '}'", start);
        this.#scanner.take();
        if (this.#is("}")) break;
      }
      if (this.#is("?")) entries.push(this.#flowEntry("}"));
      else {
        const key = this.#node(false, false);
        entries.push([key, this.#empty()]);
      }
    }
    const { end } = this.#scanner.take();
    return { is: "mapping", entries, start, end, ...properties };
  }

  #flowEntry(close: "]" | "}"): [Node, Node] {
    this.#scanner.take();
    const key = this.#is(":", ",", close) ? this.#empty() : this.#node(false, false);
    if (!this.#is(":")) return [key, this.#empty()];
    this.#scanner.take();
    return [key, this.#is(",", close) ? this.#empty() : this.#node(false, false)];
  }
}

function checkDirective(token: Token): void {
  const version = /^%YAML\s+(\d+)\.(\d+)/.exec(token.text);
  if (version && (version[1] !== "1" || Number(version[2]) > 2)) {
    throw new YamlFault("parse", "found incompatible YAML document", token.start);
  }
}
