// Parity: the same objects under two implementations, and the requests that they answer
// differently. What the screen and the command line show of moving house.
//
//   compare([{ name: "ingress-nginx", table: a }, { name: "traefik", table: b }], requests)

import { explain } from "./explain.ts";
import type { Filter } from "./filters.ts";
import { hostNames, hostOf } from "./hosts.ts";
import { match } from "./match.ts";
import type { MatchRequest } from "./match.ts";
import type { HostTable, PathClause, Route, RouteTable, Source } from "./table.ts";

export interface Side {
  readonly name: string;
  readonly table: RouteTable;
}

export interface Difference {
  readonly request: MatchRequest;
  /** In the order of the sides. */
  readonly decisions: readonly Decision[];
}

/** What an implementation does with a request, as far as its table says. */
export interface Decision {
  readonly name: string;
  /** "default/web:80", "404", "308 to https". */
  readonly does: string;
  /** The rule that won. */
  readonly source: Source | undefined;
  readonly why: string;
}

/** The requests that are not decided alike by all sides. */
export function compare(sides: readonly Side[], requests: readonly MatchRequest[]): Difference[] {
  return requests.flatMap((request) => {
    const done = sides.map(({ table }) => doneBy(match(table, request)));
    if (done.every((one) => one === done[0])) return [];
    return [{ request, decisions: sides.map((side) => decide(side, request)) }];
  });
}

/** What one implementation does with a request. */
export function decide({ name, table }: Side, request: MatchRequest): Decision {
  const route = match(table, request);
  const { why } = explain(table, request);
  return { name, does: doneBy(route), source: route?.source, why };
}

/** Requests that tell tables apart: each host and path of their rules, and what lies beside it. */
export function probes(tables: readonly RouteTable[]): MatchRequest[] {
  const found = new Map<string, MatchRequest>();
  const add = (host: string, path: string): void => {
    found.set(`${host} ${path}`, { host, path });
  };
  for (const table of tables) {
    for (const { host, routes } of hostsOf(table)) {
      const name = host === "" ? "nobody.example" : host.replace("*", "any");
      add(name, "/");
      for (const { path } of routes) {
        for (const one of path.type === "Any" ? [] : beside(literalOf(path))) add(name, one);
      }
    }
  }
  return [...found.values()];
}

function hostsOf({ exact, wildcard, any }: RouteTable): HostTable[] {
  const named = hostNames(exact).map((name) => hostOf(exact, name)!);
  return [...named, ...wildcard.tables, ...(any ? [any] : [])];
}

/** The path that a rule is written for: of a regular expression, what stands before its first sign. */
function literalOf(path: Exclude<PathClause, { type: "Any" }>): string {
  return path.type === "Pattern"
    ? path.path.replace(/[\\^$.|?*+()[\]{}].*$/, "") || "/"
    : path.path;
}

/** The path itself, one slash more or less, one element more, letters more, in capitals. */
function beside(path: string): string[] {
  const bare = path.length > 1 ? path.replace(/\/+$/, "") : "";
  return [path, bare || "/", `${bare}/`, `${bare}/more`, `${bare}more`, path.toUpperCase()];
}

function doneBy(route: Route | null): string {
  if (!route) return "404";
  for (const filter of route.filters) {
    const said = answerOf(filter);
    if (said !== undefined) return said;
  }
  const { backend } = route;
  if (!backend || backend.service === "") return "404";
  const rewrite = route.filters.find((one) => one.type === "rewrite");
  const to = `${backend.namespace}/${backend.service}:${backend.port}`;
  return rewrite ? `${to} as ${rewrite.template}` : to;
}

/** What a filter answers to every guest who comes over plain HTTP. */
function answerOf(filter: Filter): string | undefined {
  switch (filter.type) {
    case "redirect":
      return `${filter.status} to ${filter.template}`;
    case "deny":
    case "fixed":
      return String(filter.status);
    case "https":
      return `${filter.status} to https`;
    default:
      return undefined;
  }
}
