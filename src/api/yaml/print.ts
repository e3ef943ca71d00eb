// YAML as `kubectl -o yaml` prints it: keys in natural order, two spaces, sequences not indented
// under their key, long lines folded. Models go-yaml v2's encode.go, sorter.go and emitterc.go.

import { special, styleOf } from "./style.ts";
import type { Style } from "./style.ts";

/** The YAML of a JSON value, ending in a line break. */
export function printYaml(value: unknown): string {
  const printer = new Printer();
  printer.node(value, { indent: 0, column: 0 });
  printer.endLine();
  return printer.text;
}

/** Where a node stands: its collection's indentation, and the column already written to. */
interface Position {
  readonly indent: number;
  readonly column: number;
  /** Directly after "key:": a sequence then needs no indentation of its own. */
  readonly afterKey?: boolean;
  /** Directly after "- ": a collection's first entry goes on the same line. */
  readonly afterDash?: boolean;
}

class Printer {
  readonly #parts: string[] = [];
  #lineOpen = false;

  get text(): string {
    return this.#parts.join("");
  }

  endLine(): void {
    if (this.#lineOpen) this.#write("\n");
  }

  #write(text: string): void {
    if (text === "") return;
    this.#parts.push(text);
    this.#lineOpen = !text.endsWith("\n");
  }

  node(value: unknown, at: Position): void {
    if (Array.isArray(value)) this.#sequence(value, at);
    else if (typeof value === "object" && value !== null) this.#mapping(value, at);
    else this.#scalar(value, at);
  }

  #scalar(value: unknown, at: Position): void {
    const gap = at.afterKey || at.afterDash ? " " : "";
    const column = at.column + gap.length;
    if (typeof value === "string") {
      this.#write(gap + scalarText(value, { indent: at.indent + 2, column }));
    } else {
      this.#write(gap + (typeof value === "number" ? numberText(value) : String(value)));
    }
  }

  #sequence(items: readonly unknown[], at: Position): void {
    if (items.length === 0) {
      this.#write(at.afterKey || at.afterDash ? " []" : "[]");
      return;
    }
    const indent = at.afterDash ? at.indent + 2 : at.indent;
    items.forEach((item, i) => {
      if (i === 0 && at.afterDash) this.#write(" ");
      else if (i > 0 || at.afterKey) this.#newLine(indent);
      this.#write("-");
      this.node(item, { indent, column: indent + 1, afterDash: true });
    });
  }

  #mapping(object: object, at: Position): void {
    const entries = Object.entries(object).filter(([, value]) => value !== undefined);
    if (entries.length === 0) {
      this.#write(at.afterKey || at.afterDash ? " {}" : "{}");
      return;
    }
    const indent = at.afterKey || at.afterDash ? at.indent + 2 : at.indent;
    entries.sort(([a], [b]) => naturalOrder(a, b));
    entries.forEach(([key, value], i) => {
      if (i === 0 && at.afterDash) this.#write(" ");
      else if (i > 0 || at.afterKey) this.#newLine(indent);
      this.#entry(key, value, indent);
    });
  }

  #entry(key: string, value: unknown, indent: number): void {
    const simple = [...key].length <= 128 && !key.includes("\n");
    const text = scalarText(key, { indent: indent + 2, column: indent, key: simple });
    if (simple) {
      this.#write(`${text}:`);
      this.node(value, { indent, column: indent + text.length + 1, afterKey: true });
      return;
    }
    this.#write(`? ${text}`);
    this.#newLine(indent);
    this.#write(":");
    this.node(value, { indent, column: indent + 1, afterDash: true });
  }

  #newLine(indent: number): void {
    this.endLine();
    this.#write(" ".repeat(indent));
  }
}

/** After this column, a line is broken at the next space. */
const width = 80;

interface Room {
  /** Of continuation lines. */
  readonly indent: number;
  readonly column: number;
  readonly key?: boolean;
}

function scalarText(text: string, room: Room): string {
  const style = styleOf(text, room.key ?? false);
  switch (style) {
    case "literal":
      return literal(text, room.indent);
    case "plain":
      return folded(text, style, room);
    case "single":
      return `'${folded(text, style, { ...room, column: room.column + 1 })}'`;
    case "double":
      return `"${folded(text, style, { ...room, column: room.column + 1 })}"`;
  }
}

/** The characters of a scalar, escaped for its style and broken at spaces beyond the width. */
function folded(text: string, style: Style, { indent, column, key }: Room): string {
  const chars = [...text];
  let out = "";
  let afterSpace = false;
  chars.forEach((char, i) => {
    if (char === " ") {
      const next = chars[i + 1];
      const inside = style === "plain" || (i > 0 && i < chars.length - 1);
      const joins = style === "double" || next !== " ";
      if (!key && !afterSpace && column > width && inside && joins) {
        out += `\n${" ".repeat(indent)}${next === " " ? "\\" : ""}`;
        column = indent + (next === " " ? 1 : 0);
      } else {
        out += char;
        column++;
      }
      afterSpace = true;
      return;
    }
    const written =
      style === "double" ? escaped(char) : char === "'" && style === "single" ? "''" : char;
    out += written;
    column += written.length > 1 && style !== "plain" ? written.length : 1;
    afterSpace = false;
  });
  return out;
}

const escapes: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\x85": "\\N",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function escaped(char: string): string {
  const short = escapes[char];
  if (short !== undefined) return short;
  if (!special.test(char)) return char;
  const code = char.codePointAt(0)!;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

function literal(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? "2" : "";
  const chomp = !text.endsWith("\n") ? "-" : text === "\n" || text.endsWith("\n\n") ? "+" : "";
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  const lines = body.split("\n").map((line) => (line === "" ? "" : " ".repeat(indent) + line));
  const end = chomp === "+" ? "\n" : "";
  return `|${hint}${chomp}\n${lines.join("\n")}${end}`;
}

/** As Go's FormatFloat(v, 'g', -1, 64) for what is no whole number. */
function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  const [digits, exponent] = value.toExponential().split("e") as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 21) return String(value);
  const sign = power < 0 ? "-" : "+";
  return `${digits}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
}

const letter = /^\p{L}$/u;
const digitRun = /^\d*/;

/** "a2" before "a10", and what is no letter before what is one. */
function naturalOrder(a: string, b: string): number {
  const [as, bs] = [[...a], [...b]];
  for (let i = 0; i < as.length && i < bs.length; i++) {
    const [x, y] = [as[i]!, bs[i]!];
    if (x === y) continue;
    const [xLetter, yLetter] = [letter.test(x), letter.test(y)];
    if (xLetter && yLetter) return x < y ? -1 : 1;
    if (xLetter || yLetter) return yLetter ? -1 : 1;
    // After a digit that is no zero, zeros count: "10" and "1" then differ in length first.
    const lead = (x === "0" || y === "0") && /[1-9]\d*$/.test(as.slice(0, i).join("")) ? "1" : "";
    const xRun = digitRun.exec(as.slice(i).join(""))![0];
    const yRun = digitRun.exec(bs.slice(i).join(""))![0];
    const [xNumber, yNumber] = [Number(lead + xRun), Number(lead + yRun)];
    if (xNumber !== yNumber) return xNumber < yNumber ? -1 : 1;
    if (xRun.length !== yRun.length) return xRun.length - yRun.length;
    return x < y ? -1 : 1;
  }
  return as.length - bs.length;
}
