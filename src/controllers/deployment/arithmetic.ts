// How many Pods each ReplicaSet of a Deployment shall have: pure functions.
// Models kubernetes/pkg/controller/deployment/util/deployment_util.go and rolling.go.

import type { Deployment } from "../../api/kinds/deployment.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import { desiredAnnotation, maxAnnotation } from "./annotations.ts";
import type { Sets } from "./replicasets.ts";

export function replicasOf(object: Deployment | ReplicaSet): number {
  return object.spec.replicas ?? 1;
}

function total(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + replicasOf(set), 0);
}

function availableIn(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + (set.status?.availableReplicas ?? 0), 0);
}

/** maxSurge rounded up and maxUnavailable rounded down; never both 0. */
export function bounds(deployment: Deployment): { surge: number; unavailable: number } {
  const replicas = replicasOf(deployment);
  if (deployment.spec.strategy?.type === "Recreate") return { surge: 0, unavailable: 0 };
  const { maxSurge = "25%", maxUnavailable = "25%" } =
    deployment.spec.strategy?.rollingUpdate ?? {};
  const surge = scaled(maxSurge, replicas, Math.ceil);
  const unavailable = scaled(maxUnavailable, replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function scaled(value: number | string, of: number, round: (n: number) => number): number {
  if (typeof value === "number") return value;
  return round((Number.parseInt(value, 10) * of) / 100);
}

function unavailableMax(deployment: Deployment): number {
  const replicas = replicasOf(deployment);
  if (deployment.spec.strategy?.type === "Recreate" || replicas === 0) return 0;
  return Math.min(bounds(deployment).unavailable, replicas);
}

/** What the new set may have now without going over maxSurge. Models NewRSNewReplicas. */
export function newSetTarget(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
): number {
  const wanted = replicasOf(deployment);
  const has = fresh ? replicasOf(fresh) : 0;
  if (deployment.spec.strategy?.type === "Recreate" || has >= wanted) return wanted;
  const room = wanted + bounds(deployment).surge - total(all);
  return room <= 0 ? has : has + Math.min(room, wanted - has);
}

/**
 * What the old sets may shrink to without going under minAvailable: unhealthy Pods first, then
 * the oldest sets. Models reconcileOldReplicaSets.
 */
export function oldSetTargets(deployment: Deployment, sets: Sets): Map<ReplicaSet, number> {
  const targets = new Map<ReplicaSet, number>();
  const old = sets.old.filter((set) => replicasOf(set) > 0);
  if (old.length === 0 || !sets.fresh) return targets;
  const minAvailable = replicasOf(deployment) - unavailableMax(deployment);
  const freshMissing = replicasOf(sets.fresh) - (sets.fresh.status?.availableReplicas ?? 0);
  const room = total(sets.all) - minAvailable - freshMissing;
  if (room <= 0) return targets;
  takeUnhealthy(old, room, targets);
  takeAvailable(old, availableIn(sets.all) - minAvailable, targets);
  return targets;
}

function takeUnhealthy(
  old: readonly ReplicaSet[],
  room: number,
  targets: Map<ReplicaSet, number>,
): void {
  let left = room;
  for (const set of old) {
    if (left <= 0) return;
    const has = replicasOf(set);
    const taken = Math.min(left, has - (set.status?.availableReplicas ?? 0));
    if (taken <= 0) continue;
    targets.set(set, has - taken);
    left -= taken;
  }
}

function takeAvailable(
  old: readonly ReplicaSet[],
  room: number,
  targets: Map<ReplicaSet, number>,
): void {
  let left = room;
  for (const set of old) {
    if (left <= 0) return;
    const has = targets.get(set) ?? replicasOf(set);
    const taken = Math.min(left, has);
    if (taken <= 0) continue;
    targets.set(set, has - taken);
    left -= taken;
  }
}

/** Whether only the number of replicas changed since the sets were scaled last. */
export function isScalingEvent(deployment: Deployment, all: readonly ReplicaSet[]): boolean {
  return all.some((set) => {
    const desired = set.metadata.annotations?.[desiredAnnotation];
    return (
      replicasOf(set) > 0 && desired !== undefined && Number(desired) !== replicasOf(deployment)
    );
  });
}

/** Whether the new set has all Pods, and they are available. Models IsSaturated. */
export function isSaturated(deployment: Deployment, fresh: ReplicaSet | undefined): boolean {
  const wanted = replicasOf(deployment);
  return (
    fresh !== undefined &&
    replicasOf(fresh) === wanted &&
    Number(fresh.metadata.annotations?.[desiredAnnotation]) === wanted &&
    (fresh.status?.availableReplicas ?? 0) === wanted
  );
}

/**
 * Shares a change of size among the active sets in proportion to theirs, in the middle of a
 * rollout. Models sync.go scale and GetReplicaSetProportion.
 */
export function proportionalTargets(
  deployment: Deployment,
  active: readonly ReplicaSet[],
): Map<ReplicaSet, number> {
  const wanted = replicasOf(deployment);
  const allowed = wanted > 0 ? wanted + bounds(deployment).surge : 0;
  const toAdd = allowed - total(active);
  const newestFirst = (a: ReplicaSet, b: ReplicaSet): number =>
    bornAt(b).localeCompare(bornAt(a)) || (a.metadata.name < b.metadata.name ? 1 : -1);
  const order = [...active].sort(
    (a, b) => replicasOf(b) - replicasOf(a) || (toAdd > 0 ? newestFirst(a, b) : newestFirst(b, a)),
  );
  const targets = new Map<ReplicaSet, number>();
  let added = 0;
  for (const set of order) {
    const share = toAdd === 0 ? 0 : shareOf(set, allowed, toAdd, added, wanted);
    targets.set(set, Math.max(0, replicasOf(set) + share));
    added += share;
  }
  const first = order[0];
  if (first) targets.set(first, Math.max(0, targets.get(first)! + toAdd - added));
  return targets;
}

function shareOf(
  set: ReplicaSet,
  allowed: number,
  toAdd: number,
  added: number,
  wanted: number,
): number {
  const size = replicasOf(set);
  if (size === 0) return 0;
  const before = Number(set.metadata.annotations?.[maxAnnotation]) || wanted;
  const fraction = roundHalfAway((size * allowed) / before) - size;
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}

function roundHalfAway(x: number): number {
  return Math.sign(x) * Math.round(Math.abs(x));
}

function bornAt(set: ReplicaSet): string {
  return set.metadata.creationTimestamp ?? "";
}
