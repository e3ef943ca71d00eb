// Small objects for tables: just enough of each kind.

import type { Deployment, Ingress, IngressClass, Pod, Service } from "../../src/api/kinds/index.ts";
import type { EndpointSlice } from "../../src/api/kinds/index.ts";
import type { SceneObjects } from "../../src/sandbox/scene.ts";

export function service(key: string, spec: Partial<Service["spec"]> = {}): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: meta(key),
    spec: { type: "ClusterIP", clusterIP: "10.96.0.9", ports: [{ port: 80 }], ...spec },
  };
}

export function pod(key: string, ready: boolean, labels: Record<string, string> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...meta(key), labels },
    spec: { nodeName: "node-1", containers: [{ name: "c", image: "web" }] },
    status: {
      phase: "Running",
      podIP: "10.244.1.2",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: [
        {
          name: "c",
          ready,
          restartCount: 0,
          image: "web",
          imageID: "",
          state: { running: { startedAt: "2026-11-23T09:00:00Z" } },
        },
      ],
    },
  };
}

export function slice(serviceKey: string, pods: Record<string, boolean>): EndpointSlice {
  const { namespace, name } = meta(serviceKey);
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { namespace, name: `${name}-x`, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    endpoints: Object.entries(pods).map(([one, ready]) => ({
      addresses: ["10.244.1.2"],
      conditions: { ready },
      targetRef: { kind: "Pod", namespace, name: one },
    })),
  };
}

/** A controller's Deployment; its Pods carry the label app=NAME. */
export function controller(key: string, image: string, ready = 1, args: string[] = []): Deployment {
  const { name } = meta(key);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta(key),
    spec: {
      selector: { matchLabels: { app: name } },
      template: { spec: { containers: [{ name: "controller", image, args }] } },
    },
    status: { readyReplicas: ready },
  };
}

export function ingressClass(name: string, owner: string, isDefault = false): IngressClass {
  const annotations: Record<string, string> = isDefault
    ? { "ingressclass.kubernetes.io/is-default-class": "true" }
    : {};
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { name, annotations },
    spec: { controller: owner },
  };
}

/** A card with one line: "/web web 80". */
export function card(key: string, className: string | undefined, line = "/web web 80"): Ingress {
  const [path = "", name = "", number = ""] = line.split(" ");
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: meta(key),
    spec: {
      ...(className !== undefined && { ingressClassName: className }),
      rules: [
        {
          host: "example.com",
          http: {
            paths: [
              {
                path,
                pathType: "Prefix",
                backend: { service: { name, port: { number: Number(number) } } },
              },
            ],
          },
        },
      ],
    },
  };
}

export function objects(some: Partial<SceneObjects>): SceneObjects {
  return {
    nodes: [],
    services: [],
    slices: [],
    pods: [],
    deployments: [],
    ingresses: [],
    classes: [],
    ...some,
  };
}

function meta(key: string): { namespace: string; name: string } {
  const [namespace = "", name = ""] = key.split("/");
  return { namespace, name };
}
