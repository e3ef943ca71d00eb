// The two ways to a winner, scan and index, on paths made to trip them; and tables that change
// step by step.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Ingress } from "../../src/api/kinds/ingress.ts";
import { keyOf } from "../../src/api/object.ts";
import { compile, Compiler } from "../../src/ingress/compile/compiler.ts";
import { hostTable } from "../../src/ingress/host.ts";
import { matchPath } from "../../src/ingress/match.ts";
import { spec } from "../../src/ingress/profiles/spec/profile.ts";
import type { PathClause, Route } from "../../src/ingress/table.ts";
import { ingresses } from "./arbitrary.ts";

const routeOf = (path: PathClause): Route => ({
  host: "a.com",
  pathType: path.type,
  source: { kind: "Ingress", namespace: "default", name: "x", field: "" },
  path,
  filters: [],
  backend: undefined,
});

/** Longest first, Exact before the others: what the index asks for. */
const hostOfPaths = (clauses: readonly { type: "Exact" | "Prefix" | "Start"; path: string }[]) =>
  hostTable(
    "a.com",
    [...clauses]
      .sort((a, b) => b.path.length - a.path.length || (a.type === "Exact" ? -1 : 1))
      .map(routeOf),
  );

/** Pairs of paths with the same hash: the index' polynomial, and a birthday party. */
function collisions(): [string, string][] {
  const seen = new Map<number, string>();
  const found: [string, string][] = [];
  for (let n = 0; found.length < 4; n++) {
    const path = `/${Math.imul(n, 0x9e3779b1).toString(36)}${n.toString(36)}`;
    let hash = 0;
    for (let i = 0; i < path.length; i++) {
      hash = (Math.imul(hash, 0x01000193) + path.charCodeAt(i)) | 0;
    }
    const other = seen.get(hash);
    if (other !== undefined && other.length === path.length) found.push([other, path]);
    seen.set(hash, path);
  }
  return found;
}

describe("the index of a host", () => {
  const filler = Array.from({ length: 40 }, (_, i) => `/filler-${i}`);

  test("tells apart keys with the same hash", () => {
    for (const [a, b] of collisions()) {
      const clauses = [...filler, a, b].map((path) => ({ type: "Prefix" as const, path }));
      const both = hostOfPaths(clauses);
      const one = hostOfPaths(clauses.filter(({ path }) => path !== b));
      expect(both.index).toBeDefined();
      for (const end of ["", "/", "/more"]) {
        expect(both.keys[matchPath(both, a + end)]).toBe(a);
        expect(both.keys[matchPath(both, b + end)]).toBe(b);
        expect(matchPath(one, b + end)).toBe(-1);
      }
    }
  });

  test("prefers the kinds in the order of consideration where keys are the same", () => {
    const host = hostOfPaths([
      ...filler.map((path) => ({ type: "Prefix" as const, path })),
      { type: "Exact", path: "/same" },
      { type: "Prefix", path: "/same" },
      { type: "Start", path: "/same" },
    ]);
    const winner = (path: string) => host.routes[matchPath(host, path)]?.path.type;
    expect(["/same", "/same/", "/same/x", "/samex", "/sam"].map(winner)).toEqual([
      "Exact",
      "Prefix",
      "Prefix",
      "Start",
      undefined,
    ]);
  });

  test.each([
    ["scan", [] as string[]],
    ["index", filler],
  ])("%s: paths too long for a head", (_, others) => {
    const long = `/${"x".repeat(5_000)}`;
    const host = hostOfPaths([
      ...others.map((path) => ({ type: "Prefix" as const, path })),
      { type: "Exact", path: `${long}/exact` },
      { type: "Prefix", path: long },
    ]);
    const winner = (path: string) => host.routes[matchPath(host, path)]?.path;
    expect(winner(`${long}/exact`)).toMatchObject({ type: "Exact" });
    expect(winner(`${long}/exact/more`)).toMatchObject({ type: "Prefix" });
    expect(winner(long)).toMatchObject({ type: "Prefix" });
    expect(winner(`${long}y`)).toBeUndefined();
  });
});

describe("a table that changes", () => {
  const edit = fc.tuple(ingresses, fc.nat({ max: 7 }), fc.boolean());

  test("is after any edits what a compilation from nothing gives, and the old one stays", () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        const compiler = new Compiler(spec, { get: () => undefined });
        const now = new Map<string, Ingress>();
        for (const [list, at, remove] of edits) {
          const one = list[at % Math.max(1, list.length)];
          if (!one) continue;
          const before = compiler.table();
          const stood = compile(spec, [...now.values()]).table;
          if (remove) compiler.remove(keyOf(one));
          else compiler.set(one);
          if (remove) now.delete(keyOf(one));
          else now.set(keyOf(one), one);
          const after = compiler.compiled();
          expect(before).toEqual(stood);
          expect(after).toEqual(compile(spec, [...now.values()]));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("is the very same when an Ingress changes where no rule stands", () => {
    fc.assert(
      fc.property(ingresses, (list) => {
        const compiler = new Compiler(spec, { get: () => undefined });
        for (const one of list) compiler.set(one);
        const before = compiler.table();
        for (const one of list) {
          const { metadata } = one;
          const copy = JSON.parse(JSON.stringify(one)) as Ingress;
          compiler.set({ ...copy, metadata: { ...metadata, resourceVersion: "2" }, status: {} });
        }
        expect(compiler.table()).toBe(before);
      }),
      { numRuns: 100 },
    );
  });

  test("tells of a backend that changed", () => {
    const of = (name: string): Ingress => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "i", namespace: "default" },
      spec: {
        rules: [
          {
            host: "a.com",
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name, port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    });
    const compiler = new Compiler(spec, { get: () => undefined });
    compiler.set(of("old"));
    const before = compiler.table();
    compiler.set(of("new"));
    expect(compiler.table()).not.toBe(before);
    expect(compiler.table()).toEqual(compile(spec, [of("new")]).table);
  });
});
