// What each port of a Gateway is to serve: its listeners, its routing table, the upstreams that
// the routes name and the streams that are passed on.

import type { EndpointSlice } from "../../../api/kinds/endpointslice.ts";
import { plainUpstream } from "../../upstreams.ts";
import type { Upstream } from "../../upstreams.ts";
import { resolveBackend } from "./backends.ts";
import type { DoorPlan, StreamRoute } from "./door.ts";
import type { Everything } from "./everything.ts";
import type { AnyRoute, HTTPRoute } from "./kinds.ts";
import { serves } from "./listeners.ts";
import { backendRefsOf } from "./plan.ts";
import type { GatewayPlan, Plan } from "./plan.ts";
import { backendTls, policyFor } from "./policies.ts";
import { portTable } from "./porttable.ts";

type Slices = (service: string) => readonly EndpointSlice[];

/** By port as clients know it; listeners that do not serve have no part in it. */
export function doorPlans(
  { listeners }: GatewayPlan,
  { routes }: Plan,
  all: Everything,
  slices: Slices,
): Map<number, DoorPlan> {
  const out = new Map<number, DoorPlan>();
  const serving = listeners.filter(serves);
  for (const port of new Set(serving.map(({ spec }) => spec.port))) {
    const here = serving.filter(({ spec }) => spec.port === port);
    const standing = routes.flatMap(({ route, at }) =>
      at
        .filter(({ listener }) => here.includes(listener))
        .map(({ listener, hostnames }) => ({ listener, hostnames, route })),
    );
    const web = standing.filter(({ route }) => route.kind === "HTTPRoute");
    const upstreams = new Map<string, Upstream>();
    for (const { route } of standing) addUpstreams(route, upstreams, all, slices);
    const streams = standing
      .filter(({ route }) => route.kind !== "HTTPRoute")
      .flatMap(({ listener, hostnames, route }) =>
        hostnames.map((hostname): StreamRoute => {
          return { listener, hostname, shares: sharesOf(route, upstreams, all) };
        }),
      );
    const table = portTable(
      here,
      web as readonly ((typeof web)[number] & { route: HTTPRoute })[],
      all,
    );
    out.set(port, { listeners: here, table, upstreams, streams });
  }
  return out;
}

function addUpstreams(
  route: AnyRoute,
  upstreams: Map<string, Upstream>,
  all: Everything,
  slices: Slices,
): void {
  for (const ref of backendRefsOf(route)) {
    const { upstream } = resolveBackend(route, ref, all);
    if (!upstream || upstreams.has(upstream.name)) continue;
    const key = `${upstream.namespace}/${upstream.service}`;
    const service = all.service(key);
    const port = service?.spec.ports?.find((one) => String(one.port) === upstream.port);
    const policy = policyFor(key, port?.name, all);
    const plain = plainUpstream(upstream, service, slices(key));
    upstreams.set(upstream.name, policy ? { ...plain, tls: backendTls(policy, all) } : plain);
  }
}

function sharesOf(
  route: AnyRoute,
  upstreams: ReadonlyMap<string, Upstream>,
  all: Everything,
): StreamRoute["shares"] {
  return (route.spec.rules?.[0]?.backendRefs ?? []).map((ref) => {
    const { upstream } = resolveBackend(route, ref, all);
    return { weight: ref.weight ?? 1, upstream: upstream && upstreams.get(upstream.name) };
  });
}
