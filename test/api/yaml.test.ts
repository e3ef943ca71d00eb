import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseYaml, printYaml } from "../../src/api/yaml.ts";
import { refusals } from "./yaml.refusals.ts";

/** The only document's value. */
function read(text: string): unknown {
  const [document, ...others] = parseYaml(text);
  expect(others).toEqual([]);
  expect(document?.error).toBeUndefined();
  return document?.value;
}

describe("reading", () => {
  // Recorded from kubectl: YAML 1.1 with the eyes of go-yaml v2.
  test.each<[string, unknown]>([
    ["a: y\nb: Off\nc: oFF\n", { a: true, b: false, c: "oFF" }],
    ["a: 0777\nb: 0x1F\nc: 0b11\nd: 1_000\ne: 08\n", { a: 511, b: 31, c: 3, d: 1000, e: 8 }],
    ["a: 1:30\nb: 2001-01-01\nc: ~\nd:\n", { a: "1:30", b: "2001-01-01", c: null, d: null }],
    ["1: a\n1.5: b\ntrue: c\n", { 1: "a", 1.5: "b", true: "c" }],
    [
      "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\n",
      { a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 2 } },
    ],
    ['a: !!str 1\nb: !!int "1"\nc: !foo 1\nd: ! 1\n', { a: "1", b: 1, c: "1", d: "1" }],
    ["a: >\n  x\n  y\n\n  z\n   w\n  v\n", { a: "x y\nz\n w\nv\n" }],
    ["a: |-\n  x\n\nb: |+\n  x\n\nc: |2\n   x\n", { a: "x", b: "x\n\n", c: " x\n" }],
    ["a: 'x\n  y\n\n  z'\nb: \"x \\\n  y\"\n", { a: "x y\nz", b: "x y" }],
    ["a:\n- b\n-\n- - c\n- e: f\n  g: h\n", { a: ["b", null, ["c"], { e: "f", g: "h" }] }],
    ["a: [b, c: d, {e: f}]\n", { a: ["b", { c: "d" }, { e: "f" }] }],
    ["x: 1\nx: 2\n", { x: 2 }],
    ["a:\r\n  b: c\r\n", { a: { b: "c" } }],
    ["x: 1\n  - a\n", { x: "1 - a" }],
    ["  apiVersion: v1\nkind: Pod\n", { apiVersion: "v1" }],
    ['{"a": [1, "\\u0041", null]}', { a: [1, "A", null] }],
  ])("%j", (text, value) => expect(read(text)).toEqual(value));

  test.each(refusals)("%j is refused in kubectl's words", (text, message) => {
    expect(parseYaml(text)[0]?.error?.message).toBe(message);
  });

  test("documents are read apart: one's error does not hide the others", () => {
    const documents = parseYaml("a: 1\n---\nb:\n\tc: 1\n---\n# nothing\n--- # d\nd: 2\n");
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, undefined, { d: 2 }]);
    expect(documents[1]!.error).toMatchObject({ line: 4, column: 1, from: 12 });
    expect(documents[1]!.error!.message).toContain("yaml: line 2: found character");
  });

  test("a stream of JSON values", () => {
    expect(parseYaml('{"a":1}\n{"b":2}').map(({ value }) => value)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(parseYaml('{"a":1}\n}')[1]!.error).toMatchObject({
      message: "json: offset 9: invalid character '}' looking for beginning of value",
      line: 2,
    });
  });

  test.each([
    ["deep", "[".repeat(100_000), "exceeded max depth"],
    ["many aliases", bomb(), "document contains excessive aliasing"],
    ["long", "a".repeat(16 * 1024 * 1024 + 1), "bytes long"],
  ])("bounded: %s", (_name, text, words) => {
    expect(parseYaml(text)[0]!.error!.message).toContain(words);
  });

  test("no text makes it throw", () => {
    const piece = fc.constantFrom(
      ..."-?:,[]{}#&*!|>'\"%@`ab1 \n\t\\".split(""),
      "---\n",
      "\n  ",
      ": ",
    );
    const texts = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(texts, (text) => void parseYaml(text)),
      { numRuns: 2_000 },
    );
  });
});

