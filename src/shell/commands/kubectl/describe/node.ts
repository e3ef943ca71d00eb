// kubectl describe node. Models kubectl pkg/describe describeNode.

import type { Node, Taint } from "../../../../api/kinds/node.ts";
import type { Pod } from "../../../../api/kinds/pod.ts";
import { describeEvents, listIfServed, type Describer } from "./describer.ts";
import { createdLine } from "./plain.ts";
import { addQuantities, formatQuantity, quantityValue } from "./quantity.ts";
import { longTime, type Sheet } from "./sheet.ts";

export const describeNode: Describer<Node> = async (node, describing) => {
  const { sheet, kubectl } = describing;
  const { metadata, spec = {}, status = {} } = node;
  sheet.line(0, `Name:\t${metadata.name}`);
  sheet.line(0, `Roles:\t${rolesOf(node).join(",") || "<none>"}`);
  sheet.labels("Labels", metadata.labels);
  sheet.annotations("Annotations", metadata.annotations);
  sheet.line(0, createdLine(node));
  taints(spec.taints ?? [], sheet);
  sheet.line(0, `Unschedulable:\t${spec.unschedulable ?? false}`);
  await lease(node, describing);
  if (status.conditions?.length) {
    sheet.line(
      0,
      "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage",
    );
    sheet.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for (const one of status.conditions) {
      const times = `${longTime(one.lastHeartbeatTime)} \t${longTime(one.lastTransitionTime)}`;
      sheet.line(
        1,
        `${one.type} \t${one.status} \t${times} \t${one.reason ?? ""} \t${one.message ?? ""}`,
      );
    }
  }
  sheet.line(0, "Addresses:");
  for (const { type, address } of status.addresses ?? []) sheet.line(1, `${type}:\t${address}`);
  amounts("Capacity", status.capacity, sheet);
  amounts("Allocatable", status.allocatable, sheet);
  systemInfo(status.nodeInfo ?? {}, sheet);
  if (spec.podCIDR) sheet.line(0, `PodCIDR:\t${spec.podCIDR}`);
  if (spec.podCIDRs?.length) sheet.line(0, `PodCIDRs:\t${spec.podCIDRs.join(",")}`);
  if (spec.providerID) sheet.line(0, `ProviderID:\t${spec.providerID}`);
  const fieldSelector = `spec.nodeName=${metadata.name},status.phase!=Succeeded,status.phase!=Failed`;
  const pods = (await listIfServed(kubectl, "pods", undefined, {
    fieldSelector,
  })) as readonly Pod[];
  podsOn(node, pods, sheet);
  await describeEvents(node, describing);
};

function rolesOf(node: Node): string[] {
  const roles = Object.entries(node.metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith("node-role.kubernetes.io/"))
      return [key.slice(24)].filter((role) => role !== "");
    return key === "kubernetes.io/role" && value !== "" ? [value] : [];
  });
  return [...new Set(roles)].sort();
}

function taints(all: readonly Taint[], sheet: Sheet): void {
  sheet.write("Taints:\t");
  if (all.length === 0) return sheet.write("<none>\n");
  const sorted = [...all].sort((a, b) =>
    `${a.effect},${a.key}` < `${b.effect},${b.key}` ? -1 : 1,
  );
  for (const [index, { key, value, effect }] of sorted.entries()) {
    sheet.write(`${index > 0 ? "\t" : ""}${key}${value ? `=${value}` : ""}:${effect}\n`);
  }
}

