// The parts of lesson.md that the learner meets: steps with their prediction, commands, checks
// and hints; wrong turns; quiz questions. Build time only.

import { kinds } from "../api/kinds/index.ts";
import { parseClaim, type Claim } from "./claim.ts";
import { rungs, type Check, type Hint, type Lesson, type LessonStep } from "./lesson.ts";
import type { Question, Rung, WrongTurn } from "./lesson.ts";
import { ClaimError } from "./notation.ts";
import type { ToHtml } from "./parse.ts";
import { fail, fences, items, plain, type Passage, type Section } from "./sections.ts";

const parts = ["Predict", "Do", "Checks", "Hints"];

/** `## Step: id — Title` */
export function parseStep(section: Section, toHtml: ToHtml): LessonStep {
  const [id, title] = idAndTitle(section);
  for (const part of section.sections) {
    if (!parts.includes(part.word)) {
      fail(part, `expected one of ${parts.join(", ")} in a step, saw "${part.word}"`);
    }
  }
  const part = (word: string): Section | undefined =>
    section.sections.find((one) => one.word === word);
  const checks = part("Checks");
  if (!checks) fail(section, 'expected "### Checks" in this step');
  const predict = part("Predict");
  return {
    id,
    title,
    text: toHtml(plain(section.body)),
    prediction: predict && parseQuestion(predict, toHtml),
    commands: fences(part("Do")?.body ?? { ...section, lines: [] }).fences.flatMap((fence) =>
      fence.lines.filter((line) => line.trim() !== ""),
    ),
    checks: items(checks.body).map((item, i) => parseCheck(item, `${id}.${i + 1}`)),
    hints: parseHints(part("Hints"), toHtml),
  };
}

/** "- `claim` and `claim` or `claim`: Title. *Not yet: sentence.*" */
function parseCheck(item: Passage, id: string): Check {
  const text = item.lines.join(" ").replace(/\s+/g, " ").trim();
  const match = /^(`[^`]+`(?: (?:and|or) `[^`]+`)*): (.+?)(?: \*Not yet: (.+)\*)?$/.exec(text);
  if (!match) {
    fail(item, 'expected "`claim` and `claim` or `claim`: Title", saw "' + text + '"');
  }
  const either = match[1]!
    .split(/(?<=`) or (?=`)/)
    .map((all) => all.split(/(?<=`) and (?=`)/).map((one) => claimAt(item, one.slice(1, -1))));
  for (const claim of either.flat()) {
    if (claim.claim === "did") {
      fail(item, "expected state or traffic: a check must not ask for a command (did ~ …)");
    }
  }
  return { id, title: match[2]!, either, notYet: match[3] };
}

function claimAt(at: Passage, source: string, line = at.line): Claim {
  try {
    const claim = parseClaim(source);
    if ("kind" in claim && !kinds.some(({ kind }) => kind === claim.kind)) {
      fail(at, `expected a kind that the cluster serves, saw "${claim.kind}"`, line);
    }
    return claim;
  } catch (error) {
    if (error instanceof ClaimError) fail(at, error.message, line);
    throw error;
  }
}

function parseHints(section: Section | undefined, toHtml: ToHtml): Hint[] {
  if (!section) return [];
  const hints = items(section.body).map((item): Hint => {
    const { prose, fences: blocks } = fences(item);
    const rung = /^(\w+): /.exec(item.lines[0]!)?.[1];
    if (!rungs.includes(rung as Rung)) {
      fail(item, `expected "- RUNG: …" (${rungs.join(", ")}), saw "${item.lines[0]}"`);
    }
    const block = blocks.find((one) => one.info !== "");
    return {
      rung: rung as Rung,
      text: toHtml(plain(block ? prose : item).slice(rung!.length + 2)),
      file: block && { name: block.info, content: block.lines.join("\n") + "\n" },
    };
  });
  hints.forEach(({ rung }, i) => {
    if (rung !== rungs[i]) fail(section, `expected the rung "${rungs[i]}" next, saw "${rung}"`);
  });
  return hints;
}

