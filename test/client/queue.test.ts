import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../src/base/clock.ts";
import { WorkQueue } from "../../src/client/queue.ts";

function queue(): { clock: VirtualClock; queue: WorkQueue; ready: () => number } {
  const clock = new VirtualClock({ startMs: 0 });
  let count = 0;
  return { clock, queue: new WorkQueue({ clock, onReady: () => count++ }), ready: () => count };
}

describe("work queue", () => {
  test("a key waits once, and comes out in the order of its arrival", () => {
    const { queue: q, ready } = queue();
    for (const key of ["b", "a", "b"]) q.add(key);
    expect([q.take(), q.take(), q.take()]).toEqual(["b", "a", undefined]);
    expect(ready()).toBe(2);
  });

  test("a key added while it is worked on comes back when that is done", () => {
    const { queue: q } = queue();
    q.add("a");
    q.take();
    q.add("a");
    q.add("a");
    expect(q.take()).toBeUndefined();
    q.done("a");
    expect([q.take(), q.take()]).toEqual(["a", undefined]);
  });

  test("failures come back after 5 ms, doubling to 1000 s; success starts anew", async () => {
    const { clock, queue: q } = queue();
    const delays: number[] = [];
    for (let i = 0; i < 20; i++) {
      const failedAt = clock.now();
      q.addFailed("a");
      await clock.until(() => q.size > 0, { limitMs: 2_000_000 });
      delays.push(clock.now() - failedAt);
      q.done(q.take()!);
    }
    expect(delays.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
    expect(delays.slice(-3)).toEqual([655_360, 1_000_000, 1_000_000]);
    q.forget("a");
    const failedAt = clock.now();
    q.addFailed("a");
    await clock.until(() => q.size > 0);
    expect(clock.now() - failedAt).toBe(5);
  });

  test("of several delays the earliest counts", async () => {
    const { clock, queue: q } = queue();
    q.addAfter("a", 100);
    q.addAfter("a", 10);
    q.addAfter("a", 50);
    await clock.advance(10);
    expect(q.take()).toBe("a");
    q.done("a");
    await clock.advance(1_000);
    expect(q.take()).toBeUndefined();
  });

  test("a cleared queue stays empty", async () => {
    const { clock, queue: q } = queue();
    q.add("a");
    q.addAfter("b", 10);
    q.addFailed("c");
    q.clear();
    await clock.advance(1_000);
    expect(q.size).toBe(0);
  });
});
