// Plays a lesson as a learner would: the same Sandbox as in the page, its clock driven by hand.

import type { Action, Course, Lesson } from "../../src/lesson/lesson.ts";
import { outlineOf } from "../../src/lesson/outline.ts";
import type { Play } from "../../src/lesson/play.ts";
import type { SandboxEvents } from "../../src/sandbox/protocol.ts";
import { Sandbox } from "../../src/sandbox/sandbox.ts";

/** A learner reads what came before typing on: a controller has long acted by then. */
const readingMs = 4_000;

/** Cluster time that a script's effects may take to show. */
const patienceMs = 120_000;

export class Player {
  readonly sandbox: Sandbox;
  /** What the terminal and the editor printed, for a failing test's message. */
  readonly output: string[] = [];
  readonly #terminal: number;

  private constructor(sandbox: Sandbox, output: string[], terminal: number) {
    this.sandbox = sandbox;
    this.output = output;
    this.#terminal = terminal;
  }

  /** Opens the lesson and a terminal. */
  static async start(course: Course, lesson: Lesson, seed: number): Promise<Player> {
    const output: string[] = [];
    const sandbox: Sandbox = new Sandbox({
      course: () => Promise.resolve(outlineOf(course)),
      emit: (event, value) => {
        if (event === "output") output.push((value as SandboxEvents["output"]).data);
      },
      failed: (error) => {
        throw error;
      },
    });
    await sandbox.methods.open({ seed, scene: lesson.id });
    const terminal = await sandbox.methods.openTerminal({ columns: 100, rows: 30 });
    return new Player(sandbox, output, terminal);
  }

  get play(): Play {
    return this.sandbox.lessons.play!;
  }

  /** Does what a script says; every command runs to its end. */
  async do(actions: readonly Action[]): Promise<void> {
    for (const action of actions) {
      await this.sandbox.clock.advance(readingMs);
      await this.#one(action);
    }
  }

  /** Lets time pass until the current step is `step`; false when patience ran out. */
  async reached(step: number): Promise<boolean> {
    const { clock } = this.sandbox;
    return clock.until(() => this.play.current >= step, { limitMs: patienceMs });
  }

  /** Lets time pass until a wrong turn's reply shows. */
  async raised(id: string): Promise<boolean> {
    const { clock } = this.sandbox;
    return clock.until(() => this.play.wrongTurn?.id === id, { limitMs: 30_000 });
  }

  /** Why the current step is not done. */
  get whyNot(): string {
    const step = this.play.lesson.steps[this.play.current];
    const why = this.play.verdicts.map(({ why }) => why).filter((one) => one !== "");
    return `${step?.id}: ${why.join(" | ")}\n${this.output.join("").slice(-1_500)}`;
  }

  async #one(action: Action): Promise<void> {
    const { methods, clock } = this.sandbox;
    switch (action.do) {
      case "run":
        await this.#run(action.command);
        return;
      case "write":
        await methods.writeFile(`/home/guest/${action.path}`, action.content);
        return;
      case "apply": {
        const { output } = await clock.finish(
          Promise.resolve(methods.applyFile(`/home/guest/${action.path}`)),
        );
        this.output.push(output);
        return;
      }
      case "guest":
        await this.#guest(action.method, action.url);
        return;
      case "answer":
        await methods.answer(action.question, action.choice);
        return;
      case "notice":
        await methods.noticed(action.what);
    }
  }

  /** Types the command with its Enter, and waits for the next prompt. */
  async #run(command: string): Promise<void> {
    await this.sandbox.clock.finish(this.sandbox.runToEnd(this.#terminal, command));
  }

  async #guest(method: string, url: string): Promise<void> {
    const id = await this.sandbox.methods.sendGuest({ method, url });
    const answered = (): boolean =>
      this.sandbox.guests.some((guest) => guest.id === id && guest.done);
    await this.sandbox.clock.until(answered, { limitMs: patienceMs });
  }
}
