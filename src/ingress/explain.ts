// The decision of `match`, told: every rule in the order in which it was considered, and for
// each loser the one clause that failed. Slow on purpose (it scans); a test holds that it always
// names the route that `match` gives.

import type { Step } from "../net/trace.ts";
import { hostNames, hostOf } from "./hosts.ts";
import { holds, wildcardOf } from "./match.ts";
import type { MatchRequest } from "./match.ts";
import { elementsOf, printRule, printSource } from "./table.ts";
import type { HostTable, Route, RouteTable } from "./table.ts";

export interface Explanation {
  readonly route: Route | null;
  readonly steps: readonly Step[];
  /** The decision in one sentence. */
  readonly why: string;
  /** Rules of hosts that do not match which were left out of `steps`. */
  readonly leftOut: number;
}

/** Rules of other hosts that are listed with their reason; the rest are only counted. */
const otherHostsMax = 40;

export function explain(table: RouteTable, request: MatchRequest): Explanation {
  const { host, path } = request;
  const teller = new Teller(request);
  const levels = [
    { of: hostOf(table.exact, host), name: "exact" },
    { of: wildcardOf(table, host), name: "wildcard" },
    { of: table.any, name: "any" },
  ].filter((level) => level.of !== undefined);
  let route: Route | null = null;
  let closedBy: HostTable | undefined;
  for (const { of } of levels as { of: HostTable }[]) {
    if ((route !== null || closedBy) && table.inherits) continue; // told already, in its place
    if (route !== null || closedBy) {
      teller.passOver(of, route, closedBy);
      continue;
    }
    route = teller.consider(of);
    if (route === null && !table.fallThrough) closedBy = of;
  }
  const leftOut = teller.otherHosts(table);
  return { route, steps: teller.steps, why: summary(route, levels.length, host, path), leftOut };
}

function summary(route: Route | null, hosts: number, host: string, path: string): string {
  if (route) return `${printRule(route)} (${printSource(route.source)})`;
  if (hosts === 0) return `no rule has host "${host}", and none is without a host`;
  return `no rule of host "${host}" holds for path "${path}"`;
}

class Teller {
  readonly steps: Step[] = [];
  readonly #request: MatchRequest;

  constructor(request: MatchRequest) {
    this.#request = request;
  }

  /** Tells the rules of a host that matches, and gives the winner. */
  consider(host: HostTable): Route | null {
    const { path } = this.#request;
    const unmet = host.routes.map((route) => this.#request.unmet?.(route));
    const held = host.routes.map((_, i) => !unmet[i] && holds(host, i, path));
    const winner = held.indexOf(true);
    host.routes.forEach((route, i) => {
      if (i === winner) this.#tell(route, "won", whyWon(host, i, held));
      else if (held[i]) this.#tell(route, "lost", whyOutranked(route, host.routes[winner]!));
      else if (holds(host, i, path)) this.#tell(route, "lost", unmet[i] ?? "");
      else this.#tell(route, "lost", whyNot(route, path));
    });
    for (const { route, because } of host.shadowed) this.#tell(route, "lost", because);
    return host.routes[winner] ?? null;
  }

  /** Tells the rules of a host that matches too, but is not asked. */
  passOver(host: HostTable, winner: Route | null, closedBy: HostTable | undefined): void {
    const because = winner
      ? `${hostClause(host)}: a more specific host has a rule that holds`
      : `${hostClause(host)}: host "${closedBy!.host}" is more specific, and its server answers`;
    for (const route of host.routes) this.#tell(route, "lost", because);
  }

  /** Tells some rules of the hosts that do not match; gives how many it left out. */
  otherHosts(table: RouteTable): number {
    const { host } = this.#request;
    const chosen = wildcardOf(table, host);
    let told = 0;
    let leftOut = 0;
    const tell = (of: HostTable, because: string): void => {
      for (const route of of.routes) {
        if (told++ < otherHostsMax) this.#tell(route, "lost", because);
        else leftOut++;
      }
    };
    for (const name of hostNames(table.exact)) {
      if (name === host) continue;
      tell(hostOf(table.exact, name)!, `host "${host}" is not "${name}"`);
    }
    for (const [i, name] of table.wildcard.names.entries()) {
      if (table.wildcard.tables[i] === chosen) continue;
      const below = host === name || host.endsWith(`.${name}`);
      if (below && table.deep && host !== name) {
        tell(
          table.wildcard.tables[i]!,
          `a more specific host than "*.${name}" has taken the request`,
        );
        continue;
      }
      tell(
        table.wildcard.tables[i]!,
        below && !table.deep
          ? `host "${host}" is not "*.${name}": the * stands for exactly one label`
          : `host "${host}" is not "*.${name}"`,
      );
    }
    return leftOut;
  }

  #tell(route: Route, verdict: "won" | "lost", because: string): void {
    const { source } = route;
    const rule = printRule(route);
    this.steps.push({ rule, object: printSource(source), field: source.field, verdict, because });
  }
}

