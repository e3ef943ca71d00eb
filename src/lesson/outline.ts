// What is known of a course before a lesson of it is opened: enough to list its lessons. Each
// lesson itself is fetched when it is wanted.

import type { Course, Lesson } from "./lesson.ts";

export type LessonOutline = Pick<Lesson, "id" | "title" | "goal" | "minutes">;

export interface CourseOutline extends Pick<Course, "wings"> {
  /** In the order in which they are taught. */
  readonly lessons: readonly LessonOutline[];
  /** Outside work; undefined when there is no lesson of that id. */
  load(id: string): Promise<Lesson | undefined>;
}

/** A course that is all there already. */
export function outlineOf({ wings, lessons }: Pick<Course, "wings" | "lessons">): CourseOutline {
  return {
    wings,
    lessons: lessons.map(({ id, title, goal, minutes }) => ({ id, title, goal, minutes })),
    load: (id) => Promise.resolve(lessons.find((lesson) => lesson.id === id)),
  };
}
