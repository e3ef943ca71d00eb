// The hot path: which route serves a request. Allocates nothing.
//
//   match(table, { host: "example.com", path: "/api" })   → Route | null
//
// `host` comes in lower case without port and final dot (`hostOfRequest`), `path` without query
// as the profile sees it. `explain` tells the same decision; a test holds both equal.

import { hostOf, suffixOf } from "./hosts.ts";
import type { SuffixMap } from "./hosts.ts";
import { findPath } from "./paths.ts";
import { testPattern } from "./pattern/pattern.ts";
import { anyKind, exactKind, headLengthMax, patternKind, prefixKind } from "./table.ts";
import type { Clauses, HostTable, Route, RouteTable } from "./table.ts";

export interface MatchRequest {
  readonly host: string;
  readonly path: string;
  /** For conditional tables: why a clause beside host and path fails; undefined: none does. */
  unmet?(route: Route): string | undefined;
}

/** Null: no rule holds, the controller's own default backend answers. */
export function match(table: RouteTable, request: MatchRequest): Route | null {
  const { host, path } = request;
  if (request.unmet) return matchConditional(table, request);
  const exact = hostOf(table.exact, host);
  if (exact) {
    const at = matchPath(exact, path);
    if (at >= 0) return exact.routes[at]!;
    if (!table.fallThrough) return null;
  }
  const wildcard = table.wildcard.size > 0 ? wildcardOf(table, host) : undefined;
  if (wildcard) {
    const at = matchPath(wildcard, path);
    if (at >= 0) return wildcard.routes[at]!;
    if (!table.fallThrough) return null;
  }
  if (!table.any) return null;
  const at = matchPath(table.any, path);
  return at >= 0 ? table.any.routes[at]! : null;
}

/** The same with conditions: scans, as no index knows of them. */
function matchConditional(table: RouteTable, request: MatchRequest): Route | null {
  const { host, path } = request;
  const levels = [hostOf(table.exact, host), wildcardOf(table, host), table.any];
  for (const level of levels) {
    if (!level) continue;
    const at = level.routes.findIndex(
      (route, i) => holds(level, i, path) && request.unmet?.(route) === undefined,
    );
    if (at >= 0) return level.routes[at]!;
    if (!table.fallThrough) return null;
  }
  return null;
}

/** The virtual server of a host: the most specific one that is there. */
export function serverFor(table: RouteTable, host: string): HostTable | undefined {
  return hostOf(table.exact, host) ?? wildcardOf(table, host) ?? table.any;
}

/**
 * The table of the wildcard host that covers `host`: exactly one label may stand for the *, or any
 * number of them where the table is `deep`; the longest suffix then.
 */
export function wildcardOf(
  { wildcard, deep }: { readonly wildcard: SuffixMap; readonly deep?: true },
  host: string,
): HostTable | undefined {
  for (let dot = host.indexOf("."); dot > 0; dot = host.indexOf(".", dot + 1)) {
    const found = suffixOf(wildcard, host, dot + 1);
    if (found || !deep) return found;
  }
  return undefined;
}

/** The position of the first route that holds for `path`, or -1. */
export function matchPath(host: HostTable, path: string): number {
  const { index, heads } = host;
  if (index) return findPath(index, host.keys, path);
  for (let i = 0; i < heads.length; i++) if (holds(host, i, path)) return i;
  return -1;
}

/**
 * Whether route `i` holds for `path`. A pattern that gives up holds: the request ends there
 * with 500, as in nginx; see proxy/.
 */
export function holds(clauses: Clauses, i: number, path: string): boolean {
  const head = clauses.heads[i]!;
  const kind = head & 7;
  if (kind === anyKind) return true;
  if (kind === patternKind) return testPattern(clauses.patterns[i]!, path) !== false;
  const length = (head >> 3) & headLengthMax;
  if (length === headLengthMax) return holdsLong(kind, clauses.keys[i]!, path);
  // Every literal clause holds for its own key; `startsWith` costs more than all else here.
  if (path.length <= length) return path.length === length && path === clauses.keys[i];
  if (kind === exactKind || (kind === prefixKind && path.charCodeAt(length) !== 47)) return false;
  const last = head >>> 15;
  return (
    (length === 0 || path.charCodeAt(length - 1) === last) && path.startsWith(clauses.keys[i]!)
  );
}

/** The same for a key whose length its head does not tell. */
function holdsLong(kind: number, key: string, path: string): boolean {
  if (path.length <= key.length) return path === key;
  if (kind === exactKind || (kind === prefixKind && path.charCodeAt(key.length) !== 47))
    return false;
  return path.startsWith(key);
}

/** The host to look up for a Host field: lower case, without port and final dot. */
export function hostOfRequest(host: string): string {
  let end = host.length;
  const colon = host.lastIndexOf(":");
  if (colon >= 0 && !host.endsWith("]")) end = colon;
  if (end > 0 && host.charCodeAt(end - 1) === 46) end--;
  const name = end === host.length ? host : host.slice(0, end);
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (c >= 65 && c <= 90) return name.toLowerCase();
  }
  return name;
}
