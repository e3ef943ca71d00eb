// diff: what differs between two files, as the plain and the unified format say it.

import { linesOf } from "../../streams.ts";
import { readFileText, type Call, type Command } from "../../command.ts";
import { parseOptions, usage } from "../options.ts";

export const diff: Command = {
  name: "diff",
  summary: "compare two files",
  help: "diff [-uq] FILE FILE\n",
  run: (call) => Promise.resolve(run(call)),
};

/** The most lines of a file that diff compares. */
const linesMax = 5_000;

function run(call: Call): number {
  const options = parseOptions(call, {
    flags: "uqN",
    long: { unified: "u", brief: "q" },
    absent: "ybBcdeEfiInprstTwW",
  });
  const [left, right] = options.rest;
  if (left === undefined || right === undefined) {
    throw usage("diff", `missing operand after '${left ?? "diff"}'`, 2);
  }
  const a = linesOf(readFileText(call, left)).slice(0, linesMax);
  const b = linesOf(readFileText(call, right)).slice(0, linesMax);
  const edits = editScript(a, b);
  if (edits.every((edit) => edit.mark === " ")) return 0;
  if (options.has("q")) call.stdout.write(`Files ${left} and ${right} differ\n`);
  else if (options.has("u")) call.stdout.write(`--- ${left}\n+++ ${right}\n${unified(edits)}`);
  else call.stdout.write(plain(edits));
  return 1;
}

export interface LineEdit {
  readonly mark: " " | "-" | "+";
  readonly line: string;
}

/** The shortest edits from one text to the other, by longest common subsequence. */
export function editScript(a: readonly string[], b: readonly string[]): LineEdit[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const rows = endA - start;
  const columns = endB - start;
  const lengths = Array.from({ length: rows + 1 }, () => new Uint16Array(columns + 1));
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      lengths[i]![j] =
        a[start + i] === b[start + j]
          ? lengths[i + 1]![j + 1]! + 1
          : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  const out: LineEdit[] = a.slice(0, start).map((line) => ({ mark: " ", line }));
  let i = 0;
  let j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && a[start + i] === b[start + j]) {
      out.push({ mark: " ", line: a[start + i]! });
      i++;
      j++;
    } else if (i < rows && (j >= columns || lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      out.push({ mark: "-", line: a[start + i++]! });
    } else out.push({ mark: "+", line: b[start + j++]! });
  }
  for (const line of a.slice(endA)) out.push({ mark: " ", line });
  return out;
}

/** Hunks with three lines of context. */
export function unified(edits: readonly LineEdit[]): string {
  const near = edits.map((_, at) =>
    edits.slice(Math.max(0, at - 3), at + 4).some((edit) => edit.mark !== " "),
  );
  let out = "";
  let lineA = 1;
  let lineB = 1;
  for (let at = 0; at < edits.length;) {
    if (!near[at]) {
      lineA++;
      lineB++;
      at++;
      continue;
    }
    let end = at;
    while (end < edits.length && near[end]) end++;
    const hunk = edits.slice(at, end);
    const countA = hunk.filter((edit) => edit.mark !== "+").length;
    const countB = hunk.filter((edit) => edit.mark !== "-").length;
    const span = (from: number, count: number): string =>
      count === 1 ? String(from) : `${count === 0 ? from - 1 : from},${count}`;
    out += `@@ -${span(lineA, countA)} +${span(lineB, countB)} @@\n`;
    out += hunk.map(({ mark, line }) => `${mark}${line}\n`).join("");
    lineA += countA;
    lineB += countB;
    at = end;
  }
  return out;
}

function plain(edits: readonly LineEdit[]): string {
  let out = "";
  let lineA = 0;
  let lineB = 0;
  for (let at = 0; at < edits.length;) {
    if (edits[at]!.mark === " ") {
      lineA++;
      lineB++;
      at++;
      continue;
    }
    const removed: string[] = [];
    const added: string[] = [];
    for (; at < edits.length && edits[at]!.mark !== " "; at++) {
      (edits[at]!.mark === "-" ? removed : added).push(edits[at]!.line);
    }
    const span = (from: number, count: number): string =>
      count > 1 ? `${from + 1},${from + count}` : `${from + Math.min(1, count)}`;
    const kind = removed.length === 0 ? "a" : added.length === 0 ? "d" : "c";
    out += `${span(lineA, removed.length)}${kind}${span(lineB, added.length)}\n`;
    out += removed.map((line) => `< ${line}\n`).join("");
    if (kind === "c") out += "---\n";
    out += added.map((line) => `> ${line}\n`).join("");
    lineA += removed.length;
    lineB += added.length;
  }
  return out;
}
