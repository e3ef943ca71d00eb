// What the network side asks of Nodes.

import type { Node } from "../api/kinds/node.ts";
import type { Cache } from "./context.ts";

export interface NodeAddress {
  readonly name: string;
  readonly ip: string;
}

function isReadyNode(node: Node): boolean {
  return node.status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
}

export function internalIp(node: Node): string | undefined {
  return node.status?.addresses?.find(({ type }) => type === "InternalIP")?.address;
}

/** Keeps a node out of load balancers (upstream's label of the same name). */
const excludedLabel = "node.kubernetes.io/exclude-from-external-load-balancers";

/** Nodes that a load balancer may send to, by name. */
export function readyNodes(cache: Cache): NodeAddress[] {
  const out: NodeAddress[] = [];
  for (const node of cache.nodes.list()) {
    const ip = internalIp(node);
    if (ip === undefined || !isReadyNode(node)) continue;
    if (node.metadata.labels?.[excludedLabel] !== undefined) continue;
    out.push({ name: node.metadata.name, ip });
  }
  return out;
}
