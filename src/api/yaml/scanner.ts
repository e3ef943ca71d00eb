// From characters to tokens. Indentation becomes block-start and block-end tokens here, and a
// word becomes a key only when its colon is found: that is why tokens are inserted backwards.
// Models libyaml's scanner.c, whose messages go-yaml (and so kubectl) prints.

import { depthMax, YamlFault } from "./mark.ts";
import type { Mark } from "./mark.ts";
import { Reader } from "./reader.ts";
import { blockScalar, plainScalar, quotedScalar } from "./scalars.ts";

export type TokenType =
  | "stream-end"
  | "directive"
  | "---"
  | "..."
  | "block-sequence"
  | "block-mapping"
  | "block-end"
  | "["
  | "]"
  | "{"
  | "}"
  | ","
  | "-"
  | "?"
  | ":"
  | "alias"
  | "anchor"
  | "tag"
  | "scalar";

export interface Token {
  readonly type: TokenType;
  readonly start: Mark;
  readonly end: Mark;
  /** The scalar's, anchor's, tag's or directive's text. */
  readonly text: string;
  /** Whether a scalar was written without quotes, so that its text decides its type. */
  readonly plain: boolean;
}

/** Where a key may have begun whose colon is still to come. */
interface PossibleKey {
  /** The number of the token that it would be. */
  readonly number: number;
  readonly required: boolean;
  readonly mark: Mark;
}

/** A key and its colon may be this many characters apart, on one line. */
const keyLengthMax = 1024;

export class Scanner {
  readonly #reader: Reader;
  #queue: Token[] = [];
  #head = 0;
  #taken = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  /** One entry for the block context, and one for each open bracket. */
  readonly #keys: (PossibleKey | undefined)[] = [undefined];
  #keyAllowed = true;
  #ended = false;

  constructor(text: string) {
    this.#reader = new Reader(text);
  }

  peek(): Token {
    while (this.#needsMore()) this.#fetch();
    return this.#queue[this.#head]!;
  }

  take(): Token {
    const token = this.peek();
    this.#taken++;
    if (++this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    }
    return token;
  }

  get #inFlow(): boolean {
    return this.#keys.length > 1;
  }

  #needsMore(): boolean {
    if (this.#head === this.#queue.length) return !this.#ended;
    this.#dropStaleKeys();
    return this.#keys.some((key) => key?.number === this.#taken);
  }

  #fetch(): void {
    const reader = this.#reader;
    this.#skipToToken();
    this.#dropStaleKeys();
    this.#unroll(reader.column);
    if (reader.atEnd()) return this.#endStream();
    const char = reader.peek();
    if (reader.column === 0 && char === "%") return this.#directive();
    if (reader.atDocumentMark()) return this.#documentMark();
    switch (char) {
      case "[":
      case "{":
        return this.#openFlow(char);
      case "]":
      case "}":
        return this.#closeFlow(char);
      case ",":
        this.#dropKey();
        this.#keyAllowed = true;
        return this.#sign(",");
      case "*":
      case "&":
        return this.#anchor(char === "*" ? "alias" : "anchor");
      case "!":
        return this.#tag();
      case "'":
      case '"':
        return this.#quoted();
    }
    const alone = reader.isSpaceOrEnd(1);
    if (char === "-" && alone) return this.#entry();
    if (char === "?" && (this.#inFlow || alone)) return this.#explicitKey();
    if (char === ":" && (this.#inFlow || alone)) return this.#value();
    if ((char === "|" || char === ">") && !this.#inFlow) return this.#block();
    if (this.#startsPlain(char)) return this.#plain();
    throw this.#fault("found character that cannot start any token");
  }

  #fault(what: string, context?: Mark): YamlFault {
    return new YamlFault("scan", what, this.#reader.mark(), context);
  }

  #startsPlain(char: string): boolean {
    if (char === "-") return !this.#reader.isBlank(1);
    if (char === "?" || char === ":") return !this.#inFlow && !this.#reader.isSpaceOrEnd(1);
    return !this.#reader.isSpaceOrEnd() && !",[]{}#&*!|>'\"%@`".includes(char);
  }

  #skipToToken(): void {
    const reader = this.#reader;
    for (;;) {
      while (reader.peek() === " " || (reader.peek() === "\t" && this.#tabAllowed)) reader.take();
      if (reader.peek() === "#") reader.takeLine();
      if (!reader.isBreak()) return;
      reader.takeBreak();
      if (!this.#inFlow) this.#keyAllowed = true;
    }
  }

  /** Tabs may separate, but not indent: not where a key could begin. */
  get #tabAllowed(): boolean {
    return this.#inFlow || !this.#keyAllowed;
  }

  #push(type: TokenType, start: Mark, text = "", plain = false, end = this.#reader.mark()): void {
    this.#queue.push({ type, start, end, text, plain });
  }

  #insert(number: number, type: TokenType, mark: Mark): void {
    const token = { type, start: mark, end: mark, text: "", plain: false };
    this.#queue.splice(this.#head + number - this.#taken, 0, token);
  }

  #sign(type: TokenType): void {
    const start = this.#reader.mark();
    this.#reader.take();
    this.#push(type, start);
  }

  // Keys that may turn out to be keys.

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    this.#dropKey();
    const { column } = this.#reader;
    this.#keys[this.#keys.length - 1] = {
      number: this.#taken + this.#queue.length - this.#head,
      required: !this.#inFlow && this.#indent === column,
      mark: this.#reader.mark(),
    };
  }

