import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApiError } from "../../src/api/errors.ts";
import { Deployment, Pod } from "../../src/api/kinds/index.ts";
import { jsonPatch, mergePatch, strategicMergePatch } from "../../src/api/patch.ts";

const container = (name: string, more = {}): object => ({ name, image: `${name}:1`, ...more });

const deployment = {
  metadata: { labels: { a: "b" }, finalizers: ["f/a", "f/b"] },
  spec: {
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } },
    template: {
      spec: {
        containers: [
          container("a", {
            env: [
              { name: "X", value: "1" },
              { name: "Y", value: "2" },
            ],
          }),
          container("b", { args: ["x", "y"] }),
          container("c"),
        ],
        volumes: [{ name: "v", configMap: { name: "cm" } }],
        tolerations: [{ key: "k" }],
      },
    },
  },
};

type Spec = (typeof deployment)["spec"]["template"]["spec"];

function patchedSpec(spec: object): Spec {
  const patch = { spec: { template: { spec } } };
  return (strategicMergePatch(Deployment, deployment, patch) as typeof deployment).spec.template
    .spec;
}

const names = ({ containers }: Spec): string =>
  containers.map((one) => (one as { name: string }).name).join("");

describe("strategic merge patch", () => {
  // Each row was seen with kubectl patch --local --type strategic.
  test.each<[string, object, string]>([
    ["changes one", { containers: [{ name: "b", image: "b:2" }] }, "abc"],
    ["adds one in front", { containers: [container("z")] }, "zabc"],
    ["deletes one", { containers: [{ name: "b", $patch: "delete" }] }, "ac"],
    ["replaces all", { containers: [container("q"), { $patch: "replace" }] }, "q"],
    [
      "orders as told",
      {
        "$setElementOrder/containers": [{ name: "c" }, { name: "a" }, { name: "z" }],
        containers: [container("z")],
      },
      "bcaz",
    ],
    [
      "orders only",
      { "$setElementOrder/containers": ["c", "b", "a"].map((name) => ({ name })) },
      "cba",
    ],
  ])("a list by its key: %s", (_what, spec, order) => expect(names(patchedSpec(spec))).toBe(order));

  test("lists inside lists have their own keys", () => {
    const env = [
      { name: "X", $patch: "delete" },
      { name: "W", value: "3" },
    ];
    const { containers } = patchedSpec({ containers: [{ name: "a", env }] });
    expect(containers[0]).toEqual(
      container("a", {
        env: [
          { name: "W", value: "3" },
          { name: "Y", value: "2" },
        ],
      }),
    );
  });

  test("lists without a key are replaced", () => {
    const spec = patchedSpec({
      tolerations: [{ key: "n" }],
      containers: [{ name: "b", args: ["z"] }],
    });
    expect(spec.tolerations).toEqual([{ key: "n" }]);
    expect(spec.containers[1]).toEqual(container("b", { args: ["z"] }));
  });

  test("retainKeys keeps one of a union", () => {
    const volume = { $retainKeys: ["name", "emptyDir"], name: "v", emptyDir: {} };
    expect(patchedSpec({ volumes: [volume] }).volumes).toEqual([{ name: "v", emptyDir: {} }]);
    const patch = { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } };
    const { spec } = strategicMergePatch(Deployment, deployment, patch) as typeof deployment;
    expect(spec.strategy).toEqual({ type: "Recreate" });
  });

  test.each<[object, unknown]>([
    [{ "$deleteFromPrimitiveList/finalizers": ["f/a"] }, { finalizers: ["f/b"] }],
    [{ finalizers: ["f/c"] }, { finalizers: ["f/c", "f/a", "f/b"] }],
    [{ labels: { a: null, c: "d" } }, { labels: { c: "d" } }],
    [{ labels: null }, {}],
    [{ $patch: "replace", name: "x" }, { name: "x" }],
  ])("metadata patched with %j", (metadata, wanted) => {
    const out = strategicMergePatch(Pod, deployment, { metadata }) as typeof deployment;
    expect(out.metadata).toMatchObject(wanted as object);
  });

  test.each<[unknown, string]>([
    [
      { spec: { template: { spec: { containers: [{ image: "i" }] } } } },
      "map: map[image:i] does not contain declared merge key: name",
    ],
    [{ spec: { $patch: "bogus" } }, "unknown patch type: bogus in map: map[$patch:bogus]"],
    [[], "json: cannot unmarshal array into Go value of type map[string]interface {}"],
  ])("%j is refused: %s", (patch, message) => {
    expect(() => strategicMergePatch(Deployment, deployment, patch)).toThrow(
      new ApiError("BadRequest", message),
    );
  });
});

