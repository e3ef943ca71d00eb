// EndpointSlices: which Pods stand behind a Service with a selector, in slices of 100.
// Models kubernetes/pkg/controller/endpointslice and staging/src/k8s.io/endpointslice.

import { EndpointSlice, serviceNameLabel } from "../api/kinds/endpointslice.ts";
import type { Endpoint, EndpointPort } from "../api/kinds/endpointslice.ts";
import { Pod } from "../api/kinds/pod.ts";
import { Service } from "../api/kinds/service.ts";
import { controlledBy, keyOf, makeKey, timestamp } from "../api/object.ts";
import type { Key, Labels } from "../api/object.ts";
import { watching } from "../client/reconciler.ts";
import type { Reconciler } from "../client/reconciler.ts";
import { namespaceOf } from "./context.ts";
import type { ControllerContext } from "./context.ts";
import { Pace, Unseen } from "./pacing.ts";
import { isFinished, isReady, namedPort } from "./pods.ts";
import { sameJson } from "../api/json.ts";

/** Upstream's --max-endpoints-per-slice. */
const endpointsPerSliceMax = 100;

const managedByLabel = "endpointslice.kubernetes.io/managed-by";
const managedByValue = "endpointslice-controller.k8s.io";
const headlessLabel = "service.kubernetes.io/headless";
const triggerAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";
const zoneLabel = "topology.kubernetes.io/zone";

/** Endpoints that share their ports; a Service has several when Pods name ports differently. */
interface PortGroup {
  readonly ports: EndpointPort[];
  readonly endpoints: Endpoint[];
}

export class EndpointSliceController implements Reconciler {
  readonly name = "endpointslice";
  readonly watches = [
    watching(Service, (service) => [keyOf(service)]),
    watching(Pod, (pod) => this.#context.cache.servicesFor(pod).map(keyOf)),
    watching(EndpointSlice, (slice) => keysOfSlice(slice)),
  ];
  readonly #context: ControllerContext;
  readonly #pace: Pace;
  readonly #unseen: Unseen;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#pace = new Pace(context.clock);
    this.#unseen = new Unseen(context.cache.slices);
  }

  async reconcile(key: Key): Promise<void | { requeueAfterMs: number }> {
    const { cache } = this.#context;
    const service = cache.services.get(key);
    if (!service || service.spec.type === "ExternalName" || !service.spec.selector) {
      this.#pace.forget(key);
      this.#unseen.forget(key);
      return; // the slices of a Service that is gone are garbage
    }
    if (service.metadata.deletionTimestamp !== undefined) return;
    if (this.#unseen.has(key)) return; // the slice's change brings the key back
    const waitMs = this.#pace.waitMs(key);
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    const pods = cache.podsWith(namespaceOf(service), service.spec.selector);
    this.#pace.passes(key, pods.length);
    const slices = cache.slicesByService.get(key).filter(isOurs);
    await this.#write(service, slices, this.#groups(service, pods));
  }

  #groups(service: Service, pods: readonly Pod[]): PortGroup[] {
    const groups = new Map<string, PortGroup>();
    for (const pod of pods) {
      if (!pod.status?.podIP || isFinished(pod)) continue;
      const ports = portsOf(service, pod);
      const word = JSON.stringify(ports);
      let group = groups.get(word);
      if (!group) groups.set(word, (group = { ports, endpoints: [] }));
      group.endpoints.push(this.#endpoint(service, pod));
    }
    return [...groups.values()];
  }

  /** Models endpointslice utils.go podToEndpoint. */
  #endpoint(service: Service, pod: Pod): Endpoint {
    const { cache } = this.#context;
    const serving = isReady(pod);
    const terminating = pod.metadata.deletionTimestamp !== undefined;
    const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
    const { hostname, subdomain, nodeName } = pod.spec;
    const named = hostname && subdomain === service.metadata.name;
    const zone = cache.nodes.get(nodeName ?? "")?.metadata.labels?.[zoneLabel];
    const { name, namespace, uid } = pod.metadata;
    return {
      addresses: [pod.status!.podIP!],
      conditions: { ready, serving, terminating },
      ...(named && { hostname }),
      ...(nodeName && { nodeName }),
      ...(zone !== undefined && { zone }),
      targetRef: { kind: Pod.kind, namespace: namespace!, name, uid: uid! },
    };
  }

