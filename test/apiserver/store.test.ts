import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigMap } from "../../src/api/kinds/configmap.ts";
import { Namespace } from "../../src/api/kinds/namespace.ts";
import { keyOf } from "../../src/api/object.ts";
import { Store } from "../../src/apiserver/store.ts";
import { sameJson } from "../../src/api/json.ts";
import { deepFreeze } from "../../src/apiserver/freeze.ts";
import { configMap } from "./world.ts";

const kinds = [ConfigMap, Namespace];
const names = (objects: readonly ConfigMap[]): string[] => objects.map(keyOf);

describe("store", () => {
  test("one revision counts for all kinds", () => {
    const store = new Store({ kinds });
    const a = store.put(ConfigMap, configMap("a"));
    store.put(Namespace, { apiVersion: "v1", kind: "Namespace", metadata: { name: "x" } });
    const again = store.put(ConfigMap, a);
    expect([a, again].map((o) => o.metadata.resourceVersion)).toEqual(["1", "3"]);
    expect(store.delete(ConfigMap, "default/a").metadata.resourceVersion).toBe("4");
    expect(store.revision).toBe(4);
  });

  test("objects are frozen all the way down and shared by every reader", () => {
    const store = new Store({ kinds });
    const stored = store.put(ConfigMap, configMap("a", { k: "v" }));
    expect(() => (stored.data!["k"] = "w")).toThrow(TypeError);
    expect(() => (stored.metadata.labels = {})).toThrow(TypeError);
    expect(store.get(ConfigMap, "default/a")).toBe(stored);
    expect(store.list(ConfigMap)[0]).toBe(stored);
  });

  test("a list is sorted as etcd sorts keys, and is the same array until a write", () => {
    const store = new Store({ kinds });
    for (const key of ["b/x", "a/z", "a-b/y", "a/a", "b/a"]) store.put(ConfigMap, configMap(key));
    const list = store.list(ConfigMap);
    expect(names(list)).toEqual(["a-b/y", "a/a", "a/z", "b/a", "b/x"]);
    expect(store.list(ConfigMap)).toBe(list);
    expect(names(store.list(ConfigMap, "a"))).toEqual(["a/a", "a/z"]);
    store.delete(ConfigMap, "a/z");
    store.put(ConfigMap, configMap("a/m"));
    expect(names(store.list(ConfigMap, "a"))).toEqual(["a/a", "a/m"]);
    expect(store.list(ConfigMap, "nowhere")).toEqual([]);
  });

  test("a kind that is not served is refused as such", () => {
    const store = new Store({ kinds: [Namespace] });
    expect(() => store.list(ConfigMap)).toThrow("the server could not find the requested resource");
  });

  test("the log is bounded, and older revisions are expired", () => {
    const store = new Store({ kinds, logLengthMax: 8 });
    for (let i = 0; i < 20; i++) store.put(ConfigMap, configMap(`n${i}`));
    expect(store.log(ConfigMap).since(0, store.revision)).toHaveLength(20);
    store.log(ConfigMap).trim();
    expect(store.log(ConfigMap).since(12, store.revision)).toHaveLength(8);
    expect(() => store.log(ConfigMap).since(11, store.revision)).toThrow(
      "too old resource version: 11 (12)",
    );
    expect(() => store.log(ConfigMap).since(21, store.revision)).toThrow(
      "Too large resource version: 21, current: 20",
    );
  });

  test("any earlier state can be rebuilt (fast-check)", () => {
    const name = fc.constantFrom("a/1", "a/2", "b/1", "b/2", "c/1");
    const write = fc.record({ name, remove: fc.boolean(), value: fc.string({ maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 40 }), (writes) => {
        const store = new Store({ kinds });
        const history = [store.list(ConfigMap)];
        for (const { name, remove, value } of writes) {
          if (!remove) store.put(ConfigMap, configMap(name, { value }));
          else if (store.get(ConfigMap, name)) store.delete(ConfigMap, name);
          else continue;
          history.push(store.list(ConfigMap));
        }
        history.forEach((list, revision) => {
          expect(store.listAt(ConfigMap, revision)).toEqual(list);
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe("values", () => {
  test.each([
    ["{a:1}", { a: 1 }, { a: 1 }, true],
    ["order of members", { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ["order of items", [1, 2], [2, 1], false],
    ["undefined is absent", { a: 1, b: undefined }, { a: 1 }, true],
    ["null is not", { a: null }, {}, false],
    ["array and object", [], {}, false],
    ["deep", { a: [{ b: "x" }] }, { a: [{ b: "y" }] }, false],
  ])("sameJson: %s", (_, a, b, same) => {
    expect(sameJson(a, b)).toBe(same);
    expect(sameJson(b, a)).toBe(same);
  });

  test("deepFreeze freezes arrays and objects inside one another", () => {
    const value = deepFreeze({ a: [{ b: { c: [] as number[] } }] });
    expect(() => value.a[0]!.b.c.push(1)).toThrow(TypeError);
  });
});
