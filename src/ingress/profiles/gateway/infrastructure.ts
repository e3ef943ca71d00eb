// What a Gateway is made of in the cluster: a Service of type LoadBalancer beside it, whose only
// endpoint is the controller's Pod, with a port of its own for each of the Gateway's ports.

import type { Client } from "../../../api/client.ts";
import { EndpointSlice, serviceNameLabel } from "../../../api/kinds/endpointslice.ts";
import { Service } from "../../../api/kinds/service.ts";
import { controlledBy } from "../../../api/object.ts";
import { sameData } from "../../compile/equal.ts";
import { namespaceOf } from "./everything.ts";
import type { Gateway } from "./kinds.ts";

/** Names the Gateway that a generated object belongs to (GEP-1762). */
const nameLabel = "gateway.networking.k8s.io/gateway-name";

/** A port of a Gateway, and the Pod's that stands for it. */
export interface PortPair {
  readonly port: number;
  readonly inside: number;
}

export interface Backing {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly nodeName?: string;
}

/** The Service's key: "namespace/gateway-class", as GEP-1762 names it. */
export function serviceKey(gateway: Gateway): string {
  const name = `${gateway.metadata.name}-${gateway.spec.gatewayClassName}`.slice(0, 63);
  return `${namespaceOf(gateway)}/${name.replace(/-+$/, "")}`;
}

/** Creates or changes the Service and its EndpointSlice where they differ from what is wanted. */
export async function ensure(
  client: Client,
  gateway: Gateway,
  ports: readonly PortPair[],
  pod: Backing,
  known: { readonly service: Service | undefined; readonly slice: EndpointSlice | undefined },
): Promise<void> {
  const service = serviceOf(gateway, ports);
  if (!known.service) await client.create(Service, service);
  else if (!sameService(known.service, service)) {
    const spec = { ...known.service.spec, ports: service.spec.ports!, ...wantedAddress(gateway) };
    const metadata = { ...known.service.metadata, ...labelled(service, known.service) };
    await client.update(Service, { ...known.service, metadata, spec });
  }
  const slice = sliceOf(gateway, ports, pod);
  if (!known.slice) await client.create(EndpointSlice, slice);
  else if (!sameSlice(known.slice, slice)) {
    const { endpoints, ports: now } = slice;
    await client.update(EndpointSlice, { ...known.slice, endpoints, ports: now! });
  }
}

/** The key of the EndpointSlice of a Gateway's Service. */
export function sliceKey(gateway: Gateway): string {
  return serviceKey(gateway);
}

function serviceOf(gateway: Gateway, ports: readonly PortPair[]): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(gateway),
    spec: {
      type: "LoadBalancer",
      ...wantedAddress(gateway),
      ports: ports.map(({ port, inside }) => ({
        name: `port-${port}`,
        protocol: "TCP",
        port,
        targetPort: inside,
      })),
    },
  };
}

function wantedAddress({ spec }: Gateway): { loadBalancerIP?: string } {
  const wanted = spec.addresses?.find(({ type = "IPAddress", value }) => {
    return type === "IPAddress" && value !== undefined && value !== "";
  })?.value;
  return wanted === undefined ? {} : { loadBalancerIP: wanted };
}

function metadataOf(gateway: Gateway): Service["metadata"] {
  const { labels = {}, annotations } = gateway.spec.infrastructure ?? {};
  const [namespace = "", name = ""] = serviceKey(gateway).split("/");
  return {
    namespace,
    name,
    labels: { ...labels, [nameLabel]: gateway.metadata.name },
    ...(annotations && { annotations: { ...annotations } }),
    ownerReferences: [controlledBy(gateway)],
  };
}

function sliceOf(gateway: Gateway, ports: readonly PortPair[], pod: Backing): EndpointSlice {
  const metadata = metadataOf(gateway);
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...metadata, labels: { ...metadata.labels, [serviceNameLabel]: metadata.name } },
    addressType: "IPv4",
    endpoints: [
      {
        addresses: [pod.ip],
        conditions: { ready: true, serving: true, terminating: false },
        targetRef: { kind: "Pod", namespace: pod.namespace, name: pod.name },
        ...(pod.nodeName !== undefined && { nodeName: pod.nodeName }),
      },
    ],
    ports: ports.map(({ port, inside }) => ({
      name: `port-${port}`,
      protocol: "TCP",
      port: inside,
    })),
  };
}

function labelled(wanted: Service, known: Service): Partial<Service["metadata"]> {
  return {
    labels: { ...known.metadata.labels, ...wanted.metadata.labels },
    annotations: { ...known.metadata.annotations, ...wanted.metadata.annotations },
  };
}

function sameService(known: Service, wanted: Service): boolean {
  const numbers = ({ spec }: Service): unknown =>
    (spec.ports ?? []).map(({ name, port, targetPort }) => ({ name, port, targetPort }));
  const { labels, annotations } = labelled(wanted, known);
  return (
    sameData(numbers(known), numbers(wanted)) &&
    known.spec.loadBalancerIP === wanted.spec.loadBalancerIP &&
    sameData(labels, known.metadata.labels ?? {}) &&
    sameData(annotations, known.metadata.annotations ?? {})
  );
}

function sameSlice(known: EndpointSlice, wanted: EndpointSlice): boolean {
  const told = ({ endpoints, ports = [] }: EndpointSlice): unknown => [
    endpoints.map(({ addresses }) => addresses),
    ports.map(({ name, port }) => ({ name, port })),
  ];
  return sameData(told(known), told(wanted));
}