  /** Makes the slices hold exactly the groups; endpoints stay in the slice where they are. */
  async #write(
    service: Service,
    slices: readonly EndpointSlice[],
    groups: readonly PortGroup[],
  ): Promise<void> {
    const wanted = groups.length > 0 ? groups : [{ ports: [], endpoints: [] }];
    const labels = labelsOf(service);
    const free = new Set(slices);
    for (const group of wanted) {
      const own = slices.filter((slice) => free.has(slice) && sameJson(slice.ports, group.ports));
      const filled = fill(group.endpoints, own);
      for (const { slice, endpoints } of filled) {
        if (slice) free.delete(slice);
        const base = slice ?? takeOne(free);
        await this.#put(service, base, { labels, endpoints, ports: group.ports });
      }
    }
    for (const slice of free) await this.#delete(service, slice);
  }

  async #put(
    service: Service,
    slice: EndpointSlice | undefined,
    content: { labels: Labels; endpoints: Endpoint[]; ports: EndpointPort[] },
  ): Promise<void> {
    const { client, clock } = this.#context;
    const { labels, endpoints, ports } = content;
    if (
      slice &&
      sameJson(slice.endpoints, endpoints) &&
      sameJson(slice.ports, ports) &&
      sameJson(slice.metadata.labels, labels)
    ) {
      return;
    }
    const annotations = { [triggerAnnotation]: timestamp(clock.now()) };
    if (slice) {
      const metadata = { ...slice.metadata, labels, annotations };
      const next = await client.update(EndpointSlice, { ...slice, metadata, endpoints, ports });
      this.#wrote(service, next);
      return;
    }
    const metadata = {
      name: "",
      generateName: `${service.metadata.name}-`,
      namespace: namespaceOf(service),
      labels,
      annotations,
      ownerReferences: [controlledBy(service)],
    };
    const { apiVersion, kind } = EndpointSlice;
    const made = { apiVersion, kind, metadata, addressType: "IPv4" as const, endpoints, ports };
    this.#wrote(service, await client.create(EndpointSlice, made));
  }

  async #delete(service: Service, slice: EndpointSlice): Promise<void> {
    const key = keyOf(slice);
    this.#unseen.deletes(keyOf(service), key);
    await this.#context.client.remove(EndpointSlice, key, { uid: slice.metadata.uid! });
  }

  #wrote(service: Service, slice: EndpointSlice): void {
    this.#unseen.wrote(keyOf(service), slice);
  }
}

function isOurs(slice: EndpointSlice): boolean {
  const { labels, deletionTimestamp } = slice.metadata;
  return labels?.[managedByLabel] === managedByValue && deletionTimestamp === undefined;
}

function keysOfSlice(slice: EndpointSlice): Key[] {
  const name = slice.metadata.labels?.[serviceNameLabel];
  return name !== undefined && isOurs(slice) ? [makeKey(slice.metadata.namespace, name)] : [];
}

function labelsOf(service: Service): Labels {
  return {
    ...service.metadata.labels,
    [managedByLabel]: managedByValue,
    [serviceNameLabel]: service.metadata.name,
    ...(service.spec.clusterIP === "None" && { [headlessLabel]: "" }),
  };
}

/** A port that the Pod does not name is left out. Models getEndpointPorts. */
export function portsOf(service: Service, pod: Pod): EndpointPort[] {
  const out: EndpointPort[] = [];
  for (const one of service.spec.ports ?? []) {
    const protocol = one.protocol ?? "TCP";
    const port = namedPort(pod.spec.containers, one.targetPort ?? one.port, protocol);
    if (port === undefined) continue;
    const { appProtocol } = one;
    out.push({ name: one.name ?? "", port, protocol, ...(appProtocol && { appProtocol }) });
  }
  return out;
}

interface Filled {
  readonly slice: EndpointSlice | undefined;
  readonly endpoints: Endpoint[];
}

/** Puts endpoints where they were, then newcomers where there is room, then into new slices. */
function fill(endpoints: readonly Endpoint[], slices: readonly EndpointSlice[]): Filled[] {
  const byUid = new Map(endpoints.map((endpoint) => [endpoint.targetRef!.uid!, endpoint]));
  const filled: Filled[] = slices.map((slice) => {
    const kept: Endpoint[] = [];
    for (const { targetRef } of slice.endpoints ?? []) {
      const now = byUid.get(targetRef?.uid ?? "");
      if (now && byUid.delete(now.targetRef!.uid!)) kept.push(now);
    }
    return { slice, endpoints: kept };
  });
  const newcomers = [...byUid.values()];
  for (const { endpoints: own } of filled) {
    own.push(...newcomers.splice(0, endpointsPerSliceMax - own.length));
  }
  while (newcomers.length > 0) {
    filled.push({ slice: undefined, endpoints: newcomers.splice(0, endpointsPerSliceMax) });
  }
  const used = filled.filter((one) => one.endpoints.length > 0);
  return used.length > 0 ? used : [filled[0] ?? { slice: undefined, endpoints: [] }];
}

/** An unused slice to be written over instead of deleting one and making another. */
function takeOne(free: Set<EndpointSlice>): EndpointSlice | undefined {
  for (const slice of free) {
    free.delete(slice);
    return slice;
  }
  return undefined;
}
