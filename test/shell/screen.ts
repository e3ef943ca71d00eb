// A small VT100 that shows what a terminal's output looks like: rows of text and a cursor.

import { charWidth } from "../../src/shell/terminal/width.ts";

export class ScreenModel {
  readonly columns: number;
  readonly #rows: string[][] = [[]];
  #row = 0;
  #column = 0;
  /** The last column was written: the next character wraps (xterm's pending wrap). */
  #pending = false;

  constructor(columns: number) {
    this.columns = columns;
  }

  write(data: string): void {
    // eslint-disable-next-line no-control-regex -- terminals speak in control characters
    for (const [token] of data.matchAll(/\x1b\[[0-9;?]*[A-Za-z]|[\s\S]/gu)) this.#put(token);
  }

  /** The rows, without trailing blanks and colours. */
  get text(): string {
    return this.#rows
      .map((row) => this.#join(row).trimEnd())
      .join("\n")
      .trimEnd();
  }

  /** The last row, with "|" where the cursor is. */
  get lastRow(): string {
    const row = this.#rows[this.#row] ?? [];
    const cells = Array.from(
      { length: Math.max(row.length, this.#column) },
      (_, at) => row[at] ?? " ",
    );
    return [...cells.slice(0, this.#column), "|", ...cells.slice(this.#column)].join("").trimEnd();
  }

  #join(row: readonly string[]): string {
    return Array.from(row, (cell) => cell ?? " ").join("");
  }

  #put(token: string): void {
    if (token.startsWith("\x1b[")) return this.#control(token);
    if (token === "\r") this.#column = 0;
    else if (token === "\n") this.#down();
    else if (token === "\b") this.#column = Math.max(0, this.#column - 1);
    else if (token === "\x07") return;
    else return this.#print(token);
    this.#pending = false;
  }

  #print(char: string): void {
    const width = charWidth(char);
    if (this.#pending || this.#column + width > this.columns) {
      this.#down();
      this.#column = 0;
      this.#pending = false;
    }
    const row = this.#rows[this.#row]!;
    while (row.length < this.#column) row.push(" ");
    row[this.#column] = char;
    if (width === 2) row[this.#column + 1] = "";
    this.#column += width;
    if (this.#column >= this.columns) {
      this.#column = this.columns - 1;
      this.#pending = true;
    }
  }

  #down(): void {
    this.#row++;
    this.#rows[this.#row] ??= [];
  }

  #control(token: string): void {
    const count = Number(/\d+/.exec(token)?.[0] ?? 1);
    const letter = token.at(-1);
    if (letter !== "m") this.#pending = false;
    if (letter === "A") this.#row = Math.max(0, this.#row - count);
    else if (letter === "C") this.#column = Math.min(this.columns - 1, this.#column + count);
    else if (letter === "H") [this.#row, this.#column] = [0, 0];
    else if (letter === "J" && /[23]J/.test(token)) this.#rows.splice(0, Infinity, []);
    else if (letter === "J") {
      this.#rows.length = this.#row + 1;
      this.#rows[this.#row]!.length = Math.min(this.#rows[this.#row]!.length, this.#column);
    }
  }
}
