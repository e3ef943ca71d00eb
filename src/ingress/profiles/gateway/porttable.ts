// The routing table of one port of a Gateway. Each host that a listener or a route names has the
// routes of the one listener that is the most specific for it (the others never see such a
// request), in Gateway API's order of precedence.

import { hostTable } from "../../host.ts";
import { noHosts, noSuffixes, withHosts, withSuffixes } from "../../hosts.ts";
import type { HostTable, RouteTable } from "../../table.ts";
import { byAge } from "./everything.ts";
import type { Everything } from "./everything.ts";
import { bySpecificity, covers, isWildcard, mostSpecific } from "./hostnames.ts";
import { compileRoute } from "./httproute.ts";
import type { Ranked } from "./httproute.ts";
import type { Listener } from "./listeners.ts";
import type { HTTPRoute } from "./kinds.ts";

/** A route at a listener of the port. */
export interface Standing {
  readonly listener: Listener;
  readonly route: HTTPRoute;
  readonly hostnames: readonly string[];
}

export function portTable(
  listeners: readonly Listener[],
  standing: readonly Standing[],
  all: Everything,
): RouteTable {
  const names = new Set(listeners.map(({ hostname }) => hostname));
  for (const { hostnames } of standing) for (const name of hostnames) names.add(name);
  const exact = new Map<string, HostTable>();
  const suffixes = new Map<string, HostTable>();
  let any: HostTable | undefined;
  for (const name of names) {
    const listener = mostSpecific(listeners, name);
    const here = standing.filter((one) => one.listener === listener);
    const table = hostTable(name, routesAt(name, here, all));
    if (name === "") any = table;
    else if (isWildcard(name)) suffixes.set(name.slice(2), table);
    else exact.set(name, table);
  }
  return {
    exact: withHosts(noHosts, exact),
    wildcard: withSuffixes(noSuffixes, suffixes),
    any,
    fallThrough: false,
    deep: true,
    conditional: true,
  };
}

interface Candidate extends Ranked {
  readonly hostname: string;
  readonly from: HTTPRoute;
}

/** The routes that hold for a host, in the order of precedence. */
function routesAt(name: string, standing: readonly Standing[], all: Everything): Ranked["route"][] {
  const candidates: Candidate[] = [];
  for (const { route, hostnames, listener } of standing) {
    const hostname = hostnames.filter((one) => covers(one, name)).sort(bySpecificity)[0];
    if (hostname === undefined) continue;
    const place = { hostname, listenerPort: listener.spec.port };
    for (const ranked of compileRoute(route, place, all)) {
      candidates.push({ ...ranked, hostname, from: route });
    }
  }
  return candidates.sort(precedence).map(({ route }) => route);
}

/** Ties keep the order of the manifest: the sort is stable. */
function precedence(a: Candidate, b: Candidate): number {
  const hosts = bySpecificity(a.hostname, b.hostname);
  if (hosts !== 0) return hosts;
  for (const [i, mine] of a.rank.entries()) if (mine !== b.rank[i]) return b.rank[i]! - mine;
  return byAge(a.from, b.from);
}
