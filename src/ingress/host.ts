// Builds the table of one host from its routes: the flat arrays for the scan, and the index
// when there are many.

import { pathIndex } from "./paths.ts";
import { anyKind, elementsOf, exactKind, patternKind, prefixKind, startKind } from "./table.ts";
import type { HostTable, PathClause, Route, Scan, Shadow } from "./table.ts";

/** @param routes in the order in which they are considered. */
export function hostTable(
  host: string,
  routes: readonly Route[],
  shadowed: readonly Shadow[] = [],
): HostTable {
  const scan = scanOf(routes);
  return { host, routes, shadowed, index: pathIndex(scan), scan };
}

function scanOf(routes: readonly Route[]): Scan {
  return {
    kinds: Uint8Array.from(routes, ({ path }) => kindOf(path)),
    keys: routes.map(({ path }) => keyOf(path)),
    patterns: routes.some(({ path }) => path.type === "Pattern")
      ? routes.map(({ path }) => (path.type === "Pattern" ? path.pattern : undefined))
      : [],
  };
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
