// kubectl describe deployment, replicaset. Models kubectl pkg/describe describeDeployment.

import type { Deployment } from "../../../../api/kinds/deployment.ts";
import type { Pod, PodTemplate } from "../../../../api/kinds/pod.ts";
import type { ReplicaSet } from "../../../../api/kinds/replicaset.ts";
import { formatSelector } from "../../../../api/selector.ts";
import { describeContainers } from "./containers.ts";
import { describeEvents, listIfServed, type Describer, type Describing } from "./describer.ts";
import { describeTolerations, describeVolumes } from "./pod.ts";
import { controllerName, longTime, type Sheet } from "./sheet.ts";

export const describeDeployment: Describer<Deployment> = async (deployment, describing) => {
  const { sheet } = describing;
  const { metadata, spec, status = {} } = deployment;
  sheet.line(0, `Name:\t${metadata.name}`);
  sheet.line(0, `Namespace:\t${metadata.namespace ?? ""}`);
  sheet.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
  sheet.labels("Labels", metadata.labels);
  sheet.annotations("Annotations", metadata.annotations);
  sheet.line(0, `Selector:\t${formatSelector(spec.selector)}`);
  const {
    updatedReplicas = 0,
    replicas = 0,
    availableReplicas = 0,
    unavailableReplicas = 0,
  } = status;
  sheet.line(
    0,
    `Replicas:\t${spec.replicas ?? 0} desired | ${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`,
  );
  sheet.line(0, `StrategyType:\t${spec.strategy?.type ?? ""}`);
  sheet.line(0, `MinReadySeconds:\t${spec.minReadySeconds ?? 0}`);
  if (spec.strategy?.rollingUpdate) {
    const { maxUnavailable, maxSurge } = spec.strategy.rollingUpdate;
    sheet.line(
      0,
      `RollingUpdateStrategy:\t${maxUnavailable} max unavailable, ${maxSurge} max surge`,
    );
  }
  describeTemplate(spec.template, sheet);
  conditions(status.conditions ?? [], sheet);
  const { old, current } = await replicaSetsOf(deployment, describing);
  if (old.length + current.length > 0) {
    sheet.line(0, `OldReplicaSets:\t${setNames(old)}`);
    sheet.line(0, `NewReplicaSet:\t${setNames(current)}`);
  }
  await describeEvents(deployment, describing);
};

export const describeReplicaSet: Describer<ReplicaSet> = async (set, describing) => {
  const { sheet, kubectl } = describing;
  const { metadata, spec, status } = set;
  sheet.line(0, `Name:\t${metadata.name}`);
  sheet.line(0, `Namespace:\t${metadata.namespace ?? ""}`);
  sheet.line(0, `Selector:\t${formatSelector(spec.selector)}`);
  sheet.labels("Labels", metadata.labels);
  sheet.annotations("Annotations", metadata.annotations);
  const controller = controllerName(set);
  if (controller) sheet.line(0, `Controlled By:\t${controller}`);
  sheet.line(0, `Replicas:\t${status?.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  const query = { labelSelector: formatSelector(spec.selector) };
  const pods = (await listIfServed(kubectl, "pods", metadata.namespace, query)) as readonly Pod[];
  const own = pods.filter((pod) =>
    pod.metadata.ownerReferences?.some((one) => one.controller && one.uid === metadata.uid),
  );
  const count = (phase: string): number => own.filter((pod) => pod.status?.phase === phase).length;
  sheet.line(
    0,
    `Pods Status:\t${count("Running")} Running / ${count("Pending")} Waiting / ${count("Succeeded")} Succeeded / ${count("Failed")} Failed`,
  );
  describeTemplate(spec.template, sheet);
  conditions((status?.conditions ?? []) as unknown as Condition[], sheet);
  await describeEvents(set, describing);
};

export function describeTemplate(template: PodTemplate | undefined, sheet: Sheet): void {
  sheet.line(0, "Pod Template:");
  if (template === undefined) return sheet.write("  <unset>");
  const { metadata = {}, spec } = template;
  sheet.labels("  Labels", metadata.labels);
  if (Object.keys(metadata.annotations ?? {}).length > 0)
    sheet.annotations("  Annotations", metadata.annotations);
  if (spec.serviceAccountName) sheet.line(1, `Service Account:\t${spec.serviceAccountName}`);
  if (spec.initContainers?.length)
    describeContainers("Init Containers", spec.initContainers, sheet, "  ");
  describeContainers("Containers", spec.containers, sheet, "  ");
  describeVolumes(spec.volumes ?? [], sheet, "  ");
  if (spec.priorityClassName) sheet.line(1, `Priority Class Name:\t${spec.priorityClassName}`);
  sheet.labels("  Node-Selectors", spec.nodeSelector);
  describeTolerations("  Tolerations", spec.tolerations ?? [], sheet);
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

function conditions(all: readonly Condition[], sheet: Sheet): void {
  if (all.length === 0) return;
  sheet.line(0, "Conditions:\n  Type\tStatus\tReason");
  sheet.line(1, "----\t------\t------");
  for (const { type, status, reason = "" } of all) sheet.line(1, `${type} \t${status}\t${reason}`);
}

/** A Deployment's ReplicaSets: the one of its present template, and the others that have Pods. */
async function replicaSetsOf(
  deployment: Deployment,
  { kubectl }: Describing,
): Promise<{ old: ReplicaSet[]; current: ReplicaSet[] }> {
  const { metadata, spec } = deployment;
  const query = { labelSelector: formatSelector(spec.selector) };
  const found = (await listIfServed(
    kubectl,
    "replicasets.apps",
    metadata.namespace,
    query,
  )) as readonly ReplicaSet[];
  const own = found.filter((set) =>
    set.metadata.ownerReferences?.some((one) => one.uid === metadata.uid),
  );
  const newest = own.reduce<ReplicaSet | undefined>(
    (best, set) => (best === undefined || revisionOf(set) > revisionOf(best) ? set : best),
    undefined,
  );
  return { old: own.filter((set) => set !== newest), current: newest ? [newest] : [] };
}

const revisionAnnotation = "deployment.kubernetes.io/revision";

export function revisionOf(object: { metadata: { annotations?: Record<string, string> } }): number {
  return Number(object.metadata.annotations?.[revisionAnnotation] ?? 0);
}

function setNames(sets: readonly ReplicaSet[]): string {
  const names = sets.map(({ metadata, spec, status }) => {
    return `${metadata.name} (${status?.replicas ?? 0}/${spec.replicas ?? 0} replicas created)`;
  });
  return names.join(", ") || "<none>";
}
