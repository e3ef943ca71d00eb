// The lines that curl itself prints on stderr: errors, warnings, notes and the talk of -v.

import type { Call } from "../../command.ts";
import type { Config } from "./config.ts";

/** Where curl says what is going on. */
export class Messages {
  readonly #call: Call;
  readonly #config: Pick<Config, "silent" | "showError" | "verbose">;
  /** Data was told of, and nothing else since. */
  #contentTold = false;
  /** Whether data is told of: it is not where it is seen. */
  tellsContent = true;

  constructor(call: Call, config: Pick<Config, "silent" | "showError" | "verbose">) {
    this.#call = call;
    this.#config = config;
  }

  get verbose(): boolean {
    return this.#config.verbose;
  }

  /** `curl: …`, unless -s without -S. */
  error(words: string): void {
    if (!this.#config.silent || this.#config.showError) this.#call.stderr.write(`curl: ${words}\n`);
  }

  /** `Warning: …`, folded to the terminal's width, unless -s. */
  warn(words: string): void {
    if (!this.#config.silent) this.#call.stderr.write(folded("Warning: ", words, this.#width()));
  }

  /** `Note: …`, with -v only. */
  note(words: string): void {
    if (this.verbose) this.#call.stderr.write(folded("Note: ", words, this.#width()));
  }

  /** `* …` with -v. */
  info(words: string): void {
    this.#contentTold = false;
    if (this.verbose) this.#call.stderr.write(`* ${words}\n`);
  }

  /** Lines of a message's head as they travel: "> …" or "< …" with -v. */
  head(sign: ">" | "<", lines: string): void {
    this.#contentTold = false;
    if (!this.verbose) return;
    this.#call.stderr.write(lines.replace(/[^\n]*\n/g, (line) => `${sign} ${line}`));
  }

  /** Stands for data that is not shown on the terminal: "{ [3 bytes data]"; once for a run of it. */
  content(sign: "{" | "}", bytes: number): void {
    if (!this.tellsContent || this.#contentTold) return;
    this.#contentTold = true;
    if (this.verbose) this.#call.stderr.write(`${sign} [${bytes} bytes data]\n`);
  }

  #width(): number {
    return this.#call.tty ? this.#call.columns : 79;
  }
}

/** Breaks at blanks as src/tool_msgs.c's voutf does: the blank ends its line. */
function folded(prefix: string, words: string, columns: number): string {
  const width = columns - prefix.length;
  let out = "";
  let rest = words;
  while (rest.length > width && width > 0) {
    const blank = rest.lastIndexOf(" ", width - 1);
    const cut = blank > 0 ? blank : width - 1;
    out += `${prefix}${rest.slice(0, cut + 1)}\n`;
    rest = rest.slice(cut + 1);
  }
  return `${out}${prefix}${rest}\n`;
}
