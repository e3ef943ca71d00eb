import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../src/base/clock.ts";

const start = Date.UTC(2026, 10, 23, 9);
const newClock = (): VirtualClock => new VirtualClock({ startMs: start });

describe("VirtualClock", () => {
  test("a leap moves the date and what is due, and runs nothing", async () => {
    const clock = new VirtualClock({ startMs: 1000 });
    const ran: number[] = [];
    clock.after(50, () => ran.push(clock.now()));
    clock.after(20, () => ran.push(clock.now()));
    clock.leap(1_000_000);
    expect([clock.now(), ran]).toEqual([1_001_000, []]);
    await clock.advance(50);
    expect(ran).toEqual([1_001_020, 1_001_050]);
  });

  test("time stands still until somebody drives it", async () => {
    const clock = newClock();
    const seen: number[] = [];
    clock.after(10, () => seen.push(clock.now() - start));
    await clock.settle();
    expect([clock.now() - start, seen]).toEqual([0, []]);
    await clock.advance(9);
    expect(seen).toEqual([]);
    await clock.advance(1);
    expect(seen).toEqual([10]);
    await clock.advance(90);
    expect(clock.now() - start).toBe(100);
  });

  test("tasks run by time, then in the order of scheduling", async () => {
    const clock = newClock();
    const seen: string[] = [];
    for (const [delay, name] of [
      [5, "c"],
      [1, "a"],
      [5, "d"],
      [1, "b"],
      [0, "first"],
      [-3, "second"],
      [NaN, "third"],
    ] as const) {
      clock.after(delay, () => seen.push(name));
    }
    await clock.advance(5);
    expect(seen).toEqual(["first", "second", "third", "a", "b", "c", "d"]);
  });

  test("promise continuations run to their end between two events", async () => {
    const clock = newClock();
    const seen: string[] = [];
    const chain = async (name: string): Promise<void> => {
      for (let i = 0; i < 50; i++) await Promise.resolve();
      seen.push(name);
    };
    clock.after(1, () => void chain("long chain of the first event"));
    clock.after(1, () => seen.push("second event"));
    await clock.advance(1);
    expect(seen).toEqual(["long chain of the first event", "second event"]);
  });

  test("a cancelled task never runs, and does not keep the clock busy", async () => {
    const clock = newClock();
    const timer = clock.after(5, () => expect.unreachable());
    expect(clock.dueAt()).toBe(start + 5);
    timer.cancel();
    expect(clock.dueAt()).toBeUndefined();
    await clock.advance(10);
  });

  test("a task may schedule for now; it runs after those already due", async () => {
    const clock = newClock();
    const seen: string[] = [];
    clock.after(0, () => {
      clock.after(0, () => seen.push("child"));
      seen.push("parent");
    });
    clock.after(0, () => seen.push("sibling"));
    await clock.advance(0);
    expect(seen).toEqual(["parent", "sibling", "child"]);
  });

  test("sleep wakes at its time", async () => {
    const clock = newClock();
    const woke = clock.sleep(250).then(() => clock.now() - start);
    expect(await clock.finish(woke)).toBe(250);
  });

  test("during holds time still for outside work", async () => {
    const clock = newClock();
    const seen: number[] = [];
    const outside = (): Promise<void> =>
      new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
    clock.after(0, () => void clock.during(outside()).then(() => seen.push(clock.now() - start)));
    clock.after(1_000, () => seen.push(clock.now() - start));
    await clock.advance(2_000);
    expect(seen).toEqual([0, 1_000]);
  });

  test("until stops at the claim, at the limit, or when nothing is left", async () => {
    const clock = newClock();
    let ticks = 0;
    const tick = (): void => {
      ticks++;
      clock.after(10, tick);
    };
    clock.after(10, tick);
    expect(await clock.until(() => ticks === 3)).toBe(true);
    expect(clock.now() - start).toBe(30);
    expect(await clock.until(() => false, { limitMs: 100 })).toBe(false);
    expect(clock.now() - start).toBe(130);
    expect(await newClock().until(() => false)).toBe(false);
  });

  test("finish tells when the work is not done in time, and passes its error on", async () => {
    const clock = newClock();
    await expect(clock.finish(new Promise(() => {}), { limitMs: 50 })).rejects.toThrow(
      "not finished within 50 ms of cluster time",
    );
    const failing = clock.sleep(1).then(() => {
      throw new Error("its own words");
    });
    await expect(clock.finish(failing)).rejects.toThrow("its own words");
  });
});
