// The notes that the Deployment controller keeps on its ReplicaSets.
// Models kubernetes/pkg/controller/deployment/util/deployment_util.go SetNewReplicaSetAnnotations.

import type { Deployment } from "../../api/kinds/deployment.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";

export const revisionAnnotation = "deployment.kubernetes.io/revision";
const historyAnnotation = "deployment.kubernetes.io/revision-history";
/** The Deployment's replicas when the set was scaled last. */
export const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
/** The same plus maxSurge. */
export const maxAnnotation = "deployment.kubernetes.io/max-replicas";

type Annotations = Record<string, string>;

/** What belongs to the Deployment alone, or is computed for each set. */
const notCopied = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
  "deprecated.deployment.rollback.to",
]);

export function revisionOf(object: ReplicaSet | Deployment): number {
  return Number(object.metadata.annotations?.[revisionAnnotation] ?? 0) || 0;
}

/** The annotations of the new set: the Deployment's own, and its revision if that is higher. */
export function newSetAnnotations(
  deployment: Deployment,
  set: ReplicaSet | undefined,
  revision: number,
): Annotations {
  const out: Annotations = { ...set?.metadata.annotations };
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!notCopied.has(name)) out[name] = value;
  }
  const before = out[revisionAnnotation];
  if (before !== undefined && Number(before) >= revision) return out;
  out[revisionAnnotation] = String(revision);
  if (before !== undefined) {
    const history = out[historyAnnotation];
    out[historyAnnotation] = history ? `${history},${before}` : before;
  }
  return out;
}
