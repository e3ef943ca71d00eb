import type { Obj } from "../object.ts";
import { defineKind } from "./kind.ts";
import { nodeColumns } from "./nodecolumns.ts";
import type { Kind } from "./kind.ts";
import { validateNode } from "./othervalidation.ts";

export interface Taint {
  key: string;
  value?: string;
  effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  timeAdded?: string;
}

export interface Node extends Obj {
  spec?: {
    podCIDR?: string;
    podCIDRs?: string[];
    providerID?: string;
    unschedulable?: boolean;
    taints?: Taint[];
  };
  status?: {
    capacity?: Record<string, string>;
    allocatable?: Record<string, string>;
    conditions?: NodeCondition[];
    addresses?: { type: "InternalIP" | "ExternalIP" | "Hostname"; address: string }[];
    nodeInfo?: Record<string, string>;
  };
}

export interface NodeCondition {
  type: string;
  status: "True" | "False" | "Unknown";
  lastHeartbeatTime?: string;
  lastTransitionTime?: string;
  reason?: string;
  message?: string;
}

export const Node: Kind<Node> = defineKind<Node>({
  kind: "Node",
  plural: "nodes",
  shortNames: ["no"],
  namespaced: false,
  selectableFields: ["metadata.name", "spec.unschedulable"],
  subresources: ["status"],
  validate: validateNode,
  defaulted: (o) => ({ ...o, spec: o.spec ?? {}, status: o.status ?? {} }),
  columns: nodeColumns,
});
