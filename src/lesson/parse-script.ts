// Solutions and mistakes: scripts of what a learner would do, that the tests play.
// Build time and tests only.
//
//   ```sh            one command a line; a line ending in \ goes on
//   ```yaml a.yaml   writes the file a.yaml into the home folder
//   ```do            apply a.yaml · guest GET http://… · answer ID N · notice WHAT, one a line

import type { Action, Mistake, Solution } from "./lesson.ts";
import { cut, fail, fences, plain, type Fence, type Passage, type Section } from "./sections.ts";

/** `## Solution: name`, with `### step-id` and that step's blocks. */
export function parseSolution(section: Section): Solution {
  return {
    name: section.rest || fail(section, 'expected "## Solution: name"'),
    steps: section.sections.map((step) => ({ step: step.word, actions: actions(step.body) })),
  };
}

/** `## Mistake: name`, the lines `raises: id` and perhaps `after: step-id`, and its blocks. */
export function parseMistake(section: Section): Mistake {
  const { before } = cut(section.body, 3);
  const head = plain(fences(before).prose);
  const value = (name: string): string | undefined =>
    new RegExp(`^${name}: (\\S+)$`, "m").exec(head)?.[1];
  return {
    name: section.rest || fail(section, 'expected "## Mistake: name"'),
    raises: value("raises") ?? fail(section, 'expected a line "raises: WRONG-TURN-ID"'),
    after: value("after"),
    actions: actions(section.body),
  };
}

function actions(passage: Passage): Action[] {
  return fences(passage).fences.flatMap((fence) => {
    if (fence.language === "sh") return commands(fence).map((command) => ({ do: "run", command }));
    if (fence.language === "yaml" && fence.info !== "") {
      return [{ do: "write", path: fence.info, content: fence.lines.join("\n") + "\n" }];
    }
    if (fence.language === "do") return fence.lines.flatMap((line) => deed(line, passage, fence));
    return fail(passage, "expected ```sh, ```yaml FILE or ```do", fence.line);
  });
}

function commands(fence: Fence): string[] {
  const joined = fence.lines.join("\n").replace(/\\\n\s*/g, "");
  return joined.split("\n").filter((line) => line.trim() !== "");
}

function deed(line: string, passage: Passage, fence: Fence): Action[] {
  const [word, first = "", ...more] = line.trim().split(/\s+/);
  const second = more.join(" ");
  switch (word) {
    case "":
      return [];
    case "apply":
      return [{ do: "apply", path: first }];
    case "guest":
      return [{ do: "guest", method: first, url: second }];
    case "answer":
      return [{ do: "answer", question: first, choice: Number(second) - 1 }];
    case "notice":
      return [{ do: "notice", what: [first, ...more].join(" ") }];
    default:
      return fail(passage, `expected apply, guest, answer or notice, saw "${line}"`, fence.line);
  }
}
