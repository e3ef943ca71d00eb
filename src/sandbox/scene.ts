// The stage, derived from the cluster's objects and from nothing else: a pure function, so that
// what is shown is what is there.

import { type EndpointSlice, serviceNameLabel } from "../api/kinds/endpointslice.ts";
import type { Deployment, Ingress, IngressClass, Node, Pod, Service } from "../api/kinds/index.ts";
import { keyOf, type Key } from "../api/object.ts";
import { cardsOf } from "./scene-cards.ts";
import { desksOf, leadsTo } from "./scene-desks.ts";
import { statusOf } from "./podstatus.ts";
import type { Card, Desk, Door, Room, Scene, StaffMember } from "./protocol.ts";

/** What the stage is made of. */
export interface SceneObjects {
  readonly nodes: readonly Node[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly pods: readonly Pod[];
  readonly deployments: readonly Deployment[];
  readonly ingresses: readonly Ingress[];
  readonly classes: readonly IngressClass[];
}

/** What the simulated cloud asks for a load balancer a month, in dollars. */
const loadBalancerCost = 18;

/** And for one that reads requests, before what it asks for each of them. */
const balancerCost = 22;

/** @param at cluster time in milliseconds. @param names the street's address book. */
export function sceneOf(objects: SceneObjects, names: Scene["names"], at: number): Scene {
  const desks = desksOf(objects, at);
  const cards = cardsOf(objects, desks);
  const deskPods = new Set(desks.flatMap((desk) => desk.pods));
  return {
    at,
    names,
    doors: [
      ...objects.services.flatMap((service) => doorOf(service, desks, objects.pods)),
      ...balancersOf(cards, desks, names),
    ],
    desks,
    cards,
    rooms: objects.services.map((service) => roomOf(service, objects, deskPods)),
    staff: objects.pods.map((pod) => staffOf(pod, deskPods, at)),
    nodes: objects.nodes.map((node) => ({
      name: node.metadata.name,
      ip: node.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "",
      ready: isTrue(node.status?.conditions, "Ready"),
    })),
  };
}

function doorOf(service: Service, desks: readonly Desk[], pods: readonly Pod[]): Door[] {
  const { type, ports = [] } = service.spec;
  if (type !== "LoadBalancer" && type !== "NodePort") return [];
  const desk = desks.find((one) => leadsTo(service, one, pods))?.id;
  const cloud = type === "LoadBalancer";
  return [
    {
      kind: cloud ? "load-balancer" : "node-port",
      service: keyOf(service),
      ip: cloud ? service.status?.loadBalancer?.ingress?.[0]?.ip : undefined,
      ports: ports.flatMap((port) => (cloud ? port.port : (port.nodePort ?? []))),
      desk,
      monthlyCost: cloud ? loadBalancerCost : 0,
    },
  ];
}

/** The cloud's own load balancers that cards had built: one a name, whoever shares it. */
function balancersOf(
  cards: readonly Card[],
  desks: readonly Desk[],
  names: Scene["names"],
): Door[] {
  const found = new Map<string, Door>();
  for (const { key, desk, address, tls } of cards) {
    const by = desks.find(({ id }) => id === desk);
    if (by?.implementation !== "alb" || address === undefined || found.has(address)) continue;
    found.set(address, {
      kind: "balancer",
      service: key,
      ip: names.find(({ name }) => name === address)?.ip,
      ports: tls ? [80, 443] : [80],
      desk,
      monthlyCost: balancerCost,
    });
  }
  return [...found.values()];
}

function roomOf(service: Service, objects: SceneObjects, deskPods: ReadonlySet<Key>): Room {
  const key = keyOf(service);
  const staff = new Map<Key, boolean>();
  for (const slice of objects.slices) {
    const owner = slice.metadata.labels?.[serviceNameLabel];
    if (owner === undefined || `${slice.metadata.namespace}/${owner}` !== key) continue;
    for (const { targetRef, conditions } of slice.endpoints) {
      if (targetRef?.kind !== "Pod" || targetRef.name === undefined) continue;
      const pod = `${targetRef.namespace ?? slice.metadata.namespace}/${targetRef.name}`;
      staff.set(pod, (staff.get(pod) ?? false) || conditions?.ready !== false);
    }
  }
  return {
    key,
    type: service.spec.type ?? "ClusterIP",
    clusterIp: service.spec.clusterIP ?? "",
    ports: (service.spec.ports ?? []).map(({ name, port, nodePort }) => ({
      name: name ?? "",
      port,
      nodePort,
    })),
    staff: [...staff].map(([pod, ready]) => ({ pod, ready })),
    backstage: isBackstage(service) || [...staff.keys()].some((pod) => deskPods.has(pod)),
  };
}

function staffOf(pod: Pod, deskPods: ReadonlySet<Key>, at: number): StaffMember {
  return {
    key: keyOf(pod),
    node: pod.spec.nodeName,
    ip: pod.status?.podIP,
    status: statusOf(pod, at),
    ready: isTrue(pod.status?.conditions, "Ready"),
    labels: pod.metadata.labels ?? {},
    backstage: isBackstage(pod) || deskPods.has(keyOf(pod)),
  };
}

/** Kubernetes' own things, and a controller's admission webhook, are no rooms for guests. */
function isBackstage({ metadata }: Service | Pod): boolean {
  if (metadata.namespace?.startsWith("kube-")) return true;
  return (
    (metadata.namespace === "default" && metadata.name === "kubernetes") ||
    metadata.labels?.["app.kubernetes.io/component"] === "controller"
  );
}

function isTrue(
  conditions: readonly { type: string; status: string }[] | undefined,
  type: string,
): boolean {
  return conditions?.some((one) => one.type === type && one.status === "True") ?? false;
}
