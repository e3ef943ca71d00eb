// The profile "spec": what the Kubernetes documentation of Ingress says, and nothing else.
//
// The longest path that holds wins, Exact before Prefix at equal length; an exact host before a
// wildcard host before none; ImplementationSpecific is treated as Prefix, as allowed. A rule is
// one predicate of host and path, so a less specific host is asked when the more specific one
// has no path for the request. spec.defaultBackend takes what no rule of its hosts holds for,
// and of all hosts at the very end. Where two rules hold the same host and path the older
// Ingress wins; the documentation leaves that open.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import { byAgeThenName, ownerKey, ownerOf } from "../../compile/profile.ts";
import type { Contribution, HostPart, Merged, Owner, Profile } from "../../compile/profile.ts";
import { backendOf, sourceOf, writtenHosts, writtenRules } from "../../compile/rules.ts";
import type { WrittenRule } from "../../compile/rules.ts";
import type { Verdict } from "../../compile/verdict.ts";
import { hostTable } from "../../host.ts";
import { noFilters } from "../../filters.ts";
import { elementsOf, printRule } from "../../table.ts";
import type { PathClause, Route, Shadow } from "../../table.ts";

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
  const routes = new Map<string, Route[]>();
  const add = (host: string, route: Route): void => {
    const known = routes.get(host);
    if (known) known.push(route);
    else routes.set(host, [route]);
  };
  for (const rule of writtenRules(ingress)) add(rule.host, routeOf(ingress, rule));
  const { defaultBackend } = ingress.spec;
  if (defaultBackend) {
    for (const host of new Set([...writtenHosts(ingress), ""])) {
      add(host, {
        source: sourceOf(ingress, "spec.defaultBackend"),
        host,
        pathType: "",
        path: { type: "Any" },
        filters: noFilters,
        backend: backendOf(ingress, defaultBackend),
      });
    }
  }
  const hosts = new Map<string, RoutesPart>();
  for (const [host, list] of routes) hosts.set(host, { owner, routes: list });
  return { hosts, verdicts: [] };
}

function routeOf(ingress: Ingress, rule: WrittenRule): Route {
  const type = rule.pathType === "Exact" ? "Exact" : "Prefix";
  return {
    source: sourceOf(ingress, rule.field),
    host: rule.host,
    pathType: rule.pathType,
    path: { type, path: rule.path },
    filters: noFilters,
    backend: backendOf(ingress, rule.backend),
  };
}

function merge(host: string, parts: readonly RoutesPart[]): Merged | undefined {
  if (parts.length === 0) return undefined;
  const first = new Map<string, { route: Route; owner: Owner }>();
  const shadowed: Shadow[] = [];
  const verdicts: Verdict[] = [];
  for (const { owner, routes } of parts) {
    for (const route of routes) {
      const claim = claimOf(route.path);
      const holder = first.get(claim);
      if (!holder) {
        first.set(claim, { route, owner });
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
  const routes = [...first.values()].map(({ route }) => route).sort(byPrecedence);
  return { table: hostTable(host, routes, shadowed), verdicts };
}

/** What two rules of a host cannot both have. */
function claimOf(path: PathClause): string {
  if (path.type === "Any") return "*";
  return path.type === "Exact" ? `=${path.path}` : elementsOf(path.path);
}

/** Longest path first, Exact before Prefix, the default backend last; never a tie in a host. */
function byPrecedence(a: Route, b: Route): number {
  if (a.path.type === "Any" || b.path.type === "Any") return a.path.type === "Any" ? 1 : -1;
  const [x, y] = [elementsOf(a.path.path), elementsOf(b.path.path)];
  if (x.length !== y.length) return y.length - x.length;
  if (a.path.type !== b.path.type) return a.path.type === "Exact" ? -1 : 1;
  if (x !== y) return x < y ? -1 : 1;
  return b.path.path.length - a.path.path.length;
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
