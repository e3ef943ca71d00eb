// Draws a prompt and the line being typed, over as many terminal rows as they need, with the
// cursor in the right cell. Only what xterm and every VT100 understand is sent.

import { charWidth, textWidth } from "./width.ts";

export class Screen {
  columns: number;
  readonly #write: (data: string) => void;
  /** The row of the cursor, counted from the prompt's first row. */
  #cursorRow = 0;

  constructor(columns: number, write: (data: string) => void) {
    this.columns = columns;
    this.#write = write;
  }

  /** The prompt stands at a fresh place. */
  reset(): void {
    this.#cursorRow = 0;
  }

  /** Draws anew from the prompt's first row. `prompt` may hold colours. */
  draw(prompt: string, text: string, left: string): void {
    const plain = withoutColours(prompt);
    const shown = visible(text);
    const end = place(plain + shown, this.columns);
    const cursor = place(plain + visible(left), this.columns);
    let out = this.#toStart();
    out += "\x1b[J" + prompt + shown.replaceAll("\n", "\r\n");
    if (end.column === 0 && end.row > 0 && !shown.endsWith("\n")) out += "\r\n";
    if (end.row > cursor.row) out += `\x1b[${end.row - cursor.row}A`;
    out += "\r";
    if (cursor.column > 0) out += `\x1b[${cursor.column}C`;
    this.#cursorRow = cursor.row;
    this.#write(out);
  }

  /** Leaves the line: the cursor goes to its end. */
  leave(prompt: string, text: string, mark = ""): void {
    this.draw(prompt, text, text);
    this.#write(`${mark}\r\n`);
    this.#cursorRow = 0;
  }

  /** Takes the prompt and the line away; the cursor stands where the prompt began. */
  erase(): void {
    this.#write(`${this.#toStart()}\x1b[J`);
    this.#cursorRow = 0;
  }

  #toStart(): string {
    return `\r${this.#cursorRow > 0 ? `\x1b[${this.#cursorRow}A` : ""}`;
  }
}

/** Control characters as ^X, except line ends. */
function visible(text: string): string {
  // eslint-disable-next-line no-control-regex -- terminals speak in control characters
  const control = /[\x00-\x09\x0b-\x1f\x7f]/g;
  return text
    .replaceAll("\t", "    ")
    .replace(control, (char) => `^${String.fromCharCode(char.charCodeAt(0) ^ 64)}`);
}

function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- terminals speak in control characters
  return text.replace(/\x1b\[[0-9;]*m/g, "");
}

/** Where the cursor is after `text`, from column 0 of row 0. */
function place(text: string, columns: number): { row: number; column: number } {
  let row = 0;
  let column = 0;
  for (const line of text.split("\n").entries()) {
    if (line[0] > 0) {
      row++;
      column = 0;
    }
    if (textWidth(line[1]) + column < columns) {
      column += textWidth(line[1]);
      continue;
    }
    for (const char of line[1]) {
      const width = charWidth(char);
      if (column + width > columns) {
        row++;
        column = 0;
      }
      column += width;
      if (column === columns) {
        row++;
        column = 0;
      }
    }
  }
  return { row, column };
}
