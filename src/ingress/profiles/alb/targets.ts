// Target groups: which Service an action forwards to, and the targets that stand behind it.
// target-type "instance" (the default) registers every ready node with the Service's NodePort,
// "ip" the Pods themselves. Models model_build_target_group.go and the endpoint resolver.

import type { EndpointSlice } from "../../../api/kinds/endpointslice.ts";
import type { Ingress } from "../../../api/kinds/ingress.ts";
import type { Node } from "../../../api/kinds/node.ts";
import { Service } from "../../../api/kinds/service.ts";
import type { ServicePort } from "../../../api/kinds/service.ts";
import type { World } from "../../compile/world.ts";
import type { FixedFilter, Passing } from "../../filters.ts";
import type { Backend } from "../../table.ts";
import { readyEndpoints } from "../../upstreams.ts";
import type { Endpoint, Upstream } from "../../upstreams.ts";
import { fixed, ModelError } from "./actions.ts";
import type { GroupShare } from "./actions.ts";
import { prefix } from "./annotations.ts";

/** The load balancer's own patience. */
export const passing: Passing = {
  protocol: "HTTP",
  connectMs: 10_000,
  readMs: 60_000,
  sendMs: 60_000,
  bodyBytesMax: 0,
  tries: 1,
  triesMs: 0,
  tryNext: [],
  accessLog: false,
};

export interface TargetGroup {
  readonly namespace: string;
  readonly service: string;
  readonly port: ServicePort;
  readonly type: "instance" | "ip";
  readonly weight: number;
}

/** A forward's upstream name and how it is passed on, or the answer for a missing Service. */
export function forwardOf(
  shares: readonly GroupShare[],
  ingress: Ingress,
  world: World,
): { backend: Backend; passing: Passing } | { answer: FixedFilter } {
  const { namespace = "default" } = ingress.metadata;
  const [first] = shares;
  if (shares.length === 1 && !world.get(Service, `${namespace}/${first!.service}`)) {
    const answer = fixed("503", "text/plain", "Backend service does not exist");
    if (answer.type === "answer" && answer.filter.type === "fixed")
      return { answer: answer.filter };
  }
  const protocol = protocolOf(shares, ingress, world);
  const { service, port } = first!;
  return {
    backend: { upstream: nameOf(shares, ingress, world), namespace, service, port },
    passing: { ...passing, protocol },
  };
}

/** What stands behind a forward. Throws ModelError for what cannot be built. */
export function targetGroups(
  shares: readonly GroupShare[],
  ingress: Ingress,
  world: World,
): readonly TargetGroup[] {
  const { namespace = "default" } = ingress.metadata;
  return shares.flatMap((share) => {
    const key = `${namespace}/${share.service}`;
    const service = world.get(Service, key);
    if (!service) {
      if (shares.length === 1) return []; // answered by the load balancer itself
      throw new ModelError(`Service "${share.service}" not found`);
    }
    const port = service.spec.ports?.find(
      (one) => String(one.port) === share.port || one.name === share.port,
    );
    if (!port) throw new ModelError(`unable to find port ${share.port} on service ${key}`);
    const type = targetType(ingress, service);
    if (type === "instance" && !port.nodePort) {
      throw new ModelError(
        "TargetGroup port is empty. When using Instance targets, your service be must of type " +
          "'NodePort' or 'LoadBalancer'",
      );
    }
    return [{ namespace, service: share.service, port, type, weight: share.weight }];
  });
}

/** The upstream of a forward, with everything that is registered now. */
export function upstreamOf(
  shares: readonly GroupShare[],
  ingress: Ingress,
  o: {
    world: World;
    slices(service: string): readonly EndpointSlice[];
    nodes: readonly Node[];
  },
): Upstream | undefined {
  const groups = targetGroups(shares, ingress, o.world);
  const [first] = groups;
  if (!first) return undefined;
  const registered = groups.map((group) => ({ group, targets: targetsOf(group, o) }));
  const endpoints = registered.flatMap(({ targets }) => targets);
  const weights = registered.flatMap(({ group, targets }) =>
    targets.map(() => group.weight / targets.length),
  );
  const total = groups.reduce((sum, { weight }) => sum + weight, 0);
  return {
    name: nameOf(shares, ingress, o.world),
    namespace: first.namespace,
    service: first.service,
    port: shares[0]!.port,
    endpoints,
    balancing: groups.length > 1 ? { by: "weight", weights, total } : { by: "round robin" },
    alternatives: [],
    shaping: undefined,
    why: `no target is registered: Service ${first.namespace}/${first.service} has no ready Pod`,
  };
}

function targetsOf(
  { namespace, service, port, type }: TargetGroup,
  o: { slices(service: string): readonly EndpointSlice[]; nodes: readonly Node[] },
): readonly Endpoint[] {
  if (type === "ip") return readyEndpoints(port, o.slices(`${namespace}/${service}`));
  return o.nodes.flatMap(({ status }) => {
    const ready = status?.conditions?.some((one) => one.type === "Ready" && one.status === "True");
    const ip = status?.addresses?.find((one) => one.type === "InternalIP")?.address;
    return ready && ip ? [{ host: ip, port: port.nodePort! }] : [];
  });
}

/** A Service's own annotation goes before the Ingress'. Throws ModelError. */
function targetType(ingress: Ingress, service: Service): "instance" | "ip" {
  const type = merged(ingress, service, "target-type") ?? "instance";
  if (type === "instance" || type === "ip") return type;
  throw new ModelError(`unknown targetType: ${type}`);
}

function protocolOf(
  shares: readonly GroupShare[],
  ingress: Ingress,
  world: World,
): "HTTP" | "HTTPS" {
  const { namespace = "default" } = ingress.metadata;
  const service = world.get(Service, `${namespace}/${shares[0]!.service}`);
  const protocol = merged(ingress, service, "backend-protocol") ?? "HTTP";
  if (protocol === "HTTP" || protocol === "HTTPS") return protocol;
  throw new ModelError(`backend protocol must be within [HTTP, HTTPS]: ${protocol}`);
}

function merged(ingress: Ingress, service: Service | undefined, name: string): string | undefined {
  const key = prefix + name;
  return service?.metadata.annotations?.[key] ?? ingress.metadata.annotations?.[key];
}

/** Two Ingresses may register one Service differently, so the type is part of the name. */
function nameOf(shares: readonly GroupShare[], ingress: Ingress, world: World): string {
  const { namespace = "default" } = ingress.metadata;
  return shares
    .map(({ service, port, weight }) => {
      const found = world.get(Service, `${namespace}/${service}`);
      const type = (found && merged(ingress, found, "target-type")) ?? "instance";
      const share = shares.length > 1 ? `*${weight}` : "";
      return `${namespace}/${service}:${port}/${type}${share}`;
    })
    .join("+");
}
