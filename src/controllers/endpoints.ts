// Endpoints: the older list of who stands behind a Service, one object of the Service's name.
// kube-proxy and the ingress controllers read EndpointSlices; people still type `get endpoints`.
// Models kubernetes/pkg/controller/endpoint/endpoints_controller.go.

import { isNotFound } from "../api/errors.ts";
import { Endpoints } from "../api/kinds/endpoints.ts";
import type { EndpointSubset } from "../api/kinds/endpoints.ts";
import { Pod } from "../api/kinds/pod.ts";
import { Service } from "../api/kinds/service.ts";
import { keyOf, timestamp } from "../api/object.ts";
import type { Key, Labels } from "../api/object.ts";
import { watching } from "../client/reconciler.ts";
import type { Reconciler } from "../client/reconciler.ts";
import { ipNumber } from "../net/address.ts";
import { namespaceOf } from "./context.ts";
import type { ControllerContext } from "./context.ts";
import { portsOf } from "./endpointslice.ts";
import { Pace } from "./pacing.ts";
import { isFinished, isReady } from "./pods.ts";
import { sameJson } from "../api/json.ts";

const triggerAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";
const truncatedAnnotation = "endpoints.kubernetes.io/over-capacity";

/** Upstream's maxCapacity: what is more is left out, and said so by an annotation. */
const addressesMax = 1_000;

type Address = NonNullable<EndpointSubset["addresses"]>[number];

export class EndpointsController implements Reconciler {
  readonly name = "endpoints";
  readonly watches = [
    watching(Service, (service) => [keyOf(service)]),
    watching(Pod, (pod) => this.#context.cache.servicesFor(pod).map(keyOf)),
  ];
  readonly #context: ControllerContext;
  readonly #pace: Pace;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#pace = new Pace(context.clock);
    context.informers.of(Endpoints); // so that it is there when the first key comes
  }

  async reconcile(key: Key): Promise<void | { requeueAfterMs: number }> {
    const { cache, informers } = this.#context;
    const service = cache.services.get(key);
    const present = informers.of(Endpoints).get(key);
    if (!service?.spec.selector || service.spec.type === "ExternalName") {
      this.#pace.forget(key);
      return service ? undefined : this.#remove(key, present);
    }
    const waitMs = this.#pace.waitMs(key);
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    const pods = cache.podsWith(namespaceOf(service), service.spec.selector);
    this.#pace.passes(key, pods.length);
    await this.#put(service, present, subsetsOf(service, pods));
  }

  async #put(
    service: Service,
    present: Endpoints | undefined,
    subsets: readonly EndpointSubset[],
  ): Promise<void> {
    const { client, clock } = this.#context;
    const labels = labelsOf(service);
    const same = sameJson(present?.subsets ?? [], subsets);
    if (present && same && sameJson(present.metadata.labels, labels)) return;
    const full = subsets.reduce((sum, one) => sum + (one.addresses?.length ?? 0), 0);
    const annotations = {
      [triggerAnnotation]: timestamp(clock.now()),
      ...(full >= addressesMax && { [truncatedAnnotation]: "truncated" }),
    };
    const { name, namespace } = service.metadata;
    const metadata = { ...present?.metadata, name, namespace: namespace!, labels, annotations };
    const { apiVersion, kind } = Endpoints;
    const object: Endpoints = {
      apiVersion,
      kind,
      metadata,
      ...(subsets.length > 0 && { subsets: [...subsets] }),
    };
    // Made already and not seen yet: AlreadyExists brings the key back.
    await (present ? client.update(Endpoints, object) : client.create(Endpoints, object));
  }

  async #remove(key: Key, present: Endpoints | undefined): Promise<void> {
    if (!present) return;
    await this.#context.client.remove(Endpoints, key).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
}

function labelsOf(service: Service): Labels {
  return {
    ...service.metadata.labels,
    "endpoints.kubernetes.io/managed-by": "endpoint-controller",
    ...(service.spec.clusterIP === "None" && { "service.kubernetes.io/headless": "" }),
  };
}

/** Pods grouped by their ports, addresses in the order of their numbers. */
function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const groups = new Map<string, Required<EndpointSubset>>();
  const published = service.spec.publishNotReadyAddresses === true;
  const sorted = [...pods].sort((a, b) => number(a) - number(b)).slice(0, addressesMax);
  for (const pod of sorted) {
    if (!pod.status?.podIP || isFinished(pod)) continue;
    if (pod.metadata.deletionTimestamp !== undefined && !published) continue;
    const ports = portsOf(service, pod).map(({ name, ...port }) => ({
      ...(name && { name }),
      ...port,
      port: port.port!,
    }));
    const word = JSON.stringify(ports);
    let group = groups.get(word);
    if (!group) groups.set(word, (group = { addresses: [], notReadyAddresses: [], ports }));
    const ready = published || isReady(pod);
    (ready ? group.addresses : group.notReadyAddresses).push(addressOf(pod));
  }
  return [...groups.values()].map(({ addresses, notReadyAddresses, ports }) => ({
    ...(addresses.length > 0 && { addresses }),
    ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
    ...(ports.length > 0 && { ports }),
  }));
}

function addressOf({ metadata, spec, status }: Pod): Address {
  const { name, namespace, uid } = metadata;
  return {
    ip: status!.podIP!,
    ...(spec.hostname && spec.subdomain && { hostname: spec.hostname }),
    ...(spec.nodeName && { nodeName: spec.nodeName }),
    targetRef: { kind: Pod.kind, namespace: namespace!, name, uid: uid! },
  };
}

function number({ status }: Pod): number {
  return ipNumber(status?.podIP ?? "") ?? 0;
}
