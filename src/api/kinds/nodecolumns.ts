// How `kubectl get nodes` prints. Models printNode in printers.go.

import { ageColumn, column, nameColumn, wide } from "./columns.ts";
import type { Column } from "./kind.ts";
import type { Node } from "./node.ts";

export const nodeColumns: readonly Column<Node>[] = [
  nameColumn,
  column("Status", ({ spec, status }) => {
    const ready = status?.conditions?.findLast(({ type }) => type === "Ready");
    const known = ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown";
    return spec?.unschedulable ? `${known},SchedulingDisabled` : known;
  }),
  column("Roles", (node) => rolesOf(node).join(",") || "<none>"),
  ageColumn,
  column("Version", ({ status }) => status?.nodeInfo?.kubeletVersion ?? ""),
  wide("Internal-IP", (node) => addressOf(node, "InternalIP")),
  wide("External-IP", (node) => addressOf(node, "ExternalIP")),
  wide("OS-Image", ({ status }) => status?.nodeInfo?.osImage || "<unknown>"),
  wide("Kernel-Version", ({ status }) => status?.nodeInfo?.kernelVersion || "<unknown>"),
  wide("Container-Runtime", ({ status }) => {
    return status?.nodeInfo?.containerRuntimeVersion || "<unknown>";
  }),
];

const rolePrefix = "node-role.kubernetes.io/";

function rolesOf({ metadata: { labels = {} } }: Node): string[] {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(labels)) {
    if (key.startsWith(rolePrefix)) roles.add(key.slice(rolePrefix.length));
    else if (key === "kubernetes.io/role") roles.add(value);
  }
  return [...roles].filter((role) => role !== "").sort();
}

function addressOf({ status }: Node, type: "InternalIP" | "ExternalIP"): string {
  return status?.addresses?.find((one) => one.type === type)?.address ?? "<none>";
}
