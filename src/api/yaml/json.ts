// JSON as kubectl reads it from a file that begins with "{": strictly, and with the messages of
// Go's encoding/json. Finds the end of one value; the value itself is JSON.parse's.

import { YamlFault } from "./mark.ts";

/** Where the JSON value that begins at or after `from` ends. Throws YamlFault. */
export function jsonEnd(text: string, from: number): number {
  const checker = new Checker(text, from);
  checker.value();
  return checker.at;
}

/** Values inside values: Go stops here too. */
const depthMax = 10_000;

class Checker {
  at: number;
  readonly #text: string;
  readonly #from: number;

  constructor(text: string, from: number) {
    this.#text = text;
    this.#from = from;
    this.at = from;
  }

  /** Without recursion: a bad text must not exhaust the stack. */
  value(): void {
    const open: ("{" | "[")[] = [];
    do {
      const char = this.#next();
      if (char === "{" || char === "[") {
        if (open.length === depthMax) throw this.#says("exceeded max depth");
        open.push(char);
        this.at++;
        if (this.#next() !== (char === "{" ? "}" : "]")) {
          if (char === "{") this.#key("looking for beginning of object key string");
          continue;
        }
      } else this.#scalar(char);
      if (!this.#close(open)) continue;
    } while (open.length > 0);
  }

  /** Goes past brackets that close and the comma that follows; true when a value is complete. */
  #close(open: ("{" | "[")[]): boolean {
    while (open.length > 0) {
      const inside = open.at(-1)!;
      const char = this.#next();
      if (char === (inside === "{" ? "}" : "]")) {
        open.pop();
        this.at++;
      } else if (char === ",") {
        this.at++;
        if (inside === "{") this.#key("looking for beginning of object key string");
        return false;
      } else
        throw this.#bad(inside === "{" ? "after object key:value pair" : "after array element");
    }
    return true;
  }

  #key(expected: string): void {
    if (this.#next() !== '"') throw this.#bad(expected);
    this.#string();
    if (this.#next() !== ":") throw this.#bad("after object key");
    this.at++;
  }

  #next(): string {
    while (" \t\r\n".includes(this.#text[this.at] ?? "-")) this.at++;
    return this.#peek();
  }

  #peek(): string {
    const char = this.#text[this.at];
    if (char === undefined) throw new YamlFault("decode", "unexpected EOF");
    return char;
  }

  #scalar(char: string): void {
    if (char === '"') return this.#string();
    for (const word of ["true", "false", "null"]) if (char === word[0]) return this.#word(word);
    if (!/[-0-9]/.test(char)) throw this.#bad("looking for beginning of value");
    this.#number();
  }

  #word(word: string): void {
    for (let i = 0; i < word.length; i++, this.at++) {
      if (this.#peek() !== word[i]) throw this.#bad(`in literal ${word} (expecting '${word[i]}')`);
    }
  }

  #string(): void {
    for (this.at++; this.#peek() !== '"'; this.at++) {
      const char = this.#peek();
      if (char < " ") throw this.#bad("in string literal");
      if (char !== "\\") continue;
      this.at++;
      if (this.#peek() === "u") {
        for (let i = 0; i < 4; i++) {
          this.at++;
          if (!/[0-9a-fA-F]/.test(this.#peek()))
            throw this.#bad("in \\u hexadecimal character escape");
        }
      } else if (!'"\\/bfnrt'.includes(this.#peek())) throw this.#bad("in string escape code");
    }
    this.at++;
  }

  #number(): void {
    const digit = (why: string): void => {
      if (!/[0-9]/.test(this.#peek())) throw this.#bad(why);
    };
    const digits = (): void => {
      while (/[0-9]/.test(this.#text[this.at] ?? "")) this.at++;
    };
    if (this.#peek() === "-") this.at++;
    digit("in numeric literal");
    if (this.#peek() === "0") this.at++;
    else digits();
    if (this.#text[this.at] === ".") {
      this.at++;
      digit("after decimal point in numeric literal");
      digits();
    }
    if (/[eE]/.test(this.#text[this.at] ?? "")) {
      this.at++;
      if (/[-+]/.test(this.#peek())) this.at++;
      digit("in exponent of numeric literal");
      digits();
    }
  }

  #bad(where: string): YamlFault {
    const char = this.#peek();
    const shown =
      char === "'" ? "'\\''" : char === '"' ? `'"'` : `'${JSON.stringify(char).slice(1, -1)}'`;
    return this.#says(`invalid character ${shown} ${where}`);
  }

  #says(what: string): YamlFault {
    const offset = new TextEncoder().encode(this.#text.slice(0, this.at + 1)).length;
    const lines = this.#text.slice(this.#from, this.at + 1).split("\n");
    const mark = {
      index: this.at - this.#from,
      line: lines.length - 1,
      column: lines.at(-1)!.length - 1,
    };
    return new YamlFault("decode", `json: offset ${offset}: ${what}`, mark);
  }
}
