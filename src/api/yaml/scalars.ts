// The scalars of YAML: block (| and >), quoted, plain. Each function starts at the scalar's
// first character and leaves the reader behind its last. Models libyaml's scanner.c.

import { YamlFault } from "./mark.ts";
import type { Mark } from "./mark.ts";
import type { Reader } from "./reader.ts";

/** Line breaks and blanks between two words of a scalar, until it is known what they become. */
class Gap {
  blanks = "";
  broken = false;
  #first = "";
  #more = "";

  addBreak(text: string): void {
    if (this.broken) this.#more += text;
    else {
      this.blanks = "";
      this.#first = text;
      this.broken = true;
    }
  }

  /** An escaped line break: what follows is a new line, but nothing joins them. */
  markBroken(): void {
    this.broken = true;
  }

  /** The gap as folding says it: one break becomes a space, n become n - 1. */
  folded(): string {
    let out = this.blanks;
    if (this.broken) {
      const joins = this.#first === "\n";
      out = joins ? this.#more || " " : this.#first + this.#more;
    }
    this.blanks = this.#first = this.#more = "";
    this.broken = false;
    return out;
  }
}

/** @param indent the enclosing collection's column @returns the text and whether it ended in a line break */
export function plainScalar(
  reader: Reader,
  { indent, inFlow }: { indent: number; inFlow: boolean },
): { text: string; end: Mark; brokeLine: boolean } {
  const start = reader.mark();
  const gap = new Gap();
  let text = "";
  let end = start;
  for (;;) {
    if (reader.atDocumentMark() || reader.peek() === "#") break;
    let length = 0;
    while (!reader.isSpaceOrEnd(length)) {
      const char = reader.peek(length);
      if (char === ":" && reader.isSpaceOrEnd(length + 1)) break;
      if (inFlow && ",?[]{}".includes(char)) break;
      length++;
    }
    if (length > 0) {
      text += gap.folded() + reader.take(length);
      end = reader.mark();
    }
    if (!reader.isBlank() && !reader.isBreak()) break;
    while (reader.isBlank() || reader.isBreak()) {
      if (reader.isBreak()) {
        gap.addBreak(reader.takeBreak());
      } else if (gap.broken) {
        if (reader.column < indent + 1 && reader.peek() === "\t") {
          const what = "found a tab character that violates indentation";
          throw new YamlFault("scan", what, reader.mark(), start);
        }
        reader.take();
      } else {
        gap.blanks += reader.take();
      }
    }
    if (!inFlow && reader.column < indent + 1) break;
  }
  return { text, end, brokeLine: gap.broken };
}

const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "'": "'",
  "\\": "\\",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
};

export function quotedScalar(reader: Reader): string {
  const start = reader.mark();
  const quote = reader.take();
  const fault = (what: string): YamlFault => new YamlFault("scan", what, reader.mark(), start);
  const gap = new Gap();
  let text = "";
  for (;;) {
    if (reader.atDocumentMark()) throw fault("found unexpected document indicator");
    if (reader.atEnd()) throw fault("found unexpected end of stream");
    while (!reader.isSpaceOrEnd()) {
      const char = reader.peek();
      if (char === quote && quote === "'" && reader.peek(1) === "'") text += reader.take(2)[0];
      else if (char === quote) break;
      else if (char !== "\\" || quote === "'") text += reader.take();
      else if (reader.isBreak(1)) {
        reader.take();
        reader.takeBreak();
        gap.markBroken();
        break;
      } else text += escaped(reader, fault);
    }
    if (reader.peek() === quote && !reader.atEnd()) break;
    while (reader.isBlank() || reader.isBreak()) {
      if (reader.isBreak()) gap.addBreak(reader.takeBreak());
      else if (gap.broken) reader.take();
      else gap.blanks += reader.take();
    }
    text += gap.folded();
  }
  reader.take();
  return text;
}

const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function escaped(reader: Reader, fault: (what: string) => YamlFault): string {
  const letter = reader.peek(1);
  const digits = hexDigits[letter];
  if (digits === undefined) {
    const plain = escapes[letter];
    if (plain === undefined) throw fault("found unknown escape character");
    reader.take(2);
    return plain;
  }
  reader.take(2);
  let hex = "";
  for (let i = 0; i < digits; i++) hex += reader.peek(i);
  if (!/^[0-9a-fA-F]+$/.test(hex) || hex.length < digits) {
    throw fault("did not find expected hexdecimal number");
  }
  const code = parseInt(hex, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    throw fault("found invalid Unicode character escape code");
  }
  reader.take(digits);
  return String.fromCodePoint(code);
}

/** @param parent the enclosing collection's column, -1 at the top */
export function blockScalar(reader: Reader, parent: number): string {
  const start = reader.mark();
  const fault = (what: string): YamlFault => new YamlFault("scan", what, reader.mark(), start);
  const literal = reader.take() === "|";
  const { keep, strip, increment } = blockHeader(reader, fault);
  let indent = increment > 0 ? Math.max(parent, 0) + increment : 0;
  /** The empty lines from here on; finds out the indentation when it is not told. */
  const emptyLines = (): string => {
    let breaks = "";
    let widest = 0;
    for (;;) {
      const inside = (): boolean => indent === 0 || reader.column < indent;
      while (inside() && reader.peek() === " ") reader.take();
      widest = Math.max(widest, reader.column);
      if (inside() && reader.peek() === "\t") {
        throw fault("found a tab character where an indentation space is expected");
      }
      if (!reader.isBreak()) break;
      breaks += reader.takeBreak();
    }
    if (indent === 0) indent = Math.max(widest, parent + 1, 1);
    return breaks;
  };
  let text = "";
  let lastBreak = "";
  let breaks = emptyLines();
  let afterBlank = false;
  while (reader.column === indent && !reader.atEnd()) {
    const blank = reader.isBlank();
    if (!literal && lastBreak === "\n" && !afterBlank && !blank) {
      if (breaks === "") text += " ";
    } else text += lastBreak;
    text += breaks;
    afterBlank = blank;
    text += reader.takeLine();
    lastBreak = reader.atEnd() ? "" : reader.takeBreak();
    breaks = emptyLines();
  }
  if (!strip) text += lastBreak;
  return keep ? text + breaks : text;
}

function blockHeader(
  reader: Reader,
  fault: (what: string) => YamlFault,
): { keep: boolean; strip: boolean; increment: number } {
  let sign = "";
  let increment = 0;
  for (let i = 0; i < 2; i++) {
    const char = reader.peek();
    if (sign === "" && (char === "+" || char === "-")) sign = reader.take();
    else if (increment === 0 && /^[0-9]$/.test(char)) {
      if (char === "0") throw fault("found an indentation indicator equal to 0");
      increment = Number(reader.take());
    }
  }
  while (reader.isBlank()) reader.take();
  if (reader.peek() === "#") reader.takeLine();
  if (!reader.isBreakOrEnd()) throw fault("did not find expected comment or line break");
  if (reader.isBreak()) reader.takeBreak();
  return { keep: sign === "+", strip: sign === "-", increment };
}