function bomb(): string {
  const lines = [..."bcdefghi"].map((name, i) => {
    const before = "abcdefghi"[i]!;
    return `${name}: &${name} [${new Array(9).fill(`*${before}`).join(",")}]`;
  });
  return ["a: &a [x,x,x,x,x,x,x,x,x]", ...lines].join("\n");
}

describe("places", () => {
  const text = `# cards
a: 1
---
metadata:
  annotations:
    nginx.ingress.kubernetes.io/rewrite-target: /
spec:
  rules:
  - host: example.com
    http: { paths: [{ path: /web }] }
`;
  const [, document] = parseYaml(text);
  const at = (field: string): string => {
    const { line, column, from, to } = document!.locate(field);
    return `${line}:${column} ${text.slice(from, to)}`;
  };

  test.each([
    ["spec", "7:1 spec"],
    ["spec.rules[0].host", "9:5 host"],
    ["spec.rules[0].http.paths[0].path", "10:23 path"],
    ["spec.rules[0].http.paths[0].pathType", "10:21 { path: /web }"],
    [
      "metadata.annotations[nginx.ingress.kubernetes.io/rewrite-target]",
      "6:5 nginx.ingress.kubernetes.io/rewrite-target",
    ],
    [
      "metadata.annotations.nginx.ingress.kubernetes.io/rewrite-target",
      "6:5 nginx.ingress.kubernetes.io/rewrite-target",
    ],
    ["metadata.name", "4:1 metadata"],
    ["nowhere", "4:1 "],
  ])("%s stands at %s", (field, place) => expect(at(field)).toBe(place));
});

describe("printing", () => {
  // Recorded from kubectl create configmap -o yaml.
  test.each<[string, string]>([
    ["", '""'],
    ["a", "a"],
    ["true", '"true"'],
    ["y", '"y"'],
    ["1.5", '"1.5"'],
    ["1:30", '"1:30"'],
    ["2026-11-23T09:00:00Z", '"2026-11-23T09:00:00Z"'],
    ["*.example.com", "'*.example.com'"],
    ["a: b", "'a: b'"],
    ["it's", "it's"],
    ["- it's", "'- it''s'"],
    ["a #b", "'a #b'"],
    ["http://x:80/", "http://x:80/"],
    ["tab\there", '"tab\\there"'],
    ["emoji 😀", '"emoji \\U0001F600"'],
    [" lead", "' lead'"],
    ["line\n", "|\n  line"],
    ["line1\nline2", "|-\n  line1\n  line2"],
    ["line\n\n", "|+\n  line\n"],
    [" lead\nx\n", "|2\n   lead\n  x"],
    ["trail \nx\n", '"trail \\nx\\n"'],
  ])("%j", (value, printed) => expect(printYaml({ k: value })).toBe(`k: ${printed}\n`));

  test("collections, in natural order, sequences not indented", () => {
    const value = { b10: [], b2: {}, a: [{ z: 1, x: [[1, 2], "s"] }], _: null, c: { d: true } };
    expect(printYaml(value)).toBe(
      "_: null\na:\n- x:\n  - - 1\n    - 2\n  - s\n  z: 1\nb2: {}\nb10: []\nc:\n  d: true\n",
    );
  });

  test("a long text is folded behind column 80", () => {
    const words = "word ".repeat(30).trim();
    const lines = printYaml({ message: words }).split("\n");
    expect(lines[1]!.startsWith("  word")).toBe(true);
    expect(read(lines.join("\n"))).toEqual({ message: words });
  });

  test("a key or text that looks like a merge is quoted", () => {
    const value = { "<<": { a: "<<" } };
    expect(printYaml(value)).toBe('"<<":\n  a: "<<"\n');
    expect(read(printYaml(value))).toEqual(value);
  });

  test("what is printed reads back the same", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: "grapheme" }),
      fc
        .array(fc.constantFrom("a", " ", "\n", ":", "#", "-", "'", '"', "1"), { maxLength: 12 })
        .map((parts) => parts.join("")),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
        fc.array(tie("tree"), { maxLength: 4 }),
        fc.dictionary(text, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    const roots = fc.dictionary(text, tree, { minKeys: 1, maxKeys: 4, noNullPrototype: true });
    fc.assert(
      fc.property(roots, (value) => {
        expect(read(printYaml(value))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });
});
