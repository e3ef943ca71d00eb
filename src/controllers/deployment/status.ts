// What a Deployment says of itself: counts and conditions, computed from its ReplicaSets.
// Models kubernetes/pkg/controller/deployment/progress.go and sync.go calculateStatus.

import type { Deployment, DeploymentCondition } from "../../api/kinds/deployment.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import { timestamp } from "../../api/object.ts";
import { bounds, replicasOf } from "./arithmetic.ts";

export type DeploymentStatus = NonNullable<Deployment["status"]>;

/** No progress deadline (math.MaxInt32 in upstream). */
const noDeadline = 2_147_483_647;

/** Counts and availability, with the conditions that are there. */
export function statusOf(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  const sum = (of: (set: ReplicaSet) => number | undefined): number =>
    all.reduce((count, set) => count + (of(set) ?? 0), 0);
  const available = sum((set) => set.status?.availableReplicas);
  const { collisionCount, conditions = [] } = deployment.status ?? {};
  const counts = {
    observedGeneration: deployment.metadata.generation,
    replicas: sum((set) => set.status?.replicas),
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: sum((set) => set.status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(replicasOf) - available),
    collisionCount,
  };
  return {
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count)),
    conditions: withCondition(conditions, availability(deployment, available, now)),
  };
}

function availability(deployment: Deployment, available: number, now: number): DeploymentCondition {
  const wanted = replicasOf(deployment);
  const unavailable = wanted === 0 ? 0 : Math.min(bounds(deployment).unavailable, wanted);
  return available >= wanted - unavailable
    ? condition("Available", "True", "MinimumReplicasAvailable", now, minimum("has"))
    : condition("Available", "False", "MinimumReplicasUnavailable", now, minimum("does not have"));
}

function minimum(verb: string): string {
  return `Deployment ${verb} minimum availability.`;
}

/** `statusOf`, with how the rollout goes. Models syncRolloutStatus. */
export function rolloutStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  const status = statusOf(deployment, all, fresh, now);
  let conditions = status.conditions ?? [];
  const current = progressOf(deployment);
  const settled =
    status.replicas === status.updatedReplicas && current?.reason === "NewReplicaSetAvailable";
  if (!hasDeadline(deployment)) conditions = without(conditions, "Progressing");
  else if (!settled) conditions = progressed(deployment, status, fresh, now);
  const failure = failureOf(all, fresh);
  conditions = without(conditions, "ReplicaFailure");
  return { ...status, conditions: failure ? [...conditions, failure] : conditions };
}

function progressed(
  deployment: Deployment,
  status: DeploymentStatus,
  fresh: ReplicaSet | undefined,
  now: number,
): DeploymentCondition[] {
  const conditions = status.conditions ?? [];
  const name = fresh
    ? `ReplicaSet "${fresh.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${name} has successfully progressed.`;
    return withCondition(conditions, progressing("True", "NewReplicaSetAvailable", message, now));
  }
  if (isProgressing(deployment, status)) {
    const next = progressing("True", "ReplicaSetUpdated", `${name} is progressing.`, now);
    const current = progressOf(deployment);
    const since = current?.status === "True" ? current.lastTransitionTime : undefined;
    return [
      ...without(conditions, "Progressing"),
      since === undefined ? next : { ...next, lastTransitionTime: since },
    ];
  }
  if (timedOut(deployment, now)) {
    const message = `${name} has timed out progressing.`;
    return withCondition(
      conditions,
      progressing("False", "ProgressDeadlineExceeded", message, now),
    );
  }
  return conditions;
}

export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function isProgressing(deployment: Deployment, now: DeploymentStatus): boolean {
  const { replicas = 0, updatedReplicas = 0, ...before } = deployment.status ?? {};
  const oldPods = (now.replicas ?? 0) - (now.updatedReplicas ?? 0);
  return (
    (now.updatedReplicas ?? 0) > updatedReplicas ||
    oldPods < replicas - updatedReplicas ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function hasDeadline({ spec }: Deployment): boolean {
  return (spec.progressDeadlineSeconds ?? noDeadline) !== noDeadline;
}

function timedOut(deployment: Deployment, now: number): boolean {
  const current = progressOf(deployment);
  if (!current || current.reason === "NewReplicaSetAvailable") return false;
  if (current.reason === "ProgressDeadlineExceeded") return true;
  return deadlineAt(deployment, current) < now;
}

function deadlineAt({ spec }: Deployment, current: DeploymentCondition): number {
  return Date.parse(current.lastUpdateTime ?? "") + spec.progressDeadlineSeconds! * 1000;
}

/** When to look again whether a rollout is stuck; undefined: not under way. */
export function stuckInMs(deployment: Deployment, now: number): number | undefined {
  const current = progressOf(deployment);
  if (!hasDeadline(deployment) || !current) return undefined;
  const { reason } = current;
  if (reason === "NewReplicaSetAvailable" || reason === "ProgressDeadlineExceeded")
    return undefined;
  if (deployment.spec.paused) return undefined;
  return Math.max(0, deadlineAt(deployment, current) - now) + 1000;
}

/** The status with a pause or its end noted; undefined when it is. Models checkPausedConditions. */
export function pausedStatus(deployment: Deployment, now: number): DeploymentStatus | undefined {
  if (!hasDeadline(deployment)) return undefined;
  const current = progressOf(deployment);
  if (current?.reason === "ProgressDeadlineExceeded") return undefined;
  const noted = current?.reason === "DeploymentPaused";
  if (Boolean(deployment.spec.paused) === noted) return undefined;
  const next = noted
    ? progressing("Unknown", "DeploymentResumed", "Deployment is resumed", now)
    : progressing("Unknown", "DeploymentPaused", "Deployment is paused", now);
  const conditions = withCondition(deployment.status?.conditions ?? [], next);
  return { ...deployment.status, conditions };
}

/** The new set's failure, or else the old ones'. */
function failureOf(
  all: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
): DeploymentCondition | undefined {
  for (const set of fresh ? [fresh, ...all] : all) {
    const failure = set.status?.conditions?.find((one) => one["type"] === "ReplicaFailure");
    if (failure) {
      const { lastTransitionTime } = failure;
      return { ...failure, lastUpdateTime: lastTransitionTime } as DeploymentCondition;
    }
  }
  return undefined;
}

function progressOf({ status }: Deployment): DeploymentCondition | undefined {
  return status?.conditions?.find(({ type }) => type === "Progressing");
}

export function progressing(
  status: DeploymentCondition["status"],
  reason: string,
  message: string,
  now: number,
): DeploymentCondition {
  return condition("Progressing", status, reason, now, message);
}

function condition(
  type: DeploymentCondition["type"],
  status: DeploymentCondition["status"],
  reason: string,
  now: number,
  message: string,
): DeploymentCondition {
  const at = timestamp(now);
  return { type, status, lastUpdateTime: at, lastTransitionTime: at, reason, message };
}

/** Nothing changes unless status or reason do. Models SetDeploymentCondition. */
export function withCondition(
  conditions: readonly DeploymentCondition[],
  next: DeploymentCondition,
): DeploymentCondition[] {
  const current = conditions.find(({ type }) => type === next.type);
  if (current?.status === next.status && current.reason === next.reason) return [...conditions];
  const since = current?.status === next.status ? current.lastTransitionTime : undefined;
  return [
    ...without(conditions, next.type),
    since === undefined ? next : { ...next, lastTransitionTime: since },
  ];
}

function without(
  conditions: readonly DeploymentCondition[],
  type: DeploymentCondition["type"],
): DeploymentCondition[] {
  return conditions.filter((one) => one.type !== type);
}
