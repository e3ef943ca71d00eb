// The profile ingress-nginx under random Ingresses: match = explain, order and history change
// nothing, no annotation makes it throw, and no regular expression makes it hang.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Ingress } from "../../../src/api/kinds/ingress.ts";
import { keyOf } from "../../../src/api/object.ts";
import { compile, Compiler } from "../../../src/ingress/compile/compiler.ts";
import { explain } from "../../../src/ingress/explain.ts";
import { match } from "../../../src/ingress/match.ts";
import {
  compilePattern,
  searchPattern,
  testPattern,
} from "../../../src/ingress/pattern/pattern.ts";
import { annotations } from "../../../src/ingress/profiles/ingress-nginx/annotations.ts";
import { ingressNginx } from "../../../src/ingress/profiles/ingress-nginx/profile.ts";
import { readSettings } from "../../../src/ingress/profiles/ingress-nginx/settings.ts";
import { ingresses, request } from "../arbitrary.ts";
import { prefix } from "./words.ts";

const profile = ingressNginx(readSettings());

/** Values that some annotation takes, and values that none does. */
const value = fc.oneof(
  fc.constantFrom("true", "false", "", "0", "5", "-1", "cookie", "basic", "any", "8m", "/", "/$1"),
  fc.constantFrom("10.0.0.0/8", "a.com", "http://x.y/z", "$host", "foo bar", "404,503", "((", "*"),
  fc.string({ maxLength: 20 }),
);
const annotated = fc
  .dictionary(fc.constantFrom(...annotations.keys(), "no-such-annotation"), value, { maxKeys: 6 })
  .map((given) =>
    Object.fromEntries(Object.entries(given).map(([name, one]) => [prefix + name, one])),
  );

/** The random Ingresses of arbitrary.ts, many of them with annotations. */
const decorated: fc.Arbitrary<Ingress[]> = ingresses.chain((list) =>
  fc.array(fc.option(annotated), { minLength: list.length, maxLength: list.length }).map((all) =>
    list.map((one, i): Ingress => {
      const given = all[i];
      return given ? { ...one, metadata: { ...one.metadata, annotations: given } } : one;
    }),
  ),
);

describe("the profile ingress-nginx", () => {
  test("no annotation makes it throw, and match and explain agree", () => {
    fc.assert(
      fc.property(decorated, fc.array(request, { minLength: 1 }), (objects, requests) => {
        const { table } = compile(profile, objects);
        for (const one of requests) {
          const route = match(table, one);
          const told = explain(table, one);
          expect(told.route).toBe(route);
          expect(told.steps.filter((step) => step.verdict === "won")).toHaveLength(route ? 1 : 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("any permutation of the objects compiles to the same table", () => {
    const shuffled = decorated.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(compile(profile, other)).toEqual(compile(profile, list));
      }),
      { numRuns: 150 },
    );
  });

  test("an incremental compilation gives the table of a full one", () => {
    fc.assert(
      fc.property(decorated, decorated, (before, after) => {
        const compiler = new Compiler(profile, { get: () => undefined });
        for (const one of before) compiler.set(one);
        compiler.compiled();
        const kept = new Set(after.map(keyOf));
        for (const one of before) if (!kept.has(keyOf(one))) compiler.remove(keyOf(one));
        for (const one of after) {
          compiler.set(one);
          compiler.table();
        }
        expect(compiler.compiled()).toEqual(compile(profile, after));
      }),
      { numRuns: 150 },
    );
  });
});

describe("regular expressions of users", () => {
  test.each(["^(a+)+$", "^(a|aa)+$", "^(a|a)*b", "^(.*a){20}$", "^((a*)*)*c"])(
    "%s gives up instead of hanging",
    (source) => {
      const pattern = compilePattern(source, { ignoreCase: true });
      expect(testPattern(pattern, `${"a".repeat(2000)}!`)).not.toBe(true);
    },
  );

  test("they find what JavaScript's find, where both have the same syntax", () => {
    const atom = fc.constantFrom(
      "a",
      "b",
      "/",
      ".",
      "[ab]",
      "[^/]",
      "(a|b)",
      "(a)",
      "\\d",
      "(?:ab)",
    );
    const piece = fc
      .tuple(atom, fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,2}", "*?"))
      .map(([one, times]) => one + times);
    const source = fc
      .tuple(fc.constantFrom("", "^"), fc.array(piece, { minLength: 1, maxLength: 5 }))
      .map(([start, pieces]) => start + pieces.join(""));
    const text = fc
      .array(fc.constantFrom("a", "b", "/", "A", "1"), { maxLength: 10 })
      .map((letters) => letters.join(""));
    fc.assert(
      fc.property(source, text, (one, subject) => {
        const found = searchPattern(compilePattern(one, { ignoreCase: true }), subject);
        const theirs = new RegExp(one, "i").exec(subject);
        if (found === "exhausted") return;
        expect(found?.[0]).toBe(theirs?.[0]);
        expect(found === null).toBe(theirs === null);
      }),
      { numRuns: 1000 },
    );
  });
});
