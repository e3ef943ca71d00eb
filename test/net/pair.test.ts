// Two ends of a connection in memory: order, half-close, teardown, back-pressure.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { text, utf8 } from "../../src/base/bytes.ts";
import { VirtualClock } from "../../src/base/clock.ts";
import { NetError } from "../../src/net/errors.ts";
import { connectionPair, windowBytes } from "../../src/net/pair.ts";
import type { PairEnd } from "../../src/net/pair.ts";
import { Trace } from "../../src/net/trace.ts";

const at = { ip: "10.0.0.1", port: 1 };

function pair(latencyMs = 1) {
  const clock = new VirtualClock({ startMs: 0 });
  const trace = new Trace({ id: "t", now: () => 0 });
  const state = { closed: 0 };
  const ends = { local: at, remote: at };
  const { client, server } = connectionPair({
    clock,
    latencyMs,
    trace,
    client: ends,
    server: ends,
    onClosed: () => state.closed++,
  });
  return { clock, client, server, state };
}

/** What a read gives: its text, "end", or the fault. */
async function next(clock: VirtualClock, end: PairEnd): Promise<string> {
  const reading = end.read().then(
    (bytes) => (bytes === null ? "end" : text(bytes)),
    (error: NetError) => `<${error.fault}>`,
  );
  return clock.finish(reading);
}

describe("a pair", () => {
  test("one side ends, the other goes on", async () => {
    const { clock, client, server, state } = pair();
    void client.write(utf8("question"));
    client.end();
    expect(await next(clock, server)).toBe("question");
    expect(await next(clock, server)).toBe("end");
    expect(await next(clock, server)).toBe("end");
    void server.write(utf8("answer"));
    expect(state.closed).toBe(0);
    server.end();
    expect(await next(clock, client)).toBe("answer");
    expect(await next(clock, client)).toBe("end");
    expect(state.closed).toBe(1);
    expect(() => client.write(utf8("more"))).toThrow(NetError);
  });

  test("a teardown reaches the peer behind what was sent before", async () => {
    const { clock, client, server, state } = pair();
    void client.write(utf8("half an ans"));
    client.destroy();
    await clock.advance(1);
    expect(await next(clock, server)).toBe("half an ans");
    expect(await next(clock, server)).toBe("<reset>");
    expect(await next(clock, client)).toBe("<closed>");
    void server.write(utf8("dropped"));
    server.destroy();
    expect(state.closed).toBe(1);
  });

  test("a teardown with a fault of its own", async () => {
    const { clock, client, server } = pair();
    server.end();
    server.destroy(new NetError("timeout", "nobody came"));
    expect(await next(clock, client)).toBe("end");
    await clock.advance(1);
    expect(await next(clock, client)).toBe("<timeout>");
  });

  test("destroying what both sides have ended disturbs nobody", async () => {
    const { clock, client, server } = pair();
    client.end();
    server.end();
    await clock.advance(1);
    client.destroy();
    await clock.advance(1);
    expect(await next(clock, server)).toBe("end");
  });

  test("a waiting read learns of its own side's teardown", async () => {
    const { clock, client } = pair();
    const reading = next(clock, client);
    client.destroy();
    expect(await reading).toBe("<closed>");
  });

  test("two reads at once are refused", async () => {
    const { client } = pair();
    void client.read();
    await expect(client.read()).rejects.toThrow("another read");
  });

  test("a writer far ahead is told to wait until the reader comes", async () => {
    const { clock, client, server } = pair();
    expect(client.write(new Uint8Array(windowBytes - 1))).toBeUndefined();
    let went = false;
    const waiting = client.write(new Uint8Array(1)) as Promise<void>;
    void waiting.then(() => (went = true));
    await clock.advance(1000);
    expect(went).toBe(false);
    await clock.finish(server.read());
    await clock.advance(1);
    expect(went).toBe(true);
    expect(client.write(new Uint8Array(1))).toBeUndefined();
  });

  test.each(["server", "client"] as const)(
    "the %s's teardown frees a waiting writer",
    async (who) => {
      const { clock, client, ...rest } = pair();
      const waiting = client.write(new Uint8Array(windowBytes));
      ({ client, ...rest })[who].destroy();
      await clock.finish(Promise.resolve(waiting));
    },
  );

  test("whatever is written when, the same bytes arrive in order", async () => {
    const step = fc.record({ waitMs: fc.integer({ min: 0, max: 3 }), bytes: fc.uint8Array() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { clock, client, server } = pair(2);
        const seen: number[] = [];
        const reading = (async () => {
          for (let piece; (piece = await server.read()) !== null;) seen.push(...piece);
        })();
        for (const { waitMs, bytes } of steps) {
          await clock.advance(waitMs);
          void client.write(bytes);
        }
        client.end();
        await clock.finish(reading);
        expect(seen).toEqual(steps.flatMap(({ bytes }) => [...bytes]));
      }),
      { numRuns: 50 },
    );
  });
});