const lease: Describer<Node> = async ({ metadata }, { kubectl, sheet }) => {
  const fieldSelector = `metadata.name=${metadata.name}`;
  const [found] = await listIfServed(kubectl, "leases.coordination.k8s.io", "kube-node-lease", {
    fieldSelector,
  });
  if (found === undefined) {
    return sheet.line(
      0,
      `Lease:\tFailed to get lease: leases.coordination.k8s.io "${metadata.name}" not found`,
    );
  }
  const { spec = {} } = found as typeof found & {
    spec?: { holderIdentity?: string; acquireTime?: string; renewTime?: string };
  };
  sheet.line(0, "Lease:");
  sheet.line(1, `HolderIdentity:\t${spec.holderIdentity ?? "<unset>"}`);
  sheet.line(1, `AcquireTime:\t${spec.acquireTime ? longTime(spec.acquireTime) : "<unset>"}`);
  sheet.line(1, `RenewTime:\t${spec.renewTime ? longTime(spec.renewTime) : "<unset>"}`);
};

function amounts(
  title: string,
  all: Readonly<Record<string, string>> | undefined,
  sheet: Sheet,
): void {
  const names = Object.keys(all ?? {}).sort();
  if (names.length === 0) return;
  sheet.line(0, `${title}:`);
  for (const name of names) sheet.line(0, `  ${name}:\t${all![name]}`);
}

function systemInfo(info: Readonly<Record<string, string>>, sheet: Sheet): void {
  sheet.line(0, "System Info:");
  const lines: readonly (readonly [string, string])[] = [
    ["Machine ID", "machineID"],
    ["System UUID", "systemUUID"],
    ["Boot ID", "bootID"],
    ["Kernel Version", "kernelVersion"],
    ["OS Image", "osImage"],
    ["Operating System", "operatingSystem"],
    ["Architecture", "architecture"],
    ["Container Runtime Version", "containerRuntimeVersion"],
    ["Kubelet Version", "kubeletVersion"],
    ["Kube-Proxy Version", "kubeProxyVersion"],
  ];
  for (const [title, key] of lines) sheet.line(0, `  ${title}:\t${info[key] ?? ""}`);
}

function podsOn(node: Node, pods: readonly Pod[], sheet: Sheet): void {
  const room = node.status?.allocatable ?? node.status?.capacity ?? {};
  const share = (amount: string, of: string): string => {
    const whole = quantityValue(room[of] ?? "0");
    return `${amount} (${whole === 0 ? 0 : Math.trunc((quantityValue(amount) / whole) * 100)}%)`;
  };
  sheet.line(0, `Non-terminated Pods:\t(${pods.length} in total)`);
  sheet.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
  sheet.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
  for (const pod of pods) {
    const cells = [
      share(sumOf([pod], "requests", "cpu"), "cpu"),
      share(sumOf([pod], "limits", "cpu"), "cpu"),
      share(sumOf([pod], "requests", "memory"), "memory"),
      share(sumOf([pod], "limits", "memory"), "memory"),
    ];
    const { namespace, name, creationTimestamp } = pod.metadata;
    sheet.line(1, `${namespace}\t${name}\t\t${cells.join("\t")}\t${sheet.age(creationTimestamp)}`);
  }
  sheet.line(
    0,
    "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)",
  );
  sheet.line(1, "Resource\tRequests\tLimits");
  sheet.line(1, "--------\t--------\t------");
  for (const name of ["cpu", "memory", "ephemeral-storage"]) {
    const requests = share(sumOf(pods, "requests", name), name);
    sheet.line(1, `${name}\t${requests}\t${share(sumOf(pods, "limits", name), name)}`);
  }
  const huge = Object.keys(room).filter((name) => name.startsWith("hugepages-"));
  for (const name of huge.sort()) {
    const requests = share(sumOf(pods, "requests", name), name);
    sheet.line(1, `${name}\t${requests}\t${share(sumOf(pods, "limits", name), name)}`);
  }
}

function sumOf(pods: readonly Pod[], side: "requests" | "limits", name: string): string {
  const amounts = pods.flatMap((pod) =>
    pod.spec.containers.map((container) => container.resources?.[side]?.[name] ?? "0"),
  );
  return formatQuantity(addQuantities(amounts), amounts.find((amount) => amount !== "0") ?? "0");
}
