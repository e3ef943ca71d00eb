// The ReplicaSets of a Deployment: whose they are, which is the new one, making and scaling them.
// Models kubernetes/pkg/controller/deployment/sync.go.

import { isAlreadyExists } from "../../api/errors.ts";
import { Deployment } from "../../api/kinds/deployment.ts";
import { ReplicaSet } from "../../api/kinds/replicaset.ts";
import { controlledBy, controllerOf, keyOf } from "../../api/object.ts";
import { matches, requirementsOf } from "../../api/selector.ts";
import type { EventRecorder } from "../../client/events.ts";
import { namespaceOf } from "../context.ts";
import type { ControllerContext } from "../context.ts";
import { sameJson } from "../../api/json.ts";
import {
  desiredAnnotation,
  maxAnnotation,
  newSetAnnotations,
  revisionAnnotation,
  revisionOf,
} from "./annotations.ts";
import {
  bounds,
  isSaturated,
  newSetTarget,
  proportionalTargets,
  replicasOf,
} from "./arithmetic.ts";
import { progressing, withCondition } from "./status.ts";
import { templateHash } from "./templatehash.ts";

const hashLabel = "pod-template-hash";

/** A Deployment as it was written last, and its sets, the oldest first. */
export interface Sets {
  readonly deployment: Deployment;
  readonly all: readonly ReplicaSet[];
  /** The one with the Deployment's template. */
  readonly fresh: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

export class ReplicaSets {
  readonly #context: ControllerContext;
  readonly #events: EventRecorder;

  constructor(context: ControllerContext, events: EventRecorder) {
    this.#context = context;
    this.#events = events;
  }

  /** Adopts orphans that the selector picks, releases sets that it does not. True: wrote. */
  async claim(deployment: Deployment): Promise<boolean> {
    if (deployment.metadata.deletionTimestamp !== undefined) return false;
    const { replicaSetsByOwner } = this.#context.cache;
    const selector = requirementsOf(deployment.spec.selector);
    const uid = deployment.metadata.uid!;
    const released = replicaSetsByOwner
      .get(uid)
      .filter(({ metadata }) => !metadata.deletionTimestamp && !matches(selector, metadata.labels));
    const adopted = replicaSetsByOwner
      .get(namespaceOf(deployment))
      .filter(({ metadata }) => !metadata.deletionTimestamp && matches(selector, metadata.labels));
    for (const set of released) {
      const owners = set.metadata.ownerReferences!.filter((one) => one.uid !== uid);
      await this.#update({ ...set, metadata: { ...set.metadata, ownerReferences: owners } });
    }
    for (const set of adopted) {
      const owners = [...(set.metadata.ownerReferences ?? []), controlledBy(deployment)];
      await this.#update({ ...set, metadata: { ...set.metadata, ownerReferences: owners } });
    }
    return released.length + adopted.length > 0;
  }

