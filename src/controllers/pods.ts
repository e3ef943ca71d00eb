// What controllers ask of a Pod. Models kubernetes/pkg/api/v1/pod/util.go and
// pkg/controller/controller_utils.go.

import type { Container, Pod, PodCondition } from "../api/kinds/pod.ts";

export function podCondition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

export function isReady(pod: Pod): boolean {
  return podCondition(pod, "Ready")?.status === "True";
}

/** Its containers have ended for good. */
export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

/** It counts as a replica: not finished and not on its way out. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Milliseconds until the Pod has been ready for `minReadySeconds`: 0 now, undefined not ready. */
export function availableInMs(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  const ready = podCondition(pod, "Ready");
  if (ready?.status !== "True") return undefined;
  if (minReadySeconds === 0) return 0;
  const since = Date.parse(ready.lastTransitionTime ?? "");
  return Math.max(0, since + minReadySeconds * 1000 - now);
}

/** The number of a container's port that a Service or a probe names. */
export function namedPort(
  containers: readonly Container[],
  port: number | string,
  protocol = "TCP",
): number | undefined {
  if (typeof port === "number") return port;
  if (/^\d+$/.test(port)) return Number(port);
  for (const container of containers) {
    for (const one of container.ports ?? []) {
      if (one.name === port && (one.protocol ?? "TCP") === protocol) return one.containerPort;
    }
  }
  return undefined;
}
