// kubectl create service clusterip, nodeport, loadbalancer, externalname; the Service of expose.
// Models kubectl pkg/cmd/create/create_service.go.

import { KubectlError } from "../errors.ts";
import type { Arguments } from "../arguments.ts";
import type { Verb } from "../verb.ts";
import { generator } from "../verbs/create.ts";
import { newMeta, newObject, parsePortPair, required } from "./objects.ts";

function serviceGenerator(o: {
  name: string;
  type: string;
  flags: string;
  example: string;
  spec?(given: Arguments): object;
}): Verb {
  return generator({
    name: `service ${o.name}`,
    summary: `create a Service of type ${o.type}`,
    flags: `tcp ${o.flags}`,
    example: o.example,
    make(name, given) {
      if (o.type === "ExternalName") required(given, "external-name");
      const pairs = given.all("tcp");
      const headless = given.text("clusterip") === "None";
      if (pairs.length === 0 && o.type !== "ExternalName" && !headless) {
        throw new KubectlError("at least one tcp port specifier must be provided");
      }
      const nodePort = Number(given.text("node-port") || 0);
      const ports = pairs.map((pair) => {
        const { port, target } = parsePortPair(pair);
        return {
          name: pair.replace(":", "-"),
          ...(nodePort > 0 && { nodePort }),
          port,
          protocol: "TCP",
          targetPort: target,
        };
      });
      return newObject("v1", "Service", {
        metadata: newMeta(name, { app: name }),
        spec: {
          ...o.spec?.(given),
          ...(ports.length > 0 && { ports }),
          selector: { app: name },
          type: o.type,
        },
        status: { loadBalancer: {} },
      });
    },
  });
}

export const createServices: readonly Verb[] = [
  serviceGenerator({
    name: "clusterip",
    type: "ClusterIP",
    flags: "clusterip",
    example: "kubectl create service clusterip web --tcp=80:8080",
    spec: (given) => (given.given("clusterip") ? { clusterIP: given.text("clusterip") } : {}),
  }),
  serviceGenerator({
    name: "nodeport",
    type: "NodePort",
    flags: "node-port",
    example: "kubectl create service nodeport web --tcp=80:8080 --node-port=30080",
  }),
  serviceGenerator({
    name: "loadbalancer",
    type: "LoadBalancer",
    flags: "",
    example: "kubectl create service loadbalancer web --tcp=80:8080",
  }),
  serviceGenerator({
    name: "externalname",
    type: "ExternalName",
    flags: "external-name",
    example: "kubectl create service externalname db --external-name=db.example.com",
    spec: (given) => ({ externalName: given.text("external-name") }),
  }),
];
