import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ListOptions, WatchEvent } from "../../src/api/client.ts";
import { ConfigMap } from "../../src/api/kinds/configmap.ts";
import { keyOf } from "../../src/api/object.ts";
import type { Key } from "../../src/api/object.ts";
import { configMap, world } from "./world.ts";

type Event = WatchEvent<ConfigMap>;

function told(event: Event): string {
  return event.type === "BOOKMARK" ? event.type : `${event.type} ${keyOf(event.object)}`;
}

describe("watch", () => {
  test("nothing is told inside a write; all of it in the next clock event", async () => {
    const { client, clock } = world();
    const seen: string[] = [];
    const { resourceVersion: since } = await client.list(ConfigMap);
    client.watch(ConfigMap, { since }, (event: Event) => seen.push(told(event)));
    await client.create(ConfigMap, configMap("a"));
    await client.create(ConfigMap, configMap("b"));
    expect(seen).toEqual([]);
    await clock.step();
    expect(seen).toEqual(["ADDED default/a", "ADDED default/b"]);
  });

  test("every watcher is given the same object as the store has", async () => {
    const { client, clock } = world();
    const seen: Event[] = [];
    for (let i = 0; i < 3; i++) client.watch(ConfigMap, { since: "6" }, (e: Event) => seen.push(e));
    const stored = await client.create(ConfigMap, configMap("a"));
    await clock.advance(0);
    expect(seen).toHaveLength(3);
    for (const event of seen) expect("object" in event && event.object).toBe(stored);
  });

  test("a watch starts where it says, however late it is opened", async () => {
    const { client, clock } = world();
    const { resourceVersion: since } = await client
      .create(ConfigMap, configMap("a"))
      .then((o) => o.metadata as { resourceVersion: string });
    await client.create(ConfigMap, configMap("b"));
    await client.remove(ConfigMap, "default/a");
    await clock.advance(1_000);
    const seen: string[] = [];
    client.watch(ConfigMap, { since }, (event: Event) => seen.push(told(event)));
    await clock.advance(0);
    expect(seen).toEqual(["ADDED default/b", "DELETED default/a"]);
  });

  test("a stopped watch is told nothing more, not even what was on its way", async () => {
    const { client, clock } = world();
    const seen: string[] = [];
    const watch = client.watch(ConfigMap, { since: "6" }, (event: Event) => {
      seen.push(told(event));
      watch.stop();
    });
    await client.create(ConfigMap, configMap("a"));
    await client.create(ConfigMap, configMap("b"));
    await clock.advance(0);
    expect(seen).toEqual(["ADDED default/a"]);
  });

  test("a watch from too long ago gets Expired, through the clock", async () => {
    const { client, clock } = world();
    for (let i = 0; i < 3_000; i++) await client.create(ConfigMap, configMap(`n${i}`));
    await clock.advance(0);
    const errors: string[] = [];
    const expired = (error: Error): unknown => errors.push(String(error));
    client.watch(ConfigMap, { since: "7" }, () => undefined, expired);
    expect(errors).toEqual([]);
    await clock.advance(0);
    expect(errors).toEqual(["ApiError: too old resource version: 7 (1006)"]);
  });

  test.each<[string, ListOptions, string[]]>([
    ["everything", {}, ["ADDED a/x", "ADDED b/x", "MODIFIED a/x", "MODIFIED a/x", "DELETED a/x"]],
    ["a namespace", { namespace: "b" }, ["ADDED b/x"]],
    ["a label", { labelSelector: "on=1" }, ["ADDED a/x", "DELETED a/x"]],
    [
      "its absence",
      { labelSelector: "!on" },
      ["ADDED a/x", "ADDED b/x", "DELETED a/x", "ADDED a/x", "DELETED a/x"],
    ],
    ["a field", { fieldSelector: "metadata.namespace=b" }, ["ADDED b/x"]],
  ])("selecting %s, objects come and go as they match", async (_, options, expected) => {
    const { server, client, clock } = world();
    for (const name of ["a", "b"]) {
      await server.transport({
        method: "POST",
        path: "/api/v1/namespaces",
        query: new URLSearchParams(),
        headers: {},
        body: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
      });
    }
    const seen: string[] = [];
    const { resourceVersion: since } = await client.list(ConfigMap);
    client.watch(ConfigMap, { ...options, since }, (event: Event) => seen.push(told(event)));
    const label = (labels: Record<string, string>): Promise<ConfigMap> => {
      const object = configMap("a/x");
      return client.update(ConfigMap, { ...object, metadata: { ...object.metadata, labels } });
    };
    await client.create(ConfigMap, configMap("a/x"));
    await client.create(ConfigMap, configMap("b/x"));
    await label({ on: "1" });
    await label({});
    await client.remove(ConfigMap, "a/x");
    await clock.advance(0);
    expect(seen).toEqual(expected);
  });

  test("list, then watch: from any revision the state is reproduced (fast-check)", async () => {
    const step = fc.record({
      name: fc.constantFrom("a", "b", "c"),
      action: fc.constantFrom("put", "put", "remove", "pause"),
      on: fc.constantFrom("1", "0"),
    });
    const selectors = [{}, { labelSelector: "on=1" }, { fieldSelector: "metadata.name=a" }];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { client, clock } = world({ kinds: [ConfigMap] });
        const copies: { options: ListOptions; copy: Map<Key, ConfigMap> }[] = [];
        const follow = async (options: ListOptions): Promise<void> => {
          const { items, resourceVersion: since } = await client.list(ConfigMap, options);
          const copy = new Map(items.map((object) => [keyOf(object), object]));
          copies.push({ options, copy });
          client.watch(ConfigMap, { ...options, since }, (event: Event) => {
            if (event.type === "BOOKMARK") return;
            const key = keyOf(event.object);
            expect(copy.has(key)).toBe(event.type !== "ADDED");
            if (event.type === "DELETED") copy.delete(key);
            else copy.set(key, event.object);
          });
        };
        for (const { name, action, on } of steps) {
          for (const options of selectors) await follow(options);
          const key = `default/${name}`;
          const there = await client.get(ConfigMap, key);
          const object = configMap(name, { at: String(copies.length) });
          const labelled = { ...object, metadata: { ...object.metadata, labels: { on } } };
          if (action === "pause") await clock.advance(0);
          else if (action === "remove") await (there && client.remove(ConfigMap, key));
          else
            await (there ? client.update(ConfigMap, labelled) : client.create(ConfigMap, labelled));
        }
        await clock.advance(0);
        for (const { options, copy } of copies) {
          const { items } = await client.list(ConfigMap, options);
          expect([...copy.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))).toEqual(items);
        }
      }),
      { numRuns: 25 },
    );
  });
});
