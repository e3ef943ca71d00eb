import type { Obj } from "../object.ts";
import type { LoadBalancerStatus } from "./service.ts";
import { defineKind } from "./kind.ts";
import { addressesOf, ageColumn, column, nameColumn } from "./columns.ts";
import type { Kind } from "./kind.ts";
import { ingressWarnings, validateIngress, validateIngressStatus } from "./ingressvalidation.ts";

export interface Ingress extends Obj {
  spec: IngressSpec;
  status?: { loadBalancer?: LoadBalancerStatus };
}

export interface IngressSpec {
  ingressClassName?: string;
  defaultBackend?: IngressBackend;
  tls?: { hosts?: string[]; secretName?: string }[];
  rules?: IngressRule[];
}

export interface IngressRule {
  host?: string;
  http?: { paths: IngressPath[] };
}

export interface IngressPath {
  path?: string;
  pathType: "Exact" | "Prefix" | "ImplementationSpecific";
  backend: IngressBackend;
}

export interface IngressBackend {
  service?: { name: string; port?: { name?: string; number?: number } };
  resource?: { apiGroup?: string; kind: string; name: string };
}

export const Ingress: Kind<Ingress> = defineKind<Ingress>({
  kind: "Ingress",
  group: "networking.k8s.io",
  plural: "ingresses",
  shortNames: ["ing"],
  namespaced: true,
  subresources: ["status"],
  validate: validateIngress,
  validateStatus: validateIngressStatus,
  warnings: ingressWarnings,
  defaulted: (o) => ({
    ...o,
    spec: o.spec ?? {},
    status: { ...o.status, loadBalancer: o.status?.loadBalancer ?? {} },
  }),
  columns: [
    nameColumn,
    column("Class", ({ spec }) => spec?.ingressClassName ?? "<none>"),
    column("Hosts", ({ spec }) => hostsOf(spec?.rules ?? [])),
    column("Address", ({ status }, _now, clipped) => addressesOf(status?.loadBalancer, clipped)),
    column("Ports", ({ spec }) => (spec?.tls?.length ? "80, 443" : "80")),
    ageColumn,
  ],
});

/** Three hosts at most. Models formatHosts: a rule without a host is left out, but counted. */
function hostsOf(rules: readonly IngressRule[]): string {
  const shown: string[] = [];
  let more = false;
  for (const { host = "" } of rules) {
    if (shown.length === 3) more = true;
    else if (host !== "") shown.push(host);
  }
  if (shown.length === 0) return "*";
  return shown.join(",") + (more ? ` + ${rules.length - 3} more...` : "");
}
