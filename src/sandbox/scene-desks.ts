// The concierge desks: Deployments whose Pods are ingress controllers.

import type { Deployment, IngressClass, Pod, Service } from "../api/kinds/index.ts";
import { defaultClassAnnotation } from "../api/kinds/ingressclass.ts";
import { keyOf } from "../api/object.ts";
import { matchesSelector } from "../api/selector.ts";
import { statusOf } from "./podstatus.ts";
import type { Desk } from "./protocol.ts";
import type { SceneObjects } from "./scene.ts";

/** How an implementation is known: by its image; and the controller name it acts for. */
interface Implementation {
  readonly name: string;
  readonly image: RegExp;
  /** spec.controller of its IngressClasses, unless an argument says otherwise. */
  readonly controller: string;
  readonly argument: RegExp | undefined;
}

const implementations: readonly Implementation[] = [
  {
    name: "ingress-nginx",
    image: /(^|\/)ingress-nginx\/controller(-chroot)?[:@]/,
    controller: "k8s.io/ingress-nginx",
    argument: /^--controller-class=(.+)$/,
  },
  {
    name: "traefik",
    image: /(^|\/)traefik[:@]/,
    controller: "traefik.io/ingress-controller",
    argument: undefined,
  },
  {
    name: "alb",
    image: /(^|\/)aws-load-balancer-controller[:@]/,
    controller: "ingress.k8s.aws/alb",
    argument: undefined,
  },
];

/** The desk of a Deployment, with what a card needs to know of it. */
export interface KnownDesk extends Desk {
  readonly controller: string;
  /** Acts on cards without a class too (--watch-ingress-without-class). */
  readonly takesAll: boolean;
}

export function desksOf(objects: SceneObjects, at: number): KnownDesk[] {
  return objects.deployments.flatMap((deployment) => {
    const [container] = deployment.spec.template.spec.containers;
    const known = implementations.find(({ image }) => image.test(container?.image ?? ""));
    if (!known || !container) return [];
    const args = [...(container.command ?? []), ...(container.args ?? [])];
    const named = known.argument && args.flatMap((one) => known.argument!.exec(one)?.[1] ?? [])[0];
    const controller = named ?? known.controller;
    const pods = objects.pods.filter((pod) => isPodOf(deployment, pod));
    const classes = objects.classes.filter((one) => one.spec?.controller === controller);
    const ready = (deployment.status?.readyReplicas ?? 0) > 0;
    return [
      {
        id: keyOf(deployment),
        implementation: known.name,
        classes: classes.map(({ metadata }) => metadata.name),
        isDefault: classes.some(isDefaultClass),
        pods: pods.map(keyOf),
        ready,
        state: ready ? "Ready" : stateOf(pods[0], at),
        controller,
        takesAll: args.includes("--watch-ingress-without-class=true"),
      },
    ];
  });
}

function isDefaultClass(one: IngressClass): boolean {
  return one.metadata.annotations?.[defaultClassAnnotation] === "true";
}

/** Whether a Service's guests come to this desk. */
export function leadsTo(service: Service, desk: Desk, pods: readonly Pod[]): boolean {
  const { selector } = service.spec;
  if (!selector || service.metadata.labels?.["app.kubernetes.io/component"] === "webhook") {
    return false;
  }
  return pods.some(
    (pod) =>
      desk.pods.includes(keyOf(pod)) &&
      pod.metadata.namespace === service.metadata.namespace &&
      Object.entries(selector).every(([name, value]) => pod.metadata.labels?.[name] === value),
  );
}

function isPodOf(deployment: Deployment, pod: Pod): boolean {
  return (
    pod.metadata.namespace === deployment.metadata.namespace &&
    matchesSelector(deployment.spec.selector, pod.metadata.labels)
  );
}

/** What a Pod that is not ready is doing, in words. */
function stateOf(pod: Pod | undefined, at: number): string {
  if (!pod) return "Waiting for a Pod";
  if (pod.spec.nodeName === undefined) return "Waiting for a node";
  const status = statusOf(pod, at);
  const words: Record<string, string> = {
    Pending: "On the way",
    ContainerCreating: "Pulling the image",
    Running: "Starting",
    Terminating: "Leaving",
  };
  return words[status] ?? status;
}
