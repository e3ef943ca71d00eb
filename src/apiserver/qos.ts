// A Pod's quality of service class, as kubectl describe shows it.
// Models kubernetes/pkg/apis/core/v1/helper/qos ComputePodQOS.

import type { Pod } from "../api/kinds/pod.ts";

const counted = ["cpu", "memory"];

export function qosClassOf(pod: Pod): "Guaranteed" | "Burstable" | "BestEffort" {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  let any = false;
  let allLimited = true;
  for (const { resources } of containers) {
    for (const name of counted) {
      const limit = resources?.limits?.[name];
      const request = resources?.requests?.[name] ?? limit;
      if (request !== undefined || limit !== undefined) any = true;
      if (limit === undefined || request !== limit) allLimited = false;
    }
  }
  if (!any) return "BestEffort";
  return allLimited ? "Guaranteed" : "Burstable";
}
