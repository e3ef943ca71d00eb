// The course at build time: reads lessons/, compiles it and gives it to
// `import course from "../../lessons/course.yaml"` as an outline, from which each lesson is loaded
// as a plain object of its own. Prose becomes HTML here, so that no Markdown compiler reaches the
// page.

import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { Marked } from "marked";
import type { Plugin } from "vite";
import { parseYaml } from "../src/api/yaml.ts";
import { parseCourse, type LessonFiles } from "../src/lesson/parse.ts";
import type { Course, Lesson } from "../src/lesson/lesson.ts";
import { outlineOf } from "../src/lesson/outline.ts";

const folder = resolve(import.meta.dirname, "../lessons");

/** The Vite plugin. A mistake in a lesson stops the build with its file and line. */
export function lessons(): Plugin {
  return {
    name: "lessons",
    enforce: "pre",
    load(id) {
      const [file = "", query] = id.split("?");
      if (query === "manifest") return manifestModule(file, { content: true });
      if (query === "objects") return manifestModule(file, { content: false });
      const [path = "", lesson] = id.split("?lesson=");
      if (resolve(path.replace(/\?.*$/, "")) !== join(folder, "course.yaml")) return null;
      const files = readLessons();
      for (const path of files.keys()) this.addWatchFile(join(folder, path));
      const course = compileCourse(files);
      const found = course.lessons.find((one) => one.id === lesson);
      return { code: found ? lessonModule(found) : outlineModule(course), map: null };
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

/**
 * A file of the project's own with its objects: the opening scene then needs no YAML parser. Nor
 * the text, where nobody is shown it.
 */
function manifestModule(path: string, shown: { content: boolean }): { code: string; map: null } {
  const content = readFileSync(path, "utf8");
  const objects = parseYaml(content).map(({ value, error }) => {
    if (error) throw new Error(`${path}: ${error.message}`);
    return value;
  });
  const file = { name: basename(path), content: shown.content ? content : "", objects };
  return { code: `export default ${parsed(file)};`, map: null };
}

/** Solutions are for the tests; a page that carries them only tempts. */
function lessonModule(lesson: Lesson): string {
  return `export default ${parsed({ ...lesson, solutions: [], mistakes: [] })};`;
}

function outlineModule(course: Course): string {
  const { wings, cases, lessons } = outlineOf(course);
  const loaders = lessons.map(({ id }) => {
    const name = JSON.stringify(`./course.yaml?lesson=${id}`);
    return `${JSON.stringify(id)}: () => import(${name})`;
  });
  return `const fetched = { ${loaders.join(", ")} };
const outline = ${parsed({ wings, cases, lessons })};
const load = async (id) => (await fetched[id]?.())?.default;
export default { ...outline, load };`;
}

function parsed(value: unknown): string {
  return `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;
}
