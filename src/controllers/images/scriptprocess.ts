// A container's own command at work: the image's tools run it as process 1, its output goes into
// the log and to whoever has joined.

import type { ExecIo, TerminalSize } from "../../api/exec.ts";
import { AsyncQueue } from "../../base/asyncqueue.ts";
import type { Process, ProgramContext } from "../program.ts";

/** What runs as process 1 and cannot be started ends with this (containerd's StartError). */
const notStarted = 128;

/** Chunks that are kept for the first who joins. */
const earlyMax = 64;

export class Script implements Process {
  readonly #context: ProgramContext;
  readonly #stop = new AbortController();
  readonly #stdin = new AsyncQueue<Uint8Array>();
  readonly #sizes = new AsyncQueue<TerminalSize>();
  readonly #screens = new Set<ExecIo>();
  readonly #ended: Promise<void>;
  readonly #decoder = new TextDecoder();
  #line = "";
  /** What was written before anybody joined: whoever comes first sees it. */
  #early: Uint8Array[] | undefined = [];

  constructor(words: readonly string[], context: ProgramContext) {
    this.#context = context;
    this.#ended = this.#run(words);
  }

  /** The kernel gives process 1 no default action for SIGTERM: only SIGKILL ends it. */
  terminate(): void {}

  kill(): void {
    this.#stop.abort();
  }

  async attach(io: ExecIo): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      io.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    for (const bytes of this.#early ?? []) io.stdout(bytes);
    this.#early = undefined;
    this.#screens.add(io);
    if (io.stdin) void this.#stdin.takeAll(io.stdin, { ends: true });
    if (io.sizes) void this.#sizes.takeAll(io.sizes, { ends: false });
    await Promise.race([gone, this.#ended]);
    this.#screens.delete(io);
  }

  async #run(words: readonly string[]): Promise<void> {
    const { container, tools, exit, log } = this.#context;
    const write = (bytes: Uint8Array): void => this.#write(bytes);
    const { stdin, tty = false } = container;
    const code = await tools?.run(words, {
      ...(stdin && { stdin: this.#stdin }),
      ...(tty && { sizes: this.#sizes }),
      stdout: write,
      stderr: write,
      tty,
      signal: this.#stop.signal,
    });
    if (this.#stop.signal.aborted) return;
    if (this.#line !== "") log(this.#line);
    exit(code ?? notStarted);
  }

  #write(bytes: Uint8Array): void {
    for (const screen of this.#screens) screen.stdout(bytes);
    if (this.#context.container.stdin && (this.#early?.length ?? earlyMax) < earlyMax) {
      this.#early!.push(bytes);
    }
    const lines = (this.#line + this.#decoder.decode(bytes, { stream: true })).split(/\r?\n/);
    this.#line = lines.pop()!;
    for (const line of lines) this.#context.log(line);
  }
}