describe("merge patch", () => {
  // The table of RFC 7386, appendix A.
  test.each<[unknown, unknown, unknown]>([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("%j + %j", (target, patch, wanted) => expect(mergePatch(target, patch)).toEqual(wanted));
});

describe("JSON patch", () => {
  // After RFC 6902, appendix A.
  test.each<[unknown, object, unknown]>([
    [{ foo: "bar" }, { op: "add", path: "/baz", value: 1 }, { foo: "bar", baz: 1 }],
    [{ foo: [1, 3] }, { op: "add", path: "/foo/1", value: 2 }, { foo: [1, 2, 3] }],
    [{ foo: [1] }, { op: "add", path: "/foo/-", value: [2] }, { foo: [1, [2]] }],
    [{ foo: 1, bar: 2 }, { op: "remove", path: "/bar" }, { foo: 1 }],
    [{ foo: [1, 2, 3] }, { op: "remove", path: "/foo/1" }, { foo: [1, 3] }],
    [{ foo: 1 }, { op: "replace", path: "/foo", value: 2 }, { foo: 2 }],
    [
      { a: { b: 1 }, c: {} },
      { op: "move", from: "/a/b", path: "/c/d" },
      { a: {}, c: { d: 1 } },
    ],
    [{ a: [1, 2, 3] }, { op: "move", from: "/a/0", path: "/a/2" }, { a: [2, 3, 1] }],
    [{ a: 1 }, { op: "copy", from: "/a", path: "/b" }, { a: 1, b: 1 }],
    [
      { "a/b": 1, "~": 2 },
      { op: "replace", path: "/a~1b", value: 3 },
      { "a/b": 3, "~": 2 },
    ],
    [{ a: { b: [1] } }, { op: "test", path: "/a", value: { b: [1] } }, { a: { b: [1] } }],
    [{ a: 1 }, { op: "add", path: "", value: { b: 2 } }, { b: 2 }],
  ])("%j %j", (target, operation, wanted) => {
    expect(jsonPatch(target, [operation])).toEqual(wanted);
  });

  test.each<[unknown]>([
    [[{ op: "remove", path: "/none" }]],
    [[{ op: "replace", path: "/a/9", value: 1 }]],
    [[{ op: "add", path: "/a/9", value: 1 }]],
    [[{ op: "add", path: "/x/y/z", value: 1 }]],
    [[{ op: "test", path: "/a", value: 2 }]],
    [[{ op: "bogus", path: "/a" }]],
    [[7]],
    [{}],
  ])("%j is refused", (patch) => expect(() => jsonPatch({ a: [1] }, patch)).toThrow(ApiError));
});

test("no patch makes anything throw but an ApiError, nor changes its target", () => {
  const keys = fc.constantFrom(
    "spec",
    "containers",
    "name",
    "$patch",
    "$retainKeys",
    "a",
    "op",
    "path",
    "from",
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>("a", "delete", "replace", null, 1, "/spec/a", "add", "/0"),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(keys, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  const apply = [jsonPatch, mergePatch, (a: unknown, b: unknown) => strategicMergePatch(Pod, a, b)];
  fc.assert(
    fc.property(tree, tree, (target, patch) => {
      const before = JSON.stringify(target);
      for (const one of apply) {
        try {
          one(target, patch);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
        }
      }
      expect(JSON.stringify(target)).toBe(before);
    }),
    { numRuns: 1_000 },
  );
});