/** "Predict: id" and "Quiz: id": question, choices ("- ( ) …", "- (x) …"), "Because: …". */
export function parseQuestion(section: Section, toHtml: ToHtml): Question {
  if (!/^[a-z][a-z0-9-]*$/.test(section.rest)) {
    fail(section, `expected "${section.word}: an-id", saw "${section.rest}"`);
  }
  const lines = section.body.lines;
  const first = lines.findIndex((line) => /^- \(.\) /.test(line));
  const because = lines.findIndex((line) => line.startsWith("Because: "));
  if (first < 0 || because < first) {
    fail(section, 'expected a question, choices "- ( ) …" with one "- (x) …", then "Because: …"');
  }
  const at = (from: number, to: number): Passage => ({
    file: section.file,
    line: section.body.line + from,
    lines: lines.slice(from, to),
  });
  const choices = items(at(first, because)).map((item) => item.lines.join(" ").trim());
  const rights = choices.flatMap((choice, i) => (choice.startsWith("(x) ") ? [i] : []));
  if (choices.length < 2 || rights.length !== 1) {
    fail(section, `expected two or more choices with one "(x)", saw ${rights.length} of them`);
  }
  return {
    id: section.rest,
    question: toHtml(plain(at(0, first))),
    choices: choices.map((choice) => choice.slice(4)),
    right: rights[0]!,
    because: toHtml(plain(at(because, lines.length)).slice("Because: ".length)),
  };
}

/** `## Wrong turn: id`, a fence "when" (claims, a line "or" between alternatives), the reply. */
export function parseWrongTurn(section: Section, toHtml: ToHtml): WrongTurn {
  const { prose, fences: blocks } = fences(section.body);
  const when = blocks.find((fence) => fence.language === "when");
  if (!when) fail(section, "expected a block ```when with a claim a line");
  const either: Claim[][] = [[]];
  when.lines.forEach((line, i) => {
    if (line.trim() === "or") either.push([]);
    else if (line.trim() !== "") {
      either.at(-1)!.push(claimAt(section.body, line, when.line + 1 + i));
    }
  });
  for (const claim of either.flat()) {
    if (claim.claim === "request" || claim.claim === "share") {
      fail(section, "expected objects and what the learner did: a wrong turn sends no request");
    }
  }
  const reply = plain(prose);
  if (reply === "") fail(section, "expected the reply after the block");
  return { id: section.rest, either, reply: toHtml(reply) };
}

function idAndTitle(section: Section): [id: string, title: string] {
  const match = /^([a-z][a-z0-9-]*) — (.+)$/.exec(section.rest);
  if (!match) fail(section, `expected "${section.word}: an-id — Title", saw "${section.rest}"`);
  return [match[1]!, match[2]!];
}

/** What a lesson needs beyond its grammar: references that lead somewhere, enough scripts. */
export function verifyReferences(
  lesson: Lesson,
  at: { file: string; sections: readonly Section[] },
): void {
  const where = (word: string, rest = ""): { file: string; line: number } =>
    at.sections.find((one) => one.word === word && one.rest.startsWith(rest)) ?? {
      file: at.file,
      line: 1,
    };
  const questions = new Set(lesson.quiz.map(({ id }) => id));
  for (const step of lesson.steps) if (step.prediction) questions.add(step.prediction.id);
  for (const step of lesson.steps) {
    for (const claim of step.checks.flatMap((check) => check.either.flat())) {
      if (claim.claim === "asked" && !questions.has(claim.question)) {
        fail(where("Step", step.id), `expected a question's id, saw "ask ${claim.question}"`);
      }
    }
  }
  const steps = lesson.steps.map(({ id }) => id).join(", ");
  for (const solution of lesson.solutions) {
    const names = solution.steps.map(({ step }) => step).join(", ");
    if (names !== steps) {
      fail(where("Solution", solution.name), `expected the steps ${steps}, saw ${names}`);
    }
  }
  for (const mistake of lesson.mistakes) {
    if (!lesson.wrongTurns.some(({ id }) => id === mistake.raises)) {
      fail(where("Mistake", mistake.name), `expected a wrong turn's id, saw "${mistake.raises}"`);
    }
  }
  const enough: [string, number, number][] = [
    ["Step", lesson.steps.length, 1],
    ["Quiz", lesson.quiz.length, 1],
    ["Wrong turn", lesson.wrongTurns.length, 2],
    ["Solution", lesson.solutions.length, 3],
    ["Mistake", lesson.mistakes.length, 2],
  ];
  for (const [word, saw, wanted] of enough) {
    if (saw < wanted) fail(where(word), `expected ${wanted} or more "## ${word}", saw ${saw}`);
  }
}