function hostClause({ host }: HostTable): string {
  return host === "" ? "rules without a host match too" : `host "${host}" matches too`;
}

function whyWon(host: HostTable, winner: number, held: readonly boolean[]): string {
  const route = host.routes[winner]!;
  const others = held.filter((h, i) => h && i !== winner && !isLastResort(host.routes[i]!)).length;
  if (route.path.type === "Any" && route.pathType === "") {
    return "no path of the host holds: the default backend answers";
  }
  if (others === 0) return "the only rule of the host whose path holds";
  if (route.order !== undefined)
    return `the first of ${others + 1} rules that hold: ${route.order}`;
  switch (route.path.type) {
    case "Exact":
      return "the path is exactly this one, and Exact goes first";
    case "Pattern":
      return "the first regular expression, in order of length, that holds";
    default:
      return `the longest of ${others + 1} paths that hold`;
  }
}

/** A default backend holds for every path and is no rival, unless routes go by their order. */
function isLastResort({ path, pathType, order }: Route): boolean {
  return path.type === "Any" && pathType === "" && order === undefined;
}

/** Why a route that holds lost against the winner. */
function whyOutranked(route: Route, winner: Route): string {
  const [a, b] = [route.path, winner.path];
  if (a.type === "Any" && route.pathType === "") {
    return "a default backend is asked only when no path holds";
  }
  if (b.type === "Any") return "the default backend was asked first";
  if (route.order !== undefined && winner.order !== undefined) {
    return `it holds too, but as ${route.order}; ${winner.order} goes first: ${printRule(winner)}`;
  }
  if (b.type === "Pattern" || a.type === "Pattern") {
    return `it holds too, but ${b.path} comes first: regular expressions are tried longest first`;
  }
  if (b.type === "Exact" && a.type !== "Exact") {
    return `it holds too, but Exact ${b.path} goes before ${route.pathType || a.type}`;
  }
  const written = a.type === "Any" ? "/" : a.path; // nginx' location "/", which takes everything
  const [mine, its] = [elementsOf(written).length, elementsOf(b.path).length];
  if (its > mine) return `it holds too, but ${b.path} is longer`;
  return `it holds too, but ${printRule(winner)} of ${printSource(winner.source)} comes first`;
}

/** The clause of a route that does not hold for the path. */
function whyNot(route: Route, path: string): string {
  const clause = route.path;
  switch (clause.type) {
    case "Exact":
      return whyNotExact(clause.path, path);
    case "Prefix":
      return whyNotPrefix(clause.path, path);
    case "Start":
      return `path "${path}" does not begin with "${clause.path}"`;
    case "Pattern":
      return `path "${path}" does not match the regular expression ${clause.pattern.source}`;
    case "Any":
      return "a default backend is asked only when no path holds";
  }
}

function whyNotExact(wanted: string, path: string): string {
  if (path === `${wanted}/` || wanted === `${path}/`) {
    return `path "${path}" is not exactly "${wanted}": the slash at the end counts`;
  }
  if (path.toLowerCase() === wanted.toLowerCase()) {
    return `path "${path}" is not exactly "${wanted}": upper and lower case count`;
  }
  return `path "${path}" is not exactly "${wanted}"`;
}

function whyNotPrefix(wanted: string, path: string): string {
  const elements = elementsOf(wanted);
  if (path.startsWith(elements)) {
    const rest = path.slice(elements.lastIndexOf("/") + 1);
    const element = rest.split("/")[0]!;
    const last = elements.slice(elements.lastIndexOf("/") + 1);
    return `"${element}" is not the element "${last}" of "${wanted}": Prefix compares whole elements`;
  }
  if (path.toLowerCase().startsWith(elements.toLowerCase())) {
    return `path "${path}" does not begin with "${wanted}": upper and lower case count`;
  }
  return `path "${path}" does not begin with the elements of "${wanted}"`;
}
