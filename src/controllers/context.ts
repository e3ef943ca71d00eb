// What every controller is given, and the shared indexes over the informers' copies: a key is
// reconciled by looking up its own few objects, never by listing everything.

import type { Client } from "../api/client.ts";
import type { Kind } from "../api/kinds/kind.ts";
import { Node } from "../api/kinds/node.ts";
import { EndpointSlice, serviceNameLabel } from "../api/kinds/endpointslice.ts";
import { Pod } from "../api/kinds/pod.ts";
import { ReplicaSet } from "../api/kinds/replicaset.ts";
import { Service } from "../api/kinds/service.ts";
import { controllerOf, makeKey } from "../api/object.ts";
import type { Labels, Obj } from "../api/object.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { EventRecorder } from "../client/events.ts";
import type { Informer, Informers } from "../client/informer.ts";
import type { ObjectIndex } from "../client/indexed.ts";

/** The world as a controller sees it. */
export interface ControllerContext {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  readonly cache: Cache;
}

/** What the API server serves: kinds come and go with CustomResourceDefinitions. */
export interface ServedKinds {
  now(): readonly Kind[];
  later(told: (kinds: readonly Kind[]) => void): void;
}

/** Local copies, and the lookups that several controllers share. One a cluster. */
export class Cache {
  readonly pods: Informer<Pod>;
  readonly replicaSets: Informer<ReplicaSet>;
  readonly services: Informer<Service>;
  readonly slices: Informer<EndpointSlice>;
  readonly nodes: Informer<Node>;
  /** By the uid of the controlling owner. */
  readonly podsByOwner: ObjectIndex<Pod>;
  /** By "namespace" and by "namespace/label=value". */
  readonly podsByLabel: ObjectIndex<Pod>;
  readonly podsByNode: ObjectIndex<Pod>;
  /** By the uid of the controlling owner; those without one by "namespace". */
  readonly replicaSetsByOwner: ObjectIndex<ReplicaSet>;
  readonly servicesByNamespace: ObjectIndex<Service>;
  /** By the key of their Service. */
  readonly slicesByService: ObjectIndex<EndpointSlice>;

  constructor(informers: Informers) {
    this.pods = informers.of(Pod);
    this.replicaSets = informers.of(ReplicaSet);
    this.services = informers.of(Service);
    this.slices = informers.of(EndpointSlice);
    this.nodes = informers.of(Node);
    this.podsByOwner = this.pods.indexed((pod) => ownerWords(pod));
    this.podsByLabel = this.pods.indexed(labelWords);
    this.podsByNode = this.pods.indexed(({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
    this.replicaSetsByOwner = this.replicaSets.indexed((set) => {
      const words = ownerWords(set);
      return words.length > 0 ? words : [namespaceOf(set)];
    });
    this.servicesByNamespace = this.services.indexed((service) => [namespaceOf(service)]);
    this.slicesByService = this.slices.indexed(serviceWords);
  }

  /** The Services whose selector picks a Pod. */
  servicesFor({ metadata }: Pod): Service[] {
    const { labels } = metadata;
    if (!labels) return [];
    return this.servicesByNamespace.get(metadata.namespace ?? "").filter(({ spec }) => {
      let picked = false;
      for (const name in spec.selector) {
        if (labels[name] !== spec.selector[name]) return false;
        picked = true;
      }
      return picked;
    });
  }

  /** Pods of a namespace that carry all `labels`; an empty selector selects none here. */
  podsWith(namespace: string, labels: Labels): Pod[] {
    const pairs = Object.entries(labels);
    if (pairs.length === 0) return [];
    const words = pairs.map(([name, value]) => labelWord(namespace, name, value));
    const smallest = words.reduce((a, b) =>
      this.podsByLabel.get(b).length < this.podsByLabel.get(a).length ? b : a,
    );
    const found: Pod[] = [];
    for (const pod of this.podsByLabel.get(smallest)) {
      const own = pod.metadata.labels!;
      if (pairs.every(([name, value]) => own[name] === value)) found.push(pod);
    }
    return found;
  }
}

/** Writes Events in the name of a component: "deployment-controller", "kubelet" … */
export function recorder(context: ControllerContext, component: string): EventRecorder {
  const { client, clock, random } = context;
  return new EventRecorder({ client, clock, random: random.fork(component), component });
}

export function namespaceOf(object: Obj): string {
  return object.metadata.namespace ?? "";
}

function ownerWords(object: Obj): readonly string[] {
  const owner = controllerOf(object);
  return owner ? [owner.uid] : [];
}

function labelWords({ metadata }: Pod): readonly string[] {
  const namespace = metadata.namespace ?? "";
  const labels = Object.entries(metadata.labels ?? {});
  return [namespace, ...labels.map(([name, value]) => labelWord(namespace, name, value))];
}

function labelWord(namespace: string, name: string, value: string): string {
  return `${namespace}/${name}=${value}`;
}

function serviceWords({ metadata }: EndpointSlice): readonly string[] {
  const name = metadata.labels?.[serviceNameLabel];
  return name === undefined ? [] : [makeKey(metadata.namespace, name)];
}
