// Images whose command is what matters: busybox, alpine, curl … What their container names is run
// with the image's own tools, as process 1, with its output in the log.
//
//   sh -c "echo hello; sleep 5; exit 1"      sleep infinity      sh, with stdin and a tty

import type { ExecIo } from "../../api/exec.ts";
import type { Process, Program, ProgramContext } from "../program.ts";
import type { Script } from "./scriptprocess.ts";

/** Waits for ever, and does not listen to SIGTERM unless it is a shell's or its own choice. */
export const sleeping: Program = {
  start: ({ exit }) => ({ terminate: () => exit(0), kill: () => {} }),
};

/** @param otherwise what runs when the container names no command, instead of a shell */
export function scripted(otherwise?: Program): Program {
  return {
    start: (context) => {
      const words = [...context.command, ...context.args];
      if (words.length > 0 || !otherwise) return new LateScript(words, context);
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

/** The script with what runs it fetched first; time stands still meanwhile. */
class LateScript implements Process {
  readonly #script: Promise<Script>;

  constructor(words: readonly string[], context: ProgramContext) {
    this.#script = context.clock
      .during(import("./scriptprocess.ts"))
      .then((loaded) => new loaded.Script(words, context));
  }

  /** The kernel gives process 1 no default action for SIGTERM: only SIGKILL ends it. */
  terminate(): void {}

  kill(): void {
    void this.#script.then((script) => script.kill());
  }

  async attach(io: ExecIo): Promise<void> {
    await (await this.#script).attach(io);
  }
}
