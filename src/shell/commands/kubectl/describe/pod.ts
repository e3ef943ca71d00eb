// kubectl describe pod. Models kubectl pkg/describe describePod.

import type { Pod, Toleration, Volume } from "../../../../api/kinds/pod.ts";
import { describeContainers } from "./containers.ts";
import { describeEvents, type Describer } from "./describer.ts";
import { controllerName, longTime, type Sheet } from "./sheet.ts";

export const describePod: Describer<Pod> = async (pod, describing) => {
  const { sheet } = describing;
  const { metadata, spec, status = {} } = pod;
  sheet.line(0, `Name:\t${metadata.name}`);
  sheet.line(0, `Namespace:\t${metadata.namespace ?? ""}`);
  if (spec.priority !== undefined) sheet.line(0, `Priority:\t${spec.priority}`);
  if (spec.priorityClassName) sheet.line(0, `Priority Class Name:\t${spec.priorityClassName}`);
  if (spec.serviceAccountName) sheet.line(0, `Service Account:\t${spec.serviceAccountName}`);
  sheet.line(0, `Node:\t${spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ""}` : "<none>"}`);
  if (status.startTime) sheet.line(0, `Start Time:\t${longTime(status.startTime)}`);
  sheet.labels("Labels", metadata.labels);
  sheet.annotations("Annotations", metadata.annotations);
  const ended = status.phase === "Failed" || status.phase === "Succeeded";
  if (metadata.deletionTimestamp && !ended) {
    sheet.line(0, `Status:\tTerminating (lasts ${sheet.age(metadata.deletionTimestamp)})`);
    sheet.line(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else sheet.line(0, `Status:\t${status.phase ?? ""}`);
  if (status.reason) sheet.line(0, `Reason:\t${status.reason}`);
  if (status.message) sheet.line(0, `Message:\t${status.message}`);
  const seccomp = spec.securityContext?.["seccompProfile"] as { type?: string } | undefined;
  if (seccomp) sheet.line(0, `SeccompProfile:\t${seccomp.type ?? ""}`);
  sheet.line(0, `IP:\t${status.podIP ?? ""}`);
  if (!status.podIPs?.length) sheet.line(0, "IPs:\t<none>");
  else {
    sheet.line(0, "IPs:");
    for (const { ip } of status.podIPs) sheet.line(1, `IP:\t${ip}`);
  }
  const controller = controllerName(pod);
  if (controller) sheet.line(0, `Controlled By:\t${controller}`);
  if (spec.initContainers?.length) {
    describeContainers("Init Containers", spec.initContainers, sheet, "", {
      statuses: status.initContainerStatuses ?? [],
      pod,
    });
  }
  describeContainers("Containers", spec.containers, sheet, "", {
    statuses: status.containerStatuses ?? [],
    pod,
  });
  if (spec.readinessGates?.length) {
    sheet.line(0, "Readiness Gates:\n  Type\tStatus");
    for (const { conditionType } of spec.readinessGates) {
      const found = status.conditions?.find((condition) => condition.type === conditionType);
      sheet.line(1, `${conditionType} \t${found?.status ?? "<none>"} `);
    }
  }
  if (status.conditions?.length) {
    sheet.line(0, "Conditions:\n  Type\tStatus");
    for (const condition of status.conditions)
      sheet.line(1, `${condition.type} \t${condition.status} `);
  }
  describeVolumes(spec.volumes ?? [], sheet, "");
  sheet.line(0, `QoS Class:\t${status.qosClass ?? "BestEffort"}`);
  sheet.labels("Node-Selectors", spec.nodeSelector);
  describeTolerations("Tolerations", spec.tolerations ?? [], sheet);
  await describeEvents(pod, describing);
};

export function describeTolerations(
  title: string,
  tolerations: readonly Toleration[],
  sheet: Sheet,
): void {
  sheet.write(`${title}:\t`);
  if (tolerations.length === 0) return sheet.write("<none>\n");
  const sorted = [...tolerations].sort((a, b) => ((a.key ?? "") < (b.key ?? "") ? -1 : 1));
  for (const [
    index,
    { key = "", value, effect, operator, tolerationSeconds },
  ] of sorted.entries()) {
    let text = key + (value ? `=${value}` : "") + (effect ? `:${effect}` : "");
    if (operator === "Exists" && !value) text += key || effect ? " op=Exists" : "op=Exists";
    if (tolerationSeconds !== undefined) text += ` for ${tolerationSeconds}s`;
    sheet.write(`${index > 0 ? "\t" : ""}${text}\n`);
  }
}

/** @param space two blanks inside a Pod template. */
export function describeVolumes(volumes: readonly Volume[], sheet: Sheet, space: string): void {
  if (volumes.length === 0) return sheet.line(0, `${space}Volumes:\t<none>`);
  sheet.line(0, `${space}Volumes:`);
  for (const volume of volumes) {
    sheet.line(1, `${space === "" ? "" : " "}${volume.name}:`);
    for (const line of volumeLines(volume)) sheet.line(2, line);
  }
}

function volumeLines(volume: Volume): string[] {
  const { configMap, secret, emptyDir, hostPath, persistentVolumeClaim: claim, projected } = volume;
  if (hostPath) {
    return [
      "Type:\tHostPath (bare host directory volume)",
      `Path:\t${hostPath.path}`,
      `HostPathType:\t${hostPath.type ?? "<none>"}`,
    ];
  }
  if (emptyDir) {
    const { medium = "", sizeLimit = "<unset>" } = emptyDir as {
      medium?: string;
      sizeLimit?: string;
    };
    return [
      "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)",
      `Medium:\t${medium}`,
      `SizeLimit:\t${sizeLimit}`,
    ];
  }
  if (secret) {
    return [
      "Type:\tSecret (a volume populated by a Secret)",
      `SecretName:\t${secret.secretName ?? ""}`,
      `Optional:\t${secret.optional ?? false}`,
    ];
  }
  if (configMap) {
    return [
      "Type:\tConfigMap (a volume populated by a ConfigMap)",
      `Name:\t${configMap.name ?? ""}`,
      `Optional:\t${configMap.optional ?? false}`,
    ];
  }
  if (claim) {
    return [
      "Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
      `ClaimName:\t${claim.claimName}`,
      `ReadOnly:\t${claim.readOnly ?? false}`,
    ];
  }
  if (projected) return projectedLines(projected as { sources?: ProjectedSource[] });
  if (volume.downwardAPI)
    return ["Type:\tDownwardAPI (a volume populated by information about the pod)"];
  return ["<unknown>"];
}

interface ProjectedSource {
  secret?: { name?: string; optional?: boolean };
  configMap?: { name?: string; optional?: boolean };
  downwardAPI?: unknown;
  serviceAccountToken?: { expirationSeconds?: number };
}

function projectedLines({ sources = [] }: { sources?: ProjectedSource[] }): string[] {
  const out = ["Type:\tProjected (a volume that contains injected data from multiple sources)"];
  for (const { secret, configMap, downwardAPI, serviceAccountToken } of sources) {
    if (secret)
      out.push(`SecretName:\t${secret.name ?? ""}`, `Optional:\t${secret.optional ?? false}`);
    else if (downwardAPI) out.push("DownwardAPI:\ttrue");
    else if (configMap)
      out.push(
        `ConfigMapName:\t${configMap.name ?? ""}`,
        `Optional:\t${configMap.optional ?? false}`,
      );
    else if (serviceAccountToken)
      out.push(`TokenExpirationSeconds:\t${serviceAccountToken.expirationSeconds ?? 3600}`);
  }
  return out;
}
