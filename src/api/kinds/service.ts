import type { Labels, Obj } from "../object.ts";
import { defineKind } from "./kind.ts";
import { serviceColumns } from "./servicecolumns.ts";
import type { Kind } from "./kind.ts";
import { serviceWarnings } from "./servicewarnings.ts";
import {
  isExternallyAccessible,
  validateService,
  validateServiceStatus,
} from "./servicevalidation.ts";

export interface Service extends Obj {
  spec: ServiceSpec;
  status?: { loadBalancer?: LoadBalancerStatus; conditions?: Record<string, unknown>[] };
}

export interface ServiceSpec {
  type?: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  selector?: Labels;
  ports?: ServicePort[];
  clusterIP?: string;
  clusterIPs?: string[];
  externalIPs?: string[];
  sessionAffinity?: "None" | "ClientIP";
  sessionAffinityConfig?: { clientIP?: { timeoutSeconds?: number } };
  loadBalancerIP?: string;
  loadBalancerSourceRanges?: string[];
  loadBalancerClass?: string;
  externalName?: string;
  externalTrafficPolicy?: "Cluster" | "Local";
  internalTrafficPolicy?: "Cluster" | "Local";
  trafficDistribution?: string;
  healthCheckNodePort?: number;
  publishNotReadyAddresses?: boolean;
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
  allocateLoadBalancerNodePorts?: boolean;
}

export interface ServicePort {
  name?: string;
  protocol?: "TCP" | "UDP" | "SCTP";
  appProtocol?: string;
  port: number;
  targetPort?: number | string;
  nodePort?: number;
}

export interface LoadBalancerStatus {
  ingress?: {
    ip?: string;
    hostname?: string;
    ipMode?: string;
    ports?: { port: number; protocol: string; error?: string }[];
  }[];
}

export const Service: Kind<Service> = defineKind<Service>({
  kind: "Service",
  plural: "services",
  shortNames: ["svc"],
  categories: ["all"],
  namespaced: true,
  selectableFields: ["metadata.name", "metadata.namespace", "spec.clusterIP", "spec.type"],
  subresources: ["status"],
  validate: validateService,
  validateStatus: validateServiceStatus,
  warnings: serviceWarnings,
  defaulted: (o) => ({ ...o, spec: defaultedSpec(o.spec), status: defaultedStatus(o) }),
  columns: serviceColumns,
});

/** Models SetDefaults_Service in kubernetes/pkg/apis/core/v1/defaults.go. */
function defaultedSpec(given: ServiceSpec | undefined): ServiceSpec {
  const spec: ServiceSpec = {
    ...given,
    sessionAffinity: given?.sessionAffinity || "None",
    type: given?.type || "ClusterIP",
  };
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
  if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === "ClientIP") {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: seconds } };
  }
  // The registry's normalizeClusterIPs, without which the list could not be validated.
  if (spec.clusterIP && !spec.clusterIPs) spec.clusterIPs = [spec.clusterIP];
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ||= "Cluster";
  if (spec.type !== "ExternalName") spec.internalTrafficPolicy ??= "Cluster";
  if (spec.type === "LoadBalancer") spec.allocateLoadBalancerNodePorts ??= true;
  if (!spec.ports) return spec;
  const ports = spec.ports.map((port) => ({
    ...port,
    protocol: port.protocol || ("TCP" as const),
    targetPort: port.targetPort || port.port,
  }));
  return { ...spec, ports };
}

function defaultedStatus({ spec, status }: Service): Service["status"] {
  const loadBalancer = status?.loadBalancer ?? {};
  if (spec?.type !== "LoadBalancer" || !loadBalancer.ingress) return { ...status, loadBalancer };
  const ingress = loadBalancer.ingress.map((one) => (one.ip ? { ipMode: "VIP", ...one } : one));
  return { ...status, loadBalancer: { ...loadBalancer, ingress } };
}
