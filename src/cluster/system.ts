// What kube-system holds from the beginning: CoreDNS and its Service, as kubeadm installs them.

import { isAlreadyExists } from "../api/errors.ts";
import type { Client } from "../api/client.ts";
import { Deployment } from "../api/kinds/deployment.ts";
import { Service } from "../api/kinds/service.ts";

export const dnsImage = "registry.k8s.io/coredns/coredns:v1.12.1";

/** Pods and Service of the cluster's DNS. */
export async function installDns(client: Client): Promise<void> {
  for (const install of [
    () => client.create(Service, dnsService),
    () => client.create(Deployment, dnsDeployment),
  ]) {
    try {
      await install();
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
}

const labels = { "k8s-app": "kube-dns" };

const dnsService: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: {
    name: "kube-dns",
    namespace: "kube-system",
    labels: {
      ...labels,
      "kubernetes.io/cluster-service": "true",
      "kubernetes.io/name": "CoreDNS",
    },
  },
  spec: {
    clusterIP: "10.96.0.10",
    selector: labels,
    ports: [
      { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
      { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
    ],
  },
};

const dnsDeployment: Deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "coredns", namespace: "kube-system", labels },
  spec: {
    replicas: 2,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        priorityClassName: "system-cluster-critical",
        containers: [
          {
            name: "coredns",
            image: dnsImage,
            imagePullPolicy: "IfNotPresent",
            args: ["-conf", "/etc/coredns/Corefile"],
            resources: {
              limits: { memory: "170Mi" },
              requests: { cpu: "100m", memory: "70Mi" },
            },
            ports: [
              { containerPort: 53, name: "dns", protocol: "UDP" },
              { containerPort: 53, name: "dns-tcp", protocol: "TCP" },
            ],
          },
        ],
      },
    },
  },
};
