// lesson.md cut at its headings, every line still knowing where it stands in the file, so that
// an error can name it. Build time only.

/** What is wrong in a lesson's file, where, and what was expected there. */
class LessonError extends Error {
  override name = "LessonError";
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number, message: string) {
    super(`${file}:${line}: ${message}`);
    this.file = file;
    this.line = line;
  }
}

/** A run of lines. `line` is the number of the first one, counting from 1. */
export interface Passage {
  readonly file: string;
  readonly line: number;
  readonly lines: readonly string[];
}

/** A heading with what stands under it, up to the next heading of its level or above. */
export interface Section {
  readonly file: string;
  readonly line: number;
  /** "Step: file-the-card — File the card" → word "Step", rest "file-the-card — File the card" */
  readonly word: string;
  readonly rest: string;
  readonly body: Passage;
  readonly sections: readonly Section[];
}

/** A fenced code block. */
export interface Fence {
  readonly line: number;
  /** "sh", "yaml": the first word after the backticks. */
  readonly language: string;
  readonly info: string;
  readonly lines: readonly string[];
}

export function fail(at: { file: string; line: number }, message: string, line = at.line): never {
  throw new LessonError(at.file, line, message);
}

/** Cuts a passage at its headings of `level`; what comes before the first one is `before`. */
export function cut(passage: Passage, level: number): { before: Passage; sections: Section[] } {
  const marks = headings(passage, level);
  const slice = (from: number, to: number): Passage => ({
    file: passage.file,
    line: passage.line + from,
    lines: passage.lines.slice(from, to),
  });
  const sections = marks.map((at, i): Section => {
    const title = passage.lines[at]!.replace(/^#+\s*/, "").trim();
    const colon = title.indexOf(":");
    const inner = cut(slice(at + 1, marks[i + 1] ?? passage.lines.length), level + 1);
    return {
      file: passage.file,
      line: passage.line + at,
      word: (colon < 0 ? title : title.slice(0, colon)).trim(),
      rest: colon < 0 ? "" : title.slice(colon + 1).trim(),
      body: inner.before,
      sections: inner.sections,
    };
  });
  return { before: slice(0, marks[0] ?? passage.lines.length), sections };
}

/** Parts a passage into its fenced blocks and the rest; the rest keeps its line numbers. */
export function fences(passage: Passage): { prose: Passage; fences: Fence[] } {
  const prose: string[] = [];
  const found: Fence[] = [];
  let open: { line: number; info: string; lines: string[]; indent: number } | undefined;
  passage.lines.forEach((text, i) => {
    const mark = /^(\s*)```(.*)$/.exec(text);
    if (mark && open) {
      const [language = "", ...info] = open.info.split(/\s+/);
      found.push({ line: open.line, language, info: info.join(" "), lines: open.lines });
      open = undefined;
    } else if (mark) {
      const indent = mark[1]!.length;
      open = { line: passage.line + i, info: mark[2]!.trim(), lines: [], indent };
    } else if (open) {
      open.lines.push(text.slice(Math.min(open.indent, text.length - text.trimStart().length)));
    }
    prose.push(mark || open ? "" : text);
  });
  if (open) fail(passage, "expected a closing ```, saw the end of the section", open.line);
  return { prose: { ...passage, lines: prose }, fences: found };
}

/** The items of a "- " list; an item's indented following lines belong to it. */
export function items(passage: Passage): Passage[] {
  const out: { file: string; line: number; lines: string[] }[] = [];
  passage.lines.forEach((text, i) => {
    const line = passage.line + i;
    if (text.startsWith("- ")) out.push({ file: passage.file, line, lines: [text.slice(2)] });
    else if (/^\s+\S/.test(text) && out.length > 0) out.at(-1)!.lines.push(text.slice(2));
    else if (text.trim() === "") out.at(-1)?.lines.push("");
    else fail(passage, `expected a list item ("- …"), saw "${text}"`, line);
  });
  return out;
}

export function plain(passage: Passage): string {
  return passage.lines.join("\n").trim();
}

function headings(passage: Passage, level: number): number[] {
  const mark = "#".repeat(level) + " ";
  const out: number[] = [];
  let fenced = false;
  passage.lines.forEach((text, i) => {
    if (/^\s*```/.test(text)) fenced = !fenced;
    else if (!fenced && text.startsWith(mark)) out.push(i);
  });
  return out;
}
