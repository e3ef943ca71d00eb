import { describe, expect, test } from "vitest";
import { ApiError } from "../../src/api/errors.ts";
import { ConfigMap } from "../../src/api/kinds/configmap.ts";
import { keyOf } from "../../src/api/object.ts";
import { runReconciler, watching } from "../../src/client/reconciler.ts";
import type { Reconciler } from "../../src/client/reconciler.ts";
import { configMap, world } from "./world.ts";

const watches = [watching(ConfigMap, (object) => [keyOf(object)])];

describe("reconciler", () => {
  test("is called once for a burst, after its informers are synced", async () => {
    const { client, clock, informers } = world();
    await client.create(ConfigMap, configMap("a"));
    const seen: string[] = [];
    const reconcile: Reconciler["reconcile"] = async (key) => {
      seen.push(`${key} ${informers.of(ConfigMap).get(key)?.data?.["n"] ?? "gone"}`);
    };
    runReconciler({ name: "test", watches, reconcile }, { informers, clock });
    for (const n of ["1", "2", "3"]) await client.update(ConfigMap, configMap("a", { n }));
    await clock.advance(0);
    expect(seen).toEqual(["default/a 3"]);
    await client.remove(ConfigMap, "default/a");
    await clock.advance(0);
    expect(seen).toEqual(["default/a 3", "default/a gone"]);
  });

  test("never works on a key twice at once", async () => {
    const { client, clock, informers } = world();
    await client.create(ConfigMap, configMap("a"));
    let at = 0;
    let most = 0;
    let runs = 0;
    const reconcile = async (): Promise<void> => {
      most = Math.max(most, ++at);
      await clock.sleep(100);
      at--;
      runs++;
    };
    runReconciler({ name: "test", watches, reconcile }, { informers, clock });
    await clock.advance(50);
    await client.update(ConfigMap, configMap("a", { n: "1" }));
    await clock.advance(1_000);
    expect([most, runs]).toEqual([1, 2]);
  });

  test("failures are told and tried again with growing delays; conflicts are not told", async () => {
    const { client, clock, informers } = world();
    await client.create(ConfigMap, configMap("a"));
    const startMs = clock.now();
    const errors = [new Error("first"), new ApiError("Conflict", "second"), new Error("third")];
    const at: number[] = [];
    const told: unknown[] = [];
    const reconcile = async (): Promise<void> => {
      at.push(clock.now() - startMs);
      const error = errors.shift();
      if (error) throw error;
    };
    const onError = (key: string, error: unknown): unknown => told.push(`${key} ${String(error)}`);
    runReconciler({ name: "test", watches, reconcile }, { informers, clock, onError });
    await clock.advance(60_000);
    expect(at).toEqual([0, 5, 15, 35]);
    expect(told).toEqual(["default/a Error: first", "default/a Error: third"]);
  });

  test("comes back when asked to, and not once stopped", async () => {
    const { client, clock, informers } = world();
    await client.create(ConfigMap, configMap("a"));
    let runs = 0;
    const reconcile = async (): Promise<{ requeueAfterMs: number }> => {
      runs++;
      return { requeueAfterMs: 1_000 };
    };
    const run = runReconciler({ name: "test", watches, reconcile }, { informers, clock });
    await clock.advance(3_500);
    expect(runs).toBe(4);
    run.stop();
    await client.remove(ConfigMap, "default/a");
    await clock.advance(10_000);
    expect(runs).toBe(4);
  });
});
