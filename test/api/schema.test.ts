import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { kinds } from "../../src/api/kinds/index.ts";
import { filesOf, generate } from "../../src/api/schema/generate.mjs";
import { fieldOf, fieldsOf, typeNames } from "../../src/api/schema/schema.ts";

const folder = resolve(import.meta.dirname, "../../src/api/schema");

describe("the generated schema", () => {
  const files = Object.entries(filesOf(generate())) as [string, string][];

  test.each(files)("%s is what generating it again gives", (name, content) => {
    const seen = readFileSync(resolve(folder, name), "utf8");
    expect(seen === content, "run: node src/api/schema/generate.mjs").toBe(true);
  });

  test("the part that is loaded at once stays small", () => {
    expect(gzipSync(readFileSync(resolve(folder, "structure.json"))).length).toBeLessThan(8_000);
  });

  test.each(kinds.map(({ kind }) => kind))("%s is described", (kind) => {
    expect(fieldOf(kind, "metadata")).toMatchObject({ object: "ObjectMeta" });
  });

  test("every type that is named is there", () => {
    const missing = typeNames().flatMap((type) =>
      Object.keys(fieldsOf(type)!).filter((name) => {
        const { object } = fieldOf(type, name)!;
        return object !== undefined && fieldsOf(object) === undefined;
      }),
    );
    expect(missing).toEqual([]);
  });

  test("fields tell how they merge", () => {
    expect(fieldOf("PodSpec", "volumes")).toMatchObject({ keys: ["name"], retainKeys: true });
    expect(fieldOf("Container", "ports")).toMatchObject({ keys: ["containerPort", "protocol"] });
    expect(fieldOf("ObjectMeta", "finalizers")).toMatchObject({ set: true, keys: [] });
    expect(fieldOf("IngressSpec", "rules")).toMatchObject({ many: "list", keys: [], set: false });
  });

  test("names of Object.prototype are no fields", () => {
    expect(fieldOf("Pod", "constructor")).toBeUndefined();
    expect(fieldsOf("toString")).toBeUndefined();
  });
});
