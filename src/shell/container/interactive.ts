// A command or a shell in a container, on streams or on a screen (-t): with a screen it gets a
// terminal with a line editor of its own, without one it reads lines as they come.

import type { ExecIo } from "../../api/exec.ts";
import { utf8 } from "../../base/bytes.ts";
import type { Shell } from "../shell.ts";
import { readLines, type Input } from "../streams.ts";
import { Terminal } from "../terminal/terminal.ts";
import { inputFrom } from "./container.ts";

/** What to run: one command, or a shell with this prompt. */
export type What = { readonly only: readonly string[] } | { prompt(): string };

const defaultSize = { columns: 80, rows: 24 };

/** The exit status. */
export async function interactive(shell: Shell, io: ExecIo, what: What): Promise<number> {
  const stop = (): void => shell.session.jobs.stop();
  io.signal.addEventListener("abort", stop, { once: true });
  try {
    return await (io.tty ? onScreen(shell, io, what) : onStreams(shell, io, what));
  } finally {
    io.signal.removeEventListener("abort", stop);
    stop();
  }
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

async function onStreams(shell: Shell, io: ExecIo, what: What): Promise<number> {
  const stdin = inputFrom(io.stdin);
  const streams = {
    stdout: (data: string) => io.stdout(utf8(data)),
    stderr: (data: string) => io.stderr(utf8(data)),
    columns: defaultSize.columns,
    signal: io.signal,
    tty: false,
    ...(stdin && { stdin }),
  };
  if ("only" in what) return shell.execute(quoted(what.only), streams);
  if (stdin) await runLines(shell, stdin, (line) => shell.execute(line, streams));
  return shell.exited ?? shell.session.status;
}

/** A shell without a screen runs each line as it arrives, prompts for nothing and echoes nothing. */
async function runLines(
  shell: Shell,
  stdin: Input,
  run: (line: string) => Promise<number>,
): Promise<void> {
  let earlier = "";
  for await (const line of readLines(stdin)) {
    const command = earlier + line;
    if (Terminal.isIncomplete(command)) {
      earlier = `${command}\n`;
      continue;
    }
    earlier = "";
    await run(command);
    if (shell.exited !== undefined) return;
  }
  if (earlier !== "") await run(earlier);
}

function onScreen(shell: Shell, io: ExecIo, what: What): Promise<number> {
  return new Promise((resolve) => {
    const terminal = new Terminal({
      shell,
      write: (data) => io.stdout(utf8(data)),
      ...defaultSize,
      prompt: "only" in what ? () => "" : () => what.prompt(),
      onExit: resolve,
      ...("only" in what && { only: quoted(what.only) }),
    });
    io.signal.addEventListener("abort", () => resolve(137), { once: true });
    void follow(io.sizes, ({ Width, Height }) => terminal.resize(Width, Height));
    const decoder = new TextDecoder();
    void follow(io.stdin, (bytes) => terminal.input(decoder.decode(bytes, { stream: true })));
  });
}

async function follow<T>(
  stream: AsyncIterable<T> | undefined,
  act: (one: T) => void,
): Promise<void> {
  for await (const one of stream ?? []) act(one);
}
