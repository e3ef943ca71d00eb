// The list of lessons as the page shows it.

import type { CourseOutline, LessonOutline } from "../lesson/outline.ts";
import type { LessonSummary } from "./protocol.ts";

export function summariesOf(course: CourseOutline, done: ReadonlySet<string>): LessonSummary[] {
  const wingOf = ({ id }: LessonOutline): string =>
    course.wings.find(({ lessons }) => lessons.includes(id))?.title ?? "Broken hotels";
  return course.lessons.map((lesson) => ({
    id: lesson.id,
    wing: wingOf(lesson),
    title: lesson.title,
    goal: lesson.goal,
    minutes: lesson.minutes,
    stars: lesson.stars,
    daily: lesson.daily,
    done: done.has(lesson.id),
  }));
}
