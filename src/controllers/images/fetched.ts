// Programs that most hotels never run: fetched when the first container of theirs starts. Time
// stands still meanwhile, so that nobody in the cluster can tell.

import type { Process, Program, ProgramContext } from "../program.ts";

export function fetched(load: () => Promise<Program>): Program {
  return {
    start: (context) => {
      let process: Process | undefined;
      let over = false;
      const begin = (program: Program): void => {
        if (!over) process = program.start(context);
      };
      void context.clock.during(load()).then(begin).catch(crashed(context));
      return {
        terminate: () => {
          over = true;
          if (process) process.terminate();
          else context.exit(0);
        },
        kill: () => {
          over = true;
          process?.kill();
        },
      };
    },
  };
}

/** A program that cannot even start has crashed, as a binary that panics. */
function crashed({ log, exit }: ProgramContext): (error: unknown) => void {
  return (error) => {
    log(error instanceof Error ? error.message : String(error));
    exit(1);
  };
}
