// How a lesson behaves beside being solved: latching, undoing, hints, answers, wrong turns, reset.

import type { SandboxEvents } from "../../src/sandbox/protocol.ts";
import { describe, expect, test } from "vitest";
import { compileCourse } from "../../scripts/lessons.ts";
import type { LessonView } from "../../src/sandbox/protocol.ts";
import { openSandbox, type Opened } from "../sandbox/opened.ts";

const course = compileCourse();
const fanout = course.lessons.find(({ id }) => id === "fanout")!;
const open = (lesson: string): Promise<Opened> => openSandbox(lesson, 1, course);
const view = ({ told }: Opened): LessonView =>
  told.filter(({ event }) => event === "lesson").at(-1)!.value as LessonView;
const second = 1_000;

describe("checks", () => {
  test("tick and un-tick with the state, until the step is done; then it stays done", async () => {
    const opened = await open("unread-card");
    const { sandbox, run, send } = opened;
    const ticks = (): boolean[] => view(opened).steps[0]!.checks.map(({ passed }) => passed);
    await run("kubectl apply -f simple-fanout.yaml");
    await sandbox.clock.advance(second);
    expect(ticks()).toEqual([true, false]);
    expect(view(opened).steps[0]!.checks[1]!.whyNotYet).toContain("no guest has been to the door");
    await run("kubectl delete ingress simple-fanout");
    await sandbox.clock.advance(second);
    expect(ticks()).toEqual([false, false]);
    await run("kubectl apply -f simple-fanout.yaml");
    await send("http://example.com/web");
    await sandbox.clock.advance(second);
    expect(view(opened).current).toBe(1);
    await run("kubectl delete ingress simple-fanout");
    await sandbox.clock.advance(10 * second);
    expect(view(opened)).toMatchObject({ current: 1, done: false });
    expect(view(opened).steps[0]).toMatchObject({ done: true });
  });

  test("requests of the checks are no guests", async () => {
    const { sandbox } = await open("fanout");
    await sandbox.clock.advance(10 * second);
    expect(sandbox.guests).toEqual([]);
  });

  test("nor do they stand in any log; the learner's own guests do", async () => {
    const opened = await open("fanout");
    await opened.run("kubectl apply -f fanout.yaml");
    await opened.sandbox.clock.advance(20 * second);
    await opened.run("curl http://example.com/web/mine");
    await opened.sandbox.clock.advance(20 * second);
    opened.told.length = 0;
    await opened.run("kubectl logs -n ingress-nginx deployment/ingress-nginx-controller");
    await opened.run("kubectl logs -l app=frontend");
    const logs = opened.told
      .map(({ event, value }) =>
        event === "output" ? (value as SandboxEvents["output"]).data : "",
      )
      .join("");
    expect(logs).not.toContain("lesson-check");
    expect(logs.match(/GET \/web\/mine/g)).toHaveLength(2);
    expect(logs.match(/GET \/web/g)).toHaveLength(2);
  });
});

test("hints come rung by rung; the last one writes a file and applies nothing", async () => {
  const opened = await open("fanout");
  const { methods } = opened.sandbox;
  const shown = (): string[] => view(opened).steps[1]!.hints.map(({ rung }) => rung);
  expect(shown()).toEqual([]);
  for (let i = 0; i < 3; i++) await methods.askHint("second-line");
  expect(shown()).toEqual(["ask", "where", "what"]);
  expect(await methods.listFiles()).toEqual(["/home/guest/fanout.yaml"]);
  await methods.askHint("second-line");
  await methods.askHint("second-line");
  expect(view(opened).steps[1]).toMatchObject({ moreHints: false });
  expect(await methods.listFiles()).toContain("/home/guest/fanout-example.yaml");
  expect(opened.told.at(-2)).toEqual({
    event: "openEditor",
    value: { path: "/home/guest/fanout-example.yaml" },
  });
  expect(opened.scene().cards).toEqual([]);
});

test("the first answer counts, and only then is the right one told", async () => {
  const opened = await open("unread-card");
  const prediction = () => view(opened).steps[0]!.prediction!;
  expect(prediction()).toMatchObject({ chosen: undefined, right: undefined, because: "" });
  await opened.sandbox.methods.answer("lobby", 1);
  await opened.sandbox.methods.answer("lobby", 3);
  expect(prediction()).toMatchObject({ chosen: 1, right: 3 });
  expect(prediction().because).toContain("Nobody stands at the door");
});

test("a wrong turn: not before a guest, dismissed until it happens anew", async () => {
  const opened = await open("unread-card");
  const { sandbox, run, send } = opened;
  const turn = (): string | undefined => view(opened).wrongTurn?.id;
  const type = (one: string): string =>
    `kubectl patch service frontend-service -p '{"spec":{"type":"${one}"}}'`;
  await run(type("NodePort"));
  await sandbox.clock.advance(5 * second);
  expect(turn()).toBeUndefined();
  await send("http://example.com/web");
  await sandbox.clock.advance(second);
  expect(turn()).toBe("side-door");
  await sandbox.methods.dismissWrongTurn("side-door");
  await sandbox.clock.advance(5 * second);
  expect(turn()).toBeUndefined();
  await run(type("ClusterIP"));
  await sandbox.clock.advance(5 * second);
  await run(type("NodePort"));
  await sandbox.clock.advance(5 * second);
  expect(turn()).toBe("side-door");
  await run(type("ClusterIP"));
  await sandbox.clock.advance(5 * second);
  expect(turn()).toBeUndefined();
});

test("reset opens the lesson anew; leaving it keeps the hotel", async () => {
  const opened = await open("fanout");
  const { sandbox, run } = opened;
  await run("kubectl apply -f fanout.yaml");
  await sandbox.clock.advance(5 * second);
  expect(opened.scene().cards).toHaveLength(1);
  await sandbox.methods.resetLesson();
  expect(opened.scene().cards).toHaveLength(0);
  expect(view(opened)).toMatchObject({ id: "fanout", current: 0 });
  await run("kubectl apply -f fanout.yaml");
  await sandbox.methods.closeLesson();
  await sandbox.clock.advance(5 * second);
  expect(view(opened)).toBeNull();
  expect(opened.scene().cards).toHaveLength(1);
});

test("the list of lessons knows what is done", async () => {
  const opened = await open("fanout");
  const { methods, clock } = opened.sandbox;
  const listed = await methods.listLessons();
  expect(listed.map(({ id }) => id)).toEqual(course.lessons.map(({ id }) => id));
  expect(listed.some(({ done }) => done)).toBe(false);
  await expect(methods.openLesson("none")).rejects.toThrow('no lesson "none"');
  const commands = fanout.solutions[0]!.steps.flatMap(({ actions }) => actions);
  for (const action of commands) {
    await clock.advance(4 * second);
    if (action.do === "run") await opened.run(action.command);
    if (action.do === "write") {
      await methods.writeFile(`/home/guest/${action.path}`, action.content);
    }
  }
  await clock.advance(20 * second);
  const done = (await methods.listLessons()).filter((one) => one.done);
  expect(done.map(({ id }) => id)).toEqual(["fanout"]);
});
