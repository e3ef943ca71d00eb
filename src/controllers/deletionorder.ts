// Which Pods of a ReplicaSet go first when there are too many.
// Models ActivePodsWithRanks in kubernetes/pkg/controller/controller_utils.go.

import type { Pod } from "../api/kinds/pod.ts";
import { isReady, podCondition } from "./pods.ts";

/** A learner's way to choose: the lowest cost goes first; 0 without the annotation. */
const costAnnotation = "controller.kubernetes.io/pod-deletion-cost";

const phases = ["Pending", "Unknown", "Running"];

/**
 * @param pods those to choose from
 * @param related all active Pods of the same owner: nodes with more of them lose one first
 * @returns `pods`, the first to be deleted first; never a tie
 */
export function deletionOrder(pods: readonly Pod[], related: readonly Pod[], now: number): Pod[] {
  const onNode = new Map<string, number>();
  for (const { spec } of related) {
    if (spec.nodeName) onNode.set(spec.nodeName, (onNode.get(spec.nodeName) ?? 0) + 1);
  }
  const ranked = pods.map((pod) => ({ pod, rank: rankOf(pod, onNode, now) }));
  ranked.sort(
    (a, b) => compare(a.rank, b.rank) || (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1),
  );
  return ranked.map(({ pod }) => pod);
}

/** Numbers to compare one after the other; the smaller goes first. */
function rankOf(pod: Pod, onNode: ReadonlyMap<string, number>, now: number): number[] {
  const ready = isReady(pod);
  return [
    pod.spec.nodeName ? 1 : 0,
    phases.indexOf(pod.status?.phase ?? "Pending"),
    ready ? 1 : 0,
    Number(pod.metadata.annotations?.[costAnnotation] ?? 0) || 0,
    -(onNode.get(pod.spec.nodeName ?? "") ?? 0),
    ready ? magnitude(now - Date.parse(podCondition(pod, "Ready")?.lastTransitionTime ?? "")) : 0,
    -restarts(pod),
    magnitude(now - Date.parse(pod.metadata.creationTimestamp ?? "")),
  ];
}

/** Ages are compared by their power of two in nanoseconds, so that near ones count as equal. */
function magnitude(ageMs: number): number {
  return ageMs > 0 ? Math.floor(Math.log2(ageMs * 1e6)) : 0;
}

function restarts(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((one) => one.restartCount));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}