  /** The oldest first. */
  of(deployment: Deployment): ReplicaSet[] {
    const sets = [...this.#context.cache.replicaSetsByOwner.get(deployment.metadata.uid!)];
    return sets.sort(
      (a, b) => bornAt(a).localeCompare(bornAt(b)) || (keyOf(a) < keyOf(b) ? -1 : 1),
    );
  }

  sorted(deployment: Deployment, all: readonly ReplicaSet[]): Sets {
    const fresh = all.find((set) => sameTemplate(set, deployment));
    return { deployment, all, fresh, old: all.filter((set) => set !== fresh) };
  }

  /**
   * The sets, with the new one's revision, annotations and minReadySeconds brought up to date;
   * it is made when there is none and `create` is set. Undefined: the name was taken by another
   * template; the count of collisions is written and brings the key back.
   */
  async synced(
    deployment: Deployment,
    all: readonly ReplicaSet[],
    { create }: { create: boolean },
  ): Promise<Sets | undefined> {
    const sets = this.sorted(deployment, all);
    const revision = Math.max(0, ...sets.old.map(revisionOf)) + 1;
    if (!sets.fresh) return create ? this.#create(sets, revision) : sets;
    const annotations = newSetAnnotations(deployment, sets.fresh, revision);
    const { minReadySeconds } = deployment.spec;
    let { fresh } = sets;
    if (
      !sameJson(annotations, fresh.metadata.annotations) ||
      (fresh.spec.minReadySeconds ?? 0) !== (minReadySeconds ?? 0)
    ) {
      const spec = { ...fresh.spec, ...(minReadySeconds !== undefined && { minReadySeconds }) };
      fresh = await this.#update({ ...fresh, metadata: { ...fresh.metadata, annotations }, spec });
    }
    const found = `Found new replica set "${fresh.metadata.name}"`;
    const current = await this.#noteRevision(deployment, fresh, "FoundNewReplicaSet", found);
    return {
      deployment: current,
      all: all.map((set) => (set === sets.fresh ? fresh : set)),
      fresh,
      old: sets.old,
    };
  }

  /** Writes the size and tells it. False when the set has that size already. */
  async scale(deployment: Deployment, set: ReplicaSet, replicas: number): Promise<boolean> {
    const before = replicasOf(set);
    if (before === replicas) return false;
    await this.#resize(deployment, set, replicas);
    return true;
  }

  /** Follows a new `replicas` in whatever state a rollout is. Models sync.go scale. */
  async scaleInProportion(sets: Sets): Promise<boolean> {
    const { deployment, fresh } = sets;
    const active = sets.all.filter((set) => replicasOf(set) > 0);
    const only = active.length <= 1 ? (active[0] ?? fresh ?? sets.old.at(-1)) : undefined;
    if (only) {
      const { changed, set } = this.#withSize(deployment, only, replicasOf(deployment));
      if (changed) await this.#resize(deployment, only, set.spec.replicas!);
      return changed;
    }
    let scaled = false;
    if (isSaturated(deployment, fresh)) {
      for (const set of sets.old) if (await this.scale(deployment, set, 0)) scaled = true;
      return scaled;
    }
    if (deployment.spec.strategy?.type === "Recreate") return false;
    for (const [set, replicas] of proportionalTargets(deployment, active)) {
      if (!this.#withSize(deployment, set, replicas).changed) continue;
      await this.#resize(deployment, set, replicas);
      scaled = true;
    }
    return scaled;
  }

  /** Deletes old, empty sets beyond revisionHistoryLimit. */
  async cleanUp({ deployment, old }: Sets): Promise<void> {
    const limit = deployment.spec.revisionHistoryLimit;
    if (limit === undefined) return;
    const idle = old.filter((set) => set.metadata.deletionTimestamp === undefined);
    const surplus = idle.length - limit;
    if (surplus <= 0) return;
    idle.sort((a, b) => revisionOf(a) - revisionOf(b) || (keyOf(a) < keyOf(b) ? -1 : 1));
    for (const set of idle.slice(0, surplus)) {
      const { generation = 0 } = set.metadata;
      const seen = (set.status?.observedGeneration ?? 0) >= generation;
      if (replicasOf(set) !== 0 || (set.status?.replicas ?? 0) !== 0 || !seen) continue;
      await this.#context.client.remove(ReplicaSet, keyOf(set));
    }
  }

  async #create(sets: Sets, revision: number): Promise<Sets | undefined> {
    const { deployment } = sets;
    const wanted = newSet(deployment, sets.all, revision);
    const { name } = wanted.metadata;
    let fresh: ReplicaSet;
    try {
      fresh = await this.#context.client.create(ReplicaSet, wanted);
    } catch (error) {
      if (!isAlreadyExists(error)) return this.#createFailed(deployment, name, error);
      const taken = await this.#context.client.get(ReplicaSet, keyOf(wanted));
      if (!taken || !isOwn(taken, deployment)) return this.#countCollision(deployment);
      fresh = taken;
    }
    if (replicasOf(fresh) > 0) this.#tell(deployment, fresh, 0, replicasOf(fresh));
    const message = `Created new replica set "${name}"`;
    const current = await this.#noteRevision(deployment, fresh, "NewReplicaSetCreated", message);
    return { deployment: current, all: [...sets.all, fresh], fresh, old: sets.old };
  }

  async #countCollision(deployment: Deployment): Promise<undefined> {
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
    const status = { ...deployment.status, collisionCount };
    await this.#context.client.updateStatus(Deployment, { ...deployment, status });
  }

