// Ctrl+R: looks for a part of a line in the history, from the youngest line on.

import type { History } from "./history.ts";
import type { Key } from "./keys.ts";

export class Search {
  readonly #history: History;
  /** The line before the search began. */
  readonly #before: string;
  #part = "";
  #found = "";
  #index: number;

  constructor(history: History, before: string) {
    this.#history = history;
    this.#before = before;
    this.#index = history.length;
  }

  get prompt(): string {
    return `(reverse-i-search)\`${this.#part}': `;
  }

  get found(): string {
    return this.#found;
  }

  /**
   * Undefined while the search goes on. Otherwise the line to edit from now on, and whether the
   * key that ended the search is to do its own work too.
   */
  press(key: Key): { line: string; goesOn: boolean } | undefined {
    if (key.type === "text") {
      this.#part += key.text;
      return this.#look(this.#history.length);
    }
    if (key.type === "key" && key.name === "ctrl-r") return this.#look(this.#index);
    if (key.type === "key" && key.name === "backspace") {
      this.#part = this.#part.slice(0, -1);
      return this.#look(this.#history.length);
    }
    const gaveUp = key.type === "key" && (key.name === "ctrl-g" || key.name === "ctrl-c");
    const left = gaveUp || (key.type === "key" && key.name === "escape");
    return { line: gaveUp ? this.#before : this.#found || this.#before, goesOn: !left };
  }

  #look(before: number): undefined {
    const found = this.#part === "" ? undefined : this.#history.search(this.#part, before);
    if (found === undefined) return;
    this.#found = found.line;
    this.#index = found.index;
  }
}
