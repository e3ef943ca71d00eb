// The course at build time: reads lessons/, compiles it and gives it to
// `import course from "../../lessons/course.yaml"` as one plain object. Prose becomes HTML
// here, so that no Markdown compiler reaches the page.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Marked } from "marked";
import type { Plugin } from "vite";
import { parseCourse, type LessonFiles } from "../src/lesson/parse.ts";
import type { Course } from "../src/lesson/lesson.ts";

const folder = resolve(import.meta.dirname, "../lessons");

/** The Vite plugin. A mistake in a lesson stops the build with its file and line. */
export function lessons(): Plugin {
  return {
    name: "lessons",
    enforce: "pre",
    load(id) {
      if (resolve(id.replace(/\?.*$/, "")) !== join(folder, "course.yaml")) return null;
      const files = readLessons();
      for (const path of files.keys()) this.addWatchFile(join(folder, path));
      const json = JSON.stringify(forThePage(compileCourse(files)));
      return { code: `export default JSON.parse(${JSON.stringify(json)});`, map: null };
    },
  };
}

/** All files of lessons/ by their path below it. */
export function readLessons(): LessonFiles {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

/** Compiles the course, with solutions and mistakes. Throws LessonError. */
export function compileCourse(files: LessonFiles = readLessons()): Course {
  const marked = new Marked({ async: false });
  return parseCourse(files, (markdown) => (marked.parse(markdown) as string).trim());
}

/** Solutions are for the tests; a page that carries them only tempts. */
function forThePage(course: Course): Course {
  const lessons = course.lessons.map((one) => ({ ...one, solutions: [], mistakes: [] }));
  return { ...course, lessons };
}
