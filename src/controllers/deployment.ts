// Deployment: rolls one ReplicaSet a template forward, by its strategy.
// Models kubernetes/pkg/controller/deployment/deployment_controller.go, sync.go, rolling.go and
// recreate.go. Its parts: deployment/replicasets.ts (which sets there are, the new one, scaling),
// deployment/arithmetic.ts (how many Pods where), deployment/status.ts (conditions).

import { Deployment } from "../api/kinds/deployment.ts";
import { Pod } from "../api/kinds/pod.ts";
import { ReplicaSet } from "../api/kinds/replicaset.ts";
import { controllerOf, keyOf, makeKey } from "../api/object.ts";
import type { Key } from "../api/object.ts";
import { matchesSelector } from "../api/selector.ts";
import { watching } from "../client/reconciler.ts";
import type { Reconciler } from "../client/reconciler.ts";
import { namespaceOf, recorder } from "./context.ts";
import type { ControllerContext } from "./context.ts";
import { isScalingEvent, oldSetTargets, newSetTarget } from "./deployment/arithmetic.ts";
import { ReplicaSets } from "./deployment/replicasets.ts";
import type { Sets } from "./deployment/replicasets.ts";
import {
  isComplete,
  pausedStatus,
  rolloutStatus,
  statusOf,
  stuckInMs,
} from "./deployment/status.ts";
import { isFinished } from "./pods.ts";
import { sameJson } from "../api/json.ts";

export class DeploymentController implements Reconciler {
  readonly name = "deployment";
  readonly watches = [
    watching(Deployment, (deployment) => [keyOf(deployment)]),
    watching(ReplicaSet, (set) => this.#keysOf(set)),
    watching(Pod, (pod) => this.#keysOfGone(pod)),
  ];
  readonly #context: ControllerContext;
  readonly #sets: ReplicaSets;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#sets = new ReplicaSets(context, recorder(context, "deployment-controller"));
  }

  async reconcile(key: Key): Promise<void | { requeueAfterMs: number }> {
    const deployment = this.#context.informers.of(Deployment).get(key);
    if (!deployment) return;
    if (await this.#sets.claim(deployment)) return; // the set's change brings the key back
    const all = this.#sets.of(deployment);
    if (deployment.metadata.deletionTimestamp !== undefined) {
      const { fresh } = this.#sets.sorted(deployment, all);
      return this.#writeStatus(deployment, statusOf(deployment, all, fresh, this.#now()));
    }
    const paused = pausedStatus(deployment, this.#now());
    if (paused) return this.#writeStatus(deployment, paused);
    if (deployment.spec.paused || isScalingEvent(deployment, all)) {
      return this.#scale(deployment, all);
    }
    return deployment.spec.strategy?.type === "Recreate"
      ? this.#recreate(deployment, all)
      : this.#roll(deployment, all);
  }

  /** Changes the number of Pods without going on with a rollout. Models sync.go sync. */
  async #scale(deployment: Deployment, all: readonly ReplicaSet[]): Promise<void> {
    const sets = await this.#sets.synced(deployment, all, { create: false });
    if (!sets) return;
    const scaled = await this.#sets.scaleInProportion(sets);
    if (scaled) return; // the sets' change brings the key back, with the sizes as they are then
    if (deployment.spec.paused) await this.#sets.cleanUp(sets);
    const status = statusOf(sets.deployment, sets.all, sets.fresh, this.#now());
    await this.#writeStatus(sets.deployment, status);
  }

  /** Models rolling.go rolloutRolling. */
  async #roll(
    deployment: Deployment,
    all: readonly ReplicaSet[],
  ): Promise<void | { requeueAfterMs: number }> {
    const sets = await this.#sets.synced(deployment, all, { create: true });
    if (!sets?.fresh) return;
    const target = newSetTarget(deployment, sets.all, sets.fresh);
    if (await this.#sets.scale(deployment, sets.fresh, target)) return this.#updateRollout(sets);
    let scaled = false;
    for (const [old, replicas] of oldSetTargets(deployment, sets)) {
      if (await this.#sets.scale(deployment, old, replicas)) scaled = true;
    }
    if (!scaled && isComplete(deployment, deployment.status ?? {})) {
      await this.#sets.cleanUp(sets);
    }
    return this.#updateRollout(sets);
  }

  /** Models recreate.go rolloutRecreate: all old Pods go before a new one comes. */
  async #recreate(
    deployment: Deployment,
    all: readonly ReplicaSet[],
  ): Promise<void | { requeueAfterMs: number }> {
    let sets = await this.#sets.synced(deployment, all, { create: false });
    if (!sets) return;
    let scaled = false;
    for (const old of sets.old) if (await this.#sets.scale(deployment, old, 0)) scaled = true;
    if (scaled || this.#oldPodsRun(sets)) return this.#updateRollout(sets);
    if (!sets.fresh) sets = await this.#sets.synced(deployment, all, { create: true });
    if (!sets?.fresh) return;
    await this.#sets.scale(deployment, sets.fresh, deployment.spec.replicas ?? 1);
    if (isComplete(deployment, deployment.status ?? {})) {
      await this.#sets.cleanUp(sets);
    }
    return this.#updateRollout(sets);
  }

  #oldPodsRun(sets: Sets): boolean {
    const { podsByOwner } = this.#context.cache;
    return sets.old.some((set) => podsByOwner.get(set.metadata.uid!).some((p) => !isFinished(p)));
  }

  async #updateRollout(sets: Sets): Promise<void | { requeueAfterMs: number }> {
    const { deployment, all, fresh } = sets;
    const status = rolloutStatus(deployment, all, fresh, this.#now());
    if (!sameJson(status, deployment.status ?? {})) return this.#writeStatus(deployment, status);
    const recheckMs = stuckInMs(deployment, this.#now());
    if (recheckMs !== undefined) return { requeueAfterMs: recheckMs };
  }

  async #writeStatus(
    deployment: Deployment,
    status: NonNullable<Deployment["status"]>,
  ): Promise<void> {
    if (sameJson(status, deployment.status ?? {})) return;
    await this.#context.client.updateStatus(Deployment, { ...deployment, status });
  }

  #now(): number {
    return this.#context.clock.now();
  }

  #keysOf(set: ReplicaSet): Key[] {
    const owner = controllerOf(set);
    const namespace = namespaceOf(set);
    if (owner) return owner.kind === "Deployment" ? [makeKey(namespace, owner.name)] : [];
    return this.#context.informers
      .of(Deployment)
      .list(namespace)
      .filter(({ spec }) => matchesSelector(spec.selector, set.metadata.labels))
      .map(keyOf);
  }

  /** A Pod that goes may be the last that Recreate waits for. */
  #keysOfGone(pod: Pod): Key[] {
    if (pod.metadata.deletionTimestamp === undefined && !isFinished(pod)) return [];
    const owner = controllerOf(pod);
    if (owner?.kind !== "ReplicaSet") return [];
    const namespace = namespaceOf(pod);
    const set = this.#context.cache.replicaSets.get(makeKey(namespace, owner.name));
    const deployment = set && controllerOf(set);
    if (deployment?.kind !== "Deployment") return [];
    const key = makeKey(namespace, deployment.name);
    const strategy = this.#context.informers.of(Deployment).get(key)?.spec.strategy?.type;
    return strategy === "Recreate" ? [key] : [];
  }
}
