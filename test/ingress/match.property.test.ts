// match = explain = the documentation; the order of the objects and the way there change nothing.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyOf } from "../../src/api/object.ts";
import { compile, Compiler } from "../../src/ingress/compile/compiler.ts";
import { explain } from "../../src/ingress/explain.ts";
import { hostTable } from "../../src/ingress/host.ts";
import { match, matchPath } from "../../src/ingress/match.ts";
import { spec } from "../../src/ingress/profiles/spec/profile.ts";
import { printRule } from "../../src/ingress/table.ts";
import type { Route } from "../../src/ingress/table.ts";
import { ingresses, path, request } from "./arbitrary.ts";
import { oracle } from "./oracle.ts";

const who = (route: Route | null) =>
  route && {
    namespace: route.source.namespace,
    name: route.source.name,
    field: route.source.field,
  };

describe("the profile spec", () => {
  test("match and explain agree with the documentation", () => {
    fc.assert(
      fc.property(ingresses, fc.array(request, { minLength: 1 }), (objects, requests) => {
        const { table } = compile(spec, objects);
        for (const one of requests) {
          const route = match(table, one);
          expect(who(route)).toEqual(oracle(objects, one.host, one.path));
          const told = explain(table, one);
          expect(told.route).toBe(route);
          const winners = told.steps.filter((step) => step.verdict === "won");
          expect(winners.map((step) => step.rule)).toEqual(route ? [printRule(route)] : []);
          expect(told.steps.every((step) => step.because.length > 0)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("any permutation of the objects compiles to the same table", () => {
    const shuffled = ingresses.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(compile(spec, other)).toEqual(compile(spec, list));
      }),
      { numRuns: 150 },
    );
  });

  test("an incremental compilation gives the table of a full one", () => {
    fc.assert(
      fc.property(ingresses, ingresses, (before, after) => {
        const compiler = new Compiler(spec, { get: () => undefined });
        for (const one of before) compiler.set(one);
        compiler.compiled();
        const kept = new Set(after.map(keyOf));
        for (const one of before) if (!kept.has(keyOf(one))) compiler.remove(keyOf(one));
        for (const one of after) {
          compiler.set(one);
          compiler.table();
        }
        expect(compiler.compiled()).toEqual(compile(spec, after));
      }),
      { numRuns: 150 },
    );
  });
});

test("the index of a host finds what a scan finds", () => {
  const clause = fc.record({ type: fc.constantFrom("Exact", "Prefix", "Start"), path });
  const routes = fc.array(clause, { minLength: 25, maxLength: 60 }).map((clauses) => {
    const rank = { Exact: 0, Prefix: 1, Start: 2 } as Record<string, number>;
    const length = (c: { type: string; path: string }) =>
      c.type === "Prefix" ? c.path.replace(/\/+$/, "").length : c.path.length;
    return [...clauses]
      .sort((a, b) => length(b) - length(a) || rank[a.type]! - rank[b.type]!)
      .map((c, i): Route => ({
        host: "a.com",
        pathType: c.type,
        source: { kind: "Ingress", namespace: "default", name: "x", field: String(i) },
        path: c as Route["path"],
        filters: [],
        backend: undefined,
      }));
  });
  fc.assert(
    fc.property(routes, fc.array(path, { minLength: 5 }), (list, paths) => {
      const host = hostTable("a.com", list);
      const scanned = { ...host, index: undefined };
      expect(host.index).toBeDefined();
      for (const one of paths) expect(matchPath(host, one)).toBe(matchPath(scanned, one));
    }),
    { numRuns: 200 },
  );
});
