// Compiles the course: lessons/course.yaml and every lesson's folder.
// Runs at build time (scripts/lessons.ts) and in tests; nothing of it reaches the page.
//
// An error names the file and the line and says what was expected there and what was seen.
// The format is described in lessons/README.md.

import { isMap, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { faultGroup } from "./faults.ts";
import { lessonFormat, type Course, type Lesson, type Start, type StartFile } from "./lesson.ts";
import { parseMistake, parseSolution } from "./parse-script.ts";
import { parseQuestion, parseStep, parseWrongTurn, verifyReferences } from "./parse-step.ts";
import { cut, fail, plain, type Passage, type Section } from "./sections.ts";

/** The files of lessons/, by path: "course.yaml", "05-fanout/lesson.md", "base/10-web.yaml". */
export type LessonFiles = ReadonlyMap<string, string>;

/** Turns Markdown into HTML. Handed in, so that only the build needs a Markdown compiler. */
export type ToHtml = (markdown: string) => string;

/** Throws LessonError. */
export function parseCourse(files: LessonFiles, toHtml: ToHtml): Course {
  const file = "course.yaml";
  const text = files.get(file);
  if (text === undefined) fail({ file, line: 1 }, "expected this file: the wings and their order");
  const front = frontMatter(file, 1, text);
  const format = front.number("format");
  if (format !== lessonFormat) {
    fail(front.at("format"), `expected format ${lessonFormat}, saw ${format}`);
  }
  const folders = front.wings("wings");
  const cases = front.folders("cases");
  const lessons = [...folders.flatMap((wing) => wing.lessons), ...cases];
  const parsed = lessons.map(({ folder, line }) => {
    const name = `${folder}/lesson.md`;
    const source = files.get(name);
    if (source === undefined) {
      fail({ file, line }, `expected a folder with a lesson.md, saw no ${name}`);
    }
    return parseLesson({ folder, source, files, toHtml });
  });
  return {
    format,
    title: front.text("title"),
    wings: folders.map((wing) => ({
      title: wing.title,
      lessons: wing.lessons.map(({ folder }) => idOf(folder)),
    })),
    cases: cases.map(({ folder }) => idOf(folder)),
    lessons: parsed,
  };
}

/** "05-fanout" → "fanout": a lesson keeps its id when the course is reordered. */
function idOf(folder: string): string {
  return folder.replace(/^cases\//, "").replace(/^\d+-/, "");
}

function startFiles(files: LessonFiles, folder: string): StartFile[] {
  const names = [...files.keys()].filter((path) => path.startsWith(`${folder}/`)).sort();
  return names
    .filter((path) => !path.slice(folder.length + 1).includes("/"))
    .map((path) => ({ name: path.slice(folder.length + 1), content: files.get(path)! }));
}

const once = ["Story", "Ending", "Where the hotel breaks down", "For teachers"];
/** A case does without. */
const lessonsOnly = ["Where the hotel breaks down", "For teachers"];
const many = ["Step", "Wrong turn", "Quiz", "Solution", "Mistake"];

interface LessonSource {
  readonly folder: string;
  readonly source: string;
  readonly files: LessonFiles;
  readonly toHtml: ToHtml;
}

/** Parses one lesson's folder. Throws LessonError. */
export function parseLesson({ folder, source, files, toHtml }: LessonSource): Lesson {
  const file = `${folder}/lesson.md`;
  const { front, body } = splitFrontMatter(file, source);
  const { before, sections } = cut(body, 2);
  if (plain(before) !== "") fail(before, 'expected "## Story" first, saw text before any heading');
  for (const section of sections) {
    if (!once.includes(section.word) && !many.includes(section.word)) {
      fail(section, `expected one of ${[...once, ...many].join(", ")}, saw "${section.word}"`);
    }
  }
  const all = (word: string): Section[] => sections.filter((section) => section.word === word);
  const stars = front.stars("stars");
  const prose = (word: string): string => {
    const [section, second] = all(word);
    if (!section && stars !== undefined && lessonsOnly.includes(word)) return "";
    if (!section) fail({ file, line: 1 }, `expected a section "## ${word}"`);
    if (second) fail(second, `expected one "## ${word}", saw a second one`);
    return toHtml(plain(section.body));
  };
  const format = front.number("format");
  if (format !== lessonFormat) {
    fail(front.at("format"), `expected format ${lessonFormat}, saw ${format}`);
  }
  const lesson: Lesson = {
    id: idOf(folder),
    title: front.text("title"),
    goal: front.text("goal"),
    minutes: front.number("minutes"),
    stars,
    start: parseStart(front, files, folder),
    story: prose("Story"),
    steps: all("Step").map((section) => parseStep(section, toHtml)),
    wrongTurns: all("Wrong turn").map((section) => parseWrongTurn(section, toHtml)),
    quiz: all("Quiz").map((section) => parseQuestion(section, toHtml)),
    ending: prose("Ending"),
    seams: prose("Where the hotel breaks down"),
    teacher: prose("For teachers"),
    solutions: all("Solution").map(parseSolution),
    mistakes: all("Mistake").map(parseMistake),
  };
  verifyReferences(lesson, { file, sections });
  return lesson;
}

function parseStart(front: FrontMatter, files: LessonFiles, own: string): Start {
  // "hotel: 13-outside-in" opens the hotel of another lesson, with its faults.
  const folder = front.has("hotel") ? front.text("hotel") : own;
  const objects = startFiles(files, `${folder}/start`);
  if (folder !== own && objects.length === 0) {
    fail(front.at("hotel"), `expected a folder with a start/, saw "${folder}"`);
  }
  return {
    broken: front.flag("startsBroken"),
    install: front.texts("install"),
    names: front.pairs("names"),
    objects,
    ...parseFaults(front, files, folder),
    files: startFiles(files, `${own}/files`),
  };
}

function parseFaults(
  front: FrontMatter,
  files: LessonFiles,
  folder: string,
): Pick<Start, "faults"> {
  const of = startFiles(files, `${folder}/faults`);
  const draw = front.has("faults") ? front.number("faults") : 0;
  const groups = new Set(of.map(faultGroup));
  if (draw > groups.size) {
    fail(front.at("faults"), `expected faults/ to name ${draw} things or more, saw ${groups.size}`);
  }
  return draw > 0 ? { faults: { draw, of } } : {};
}

function splitFrontMatter(file: string, source: string): { front: FrontMatter; body: Passage } {
  const lines = source.split(/\r?\n/);
  const end = lines.indexOf("---", 1);
  if (lines[0] !== "---" || end < 0) {
    fail({ file, line: 1 }, "expected front matter between two lines ---");
  }
  return {
    front: frontMatter(file, 2, lines.slice(1, end).join("\n")),
    body: { file, line: end + 2, lines: lines.slice(end + 1) },
  };
}

interface FolderAt {
  readonly folder: string;
  readonly line: number;
}

/** YAML fields, each read as a type; a wrong one is an error at its line. */
interface FrontMatter {
  at(name: string): { file: string; line: number };
  has(name: string): boolean;
  text(name: string): string;
  number(name: string): number;
  /** False when absent. */
  flag(name: string): boolean;
  /** Empty when absent. */
  texts(name: string): string[];
  pairs(name: string): Record<string, string>;
  wings(name: string): { title: string; lessons: FolderAt[] }[];
  /** Empty when absent. */
  folders(name: string): FolderAt[];
  /** 1 to 3; undefined when absent. */
  stars(name: string): number | undefined;
}

function frontMatter(file: string, firstLine: number, source: string): FrontMatter {
  const counter = new LineCounter();
  const document: Document = parseDocument(source, { lineCounter: counter });
  const lineOf = (offset: number): number => counter.linePos(offset).line + firstLine - 1;
  const error = document.errors[0];
  if (error) fail({ file, line: lineOf(error.pos[0]) }, error.message.split("\n")[0]!);
  const values = (document.toJS() ?? {}) as Record<string, unknown>;
  const at = (name: string): { file: string; line: number } => {
    const pair = isMap(document.contents)
      ? document.contents.items.find((one) => isScalar(one.key) && one.key.value === name)
      : undefined;
    const offset = isScalar(pair?.key) ? (pair.key.range?.[0] ?? 0) : 0;
    return { file, line: lineOf(offset) };
  };
  const read = <T>(name: string, what: string, is: (value: unknown) => value is T): T => {
    const value = values[name];
    if (!is(value)) {
      fail(at(name), `expected "${name}: ${what}", saw ${JSON.stringify(value) ?? "nothing"}`);
    }
    return value;
  };
  const folderAt = (folder: string): FolderAt => ({
    folder,
    line: lineOf(source.indexOf(folder)),
  });
  return {
    at,
    has: (name) => name in values,
    text: (name) => read(name, "a text", isText),
    number: (name) => read(name, "a number", (value) => typeof value === "number"),
    flag: (name) =>
      name in values && read(name, "true or false", (value) => typeof value === "boolean"),
    texts: (name) => (name in values ? read(name, "a list of texts", isTexts) : []),
    pairs: (name) => (name in values ? read(name, "a map of texts", isPairs) : {}),
    wings: (name) =>
      read(name, "a list of {title, lessons}", isWings).map((wing) => ({
        title: wing.title,
        lessons: wing.lessons.map(folderAt),
      })),
    folders: (name) => (name in values ? read(name, "a list of texts", isTexts) : []).map(folderAt),
    stars: (name) => (name in values ? read(name, "1, 2 or 3", isStars) : undefined),
  };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isPairs = (value: unknown): value is Record<string, string> =>
  typeof value === "object" && value !== null && Object.values(value).every(isText);
const isStars = (value: unknown): value is number => [1, 2, 3].includes(value as number);
const isWings = (value: unknown): value is { title: string; lessons: string[] }[] =>
  Array.isArray(value) &&
  value.every((one: { title?: unknown; lessons?: unknown } | null) => {
    return isText(one?.title) && isTexts(one.lessons);
  });
