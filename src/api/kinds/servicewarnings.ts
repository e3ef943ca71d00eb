// What a Service is let through with, but warned of.
// Models kubernetes/pkg/api/service/warnings.go.

import { cidrWarnings, ipWarnings } from "../ip.ts";
import type { Service } from "./service.ts";
import { isHeadless } from "./serviceips.ts";

const hints = "service.kubernetes.io/topology-aware-hints";
const mode = "service.kubernetes.io/topology-mode";

export function serviceWarnings({ metadata, spec }: Service): string[] {
  const { clusterIPs = [], externalIPs = [], loadBalancerIP = "", type } = spec ?? {};
  const warnings: string[] = [];
  if (metadata.annotations?.[hints] !== undefined) {
    warnings.push(`annotation ${hints} is deprecated, please use ${mode} instead`);
  }
  const headless = type === "ClusterIP" && isHeadless(spec);
  if (!headless && type !== "ExternalName") {
    warnings.push(...clusterIPs.flatMap((ip, i) => ipWarnings(`spec.clusterIPs[${i}]`, ip)));
  }
  if (headless) {
    const ignored = (field: string): string => `spec.${field} is ignored for headless services`;
    if (loadBalancerIP !== "") warnings.push(ignored("loadBalancerIP"));
    if (externalIPs.length > 0) warnings.push(ignored("externalIPs"));
    if (spec.sessionAffinity && spec.sessionAffinity !== "None") {
      warnings.push(ignored("SessionAffinity"));
    }
  }
  warnings.push(
    ...externalIPs.flatMap((ip, i) => ipWarnings(`spec.externalIPs[${i}]`, ip)),
    ...ipWarnings("spec.loadBalancerIP", loadBalancerIP),
    ...(spec?.loadBalancerSourceRanges ?? []).flatMap((cidr, i) =>
      cidrWarnings(`spec.loadBalancerSourceRanges[${i}]`, cidr),
    ),
  );
  if (type === "ExternalName" && externalIPs.length > 0) {
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (type !== "ExternalName" && spec?.externalName) {
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  return warnings;
}
