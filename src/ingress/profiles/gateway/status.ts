// The statuses that a plan gives its objects.

import type { Obj } from "../../../api/object.ts";
import { claim, conditionsOf } from "./conditions.ts";
import type { Claim } from "./conditions.ts";
import { supportedFeatures } from "./features.ts";
import type {
  AncestorStatus,
  BackendTLSPolicy,
  GatewayClass,
  GatewayStatus,
  ListenerSet,
  ListenerStatus,
  ParentStatus,
} from "./kinds.ts";
import { serves } from "./listeners.ts";
import type { Listener, SetState } from "./listeners.ts";
import { attachedCount, attachedSets, backendRefsOf } from "./plan.ts";
import { policyProblems, targetsOf } from "./policies.ts";
import { namespaceOf } from "./everything.ts";
import type { Everything } from "./everything.ts";
import { group } from "./kinds.ts";
import type { GatewayPlan, Plan, RoutePlan } from "./plan.ts";

/** What the cloud has given a Gateway, or why not. */
export interface Addresses {
  readonly values: readonly string[];
  /** A type of address that is not known here. */
  readonly unsupported: string | undefined;
  /** An address that was asked for and cannot be had. */
  readonly unusable: string | undefined;
}

export function classStatus(one: GatewayClass, nowMs: number): GatewayClass["status"] {
  const message = "this controller serves Gateways of the class";
  const claims: Claim[] = [
    one.spec.parametersRef === undefined
      ? { type: "Accepted", status: "True", reason: "Accepted", message }
      : claim("Accepted", {
          reason: "InvalidParameters",
          message: "spec.parametersRef: there are no parameters",
        }),
  ];
  return {
    conditions: conditionsOf(claims, one, one.status?.conditions, nowMs),
    supportedFeatures: supportedFeatures.map((name) => ({ name })),
  };
}

export function gatewayStatus(
  plan: Plan,
  here: GatewayPlan,
  addresses: Addresses,
  nowMs: number,
): GatewayStatus {
  const { gateway } = here;
  const own = here.listeners.filter(({ owner }) => owner === gateway);
  const claims = gatewayClaims(here, own, addresses);
  return {
    addresses: addresses.values.map((value) => ({ type: "IPAddress", value })),
    conditions: conditionsOf(claims, gateway, gateway.status?.conditions, nowMs),
    listeners: own.map((one) => listenerStatus(plan, one, gateway.status?.listeners, nowMs)),
    attachedListenerSets: attachedSets(here),
  };
}

function gatewayClaims(
  { gateway, listeners }: GatewayPlan,
  own: readonly Listener[],
  { values, unsupported, unusable }: Addresses,
): Claim[] {
  const bad = own.filter(({ refused, conflict }) => refused || conflict);
  const names = bad.map(({ spec }) => spec.name).join(", ");
  const invalid = { reason: "ListenersNotValid", message: `listeners not accepted: ${names}` };
  const accepted = (): Claim => {
    if (unsupported !== undefined) {
      const message = `addresses of type ${unsupported} are not supported`;
      return claim("Accepted", { reason: "UnsupportedAddress", message });
    }
    if (gateway.spec.infrastructure?.parametersRef) {
      const message = "spec.infrastructure.parametersRef: there are no parameters";
      return claim("Accepted", { reason: "InvalidParameters", message });
    }
    if (bad.length === 0) return claim("Accepted", undefined);
    if (bad.length === own.length) return claim("Accepted", invalid);
    return { type: "Accepted", status: "True", ...invalid };
  };
  const programmed = (): Claim => {
    if (!listeners.some(serves)) {
      return claim("Programmed", { reason: "Invalid", message: "no listener can serve" });
    }
    if (unusable !== undefined) {
      const message = `the cloud does not give the address ${unusable}`;
      return claim("Programmed", { reason: "AddressNotUsable", message });
    }
    const message = "the cloud has not assigned an address yet";
    const missing = values.length === 0 ? { reason: "AddressNotAssigned", message } : undefined;
    return claim("Programmed", missing);
  };
  const unresolved = own.filter((one) => one.unresolved);
  const which = unresolved.map(({ spec }) => spec.name).join(", ");
  const resolved = claim(
    "ResolvedRefs",
    unresolved.length > 0
      ? { reason: "ListenersNotResolved", message: `listeners not resolved: ${which}` }
      : undefined,
  );
  return [accepted(), programmed(), resolved];
}

