// ReplicaSet: keeps so many Pods of one template alive.
// Models kubernetes/pkg/controller/replicaset/replica_set.go.

import { isConflict, isNotFound } from "../api/errors.ts";
import { Pod } from "../api/kinds/pod.ts";
import { ReplicaSet } from "../api/kinds/replicaset.ts";
import { controlledBy, controllerOf, keyOf, makeKey, timestamp } from "../api/object.ts";
import type { Key } from "../api/object.ts";
import { matches, matchesSelector, requirementsOf } from "../api/selector.ts";
import type { EventRecorder } from "../client/events.ts";
import { watching } from "../client/reconciler.ts";
import type { Reconciler } from "../client/reconciler.ts";
import { namespaceOf, recorder } from "./context.ts";
import type { ControllerContext } from "./context.ts";
import { deletionOrder } from "./deletionorder.ts";
import { Expectations, Pace } from "./pacing.ts";
import { availableInMs, isActive, isReady } from "./pods.ts";
import { sameJson } from "../api/json.ts";

/** The most Pods made or deleted in one pass (upstream's BurstReplicas). */
const burstMax = 500;

export class ReplicaSetController implements Reconciler {
  readonly name = "replicaset";
  readonly watches = [
    watching(ReplicaSet, (set) => [keyOf(set)]),
    watching(Pod, (pod) => this.#keysOf(pod)),
  ];
  readonly #context: ControllerContext;
  readonly #events: EventRecorder;
  readonly #expectations: Expectations;
  readonly #pace: Pace;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#events = recorder(context, "replicaset-controller");
    this.#expectations = new Expectations(context.cache.pods);
    this.#pace = new Pace(context.clock);
  }

  async reconcile(key: Key): Promise<void | { requeueAfterMs: number }> {
    const { cache, informers, clock } = this.#context;
    const set = informers.of(ReplicaSet).get(key);
    if (!set) return this.#pace.forget(key);
    const uid = set.metadata.uid!;
    const waitMs = this.#pace.waitMs(key);
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    this.#pace.passes(key, cache.podsByOwner.get(uid).length);
    if (await this.#claim(set)) return; // the Pod's change brings the key back
    const pods = cache.podsByOwner.get(uid).filter(isActive);
    let failure: unknown;
    if (this.#expectations.met(uid) && set.metadata.deletionTimestamp === undefined) {
      failure = await this.#manage(set, pods).catch((error: unknown) => error);
    }
    await this.#updateStatus(set, pods, failure);
    if (failure !== undefined) throw failure;
    return nextAvailable(set, pods, clock.now());
  }

  /** The set that controls a Pod; for an orphan those that would adopt it. */
  #keysOf(pod: Pod): Key[] {
    const { cache } = this.#context;
    const owner = controllerOf(pod);
    const namespace = namespaceOf(pod);
    if (owner) return owner.kind === "ReplicaSet" ? [makeKey(namespace, owner.name)] : [];
    if (pod.metadata.deletionTimestamp !== undefined || !pod.metadata.labels) return [];
    return cache.replicaSets
      .list(namespace)
      .filter((set) => matchesSelector(set.spec.selector, pod.metadata.labels))
      .map(keyOf);
  }

