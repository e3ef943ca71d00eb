// What runs where, kept up to date Pod by Pod: the scheduler's own bookkeeping, which knows of
// its decisions before the informers show them.

import type { Node } from "../api/kinds/node.ts";
import type { Pod } from "../api/kinds/pod.ts";
import { controllerOf } from "../api/object.ts";
import { demandOf, quantity } from "./quantity.ts";
import type { Demand } from "./quantity.ts";
import { hostPorts } from "./schedulerfilters.ts";

/** The sum over a node's Pods. */
export interface Load {
  readonly pods: number;
  readonly cpu: number;
  readonly memory: number;
  readonly hostPorts: ReadonlySet<number>;
}

/** What a node can give. */
export interface Capacity {
  readonly pods: number;
  readonly cpu: number;
  readonly memory: number;
}

interface NodeLoad extends Load {
  pods: number;
  cpu: number;
  memory: number;
  readonly hostPorts: Set<number>;
  /** Pods by owner. */
  readonly siblings: Map<string, number>;
}

interface Placed {
  readonly node: string;
  readonly demand: Demand;
  readonly owner: string | undefined;
  readonly hostPorts: readonly number[];
}

export class NodeLoads {
  readonly #nodes = new Map<string, NodeLoad>();
  /** Read once from each state of a Node. */
  readonly #capacities = new WeakMap<Node, Capacity>();
  /** By Pod uid. */
  readonly #placed = new Map<string, Placed>();

  has(pod: Pod): boolean {
    return this.#placed.has(pod.metadata.uid!);
  }

  /** Counts the Pod on `node`; a second time changes nothing. */
  put(pod: Pod, node: string): void {
    const uid = pod.metadata.uid!;
    if (this.#placed.get(uid)?.node === node) return;
    this.remove(pod);
    const placed: Placed = {
      node,
      demand: demandOf(pod.spec),
      owner: ownerOf(pod),
      hostPorts: hostPorts(pod),
    };
    this.#placed.set(uid, placed);
    this.#add(placed, 1);
  }

  remove(pod: Pod): void {
    const uid = pod.metadata.uid!;
    const placed = this.#placed.get(uid);
    if (!placed) return;
    this.#placed.delete(uid);
    this.#add(placed, -1);
  }

  of(node: string): Load {
    return this.#node(node);
  }

  capacity(node: Node): Capacity {
    let found = this.#capacities.get(node);
    if (!found) {
      const { allocatable = {} } = node.status ?? {};
      const of = (name: string): number => quantity(allocatable[name]);
      found = { pods: of("pods"), cpu: of("cpu"), memory: of("memory") };
      this.#capacities.set(node, found);
    }
    return found;
  }

  /** Lower is better: Pods of the same owner, share of cpu and memory asked for, Pods at all. */
  rank(pod: Pod, demand: Demand, node: Node): number[] {
    const load = this.#node(node.metadata.name);
    const capacity = this.capacity(node);
    const cpu = (load.cpu + demand.cpu) / (capacity.cpu || 1);
    const memory = (load.memory + demand.memory) / (capacity.memory || 1);
    return [load.siblings.get(ownerOf(pod) ?? "") ?? 0, cpu + memory, load.pods];
  }

  #add({ node, demand, owner, hostPorts: ports }: Placed, sign: 1 | -1): void {
    const load = this.#node(node);
    load.pods += sign;
    load.cpu += sign * demand.cpu;
    load.memory += sign * demand.memory;
    for (const port of ports) {
      if (sign > 0) load.hostPorts.add(port);
      else load.hostPorts.delete(port);
    }
    if (owner !== undefined) load.siblings.set(owner, (load.siblings.get(owner) ?? 0) + sign);
  }

  #node(name: string): NodeLoad {
    let load = this.#nodes.get(name);
    if (!load) {
      load = { pods: 0, cpu: 0, memory: 0, hostPorts: new Set(), siblings: new Map() };
      this.#nodes.set(name, load);
    }
    return load;
  }
}

function ownerOf(pod: Pod): string | undefined {
  return controllerOf(pod)?.uid;
}
