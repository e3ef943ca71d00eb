// The profile "spec": what the Kubernetes documentation of Ingress says, and nothing else.
//
// The longest path that holds wins, Exact before Prefix at equal length; an exact host before a
// wildcard host before none; ImplementationSpecific is treated as Prefix, as allowed. A rule is
// one predicate of host and path, so a less specific host is asked when the more specific one
// has no path for the request. spec.defaultBackend takes what no rule of its hosts holds for,
// and of all hosts at the very end. Where two rules hold the same host and path the older
// Ingress wins; the documentation leaves that open.

import type { Ingress, IngressBackend } from "../../../api/kinds/ingress.ts";
import { byAgeThenName, ownerKey, ownerOf } from "../../compile/profile.ts";
import type { Contribution, HostPart, Merged, Owner, Profile } from "../../compile/profile.ts";
import { backendOf, hostName, sourceOf, writtenHosts } from "../../compile/rules.ts";
import type { Verdict } from "../../compile/verdict.ts";
import { hostTable } from "../../host.ts";
import { noFilters } from "../../filters.ts";
import { elementsOf, printRule } from "../../table.ts";
import type { PathClause, Route, Shadow } from "../../table.ts";
import { WrittenRoute } from "./route.ts";

/** One Ingress' rules for one host, in the order of the manifest. */
interface RoutesPart extends HostPart {
  readonly routes: readonly Route[];
}

export const spec: Profile<RoutesPart> = {
  name: "spec",
  fallThrough: true,
  contribute,
  merge,
  older: byAgeThenName,
};

function contribute(ingress: Ingress): Contribution<RoutesPart> {
  const owner = ownerOf(ingress);
  const hosts = new Map<string, { owner: Owner; routes: Route[] }>();
  const routesOf = (host: string): Route[] => {
    const known = hosts.get(host) ?? { owner, routes: [] };
    hosts.set(host, known);
    return known.routes;
  };
  (ingress.spec.rules ?? []).forEach((rule, index) => {
    const paths = rule.http?.paths ?? [];
    if (paths.length === 0) return;
    const routes = routesOf(hostName(rule.host));
    for (let at = 0; at < paths.length; at++) routes.push(new WrittenRoute(ingress, index, at));
  });
  if (ingress.spec.defaultBackend) {
    for (const host of new Set([...writtenHosts(ingress), ""])) {
      routesOf(host).push(defaultRoute(ingress, ingress.spec.defaultBackend, host));
    }
  }
  return { hosts, verdicts: [] };
}

function defaultRoute(ingress: Ingress, backend: IngressBackend, host: string): Route {
  return {
    source: sourceOf(ingress, "spec.defaultBackend"),
    host,
    pathType: "",
    path: { type: "Any" },
    filters: noFilters,
    backend: backendOf(ingress, backend),
  };
}

function merge(host: string, parts: readonly RoutesPart[]): Merged | undefined {
  if (parts.length === 0) return undefined;
  const exact = new Map<string, { route: Route; owner: Owner }>();
  const others: typeof exact = new Map();
  const ranks: Route[][] = [];
  const shadowed: Shadow[] = [];
  const verdicts: Verdict[] = [];
  for (const { owner, routes } of parts) {
    for (const route of routes) {
      const { path } = route;
      const holders = path.type === "Exact" ? exact : others;
      const claim = claimOf(path);
      const holder = holders.get(claim);
      if (!holder) {
        holders.set(claim, { route, owner });
        (ranks[rankOf(path)] ??= []).push(route);
        continue;
      }
      const because = whyShadowed(route, holder.route, owner, holder.owner);
      shadowed.push({ route, because });
      verdicts.push({
        object: { kind: "Ingress", key: ownerKey(owner) },
        field: route.source.field,
        type: "warning",
        reason: "DuplicatePath",
        message: because,
      });
    }
  }
  const routes = [...ranks.reverse().flat()]; // copied: flat leaves room for more in its array
  return { table: hostTable(host, routes, shadowed.length > 0 ? shadowed : none), verdicts };
}

/** Shared by the many hosts that have none. */
const none: readonly Shadow[] = [];

/** What two rules of a host, of one type, cannot both have. */
function claimOf(path: PathClause): string {
  if (path.type === "Any") return "*";
  return path.type === "Exact" ? path.path : elementsOf(path.path);
}

/**
 * The highest goes first: the longest path, Exact before Prefix, the default backend last. Of
 * equal ones, which never hold for the same path, the older goes first.
 */
function rankOf(path: PathClause): number {
  if (path.type === "Any") return 0;
  return 1 + 2 * elementsOf(path.path).length + (path.type === "Exact" ? 1 : 0);
}

function whyShadowed(route: Route, by: Route, owner: Owner, holder: Owner): string {
  if (ownerKey(owner) === ownerKey(holder)) {
    return `${by.source.field} of the same Ingress already holds ${printRule(by)}`;
  }
  const how = owner.createdMs === holder.createdMs ? "equally old" : "older";
  const same =
    printRule(route) === printRule(by) ? "" : `, the same elements as ${printRule(route)}`;
  return `the ${how} Ingress ${ownerKey(holder)} already holds ${printRule(by)}${same}`;
}
