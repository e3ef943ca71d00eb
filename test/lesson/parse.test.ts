// The lesson format: what a lesson becomes, and what is said of a lesson that has a mistake.

import { describe, expect, test } from "vitest";
import { parseCourse, parseLesson } from "../../src/lesson/parse.ts";

const source = `---
format: 1
title: Doors
goal: Tell doors apart.
minutes: 4
install: [ingress-nginx]
names: { example.com: 203.0.113.10 }
---

## Story

Once upon a time.

## Step: look — Look around

Read the list.

### Predict: many

How many?

- ( ) one
- (x) two
- ( ) three

Because: there are two.

### Do

\`\`\`sh
kubectl get pods
kubectl get services
\`\`\`

### Checks

- \`obj Service default/a\` and \`ready Deployment default/a\` or \`seen services -A\`: There
  is a room *Not yet: look again.*
- \`GET http://example.com/ → 200\`: It answers

### Hints

- ask: What?
- where: There.
- what: This.
- how: So:

  \`\`\`yaml a.yaml
  kind: Service
    indented: true
  \`\`\`

## Wrong turn: one

\`\`\`when
obj Service default/b
did ~ "helm"
or
last * * → 503
\`\`\`

Not that way.

## Wrong turn: two

\`\`\`when
obj Service default/c
\`\`\`

Nor that way.

## Quiz: why

Why?

- (x) because
- ( ) whyever

Because: so.

## Ending

The end.

## Where the hotel breaks down

Here.

## For teachers

Ask.

## Solution: reference

### look

\`\`\`sh
kubectl apply -f \\
  a.yaml
echo "## Step: not a heading"
\`\`\`

## Solution: second

### look

\`\`\`do
apply a.yaml
guest GET http://example.com/
answer many 2
notice Ingress default/a
\`\`\`

## Solution: third

### look

\`\`\`yaml b.yaml
kind: Service
\`\`\`

## Mistake: first

raises: one
after: look

\`\`\`sh
helm list
\`\`\`

## Mistake: second

raises: two

\`\`\`sh
true
\`\`\`
`;

const toHtml = (markdown: string): string => `<p>${markdown}</p>`;
const lesson = (text: string): ReturnType<typeof parseLesson> =>
  parseLesson({
    folder: "01-doors",
    source: text,
    files: new Map([
      ["01-doors/start/10-a.yaml", "kind: A\n"],
      ["01-doors/files/b.yaml", "kind: B\n"],
      ["02-other/start/x.yaml", "kind: X\n"],
    ]),
    toHtml,
  });

describe("a lesson", () => {
  const parsed = lesson(source);
  const step = parsed.steps[0]!;

  test("keeps its id when it is renumbered, and its start", () => {
    expect(parsed.id).toBe("doors");
    expect(parsed.start).toEqual({
      broken: false,
      install: ["ingress-nginx"],
      names: { "example.com": "203.0.113.10" },
      objects: [{ name: "10-a.yaml", content: "kind: A\n" }],
      files: [{ name: "b.yaml", content: "kind: B\n" }],
    });
  });

  test("has steps with prediction, commands, checks and hints", () => {
    expect(step.prediction).toMatchObject({ id: "many", right: 1 });
    expect(step.prediction?.choices).toEqual(["one", "two", "three"]);
    expect(step.commands).toEqual(["kubectl get pods", "kubectl get services"]);
    expect(step.checks.map(({ title }) => title)).toEqual(["There is a room", "It answers"]);
    expect(step.checks[0]!.either.map((all) => all.map(({ text }) => text))).toEqual([
      ["obj Service default/a", "ready Deployment default/a"],
      ["seen services -A"],
    ]);
    expect(step.checks[0]!.notYet).toBe("look again.");
    expect(step.hints.map(({ rung }) => rung)).toEqual(["ask", "where", "what", "how"]);
    expect(step.hints[3]).toMatchObject({
      text: "<p>So:</p>",
      file: { name: "a.yaml", content: "kind: Service\n  indented: true\n" },
    });
  });

  test("has wrong turns with alternatives", () => {
    expect(parsed.wrongTurns[0]!.either.map((all) => all.map(({ text }) => text))).toEqual([
      ["obj Service default/b", 'did ~ "helm"'],
      ["last * * → 503"],
    ]);
    expect(parsed.wrongTurns[0]!.reply).toBe("<p>Not that way.</p>");
  });

  test("has scripts", () => {
    expect(parsed.solutions.map(({ steps }) => steps[0]!.actions)).toEqual([
      [
        { do: "run", command: "kubectl apply -f a.yaml" },
        { do: "run", command: 'echo "## Step: not a heading"' },
      ],
      [
        { do: "apply", path: "a.yaml" },
        { do: "guest", method: "GET", url: "http://example.com/" },
        { do: "answer", question: "many", choice: 1 },
        { do: "notice", what: "Ingress default/a" },
      ],
      [{ do: "write", path: "b.yaml", content: "kind: Service\n" }],
    ]);
    expect(parsed.mistakes[0]).toMatchObject({ raises: "one", after: "look" });
  });
});

