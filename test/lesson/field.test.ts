import { expect, test } from "vitest";
import { valuesAt } from "../../src/lesson/field.ts";

const object = {
  metadata: { labels: { "a/b.c": "x" } },
  spec: {
    paths: [
      { path: "/web", backend: { name: "front", port: 80 } },
      { path: "/api", backend: { name: "back", port: 8080 } },
    ],
  },
};

test.each([
  ["spec.paths[1].path", ["/api"]],
  ["spec.paths[*].backend.port", [80, 8080]],
  ["spec.paths[backend.name=back].backend.port", [8080]],
  ["spec.paths[path=/web].backend.name", ["front"]],
  ['metadata.labels["a/b.c"]', ["x"]],
  ["spec.paths[7].path", []],
  ["spec.none.path", []],
  ["spec.paths.path", []],
  ["spec.constructor", []],
])("%s", (path, values) => {
  expect(valuesAt(object, path)).toEqual(values);
});
