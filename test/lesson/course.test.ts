// The course as it stands in lessons/: it compiles, and keeps to its own rules of size.

import { expect, test } from "vitest";
import { compileCourse } from "../../scripts/lessons.ts";
import type { LessonStep } from "../../src/lesson/lesson.ts";

const course = compileCourse();

test("every lesson says no more than 120 words before the first action", () => {
  for (const lesson of course.lessons) {
    const words = (html: string): number =>
      html
        .replace(/<[^>]+>/g, " ")
        .split(/\s+/)
        .filter((word) => /\w/.test(word)).length;
    expect(words(lesson.story) + words(lesson.steps[0]!.text), lesson.id).toBeLessThanOrEqual(120);
    for (const step of lesson.steps) expect(words(step.text), step.id).toBeLessThanOrEqual(120);
  }
});

/** A case's last step only asks: its answer says why, whatever was chosen. */
function onlyAsks(step: LessonStep): boolean {
  return step.checks.every(({ either }) => either.flat().some(({ claim }) => claim === "asked"));
}

test("every step has the whole ladder of hints", () => {
  for (const step of course.lessons.flatMap((lesson) => lesson.steps)) {
    if (onlyAsks(step)) continue;
    expect(
      step.hints.map(({ rung }) => rung),
      step.id,
    ).toEqual(["ask", "where", "what", "how"]);
  }
});