function listenerStatus(
  plan: Plan,
  listener: Listener,
  before: readonly ListenerStatus[] | undefined,
  nowMs: number,
): ListenerStatus {
  const { spec, owner, kinds, refused, conflict, unresolved } = listener;
  const notProgrammed = refused ?? conflict ?? (serves(listener) ? undefined : unresolved);
  const invalid = notProgrammed && {
    reason: conflict ? conflict.reason : "Invalid",
    message: notProgrammed.message,
  };
  const claims: Claim[] = [
    claim("Accepted", refused),
    claim("Programmed", invalid),
    claim("ResolvedRefs", unresolved),
    conflict
      ? { type: "Conflicted", status: "True", ...conflict }
      : { type: "Conflicted", status: "False", reason: "NoConflicts", message: "" },
  ];
  const known = before?.find(({ name }) => name === spec.name)?.conditions;
  return {
    name: spec.name,
    supportedKinds: kinds,
    attachedRoutes: attachedCount(plan, listener),
    conditions: conditionsOf(claims, owner, known, nowMs),
  };
}

/** A set that its Gateway does not let in has no listeners in its status. */
export function setStatus(
  plan: Plan,
  { gateway, listeners }: GatewayPlan,
  { set, allowed }: SetState,
  nowMs: number,
): ListenerSet["status"] {
  const own = listeners.filter(({ owner }) => owner === set);
  const conditions = (claims: Claim[]): ReturnType<typeof conditionsOf> =>
    conditionsOf(claims, set, set.status?.conditions, nowMs);
  if (!allowed) {
    const message = `Gateway ${gateway.metadata.name} allows no ListenerSets of this namespace`;
    const problem = { reason: "NotAllowed", message };
    return { conditions: conditions([claim("Accepted", problem), claim("Programmed", problem)]) };
  }
  const bad = own.filter((one) => !serves(one));
  const message = `listeners not valid: ${bad.map(({ spec }) => spec.name).join(", ")}`;
  const problem = bad.length === own.length ? { reason: "ListenersNotValid", message } : undefined;
  const accepted: Claim =
    !problem && bad.length > 0
      ? { type: "Accepted", status: "True", reason: "ListenersNotValid", message }
      : claim("Accepted", problem);
  return {
    conditions: conditions([accepted, claim("Programmed", problem)]),
    listeners: own.map((one) => listenerStatus(plan, one, set.status?.listeners, nowMs)),
  };
}

/** A policy's ancestors: the Gateways of ours from which a route leads to its Services. */
export function policyAncestors(
  { routes }: Plan,
  policy: BackendTLSPolicy,
  all: Everything,
  nowMs: number,
): AncestorStatus[] {
  const targets = new Set(targetsOf(policy).map(({ service }) => service));
  const gateways = new Map<string, { namespace: string; name: string }>();
  for (const { route, parents } of routes) {
    const leads = backendRefsOf(route).some(({ name, namespace = namespaceOf(route) }) =>
      targets.has(`${namespace}/${name}`),
    );
    for (const { ref } of leads ? parents : []) {
      if ((ref.kind ?? "Gateway") !== "Gateway") continue;
      const { name, namespace = namespaceOf(route) } = ref;
      gateways.set(`${namespace}/${name}`, { namespace, name });
    }
  }
  const { refused, unresolved } = policyProblems(policy, all);
  const claims = [claim("Accepted", refused), claim("ResolvedRefs", unresolved)];
  const before = policy.status?.ancestors ?? [];
  const others = before.filter((one) => one.controllerName !== all.controllerName);
  const ours = [...gateways.values()].map((gateway): AncestorStatus => {
    const known = before.find(
      ({ ancestorRef: { name, namespace }, controllerName }) =>
        controllerName === all.controllerName &&
        name === gateway.name &&
        namespace === gateway.namespace,
    );
    return {
      ancestorRef: { group, kind: "Gateway", ...gateway },
      controllerName: all.controllerName,
      conditions: conditionsOf(claims, policy, known?.conditions, nowMs),
    };
  });
  return [...others, ...ours];
}

/** The parents of a route's status: ours anew, those of other controllers as they are. */
export function routeParents(
  { route, parents, unresolved }: RoutePlan,
  controllerName: string,
  nowMs: number,
): ParentStatus[] {
  const before = route.status?.parents ?? [];
  const others = before.filter((one) => one.controllerName !== controllerName);
  const ours = parents.map(({ ref, problem }): ParentStatus => {
    const key = JSON.stringify(ref);
    const known = before.find(
      (one) => one.controllerName === controllerName && JSON.stringify(one.parentRef) === key,
    );
    const claims = [claim("Accepted", problem), claim("ResolvedRefs", unresolved)];
    const conditions = conditionsOf(claims, route as Obj, known?.conditions, nowMs);
    return { parentRef: ref, controllerName, conditions };
  });
  return [...others, ...ours];
}
