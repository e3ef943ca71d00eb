// Regular expressions that are written to hang whoever runs them: alone, and as paths of a host in
// a whole cluster, where the request that would hang is answered with 500 and the next is served.

import { describe, expect, test } from "vitest";
import { runCase } from "../../../src/cluster/cases/run.ts";
import {
  compilePattern,
  searchPattern,
  testPattern,
} from "../../../src/ingress/pattern/pattern.ts";
import { caseOf, get, ingress } from "./words.ts";

const long = "a".repeat(60);

/** Pattern, text, and what a match may say: it is no match, or it gives up. */
const corpus: readonly (readonly [source: string, text: string])[] = [
  ["/(a+)+$", `/${long}!`],
  ["/(a*)*$", `/${long}!`],
  ["/((a*)*)*b", `/${long}!`],
  ["/(a|aa)+$", `/${long}!`],
  ["/(a|a)*b", `/${long}!`],
  ["/(a|ab|b)+$", `/${"ab".repeat(60)}!`],
  ["/([a-z]+)*\\d", `/${long}!`],
  ["/(.*a){25}$", `/${long}!`],
  ["/(a?a?)+$", `/${long}!`],
  ["/(a?){40}a{40}$", `/${"a".repeat(39)}!`],
  [`/${"a?".repeat(30)}${"a".repeat(30)}$`, `/${"a".repeat(29)}!`],
  [`/${"(a|a)".repeat(30)}b`, `/${long}!`],
  ["/a{0,900}a{0,900}a{0,900}b", `/${"a".repeat(1500)}!`],
  ["/.*.*.*.*=.*!$", `/${"=".repeat(1500)}`],
  ["/(\\w+)(\\w+)\\1\\2\\1$", `/${"a".repeat(1500)}!`],
  ["/(a+)\\1+\\1+b", `/${"a".repeat(1500)}!`],
  ["/(x+x+)+y", `/${"x".repeat(60)}`],
  ["/(?:(?:a+)+b?)+c", `/${long}!`],
  ["/(?=(a+)+$)b", `/${long}!`],
  ["/((a|b)+|(a|c)+)+$", `/${long}!`],
  ["/([\\w.]+)+@([\\w.]+)+\\.com$", `/${long}@${long}!`],
];

describe("hostile regular expressions", () => {
  test.each(corpus)("%s finds nothing, or gives up", (source, text) => {
    const pattern = compilePattern(`^${source}`, { ignoreCase: true });
    expect([false, "exhausted"]).toContain(testPattern(pattern, text));
  });

  test.each([
    ["/(api|web)(/|$)(.*)", 1900],
    ["/(.*)/x(/|$)(.*)", 1900],
    ["/([a-z]{2})?/?[0-9]{1,3}", 1900],
  ])("%s is run by JavaScript's own engine", (source, length) => {
    const { native, nativeMax } = compilePattern(source, { ignoreCase: true });
    expect(native).toBeDefined();
    expect(nativeMax).toBeGreaterThan(length);
  });

  test.each([corpus[0]!, corpus[10]!, corpus[12]!])(
    "%s is searched for within bounds",
    (source, text) => {
      const anywhere = compilePattern(source.slice(1), { ignoreCase: true });
      expect([null, "exhausted"]).toContain(searchPattern(anywhere, text));
    },
  );

  test("a pattern that is too long, or too large, does not compile", () => {
    expect(() => compilePattern("a".repeat(1_025), { ignoreCase: true })).toThrow(/longer than/);
    expect(() => compilePattern("((a{1000}){1000})", { ignoreCase: true })).toThrow(/too large/);
  });
});

test("each as a path of a host is an explained 500, and the next guest is served", async () => {
  const objects = corpus.map(([path], i) =>
    ingress(`hostile-${i}`, `h${i}.com`, {
      paths: [path, "/fine"],
      pathType: "ImplementationSpecific",
      annotations: { "use-regex": "true", "rewrite-target": "/$1" },
    }),
  );
  const requests = corpus.flatMap(([, text], i) => [
    get(`http://h${i}.com${text}`, { status: 500 }),
    get(`http://h${i}.com/fine`, { status: 200 }),
  ]);
  const { complaints } = await runCase(caseOf({ title: "hostile", objects, requests }));
  expect(complaints).toEqual([]);
});
