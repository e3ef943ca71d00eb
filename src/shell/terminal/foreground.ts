// A command in the foreground: its input, typed line by line as a tty in cooked mode gives it,
// and Ctrl+C; or every key as it comes, for a command that takes the keyboard (raw mode).

import { utf8 } from "../../base/bytes.ts";
import type { Keyboard, KeyTaker } from "../command.ts";
import type { Input } from "../streams.ts";
import type { Key } from "./keys.ts";
import { Line } from "./line.ts";

export class Foreground implements Keyboard {
  readonly stop = new AbortController();
  readonly stdin: Input = {
    read: () => this.#read(),
    unread: (bytes) => void (this.#givenBack = bytes),
  };
  readonly #echo: (text: string) => void;
  /** Called when the command begins to wait for a line: keys may have come before. */
  readonly #wants: () => void;
  #reading: ((line: Uint8Array | null) => void) | undefined;
  #typed = "";
  #ended = false;
  #givenBack: Uint8Array | undefined;
  #stopped = false;

  #taker: KeyTaker | undefined;
  #columns: number;
  #rows: number;

  constructor(o: { echo(text: string): void; wants(): void; columns: number; rows: number }) {
    this.#echo = (text) => o.echo(text);
    this.#wants = () => o.wants();
    this.#columns = o.columns;
    this.#rows = o.rows;
  }

  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows;
  }

  take(taker: KeyTaker): { release(): void } {
    this.#taker = taker;
    return { release: () => void (this.#taker === taker && (this.#taker = undefined)) };
  }

  /** Whether a command has the keyboard: keys go to `pass` as they come. */
  get taken(): boolean {
    return this.#taker !== undefined;
  }

  pass(data: string): void {
    this.#taker?.keys(data);
  }

  resized(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    this.#taker?.resized(columns, rows);
  }

  /** Whether the command waits for a line: only then are keys its own. */
  get reads(): boolean {
    return this.#reading !== undefined;
  }

  /** Whether Ctrl+C is over: what listens to the signal may still say a last word, as ping does. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** What was typed and not handed over. */
  get typed(): string {
    return this.#typed;
  }

  press(key: Key): void {
    if (key.type === "text") this.#type(key.text);
    else if (key.type === "paste") {
      this.#type(key.text);
      const end = this.#typed.lastIndexOf("\n") + 1;
      if (end > 0) this.#give(this.#take(end));
    } else if (key.name === "ctrl-c") this.#interrupt();
    else if (key.name === "enter") {
      this.#type("\n");
      this.#give(this.#take(this.#typed.length));
    } else if (key.name === "ctrl-d" && this.#typed === "") {
      this.#ended = true;
      this.#give(null);
    } else if (key.name === "backspace" && this.#typed !== "") {
      const line = new Line();
      line.set(this.#typed);
      line.edit("backspace");
      this.#typed = line.text;
      this.#echo("\b \b");
    }
  }

  #type(text: string): void {
    this.#echo(text);
    this.#typed += text;
  }

  #take(length: number): Uint8Array {
    const taken = this.#typed.slice(0, length);
    this.#typed = this.#typed.slice(length);
    return utf8(taken);
  }

  #interrupt(): void {
    this.#echo("^C\n");
    this.#typed = "";
    this.stop.abort();
    this.#stopped = true;
  }

  #give(line: Uint8Array | null): void {
    const resolve = this.#reading;
    this.#reading = undefined;
    resolve?.(line);
  }

  #read(): Promise<Uint8Array | null> {
    return new Promise((resolve) => {
      if (this.#givenBack !== undefined) {
        resolve(this.#givenBack);
        this.#givenBack = undefined;
        return;
      }
      if (this.#ended) return resolve(null);
      this.#reading = resolve;
      this.#wants();
    });
  }
}
