// Properties: whatever is written, a list and the watch from its revision on give the state; and
// no object or patch, however strange, brings the server down.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigMap } from "../../src/api/kinds/index.ts";
import { keyOf } from "../../src/api/object.ts";
import type { Obj } from "../../src/api/object.ts";
import { configMap, world } from "./world.ts";

const write = fc.record({
  verb: fc.constantFrom("create", "update", "delete"),
  name: fc.constantFrom("a", "b", "c", "d"),
  value: fc.constantFrom("1", "2", "3"),
});

describe("list and watch", () => {
  test("from any revision on, the changes lead to the state", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 30 }), fc.nat(30), async (writes, at) => {
        const { client, clock } = world();
        const state = new Map<string, Obj>();
        let started = false;
        for (const [i, { verb, name, value }] of writes.entries()) {
          if (i === Math.min(at, writes.length - 1)) {
            const { items, resourceVersion } = await client.list(ConfigMap);
            for (const item of items) state.set(keyOf(item), item);
            client.watch(ConfigMap, { since: resourceVersion }, (event) => {
              if (event.type === "BOOKMARK") return;
              if (event.type === "DELETED") state.delete(keyOf(event.object));
              else state.set(keyOf(event.object), event.object);
            });
            started = true;
          }
          const key = `default/${name}`;
          const there = (await client.get(ConfigMap, key)) !== undefined;
          if (verb === "delete" && there) await client.remove(ConfigMap, key);
          if (verb === "update" && there) await client.patch(ConfigMap, key, { data: { value } });
          if (verb === "create" && !there)
            await client.create(ConfigMap, configMap(name, { value }));
        }
        await clock.advance(10);
        if (!started) return;
        const { items } = await client.list(ConfigMap);
        const byKey = [...state.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
        expect(byKey).toEqual(items);
      }),
      { numRuns: 200 },
    );
  });
});

describe("whatever is sent", () => {
  const json = fc.jsonValue({ maxDepth: 5 }) as fc.Arbitrary<unknown>;
  const fields = fc.dictionary(
    fc.constantFrom("metadata", "spec", "replicas", "template", "containers", "name", "$patch"),
    json,
  );
  const types = [
    "json-patch+json",
    "merge-patch+json",
    "strategic-merge-patch+json",
    "apply-patch+yaml",
  ];

  test("is answered: a patch of any kind", async () => {
    const { rest, client } = world();
    await client.create(ConfigMap, configMap("a"));
    const path = "PATCH /api/v1/namespaces/default/configmaps/a?dryRun=All&fieldManager=x";
    const any = fc.tuple(fc.constantFrom(...types), fc.oneof(json, fields));
    await fc.assert(
      fc.asyncProperty(any, async ([type, body]) => {
        const { status } = await rest(path, body, { "content-type": `application/${type}` });
        expect([200, 201, 400, 413, 422, 500]).toContain(status);
      }),
      { numRuns: 500 },
    );
  });
});

describe("server-side apply against a model", () => {
  const entries = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2"), {
    minKeys: 1,
  });
  const step = fc.record({
    manager: fc.constantFrom("x", "y"),
    data: entries,
    force: fc.boolean(),
  });

  test("two managers of a map: who has what, what stands, who fights", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const { rest } = world();
        const owned = { x: new Set<string>(), y: new Set<string>() };
        let stands: Record<string, string> = {};
        for (const { manager, data, force } of steps) {
          const me = manager as "x" | "y";
          const other = me === "x" ? "y" : "x";
          const fought = Object.keys(data).filter(
            (key) => owned[other].has(key) && stands[key] !== data[key],
          );
          const url = `PATCH /api/v1/namespaces/default/configmaps/a?fieldManager=${me}&force=${force}`;
          const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data };
          const headers = { "content-type": "application/apply-patch+yaml" };
          const answer = await rest(url, body, headers);
          if (fought.length > 0 && !force) {
            expect(answer.status).toBe(409);
            continue;
          }
          for (const key of fought) owned[other].delete(key);
          const dropped = [...owned[me]].filter((key) => !(key in data) && !owned[other].has(key));
          stands = { ...stands, ...data };
          for (const key of dropped) delete stands[key];
          owned[me] = new Set(Object.keys(data));
          expect((answer.body as { data: unknown }).data).toEqual(stands);
        }
      }),
      { numRuns: 300 },
    );
  });
});
