// Builds the table of one host from its routes: the flat arrays for the scan, and the index
// when there are many.

import { pathIndex } from "./paths.ts";
import type { Pattern } from "./pattern/pattern.ts";
import {
  anyKind,
  elementsOf,
  exactKind,
  headLengthMax,
  patternKind,
  prefixKind,
  startKind,
} from "./table.ts";
import type { Clauses, HostTable, PathClause, Route, ServerOptions, Shadow } from "./table.ts";

/** @param routes in the order in which they are considered. */
export function hostTable(
  host: string,
  routes: readonly Route[],
  shadowed: readonly Shadow[] = [],
  server: ServerOptions = noServer,
): HostTable {
  const { heads, keys, patterns } = clausesOf(routes);
  const index = pathIndex({ heads, keys, patterns });
  return { host, routes, shadowed, index, heads, keys, patterns, server };
}

const noServer: ServerOptions = {};
const noPatterns: readonly undefined[] = [];

function clausesOf(routes: readonly Route[]): Clauses {
  const paths = routes.map(({ path }) => path);
  const keys = paths.map(keyOf);
  const heads = paths.map((path, i) => headOf(kindOf(path), keys[i]!));
  const regular = heads.some((head) => (head & 7) === patternKind);
  return { heads, keys, patterns: regular ? paths.map(patternOf) : noPatterns };
}

function headOf(kind: number, key: string): number {
  const last = key.length > 0 ? key.charCodeAt(key.length - 1) : 0;
  return kind | (Math.min(key.length, headLengthMax) << 3) | (last << 15);
}

function patternOf(path: PathClause): Pattern | undefined {
  return path.type === "Pattern" ? path.pattern : undefined;
}

function kindOf(path: PathClause): number {
  switch (path.type) {
    case "Exact":
      return exactKind;
    case "Prefix":
      return prefixKind;
    case "Start":
      return startKind;
    case "Pattern":
      return patternKind;
    case "Any":
      return anyKind;
  }
}

function keyOf(path: PathClause): string {
  if (path.type === "Any") return "";
  return path.type === "Prefix" ? elementsOf(path.path) : path.path;
}
