// Images whose command is what matters: busybox, alpine, curl … There is no shell in here: of a
// command line the few words are run that manifests use to wait, to speak and to fail.
//
//   sh -c "echo hello; sleep 5; exit 1"      sleep infinity      tail -f /dev/null

import type { Timer } from "../../base/clock.ts";
import type { Process, Program, ProgramContext } from "../program.ts";

/** Waits for ever, and does not listen to SIGTERM unless it is a shell's or its own choice. */
export const sleeping: Program = {
  start: ({ exit }) => ({ terminate: () => exit(0), kill: () => {} }),
};

/** @param otherwise what runs when the container names no command: most shells just end */
export function scripted(otherwise?: Program): Program {
  return {
    start: (context) => {
      const words = [...context.command, ...context.args];
      if (words.length > 0) return new Script(statements(words), context);
      return otherwise ? otherwise.start(context) : new Script([["exit", "0"]], context);
    },
  };
}

/** Whether a command line is for a shell rather than for an image's own program. */
export function isScript({ command, args }: ProgramContext): boolean {
  const first = command[0] ?? args[0] ?? "";
  return shellWords.has(first.slice(first.lastIndexOf("/") + 1));
}

const shellWords = new Set(["sh", "bash", "ash", "sleep", "echo", "true", "false", "tail"]);

/** The statements of a command line, each a list of words. */
function statements(words: readonly string[]): string[][] {
  const [first = "", ...rest] = words;
  const name = first.slice(first.lastIndexOf("/") + 1);
  const flagged = rest.findIndex((word) => /^-[a-z]*c$/.test(word));
  if (!/^(ba|a)?sh$/.test(name) || flagged < 0) return [[name, ...rest]];
  return (rest[flagged + 1] ?? "")
    .split(/;|&&|\n/)
    .map((one) => one.trim().split(/\s+/))
    .filter(([word]) => word !== "");
}

/** Runs statements one after the other. As process 1 it does not heed SIGTERM, as in life. */
class Script implements Process {
  readonly #statements: readonly (readonly string[])[];
  readonly #context: ProgramContext;
  #timer: Timer | undefined;

  constructor(statements: readonly (readonly string[])[], context: ProgramContext) {
    this.#statements = statements;
    this.#context = context;
    this.#timer = context.clock.after(0, () => this.#run(0));
  }

  terminate(): void {
    // The kernel gives process 1 no default action for SIGTERM: only SIGKILL ends it.
  }

  kill(): void {
    this.#timer?.cancel();
  }

  #run(from: number): void {
    const { log, exit, clock } = this.#context;
    for (let i = from; i < this.#statements.length; i++) {
      const [word = "", ...rest] = this.#statements[i]!;
      switch (word) {
        case "echo":
          log(unquoted(rest.join(" ")));
          break;
        case "sleep": {
          const ms = sleepMs(rest[0] ?? "");
          if (ms === Infinity) return;
          this.#timer = clock.after(ms, () => this.#run(i + 1));
          return;
        }
        case "exit":
          return exit(Number(rest[0] ?? 0));
        case "true":
        case ":":
        case "set":
        case "trap":
          break;
        case "false":
          return exit(1);
        case "while":
        case "tail":
        case "wait":
        case "exec":
          return; // goes on for ever
        default:
          log(`sh: ${word}: not found`);
          return exit(127);
      }
    }
    exit(0);
  }
}

function unquoted(words: string): string {
  return words.replace(/^(["'])(.*)\1$/s, "$2");
}

/** "30", "1.5", "5m", "infinity" */
function sleepMs(words: string): number {
  if (/^inf(inity)?$/.test(words)) return Infinity;
  const [, amount, unit = "s"] = /^([\d.]+)([smhd])?$/.exec(words) ?? [];
  const ms = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 }[unit] ?? 1e3;
  return Number(amount ?? 0) * ms;
}
