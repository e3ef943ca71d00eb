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
import type { HostTable, PathClause, Route, Scan, ServerOptions, Shadow } from "./table.ts";

/** @param routes in the order in which they are considered. */
export function hostTable(
  host: string,
  routes: readonly Route[],
  shadowed: readonly Shadow[] = [],
  server: ServerOptions = noServer,
): HostTable {
  const scan = scanOf(routes);
  return { host, routes, shadowed, index: pathIndex(scan), scan, server };
}

const noServer: ServerOptions = {};

function scanOf(routes: readonly Route[]): Scan {
  const heads: number[] = [];
  const keys: string[] = [];
  const patterns: (Pattern | undefined)[] = [];
  for (const { path } of routes) {
    const key = keyOf(path);
    const last = key.length > 0 ? key.charCodeAt(key.length - 1) : 0;
    heads.push(kindOf(path) | (Math.min(key.length, headLengthMax) << 3) | (last << 15));
    keys.push(key);
    if (path.type === "Pattern") patterns[keys.length - 1] = path.pattern;
  }
  return { heads, keys, patterns };
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