  /**
   * Adopts orphans that the selector picks and releases Pods that it no longer picks.
   * True when something was written. Models controller_ref_manager.go.
   */
  async #claim(set: ReplicaSet): Promise<boolean> {
    if (set.metadata.deletionTimestamp !== undefined) return false;
    const { cache, client } = this.#context;
    const uid = set.metadata.uid!;
    const selector = requirementsOf(set.spec.selector);
    const changes: Promise<unknown>[] = [];
    for (const pod of cache.podsByOwner.get(uid)) {
      if (pod.metadata.deletionTimestamp !== undefined) continue;
      if (matches(selector, pod.metadata.labels)) continue;
      const others = pod.metadata.ownerReferences!.filter((one) => one.uid !== uid);
      changes.push(client.update(Pod, withOwners(pod, others)));
    }
    const { matchLabels } = set.spec.selector;
    const candidates = matchLabels
      ? cache.podsWith(namespaceOf(set), matchLabels)
      : cache.podsByLabel.get(namespaceOf(set));
    for (const pod of candidates) {
      if (controllerOf(pod) || !isActive(pod)) continue;
      if (!matches(selector, pod.metadata.labels)) continue;
      const owners = [...(pod.metadata.ownerReferences ?? []), controlledBy(set)];
      changes.push(client.update(Pod, withOwners(pod, owners)));
    }
    await Promise.all(changes);
    return changes.length > 0;
  }

  async #manage(set: ReplicaSet, pods: readonly Pod[]): Promise<void> {
    const missing = (set.spec.replicas ?? 1) - pods.length;
    if (missing > 0) await this.#create(set, Math.min(missing, burstMax));
    else if (missing < 0) await this.#delete(set, pods, Math.min(-missing, burstMax));
  }

  async #create(set: ReplicaSet, count: number): Promise<void> {
    const { client } = this.#context;
    const pod = podOf(set);
    for (let i = 0; i < count; i++) {
      try {
        const { metadata } = await client.create(Pod, pod);
        this.#expectations.created(set.metadata.uid!, metadata.uid!);
        this.#events.event(set, "Normal", "SuccessfulCreate", `Created pod: ${metadata.name}`);
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        this.#events.event(set, "Warning", "FailedCreate", `Error creating: ${words}`);
        throw error;
      }
    }
  }

  async #delete(set: ReplicaSet, pods: readonly Pod[], count: number): Promise<void> {
    const { client, cache, clock } = this.#context;
    const owner = set.metadata.uid!;
    const related = cache.podsByOwner.get(owner).filter(isActive);
    for (const pod of deletionOrder(pods, related, clock.now()).slice(0, count)) {
      const { uid, name } = pod.metadata;
      this.#expectations.deleted(owner, uid!);
      try {
        await client.remove(Pod, keyOf(pod), { uid: uid! });
        this.#events.event(set, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
      } catch (error) {
        this.#expectations.notDeleted(owner, uid!);
        if (!isNotFound(error) && !isConflict(error)) throw error;
      }
    }
  }

  async #updateStatus(set: ReplicaSet, pods: readonly Pod[], failure: unknown): Promise<void> {
    const status = statusOf(set, pods, failure, this.#context.clock.now());
    if (sameJson(status, set.status)) return;
    await this.#context.client.updateStatus(ReplicaSet, { ...set, status });
  }
}

function withOwners(pod: Pod, owners: Pod["metadata"]["ownerReferences"] & object): Pod {
  const { ownerReferences: _, ...metadata } = pod.metadata;
  const ownerReferences = owners.length > 0 ? { ownerReferences: owners } : {};
  return { ...pod, metadata: { ...metadata, ...ownerReferences } };
}

/** Models GetPodFromTemplate. */
function podOf(set: ReplicaSet): Pod {
  const template = set.spec.template!;
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "",
      generateName: `${set.metadata.name}-`,
      namespace: namespaceOf(set),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controlledBy(set)],
    },
    spec: template.spec,
  };
}

/** Models replica_set_utils.go calculateStatus. */
function statusOf(
  set: ReplicaSet,
  pods: readonly Pod[],
  failure: unknown,
  now: number,
): NonNullable<ReplicaSet["status"]> {
  const labels = Object.entries(set.spec.template?.metadata?.labels ?? {});
  const count = (claim: (pod: Pod) => boolean): number => pods.filter(claim).length;
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const fully = count((pod) => labels.every(([k, v]) => pod.metadata.labels?.[k] === v));
  const ready = count(isReady);
  const available = count((pod) => availableInMs(pod, minReadySeconds, now) === 0);
  const conditions = failureConditions(set, pods.length, failure, now);
  return {
    replicas: pods.length,
    ...(fully > 0 && { fullyLabeledReplicas: fully }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    observedGeneration: set.metadata.generation ?? 1,
    ...(conditions && { conditions }),
  };
}

function failureConditions(
  set: ReplicaSet,
  replicas: number,
  failure: unknown,
  now: number,
): Record<string, unknown>[] | undefined {
  if (failure === undefined) return undefined;
  const before = set.status?.conditions?.find((one) => one["type"] === "ReplicaFailure");
  if (before) return set.status!.conditions;
  const missing = (set.spec.replicas ?? 1) - replicas > 0;
  return [
    {
      type: "ReplicaFailure",
      status: "True",
      lastTransitionTime: timestamp(now),
      reason: missing ? "FailedCreate" : "FailedDelete",
      message: failure instanceof Error ? failure.message : String(failure),
    },
  ];
}

/** When the next ready Pod becomes available. */
function nextAvailable(
  set: ReplicaSet,
  pods: readonly Pod[],
  now: number,
): { requeueAfterMs: number } | undefined {
  const seconds = set.spec.minReadySeconds ?? 0;
  const waits = pods.map((pod) => availableInMs(pod, seconds, now) ?? 0).filter((ms) => ms > 0);
  return waits.length > 0 ? { requeueAfterMs: Math.min(...waits) } : undefined;
}
