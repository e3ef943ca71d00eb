// The scheduler: finds a node for each Pod that has none: first the nodes that can take it, of
// these the one with the fewest Pods of the same owner, then the least loaded.
// Models kubernetes/pkg/scheduler with its default plug-ins, as far as they can be met here.
// Not simulated: preemption, volumes, affinity and topology spread constraints.

import { Node } from "../api/kinds/node.ts";
import { Pod } from "../api/kinds/pod.ts";
import { keyOf, timestamp } from "../api/object.ts";
import type { Key } from "../api/object.ts";
import type { EventRecorder } from "../client/events.ts";
import { watching } from "../client/reconciler.ts";
import type { Reconciler } from "../client/reconciler.ts";
import { recorder } from "./context.ts";
import type { ControllerContext } from "./context.ts";
import { NodeLoads } from "./nodeloads.ts";
import { isFinished, podCondition } from "./pods.ts";
import { demandOf } from "./quantity.ts";
import type { Demand } from "./quantity.ts";
import { obstacle } from "./schedulerfilters.ts";
import type { Obstacle } from "./schedulerfilters.ts";

const schedulerName = "default-scheduler";

export class Scheduler implements Reconciler {
  readonly name = "scheduler";
  readonly watches = [
    watching(Pod, (pod) => this.#keysOf(pod)),
    watching(Node, () => [...this.#pending]),
  ];
  readonly #context: ControllerContext;
  readonly #events: EventRecorder;
  readonly #loads = new NodeLoads();
  /** Pods for which no node was found. */
  readonly #pending = new Set<Key>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#events = recorder(context, schedulerName);
    context.cache.pods.on(({ old, new: now }) => {
      if (now && now.spec.nodeName && !isFinished(now)) this.#loads.put(now, now.spec.nodeName);
      else if (old?.spec.nodeName) this.#loads.remove(old);
    });
  }

  async reconcile(key: Key): Promise<void> {
    const { client, cache } = this.#context;
    const pod = cache.pods.get(key);
    if (!pod || !waits(pod) || this.#loads.has(pod)) return void this.#pending.delete(key);
    const nodes = cache.nodes.list();
    const demand = demandOf(pod.spec);
    const obstacles: Obstacle[] = [];
    const fit: Node[] = [];
    for (const node of nodes) {
      const { name } = node.metadata;
      const room = { load: this.#loads.of(name), capacity: this.#loads.capacity(node) };
      const found = obstacle(pod, demand, node, room);
      if (found) obstacles.push(found);
      else fit.push(node);
    }
    const node = this.#best(pod, demand, fit);
    if (!node) return this.#refuse(pod, nodes.length, obstacles);
    this.#loads.put(pod, node);
    try {
      await client.update(Pod, { ...pod, spec: { ...pod.spec, nodeName: node } });
    } catch (error) {
      this.#loads.remove(pod);
      throw error;
    }
    this.#pending.delete(key);
    const message = `Successfully assigned ${key} to ${node}`;
    this.#events.event(pod, "Normal", "Scheduled", message);
  }

  /** A Pod to be placed; or, when one leaves its node, those that wait for room. */
  #keysOf(pod: Pod): readonly Key[] {
    if (waits(pod)) return [keyOf(pod)];
    const leaves = pod.metadata.deletionTimestamp !== undefined || isFinished(pod);
    return leaves && this.#pending.size > 0 ? [...this.#pending] : [];
  }

  #best(pod: Pod, demand: Demand, fit: readonly Node[]): string | undefined {
    const ranked = fit.map((node) => ({
      name: node.metadata.name,
      rank: this.#loads.rank(pod, demand, node),
    }));
    let best = ranked[0];
    for (const one of ranked) if (best && before(one, best)) best = one;
    return best?.name;
  }

  async #refuse(pod: Pod, nodes: number, obstacles: readonly Obstacle[]): Promise<void> {
    this.#pending.add(keyOf(pod));
    const message = refusal(nodes, obstacles);
    const now = timestamp(this.#context.clock.now());
    if (podCondition(pod, "PodScheduled")?.message === message) return;
    this.#events.event(pod, "Warning", "FailedScheduling", message);
    const condition = {
      type: "PodScheduled",
      status: "False" as const,
      lastProbeTime: null,
      lastTransitionTime: podCondition(pod, "PodScheduled")?.lastTransitionTime ?? now,
      reason: "Unschedulable",
      message,
    };
    const status = { phase: "Pending" as const, ...pod.status, conditions: [condition] };
    await this.#context.client.updateStatus(Pod, { ...pod, status });
  }
}

function waits(pod: Pod): boolean {
  const { spec, metadata } = pod;
  const ours = (spec.schedulerName ?? schedulerName) === schedulerName;
  return !spec.nodeName && ours && metadata.deletionTimestamp === undefined && !isFinished(pod);
}

interface Ranked {
  readonly name: string;
  readonly rank: readonly number[];
}

/** The lower rank wins; equal ones by name, so that the choice is always the same. */
function before(a: Ranked, b: Ranked): boolean {
  for (let i = 0; i < a.rank.length; i++) {
    if (a.rank[i] !== b.rank[i]) return a.rank[i]! < b.rank[i]!;
  }
  // node-2 before node-10.
  return a.name.length !== b.name.length ? a.name.length < b.name.length : a.name < b.name;
}

/** Models framework.FitError.Error and preemption's share in the sentence. */
function refusal(nodes: number, obstacles: readonly Obstacle[]): string {
  if (nodes === 0) return "no nodes available to schedule pods";
  const available = `0/${nodes} nodes are available`;
  const reasons = histogram(obstacles.flatMap((one) => one.reasons));
  const preemption = histogram(
    obstacles.map(({ resolvable }) =>
      resolvable
        ? "No preemption victims found for incoming pod"
        : "Preemption is not helpful for scheduling",
    ),
  );
  return `${available}: ${reasons}. preemption: ${available}: ${preemption}.`;
}

/** "1 Insufficient cpu, 2 node(s) were unschedulable", sorted as text. */
function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const lines = [...counts].map(([reason, count]) => `${count} ${reason}`);
  return lines.sort((a, b) => (a < b ? -1 : 1)).join(", ");
}
