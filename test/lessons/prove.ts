// The proof of a lesson: red at the start, green by its solutions and only by them, under three
// seeds. Prints a table at the end.

import { afterAll, describe, expect, test } from "vitest";
import { compileCourse } from "../../scripts/lessons.ts";
import type { Lesson, Solution } from "../../src/lesson/lesson.ts";
import { Player } from "./player.ts";

export const course = compileCourse();
const seeds = [1, 2, 3];

interface Row {
  solutions: number;
  wrongTurns: number;
  seconds: number;
}
const table = new Map<string, Row>();
const row = (lesson: Lesson): Row => {
  const found = table.get(lesson.id) ?? { solutions: 0, wrongTurns: 0, seconds: 0 };
  table.set(lesson.id, found);
  return found;
};

/** Plays a solution's steps up to and including `last`; each must turn green in its turn. */
async function solve(player: Player, solution: Solution, last?: string): Promise<void> {
  for (const [i, { step, actions }] of solution.steps.entries()) {
    expect(player.play.current, `${step} is green before its turn`).toBeGreaterThanOrEqual(i);
    await player.do(actions);
    expect(await player.reached(i + 1), player.whyNot).toBe(true);
    if (step === last) return;
  }
}

/** Proves the lessons of these ids, one after the other. */
export function prove(ids: readonly string[]): void {
  const lessons = course.lessons.filter(({ id }) => ids.includes(id));
  describe.each(lessons.map((lesson) => [lesson.id, lesson] as const))("%s", (_, lesson) => {
    test.each(seeds)(
      "all checks are red at the start, and stay red by waiting (seed %i)",
      async (seed) => {
        const player = await Player.start(course, lesson, seed);
        const verdicts = await player.sandbox.clock.finish(player.play.judgeAllSteps());
        const green = verdicts.filter(({ verdict }) => verdict.holds).map(({ check }) => check);
        expect(green).toEqual([]);
        expect(verdicts.every(({ verdict }) => verdict.why !== "")).toBe(true);
        await player.sandbox.clock.advance(120_000);
        expect(player.play.current).toBe(0);
        expect(player.play.wrongTurn).toBeUndefined();
      },
    );

    describe.each(lesson.solutions.map((one) => [one.name, one] as const))(
      "solved: %s",
      (_, one) => {
        test.each(seeds)("seed %i", async (seed) => {
          const startedAt = performance.now();
          const player = await Player.start(course, lesson, seed);
          await solve(player, one);
          expect(player.play.done).toBe(true);
          row(lesson).seconds += (performance.now() - startedAt) / 1_000;
          if (seed === seeds[0]) row(lesson).solutions++;
        });
      },
    );

    describe.each(lesson.mistakes.map((one) => [one.name, one] as const))(
      "mistake: %s",
      (_, one) => {
        test.each(seeds)("seed %i", async (seed) => {
          const player = await Player.start(course, lesson, seed);
          if (one.after !== undefined) await solve(player, lesson.solutions[0]!, one.after);
          const step = player.play.current;
          await player.do(one.actions);
          expect(await player.raised(one.raises), player.whyNot).toBe(true);
          await player.sandbox.clock.advance(60_000);
          expect(player.play.current, "the step must stay red").toBe(step);
          expect(player.play.wrongTurn?.id).toBe(one.raises);
          if (seed === seeds[0]) row(lesson).wrongTurns++;
        });
      },
    );

    test("hints never complete a step", async () => {
      const player = await Player.start(course, lesson, 1);
      for (const step of lesson.steps) for (const _ of step.hints) player.play.askHint(step.id);
      await player.sandbox.clock.advance(60_000);
      expect(player.play.current).toBe(0);
    });
  });
  printTable();
}

function printTable(): void {
  afterAll(() => {
    const lines = [...table].map(
      ([id, { solutions, wrongTurns, seconds }]) =>
        `  ${id.padEnd(16)} ${String(solutions).padStart(9)} ${String(wrongTurns).padStart(11)} ` +
        `${seconds.toFixed(1).padStart(8)}`,
    );
    process.stdout.write(`\n  ${"lesson".padEnd(16)} solutions wrong turns  seconds\n`);
    process.stdout.write(`${lines.join("\n")}\n`);
  });
}
