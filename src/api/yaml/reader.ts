// The text under the scanner: one character at a time, with its place.

import { YamlFault } from "./mark.ts";
import type { Mark } from "./mark.ts";

const [TAB, LF, CR, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const [NEL, LS, PS, BOM] = [0x85, 0x2028, 0x2029, 0xfeff];

/** What may not stand in YAML at all (YAML 1.1 section 5.1). */
// eslint-disable-next-line no-control-regex
const unprintable = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]/;

export class Reader {
  readonly #text: string;
  #index = 0;
  #line = 0;
  #column = 0;

  constructor(text: string) {
    if (unprintable.test(text)) throw new YamlFault("decode", "control characters are not allowed");
    this.#text = text;
    if (text.charCodeAt(0) === BOM) this.#index++;
  }

  get column(): number {
    return this.#column;
  }

  get line(): number {
    return this.#line;
  }

  get index(): number {
    return this.#index;
  }

  mark(): Mark {
    return { index: this.#index, line: this.#line, column: this.#column };
  }

  /** The character `ahead`, or "" at the end. */
  peek(ahead = 0): string {
    return this.#text[this.#index + ahead] ?? "";
  }

  #code(ahead: number): number {
    return this.#text.charCodeAt(this.#index + ahead); // NaN at the end
  }

  atEnd(ahead = 0): boolean {
    return this.#index + ahead >= this.#text.length;
  }

  isBlank(ahead = 0): boolean {
    const code = this.#code(ahead);
    return code === SPACE || code === TAB;
  }

  isBreak(ahead = 0): boolean {
    const code = this.#code(ahead);
    return code === LF || code === CR || code === NEL || code === LS || code === PS;
  }

  isBreakOrEnd(ahead = 0): boolean {
    return this.atEnd(ahead) || this.isBreak(ahead);
  }

  /** libyaml's is_blankz. */
  isSpaceOrEnd(ahead = 0): boolean {
    return this.isBlank(ahead) || this.isBreakOrEnd(ahead);
  }

  /** Whether "---" or "..." stands at the start of this line. */
  atDocumentMark(): boolean {
    if (this.#column !== 0) return false;
    const three = this.#text.slice(this.#index, this.#index + 3);
    return (three === "---" || three === "...") && this.isSpaceOrEnd(3);
  }

  /** Takes `count` characters that are no line breaks. */
  take(count = 1): string {
    const taken = this.#text.slice(this.#index, this.#index + count);
    this.#index += count;
    this.#column += count;
    return taken;
  }

  /** Takes a line break, and gives it as "\n" (or as itself when it is a Unicode one). */
  takeBreak(): string {
    const char = this.peek();
    this.#index += char === "\r" && this.peek(1) === "\n" ? 2 : 1;
    this.#line++;
    this.#column = 0;
    return char === "\u2028" || char === "\u2029" ? char : "\n";
  }

  /** Takes what is left of this line, without its break. */
  takeLine(): string {
    let length = 0;
    while (!this.isBreakOrEnd(length)) length++;
    return this.take(length);
  }

  /** The end of the text counts as the start of a line. */
  forceNewLine(): void {
    if (this.#column === 0) return;
    this.#column = 0;
    this.#line++;
  }
}
