// What is known of a course before a lesson of it is opened: enough to list its lessons. Each
// lesson itself is fetched when it is wanted.

import type { Course, Lesson } from "./lesson.ts";

export type LessonOutline = Pick<Lesson, "id" | "title" | "goal" | "minutes" | "stars"> & {
  /** Whether its faults are drawn. */
  readonly daily: boolean;
};

export interface CourseOutline extends Pick<Course, "wings" | "cases"> {
  /** In the order in which they are taught. */
  readonly lessons: readonly LessonOutline[];
  /** Outside work; undefined when there is no lesson of that id. */
  load(id: string): Promise<Lesson | undefined>;
}

/** A course that is all there already. */
export function outlineOf({
  wings,
  cases,
  lessons,
}: Pick<Course, "wings" | "cases" | "lessons">): CourseOutline {
  return {
    wings,
    cases,
    lessons: lessons.map(({ id, title, goal, minutes, stars, start }) => ({
      id,
      title,
      goal,
      minutes,
      stars,
      daily: start.faults !== undefined,
    })),
    load: (id) => Promise.resolve(lessons.find((lesson) => lesson.id === id)),
  };
}
