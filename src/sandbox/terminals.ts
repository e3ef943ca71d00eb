// The terminals on the page: each a shell of its own on the learner's laptop. They outlive the
// hotel: when another one opens, every terminal gets a fresh shell and a cleared screen. The shell
// is fetched with the first one.

import type * as shells from "../shell/shell.ts";
import type { World } from "../shell/world.ts";
import { watched } from "./laptop.ts";

interface Entry {
  terminal: shells.Terminal;
  columns: number;
  rows: number;
}

export interface TerminalsOptions {
  output(terminal: number, data: string): void;
  did(command: string): void;
  failed(error: unknown): void;
}

/** Resets an xterm: screen, scrollback, modes. */
const resetSequence = "\x1bc";

export class Terminals {
  readonly #options: TerminalsOptions;
  readonly #entries = new Map<number, Entry>();
  #world: World | undefined;
  #parts: typeof shells | undefined;
  #count = 0;

  constructor(options: TerminalsOptions) {
    this.#options = options;
  }

  /** Moves all terminals to another laptop. */
  moveTo(world: World): void {
    this.#world = world;
    for (const [id, entry] of this.#entries) {
      this.#options.output(id, resetSequence);
      entry.terminal = this.#open(id, entry);
    }
  }

  async open(size: { columns: number; rows: number }): Promise<number> {
    const { clock } = this.#there;
    this.#parts ??= await clock.during(import("../shell/shell.ts"));
    const id = ++this.#count;
    this.#entries.set(id, { ...size, terminal: this.#open(id, size) });
    return id;
  }

  resize(id: number, size: { columns: number; rows: number }): void {
    const entry = this.#entry(id);
    Object.assign(entry, size);
    entry.terminal.resize(size.columns, size.rows);
  }

  type(id: number, data: string): void {
    this.#entry(id).terminal.input(data);
  }

  /** Does not wait for the command's end. */
  run(id: number, command: string): void {
    this.runToEnd(id, command).catch(this.#options.failed);
  }

  runToEnd(id: number, command: string): Promise<number> {
    return this.#entry(id).terminal.run(command);
  }

  #entry(id: number): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`there is no terminal ${id}`);
    return entry;
  }

  get #there(): World {
    if (!this.#world) throw new Error("no hotel is open yet: call open first");
    return this.#world;
  }

  #open(id: number, { columns, rows }: { columns: number; rows: number }): shells.Terminal {
    const { Shell, Terminal } = this.#parts!;
    const shell = watched(new Shell(this.#there), this.#options.did);
    const write = (data: string): void => this.#options.output(id, data);
    return new Terminal({ shell, write, columns, rows });
  }
}