  async #createFailed(deployment: Deployment, name: string, error: unknown): Promise<never> {
    const words = error instanceof Error ? error.message : String(error);
    const message = `Failed to create new replica set "${name}": ${words}`;
    const condition = progressing("False", "ReplicaSetCreateError", message, this.#now());
    const conditions = withCondition(deployment.status?.conditions ?? [], condition);
    const status = { ...deployment.status, conditions };
    await this.#context.client.updateStatus(Deployment, { ...deployment, status });
    this.#events.event(deployment, "Warning", "ReplicaSetCreateError", message);
    throw error;
  }

  /** Puts the new set's revision on the Deployment, and the first word on its progress. */
  async #noteRevision(
    deployment: Deployment,
    fresh: ReplicaSet,
    reason: string,
    message: string,
  ): Promise<Deployment> {
    const revision = fresh.metadata.annotations?.[revisionAnnotation] ?? "1";
    const before = deployment.metadata.annotations?.[revisionAnnotation];
    const conditions = deployment.status?.conditions ?? [];
    const created = reason === "NewReplicaSetCreated";
    const told = conditions.some(({ type }) => type === "Progressing") && !created;
    if (before === revision && told) return deployment;
    const condition = progressing("True", reason, message, this.#now());
    const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: revision };
    return this.#context.client.updateStatus(Deployment, {
      ...deployment,
      metadata: { ...deployment.metadata, annotations },
      status: {
        ...deployment.status,
        ...(!told && { conditions: withCondition(conditions, condition) }),
      },
    });
  }

  async #resize(deployment: Deployment, set: ReplicaSet, replicas: number): Promise<void> {
    const before = replicasOf(set);
    await this.#update(this.#withSize(deployment, set, replicas).set);
    if (before !== replicas) this.#tell(deployment, set, before, replicas);
  }

  #withSize(
    deployment: Deployment,
    set: ReplicaSet,
    replicas: number,
  ): { set: ReplicaSet; changed: boolean } {
    const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) };
    const changed =
      replicasOf(set) !== replicas || !sameJson(annotations, set.metadata.annotations);
    const metadata = { ...set.metadata, annotations };
    return { set: { ...set, metadata, spec: { ...set.spec, replicas } }, changed };
  }

  #tell(deployment: Deployment, set: ReplicaSet, from: number, to: number): void {
    const direction = to > from ? "up" : "down";
    const message = `Scaled ${direction} replica set ${set.metadata.name} from ${from} to ${to}`;
    this.#events.event(deployment, "Normal", "ScalingReplicaSet", message);
  }

  #update(set: ReplicaSet): Promise<ReplicaSet> {
    return this.#context.client.update(ReplicaSet, set);
  }

  #now(): number {
    return this.#context.clock.now();
  }
}

function newSet(deployment: Deployment, all: readonly ReplicaSet[], revision: number): ReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template, deployment.status?.collisionCount ?? 0);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return {
    apiVersion: ReplicaSet.apiVersion,
    kind: ReplicaSet.kind,
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: namespaceOf(deployment),
      labels,
      annotations: {
        ...newSetAnnotations(deployment, undefined, revision),
        ...sizeAnnotations(deployment),
      },
      ownerReferences: [controlledBy(deployment)],
    },
    spec: {
      replicas: newSetTarget(deployment, all, undefined),
      ...(minReadySeconds !== undefined && { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

function sizeAnnotations(deployment: Deployment): Record<string, string> {
  const replicas = replicasOf(deployment);
  return {
    [desiredAnnotation]: String(replicas),
    [maxAnnotation]: String(replicas + bounds(deployment).surge),
  };
}

function isOwn(set: ReplicaSet, deployment: Deployment): boolean {
  return controllerOf(set)?.uid === deployment.metadata.uid && sameTemplate(set, deployment);
}

/** Equal but for the hash label. Models EqualIgnoreHash. */
function sameTemplate(set: ReplicaSet, deployment: Deployment): boolean {
  const { template } = set.spec;
  if (!template) return false;
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  const own = deployment.spec.template;
  const { [hashLabel]: __, ...wanted } = own.metadata?.labels ?? {};
  return (
    sameJson(labels, wanted) &&
    sameJson({ ...template.metadata, labels: 0 }, { ...own.metadata, labels: 0 }) &&
    sameJson(template.spec, own.spec)
  );
}

function bornAt(set: ReplicaSet): string {
  return set.metadata.creationTimestamp ?? "";
}
