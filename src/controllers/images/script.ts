// Images whose command is what matters: busybox, alpine, curl … What their container names is run
// with the image's own tools, as process 1, with its output in the log.
//
//   sh -c "echo hello; sleep 5; exit 1"      sleep infinity      sh, with stdin and a tty

import type { ExecIo, TerminalSize } from "../../api/exec.ts";
import { AsyncQueue } from "../../base/asyncqueue.ts";
import type { Process, Program, ProgramContext } from "../program.ts";

/** Waits for ever, and does not listen to SIGTERM unless it is a shell's or its own choice. */
export const sleeping: Program = {
  start: ({ exit }) => ({ terminate: () => exit(0), kill: () => {} }),
};

/** @param otherwise what runs when the container names no command, instead of a shell */
export function scripted(otherwise?: Program): Program {
  return {
    start: (context) => {
      const words = [...context.command, ...context.args];
      if (words.length > 0 || !otherwise) return new Script(words, context);
      return otherwise.start(context);
    },
  };
}

/** Whether a command line is for the image's tools rather than for its own program. */
export function isScript({ command, args }: ProgramContext): boolean {
  const first = command[0] ?? args[0] ?? "";
  return shellWords.has(first.slice(first.lastIndexOf("/") + 1));
}

const shellWords = new Set(
  "sh bash ash sleep echo true false tail env cat ls wget curl nc".split(" "),
);

/** What runs as process 1 and cannot be started ends with this (containerd's StartError). */
const notStarted = 128;

/** Chunks that are kept for the first who joins. */
const earlyMax = 64;

class Script implements Process {
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
