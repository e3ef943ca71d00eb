// An HTTPRoute as routes of the table: one a match of a rule, with its place in the order of
// precedence that HTTPRouteMatch's documentation gives.

import { PatternError, compilePattern } from "../../pattern/pattern.ts";
import type { Pattern } from "../../pattern/pattern.ts";
import type { Passing } from "../../filters.ts";
import type { Step } from "../../steps.ts";
import { elementsOf } from "../../table.ts";
import type { Backend, Condition, PathClause, Route } from "../../table.ts";
import { resolveBackend } from "./backends.ts";
import { durationMs } from "./duration.ts";
import { namespaceOf } from "./everything.ts";
import type { Everything, Problem } from "./everything.ts";
import { stepsOf, UnsupportedFilter } from "./filters.ts";
import type { HTTPRoute, HttpMatch, HttpRule, NamedMatch } from "./kinds.ts";

/** A route and what it is ordered by, the most telling number first. */
export interface Ranked {
  readonly route: Route;
  readonly rank: readonly number[];
}

/** How requests are passed on where a rule does not say. */
export const passing: Passing = {
  protocol: "HTTP",
  connectMs: 5_000,
  readMs: 60_000,
  sendMs: 60_000,
  bodyBytesMax: 0,
  tries: 1,
  triesMs: 0,
  tryNext: [],
  accessLog: true,
};

/** Why a route cannot be served at all, whatever it attaches to. */
export function problemOf(route: HTTPRoute, all: Everything): Problem | undefined {
  try {
    compileRoute(route, { hostname: "", listenerPort: 80 }, all);
  } catch (error) {
    if (error instanceof UnsupportedFilter) {
      return { reason: error.reason, message: error.message };
    }
    if (error instanceof PatternError)
      return { reason: "UnsupportedValue", message: error.message };
    throw error;
  }
  return undefined;
}

/** Where the routes are to stand. */
export interface Place {
  readonly hostname: string;
  readonly listenerPort: number;
}

/** The routes of all rules in the order of the manifest. Throws UnsupportedFilter, PatternError. */
export function compileRoute(route: HTTPRoute, place: Place, all: Everything): Ranked[] {
  return (route.spec.rules ?? []).flatMap((rule, r) => {
    const matches = rule.matches && rule.matches.length > 0 ? rule.matches : [{}];
    return matches.map((match, m) => one(route, rule, match, { place, all, r, m }));
  });
}

interface At {
  readonly place: Place;
  readonly all: Everything;
  readonly r: number;
  readonly m: number;
}

function one(route: HTTPRoute, rule: HttpRule, match: HttpMatch, at: At): Ranked {
  const { place, r, m } = at;
  const { type = "PathPrefix", value = "/" } = match.path ?? {};
  const path = clauseOf(type, value);
  const when = conditionsOf(match);
  const { steps, backend } = actionsOf(route, rule, path, at);
  const passingHere = passingOf(rule);
  const compiled: Route = {
    source: {
      kind: "HTTPRoute",
      namespace: namespaceOf(route),
      name: route.metadata.name,
      field: `spec.rules[${r}]${rule.matches?.length ? `.matches[${m}]` : ""}`,
    },
    host: place.hostname,
    pathType: type,
    path,
    filters: steps.length > 0 ? [{ type: "steps", steps }] : [],
    backend,
    ...(passingHere && { passing: passingHere }),
    ...(when.length > 0 && { when }),
    order: orderOf(match, path),
    ...(rule.name !== undefined && { name: rule.name }),
  };
  return { route: compiled, rank: rankOf(match, path) };
}

function clauseOf(type: string, value: string): PathClause {
  switch (type) {
    case "Exact":
      return { type: "Exact", path: value };
    case "RegularExpression":
      return { type: "Pattern", path: value, pattern: whole(value) };
    default:
      return { type: "Prefix", path: value };
  }
}

/** A pattern that must match from the first character to the last. */
function whole(source: string): Pattern {
  return compilePattern(`^(?:${source})$`, { ignoreCase: false });
}

