// What the controller makes of all objects: for each Gateway its listeners, the routes at them and
// what their status is to say. Pure; the controller writes what differs.

import { attach, reaches } from "./attach.ts";
import type { Attached, Attachment } from "./attach.ts";
import { unresolvedBackend } from "./backends.ts";
import { byAge, namespaceOf } from "./everything.ts";
import type { Everything, Problem } from "./everything.ts";
import { problemOf } from "./httproute.ts";
import type { AnyRoute, BackendRef, Gateway, HTTPRoute, HttpRule, ParentRef } from "./kinds.ts";
import { group } from "./kinds.ts";
import { listenersOf, serves, setsOf } from "./listeners.ts";
import type { Listener, SetState } from "./listeners.ts";

export interface GatewayPlan {
  readonly gateway: Gateway;
  readonly listeners: readonly Listener[];
  readonly sets: readonly SetState[];
}

export interface RoutePlan {
  readonly route: AnyRoute;
  /** One a parentRef that leads to a Gateway of ours. */
  readonly parents: readonly Attached[];
  readonly unresolved: Problem | undefined;
  /** Where it serves. */
  readonly at: readonly Attachment[];
}

export interface Plan {
  readonly gateways: readonly GatewayPlan[];
  readonly routes: readonly RoutePlan[];
}

export function planOf(all: Everything): Plan {
  const classes = new Set(
    all.classes
      .filter(({ spec }) => spec.controllerName === all.controllerName)
      .map(({ metadata }) => metadata.name),
  );
  const gateways = all.gateways
    .filter(({ spec }) => classes.has(spec.gatewayClassName))
    .sort(byAge)
    .map((gateway) => {
      const sets = setsOf(gateway, all);
      return { gateway, sets, listeners: listenersOf(gateway, sets, all) };
    });
  const written: readonly AnyRoute[] = [...all.httpRoutes, ...all.tlsRoutes, ...all.tcpRoutes];
  const routes = [...written].sort(byAge).map((route) => routePlan(route, gateways, all));
  return { gateways, routes };
}

/** How many routes stand at a listener. */
export function attachedCount({ routes }: Plan, listener: Listener): number {
  return routes.filter(({ at }) => at.some((one) => one.listener === listener)).length;
}

/** The ListenerSets that a Gateway has taken in: those of which something serves. */
export function attachedSets({ sets, listeners }: GatewayPlan): number {
  return sets.filter(({ set }) => listeners.some((one) => one.owner === set && serves(one))).length;
}

function routePlan(route: AnyRoute, gateways: readonly GatewayPlan[], all: Everything): RoutePlan {
  const problem = route.kind === "HTTPRoute" ? problemOf(route as HTTPRoute, all) : undefined;
  const parents: Attached[] = [];
  for (const ref of route.spec.parentRefs ?? []) {
    const listeners = listenersNamed(ref, route, gateways);
    if (!listeners) continue;
    const attached = attach(route, ref, listeners, all);
    parents.push(problem && !attached.problem ? { ref, to: [], problem } : attached);
  }
  const at = parents.flatMap(({ to }) => to.filter(reaches));
  const unresolved = unresolvedBackend(route, backendRefsOf(route), all);
  return { route, parents, unresolved, at };
}

/** The listeners of what a parentRef names; undefined when that is not ours. */
function listenersNamed(
  ref: ParentRef,
  route: AnyRoute,
  gateways: readonly GatewayPlan[],
): readonly Listener[] | undefined {
  const { group: of = group, kind = "Gateway", name, namespace = namespaceOf(route) } = ref;
  if (of !== group) return undefined;
  const named = (one: { metadata: { name: string; namespace?: string } }): boolean =>
    one.metadata.name === name && one.metadata.namespace === namespace;
  for (const { gateway, listeners, sets } of gateways) {
    if (kind === "Gateway" && named(gateway)) {
      return listeners.filter(({ owner }) => owner === gateway);
    }
    const set = kind === "ListenerSet" ? sets.find((one) => named(one.set))?.set : undefined;
    if (set) return listeners.filter(({ owner }) => owner === set);
  }
  return undefined;
}

/** Every backend that a route names, those of mirrors too. */
export function backendRefsOf({ spec }: AnyRoute): BackendRef[] {
  return (spec.rules ?? []).flatMap((rule) => {
    const { backendRefs = [], filters = [] } = rule as HttpRule;
    const mirrors = [...filters, ...backendRefs.flatMap((one) => one.filters ?? [])].flatMap(
      ({ requestMirror }) => (requestMirror ? [requestMirror.backendRef] : []),
    );
    return [...backendRefs, ...mirrors];
  });
}
