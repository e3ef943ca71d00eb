// What a cluster has before anybody writes: the system namespaces and the API server's own
// Service. Models kubernetes/pkg/controlplane/controller/{systemnamespaces,kubernetesservice}.

import { EndpointSlice } from "../api/kinds/endpointslice.ts";
import type { Kind } from "../api/kinds/kind.ts";
import { Namespace } from "../api/kinds/namespace.ts";
import { Service } from "../api/kinds/service.ts";
import type { Obj } from "../api/object.ts";

/** Where the API server is, as Pods and the `kubernetes` EndpointSlice see it. */
const serverAddress = "10.0.0.10";
const serverPort = 6443;

const namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** In the order of their creation, as far as the kinds are served. */
export function firstObjects(kinds: readonly Kind[]): (readonly [Kind, Obj])[] {
  const all: (readonly [Kind, Obj])[] = [
    ...namespaces.map((name) => [Namespace as Kind, namespace(name)] as const),
    [Service, kubernetesService()],
    [EndpointSlice, kubernetesSlice()],
  ];
  return all.filter(([kind]) => kinds.includes(kind));
}

function namespace(name: string): Namespace {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

function kubernetesService(): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { component: "apiserver", provider: "kubernetes" },
    },
    spec: {
      type: "ClusterIP",
      clusterIP: "10.96.0.1",
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: serverPort }],
    },
  };
}

function kubernetesSlice(): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { "kubernetes.io/service-name": "kubernetes" },
    },
    addressType: "IPv4",
    endpoints: [{ addresses: [serverAddress], conditions: { ready: true } }],
    ports: [{ name: "https", port: serverPort, protocol: "TCP" }],
  };
}