  #dropKey(level = this.#keys.length - 1): void {
    const key = this.#keys[level];
    if (key?.required) throw this.#fault("could not find expected ':'", key.mark);
    this.#keys[level] = undefined;
  }

  #dropStaleKeys(): void {
    const { line, index } = this.#reader;
    this.#keys.forEach((key, level) => {
      if (!key) return;
      if (key.mark.line < line || key.mark.index + keyLengthMax < index) this.#dropKey(level);
    });
  }

  // Indentation.

  #roll(column: number, type: "block-sequence" | "block-mapping", at: Mark, number?: number): void {
    if (this.#inFlow || this.#indent >= column) return;
    if (this.#indents.length >= depthMax) throw this.#fault(`exceeded max depth of ${depthMax}`);
    this.#indents.push(this.#indent);
    this.#indent = column;
    if (number === undefined) this.#push(type, at, "", false, at);
    else this.#insert(number, type, at);
  }

  #unroll(column: number): void {
    if (this.#inFlow) return;
    while (this.#indent > column) {
      this.#push("block-end", this.#reader.mark());
      this.#indent = this.#indents.pop()!;
    }
  }

  // One function a token.

  #endStream(): void {
    this.#reader.forceNewLine();
    this.#unroll(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    this.#push("stream-end", this.#reader.mark());
    this.#ended = true;
  }

  #directive(): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    const start = this.#reader.mark();
    this.#push("directive", start, this.#reader.takeLine());
  }

  #documentMark(): void {
    this.#unroll(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    const start = this.#reader.mark();
    this.#push(this.#reader.take(3) as "---" | "...", start);
  }

  #openFlow(type: "[" | "{"): void {
    this.#saveKey();
    if (this.#keys.length > depthMax) throw this.#fault(`exceeded max depth of ${depthMax}`);
    this.#keys.push(undefined);
    this.#keyAllowed = true;
    this.#sign(type);
  }

  #closeFlow(type: "]" | "}"): void {
    this.#dropKey();
    if (this.#inFlow) this.#keys.pop();
    this.#keyAllowed = false;
    this.#sign(type);
  }

  #entry(): void {
    if (!this.#inFlow) {
      if (!this.#keyAllowed) {
        throw this.#fault("block sequence entries are not allowed in this context");
      }
      this.#roll(this.#reader.column, "block-sequence", this.#reader.mark());
    }
    this.#dropKey();
    this.#keyAllowed = true;
    this.#sign("-");
  }

  #explicitKey(): void {
    if (!this.#inFlow) {
      if (!this.#keyAllowed) throw this.#fault("mapping keys are not allowed in this context");
      this.#roll(this.#reader.column, "block-mapping", this.#reader.mark());
    }
    this.#dropKey();
    this.#keyAllowed = !this.#inFlow;
    this.#sign("?");
  }

  #value(): void {
    const key = this.#keys.at(-1);
    if (key) {
      this.#insert(key.number, "?", key.mark);
      this.#roll(key.mark.column, "block-mapping", key.mark, key.number);
      this.#keys[this.#keys.length - 1] = undefined;
      this.#keyAllowed = false;
    } else {
      if (!this.#inFlow) {
        if (!this.#keyAllowed) throw this.#fault("mapping values are not allowed in this context");
        this.#roll(this.#reader.column, "block-mapping", this.#reader.mark());
      }
      this.#keyAllowed = !this.#inFlow;
    }
    this.#sign(":");
  }

  #anchor(type: "alias" | "anchor"): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const reader = this.#reader;
    const start = reader.mark();
    reader.take();
    let length = 0;
    while (/^[\w-]$/.test(reader.peek(length))) length++;
    const name = reader.take(length);
    if (name === "" || !(reader.isSpaceOrEnd() || "?:,]}%@`".includes(reader.peek()))) {
      throw this.#fault("did not find expected alphabetic or numeric character", start);
    }
    this.#push(type, start, name);
  }

  #tag(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const reader = this.#reader;
    const start = reader.mark();
    let length = 0;
    while (
      !reader.isSpaceOrEnd(length) &&
      !(this.#inFlow && ",[]{}".includes(reader.peek(length)))
    ) {
      length++;
    }
    this.#push("tag", start, reader.take(length));
  }

  #quoted(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const start = this.#reader.mark();
    this.#push("scalar", start, quotedScalar(this.#reader));
  }

  #block(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    const start = this.#reader.mark();
    this.#push("scalar", start, blockScalar(this.#reader, this.#indent));
  }

  #plain(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const start = this.#reader.mark();
    const context = { indent: this.#indent, inFlow: this.#inFlow };
    const { text, end, brokeLine } = plainScalar(this.#reader, context);
    if (brokeLine) this.#keyAllowed = true;
    this.#push("scalar", start, text, true, end);
  }
}
