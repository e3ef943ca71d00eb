// A Sandbox opened for a test, with everything that it told.

import type { Course } from "../../src/lesson/lesson.ts";
import { outlineOf } from "../../src/lesson/outline.ts";
import type { Guest, SandboxEvents, Scene } from "../../src/sandbox/protocol.ts";
import { Sandbox } from "../../src/sandbox/sandbox.ts";

const noCourse: Course = { format: 1, title: "", wings: [], cases: [], lessons: [] };

/** One event, as it was told. */
export interface Told {
  readonly event: keyof SandboxEvents;
  readonly value: unknown;
}

export interface Opened {
  readonly sandbox: Sandbox;
  readonly told: Told[];
  /** The last Scene. */
  scene(): Scene;
  /** Everything printed so far. */
  output(): string;
  /** Sends a guest and waits for the end. */
  send(url: string, method?: string): Promise<Guest>;
  /** Types a command and waits for its end. */
  run(command: string): Promise<number>;
}

export async function openSandbox(scene: string, seed = 1, course = noCourse): Promise<Opened> {
  const told: Told[] = [];
  const sandbox = new Sandbox({
    course: () => Promise.resolve(outlineOf(course)),
    emit: (event, value) => void told.push({ event, value }),
    failed: (error) => {
      throw error;
    },
  });
  await sandbox.methods.open({ seed, scene });
  const terminal = await sandbox.methods.openTerminal({ columns: 100, rows: 30 });
  const all = <E extends keyof SandboxEvents>(event: E): SandboxEvents[E][] =>
    told.filter((one) => one.event === event).map((one) => one.value as SandboxEvents[E]);
  return {
    sandbox,
    told,
    scene: () => all("scene").at(-1)!,
    output: () =>
      all("output")
        .map(({ data }) => data)
        .join(""),
    send: async (url, method = "GET") => {
      const id = await sandbox.methods.sendGuest({ method, url });
      const done = (): Guest | undefined => sandbox.guests.find((one) => one.id === id && one.done);
      await sandbox.clock.until(() => done() !== undefined);
      return done()!;
    },
    run: (command) => sandbox.clock.finish(sandbox.runToEnd(terminal, command)),
  };
}
