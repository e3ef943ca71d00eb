// Why a node cannot take a Pod, in upstream's words. Models kubernetes/pkg/scheduler/framework/
// plugins: nodeunschedulable, nodename, tainttoleration, nodeaffinity, nodeports, noderesources.

import type { Node, Taint } from "../api/kinds/node.ts";
import type { Pod, Toleration } from "../api/kinds/pod.ts";
import type { Capacity, Load } from "./nodeloads.ts";
import type { Demand } from "./quantity.ts";

export interface Obstacle {
  readonly reasons: readonly string[];
  /** Whether other Pods' leaving could help. */
  readonly resolvable: boolean;
}

/** The first plug-in that says no, with its reasons; undefined when the Pod fits. */
export function obstacle(
  pod: Pod,
  demand: Demand,
  node: Node,
  room: { readonly load: Load; readonly capacity: Capacity },
): Obstacle | undefined {
  const tolerations = pod.spec.tolerations ?? [];
  if (node.spec?.unschedulable && !tolerated(unschedulableTaint, tolerations)) {
    return { reasons: ["node(s) were unschedulable"], resolvable: false };
  }
  const taint = (node.spec?.taints ?? []).find(
    (one) => one.effect !== "PreferNoSchedule" && !tolerated(one, tolerations),
  );
  if (taint) {
    const words = `{${taint.key}: ${taint.value ?? ""}}`;
    return { reasons: [`node(s) had untolerated taint ${words}`], resolvable: false };
  }
  if (!selected(pod, node)) {
    return {
      reasons: ["node(s) didn't match Pod's node affinity/selector"],
      resolvable: false,
    };
  }
  if (hostPorts(pod).some((port) => room.load.hostPorts.has(port))) {
    return {
      reasons: ["node(s) didn't have free ports for the requested pod ports"],
      resolvable: true,
    };
  }
  const lacking = insufficient(demand, room);
  return lacking.length > 0 ? { reasons: lacking, resolvable: true } : undefined;
}

const unschedulableTaint: Taint = {
  key: "node.kubernetes.io/unschedulable",
  effect: "NoSchedule",
};

function tolerated(taint: Taint, tolerations: readonly Toleration[]): boolean {
  return tolerations.some(({ key, operator = "Equal", value = "", effect }) => {
    if (effect && effect !== taint.effect) return false;
    if (!key) return operator === "Exists";
    return key === taint.key && (operator === "Exists" || value === (taint.value ?? ""));
  });
}

function selected(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  return Object.entries(pod.spec.nodeSelector ?? {}).every(([k, v]) => labels[k] === v);
}

/** Ports of the node itself that the Pod takes. */
export function hostPorts(pod: Pod): number[] {
  return pod.spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort }) => (hostPort ? [hostPort] : [])),
  );
}

function insufficient(
  demand: Demand,
  { load, capacity }: { readonly load: Load; readonly capacity: Capacity },
): string[] {
  const out: string[] = [];
  if (load.pods + 1 > capacity.pods) out.push("Too many pods");
  if (demand.cpu > 0 && load.cpu + demand.cpu > capacity.cpu + rounding) {
    out.push("Insufficient cpu");
  }
  if (demand.memory > 0 && load.memory + demand.memory > capacity.memory) {
    out.push("Insufficient memory");
  }
  return out;
}

/** Tenths of cores do not add up exactly in binary. */
const rounding = 1e-9;
