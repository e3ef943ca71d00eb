// Pace: cluster time against real time. The host's time is a fake one, moved by hand.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { VirtualClock } from "../../src/base/clock.ts";
import { Pace } from "../../src/sandbox/pace.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => vi.useRealTimers());

interface Paced {
  clock: VirtualClock;
  pace: Pace;
  errors: unknown[];
}

function paced(): Paced {
  const clock = new VirtualClock({ startMs: 0 });
  const errors: unknown[] = [];
  const pace = new Pace(clock, { ran: () => {}, failed: (error) => errors.push(error) });
  return { clock, pace, errors };
}

/** Real time passes, in small parts, with turns of the message loop between. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10) {
    await vi.advanceTimersByTimeAsync(Math.min(10, left));
    for (let i = 0; i < 8; i++) await new Promise((resolve) => setImmediate(resolve));
  }
}

test.each([
  [1, 1_000, 1],
  [4, 1_000, 4],
  [0.25, 4_000, 1],
])("at speed %d, %d ms real are %d s", async (speed, realMs, seconds) => {
  const { clock, pace } = paced();
  pace.set({ speed, paused: false });
  const seen: number[] = [];
  const tick = (): void => {
    seen.push(clock.now());
    clock.after(1_000, tick);
  };
  clock.after(1_000, tick);
  await pass(realMs + 40);
  expect(seen.at(-1)).toBe(seconds * 1_000);
});

test("a paused clock stands; a step runs one event; going on does not catch up", async () => {
  const { clock, pace } = paced();
  const seen: string[] = [];
  clock.after(100, () => seen.push("a"));
  clock.after(200, () => seen.push("b"));
  pace.set({ speed: 1, paused: true });
  await pass(1_000);
  expect(seen).toEqual([]);
  await pace.step();
  expect(seen).toEqual(["a"]);
  expect(clock.now()).toBe(100);
  pace.set({ speed: 1, paused: false });
  await pass(50);
  expect(seen).toEqual(["a"]);
  await pass(100);
  expect(seen).toEqual(["a", "b"]);
});

test("nothing due: no timer is held, and a new event wakes it", async () => {
  const { clock, pace } = paced();
  pace.set({ speed: 1, paused: false });
  expect(vi.getTimerCount()).toBe(0);
  let ran = false;
  clock.after(50, () => (ran = true));
  expect(vi.getTimerCount()).toBe(1);
  await pass(100);
  expect(ran).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test("catchUp brings an idle cluster's time up to now", async () => {
  const { clock, pace } = paced();
  pace.set({ speed: 1, paused: false });
  await pass(1_000);
  expect(clock.now()).toBe(0);
  await pace.catchUp();
  expect(clock.now()).toBe(1_000);
});

test("after a long sleep of the laptop the cluster does not run for hours", async () => {
  const { clock, pace } = paced();
  pace.set({ speed: 1, paused: false });
  await pass(10);
  await vi.advanceTimersByTimeAsync(3_600_000);
  await pace.catchUp();
  expect(clock.now()).toBeLessThan(10_000);
});

test("an event that throws is told, and does not end the driving silently", async () => {
  const { clock, pace, errors } = paced();
  clock.after(10, () => {
    throw new Error("ours");
  });
  pace.set({ speed: 1, paused: false });
  await pass(50);
  expect(errors.map(String)).toEqual(["Error: ours"]);
});

test.each([
  [0, 0.05],
  [1e9, 100],
  [NaN, 1],
])("speed %d becomes %d", (wanted, speed) => {
  const { pace } = paced();
  pace.set({ speed: wanted, paused: false });
  expect(pace.speed).toBe(speed);
});