function conditionsOf({ method, headers = [], queryParams = [] }: HttpMatch): Condition[] {
  const condition =
    (on: "field" | "parameter") =>
    ({ type, name, value }: NamedMatch): Condition => ({
      on,
      name,
      value: type === "RegularExpression" ? whole(value) : value,
    });
  return [
    ...(method === undefined ? [] : [{ on: "method" as const, values: [method] }]),
    ...unique(headers, (name) => name.toLowerCase()).map(condition("field")),
    ...unique(queryParams, (name) => name).map(condition("parameter")),
  ];
}

/** Of entries with one name only the first counts. */
function unique(all: readonly NamedMatch[], key: (name: string) => string): NamedMatch[] {
  const seen = new Set<string>();
  return all.filter(({ name }) => !seen.has(key(name)) && seen.add(key(name)));
}

/** Exact paths first, then patterns, then prefixes by length; method, headers, query parameters. */
function rankOf({ method, headers = [], queryParams = [] }: HttpMatch, path: PathClause): number[] {
  const kinds = { Exact: 2, Pattern: 1, Prefix: 0, Start: 0, Any: 0 };
  const length = path.type === "Any" ? 0 : path.path.length;
  const named = method === undefined ? 0 : 1;
  return [kinds[path.type], length, named, headers.length, queryParams.length];
}

function orderOf(match: HttpMatch, path: PathClause): string {
  const { method, headers = [], queryParams = [] } = match;
  const type = { Exact: "Exact", Pattern: "RegularExpression" }[path.type as "Exact"];
  const length = path.type === "Any" ? 0 : path.path.length;
  const counted = (n: number, word: string): string[] =>
    n === 0 ? [] : [`${n} ${word}${n === 1 ? "" : "s"}`];
  return [
    `${type ?? "PathPrefix"} of ${length} character${length === 1 ? "" : "s"}`,
    ...(method === undefined ? [] : ["a method"]),
    ...counted(headers.length, "header"),
    ...counted(queryParams.length, "query parameter"),
  ].join(", ");
}

/** The rule's filters, and the backend that requests go to, or the draw between several. */
function actionsOf(
  route: HTTPRoute,
  rule: HttpRule,
  path: PathClause,
  { place, all }: At,
): { steps: Step[]; backend: Backend | undefined } {
  const prefix = path.type === "Prefix" ? elementsOf(path.path) : "";
  const context = { route, prefix, listenerPort: place.listenerPort, all };
  const steps = stepsOf(rule.filters ?? [], context);
  const refs = rule.backendRefs ?? [];
  if (steps.some((step) => step.do === "redirect")) return { steps, backend: undefined };
  const shares = refs.map((ref) => {
    const { upstream } = resolveBackend(route, ref, all);
    const own = stepsOf(ref.filters ?? [], context);
    return { weight: ref.weight ?? 1, upstream, steps: own };
  });
  const usable = shares.find(({ weight, upstream }) => weight > 0 && upstream);
  const backend = usable?.upstream && {
    upstream: usable.upstream.name,
    namespace: usable.upstream.namespace,
    service: usable.upstream.service,
    port: usable.upstream.port,
  };
  if (shares.length === 1 && usable && usable.steps.length === 0) return { steps, backend };
  const split: Step = {
    do: "split",
    shares: shares.map((share) => ({ ...share, upstream: share.upstream?.name })),
  };
  return { steps: [...steps, split], backend };
}

/** Timeouts and retries of a rule; undefined when it says nothing of them. */
function passingOf({ timeouts, retry }: HttpRule): Passing | undefined {
  if (!timeouts && !retry) return undefined;
  const request = durationMs(timeouts?.request);
  const each = durationMs(timeouts?.backendRequest);
  const bounds = [request, each].filter((ms) => ms > 0);
  const codes = (retry?.codes ?? []).map((code) => `http_${code}`);
  return {
    ...passing,
    ...(bounds.length > 0 && { readMs: Math.min(...bounds) }),
    ...(request > 0 && { wholeMs: request }),
    ...(retry && {
      tries: 1 + (retry.attempts ?? 1),
      tryNext: ["error", "timeout", "non_idempotent", ...codes],
      waitMs: durationMs(retry.backoff),
    }),
  };
}
