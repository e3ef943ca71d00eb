// What is wrong with a table as a whole: rules that no request, or not the one they were written
// for, can ever reach. Computed from the compiled routes, so it holds for every profile.

import { hostNames, hostOf } from "./hosts.ts";
import { holds, matchPath } from "./match.ts";
import { printRule, printSource } from "./table.ts";
import type { HostTable, Route, RouteTable, Source } from "./table.ts";

export interface Finding {
  /** duplicate: another object holds the place; unreachable: never wins; stolen: loses its own path. */
  readonly kind: "duplicate" | "unreachable" | "stolen";
  readonly rule: string;
  readonly source: Source;
  /** The rule that wins instead; undefined for a duplicate, whose sentence names it. */
  readonly by: Source | undefined;
  readonly because: string;
}

/** In the order of the hosts, then of their rules. */
export function findings(table: RouteTable): Finding[] {
  const hosts = new Set([
    ...hostNames(table.exact).map((name) => hostOf(table.exact, name)!),
    ...table.wildcard.tables,
    ...(table.any ? [table.any] : []),
  ]);
  return [...hosts].flatMap((host) => [...duplicates(host), ...losers(host, table)]);
}

function duplicates({ shadowed }: HostTable): Finding[] {
  return shadowed.map(({ route, because }) => ({
    kind: "duplicate",
    rule: printRule(route),
    source: route.source,
    by: undefined,
    because,
  }));
}

/** Rules that lose every request that we would send to try them, or the one for their own path. */
function losers(host: HostTable, { conditional }: RouteTable): Finding[] {
  const found: Finding[] = [];
  const told = new Set<string>();
  for (const route of host.routes) {
    if (route.implicit || route.when || route.path.type === "Any") continue;
    if (route.host !== host.host || told.has(key(route.source))) continue;
    told.add(key(route.source));
    const winners = samples(route).map((path) => winner(host, path, conditional));
    const other = winners[0];
    if (!other || key(other.source) === key(route.source)) continue;
    const never = winners.every((one) => one && key(one.source) !== key(route.source));
    const who = `${printRule(other)} of ${printSource(other.source)}`;
    found.push({
      kind: never ? "unreachable" : "stolen",
      rule: printRule(route),
      source: route.source,
      by: other.source,
      because: never
        ? `${who} comes first and holds for all of its paths`
        : `${who} comes first and takes "${samples(route)[0]}", the very path of this rule`,
    });
  }
  return found;
}

/** Rules with further conditions take nothing away for certain. */
function winner(host: HostTable, path: string, conditional?: true): Route | undefined {
  if (!conditional) return host.routes[matchPath(host, path)];
  return host.routes.find((route, i) => !route.when && holds(host, i, path));
}

/** Paths that a rule is written for, its own first; none for a regular expression. */
function samples({ path }: Route): string[] {
  if (path.type === "Any") return [];
  if (path.type === "Pattern" && /[\\^$.|?*+()[\]{}]/.test(path.path)) return [];
  if (path.type === "Exact") return [path.path];
  const deeper = path.path.endsWith("/") ? `${path.path}~` : `${path.path}/~`;
  return [path.path, deeper, `${deeper}/~`];
}

function key({ kind, namespace, name, field }: Source): string {
  return `${kind}/${namespace}/${name}/${field}`;
}