const mistakes: [change: string, to: string, message: string][] = [
  ["format: 1", "format: 2", "01-doors/lesson.md:2: expected format 1, saw 2"],
  ["minutes: 4", "minutes: four", '01-doors/lesson.md:5: expected "minutes: a number", saw "four"'],
  ["title: Doors\n", "", 'expected "title: a text", saw nothing'],
  ["names: {", "names: [", "01-doors/lesson.md:7: "],
  ["## Story", "## Tale", ":10: expected one of Story, Ending, Where the hotel"],
  ["## Ending\n\nThe end.\n", "", '01-doors/lesson.md:1: expected a section "## Ending"'],
  ["look — Look around", "look", ':14: expected "Step: an-id — Title", saw "look"'],
  ["- (x) two", "- ( ) two", 'expected two or more choices with one "(x)", saw 0 of them'],
  ["- `GET http", "- GET http", 'expected "`claim` and `claim` or `claim`: Title", saw'],
  ["`seen services -A`", "`see services`", ":37: expected a claim (GET URL → …"],
  ["`seen services -A`", '`did ~ "x"`', ":37: expected state or traffic: a check must not ask"],
  [
    "`obj Service default/a`",
    "`obj Servce default/a`",
    ":37: expected a kind that the cluster serv",
  ],
  ["- where: There.", "- whence: There.", 'expected "- RUNG: …" (ask, where, what, how), saw'],
  ["- where: There.\n", "", 'expected the rung "where" next, saw "what"'],
  ["obj Service default/b", "GET http://a/ → 200", "a wrong turn sends no request"],
  ["last * * → 503", "last * * → soon", ":59: expected a status, 4xx, refused"],
  ["raises: one", "raises: won", `expected a wrong turn's id, saw "won"`],
  ["### look\n\n```yaml", "### luck\n\n```yaml", "expected the steps look, saw luck"],
  ["```yaml b.yaml", "```json", "expected ```sh, ```yaml FILE or ```do"],
  ["answer many 2", "guess many 2", 'expected apply, guest, answer or notice, saw "guess many 2"'],
  ["## Mistake: second", "## Mistake second", 'saw "Mistake second"'],
  ["```sh\ntrue\n```\n", "```sh\ntrue\n", "expected a closing ```, saw the end of the section"],
];

test.each(mistakes)("a mistake is told: %j → %j", (from, to, message) => {
  expect(source).toContain(from);
  expect(() => lesson(source.replace(from, to))).toThrow(message);
});

test.each([
  [
    "format: 1\ntitle: T\nwings: no\n",
    'course.yaml:3: expected "wings: a list of {title, lessons}"',
  ],
  ["format: 3\ntitle: T\nwings: []\n", "course.yaml:1: expected format 1, saw 3"],
  [
    "format: 1\ntitle: T\nwings:\n  - title: W\n    lessons: [01-gone]\n",
    "course.yaml:5: expected a folder with a lesson.md, saw no 01-gone/lesson.md",
  ],
])("a course with a mistake", (text, message) => {
  expect(() => parseCourse(new Map([["course.yaml", text]]), toHtml)).toThrow(message);
});
