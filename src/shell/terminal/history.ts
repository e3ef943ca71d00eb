// Lines typed before: Up and Down walk through them, Ctrl+R searches.

/** How many lines are kept. */
const historyMax = 1_000;

/** A walk through a session's history. The line being typed is kept at its young end. */
export class History {
  readonly #lines: string[];
  #at: number;
  #draft = "";

  constructor(lines: string[]) {
    this.#lines = lines;
    this.#at = lines.length;
  }

  /** Adds a line that was run, unless it is empty, repeats the last one, or begins with a space. */
  add(line: string): void {
    const kept = line.trim() !== "" && !line.startsWith(" ") && line !== this.#lines.at(-1);
    if (kept) this.#lines.push(line);
    if (this.#lines.length > historyMax) this.#lines.splice(0, this.#lines.length - historyMax);
    this.#at = this.#lines.length;
  }

  older(current: string): string | undefined {
    if (this.#at === 0) return undefined;
    if (this.#at >= this.#lines.length) this.#draft = current;
    this.#at = Math.min(this.#at, this.#lines.length) - 1;
    return this.#lines[this.#at];
  }

  newer(): string | undefined {
    if (this.#at >= this.#lines.length) return undefined;
    this.#at++;
    return this.#lines[this.#at] ?? this.#draft;
  }

  /** Back to the young end. */
  rewind(): void {
    this.#at = this.#lines.length;
  }

  /** The youngest line before index `before` that contains `part`. */
  search(part: string, before = this.#lines.length): { line: string; index: number } | undefined {
    for (let index = before - 1; index >= 0; index--) {
      const line = this.#lines[index]!;
      if (line.includes(part)) return { line, index };
    }
    return undefined;
  }

  get length(): number {
    return this.#lines.length;
  }
}
