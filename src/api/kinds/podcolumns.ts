// How `kubectl get pods` tells a Pod's life in one line.
// Models printPod in kubernetes/pkg/printers/internalversion/printers.go.

import { ageSince } from "../age.ts";
import { ageColumn, column, nameColumn, wide } from "./columns.ts";
import type { Column } from "./kind.ts";
import type { Container, ContainerState, ContainerStatus, Pod } from "./pod.ts";

export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  column("Ready", (pod) => {
    const { ready, total } = summaryOf(pod);
    return `${ready}/${total}`;
  }),
  column("Status", (pod) => summaryOf(pod).reason),
  column("Restarts", (pod, now) => {
    const { restarts, lastRestart } = summaryOf(pod);
    const ago = restarts > 0 && lastRestart !== "" ? ` (${ageSince(lastRestart, now)} ago)` : "";
    return `${restarts}${ago}`;
  }),
  ageColumn,
  wide("IP", ({ status }) => status?.podIPs?.[0]?.ip || status?.podIP || "<none>"),
  wide("Node", ({ spec }) => spec?.nodeName || "<none>"),
  wide("Nominated Node", ({ status }) => {
    return (status as { nominatedNodeName?: string } | undefined)?.nominatedNodeName || "<none>";
  }),
  wide("Readiness Gates", ({ spec, status }) => {
    const gates = spec?.readinessGates ?? [];
    if (gates.length === 0) return "<none>";
    const conditions = status?.conditions ?? [];
    const holds = gates.filter(({ conditionType }) =>
      conditions.some(({ type, status }) => type === conditionType && status === "True"),
    );
    return `${holds.length}/${gates.length}`;
  }),
];

interface Summary {
  reason: string;
  ready: number;
  total: number;
  restarts: number;
  /** RFC 3339, or empty when nothing was restarted. */
  lastRestart: string;
}

function summaryOf(pod: Pod): Summary {
  const { status = {}, spec } = pod;
  const scheduled = status.conditions?.find(({ type }) => type === "PodScheduled");
  const gated = scheduled?.reason === "SchedulingGated";
  const summary: Summary = {
    reason: gated ? "SchedulingGated" : status.reason || status.phase || "",
    ready: 0,
    total: (spec?.containers ?? []).length + (spec?.initContainers ?? []).filter(isSidecar).length,
    restarts: 0,
    lastRestart: "",
  };
  const sidecars = { restarts: 0, lastRestart: "" };
  const initializing = addInitContainers(pod, summary, sidecars);
  const initialized = status.conditions?.some((one) => one.type === "Initialized" && isTrue(one));
  if (!initializing || initialized) {
    Object.assign(summary, sidecars);
    addContainers(pod, summary);
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (status.reason === "NodeLost") summary.reason = "Unknown";
    else if (status.phase !== "Succeeded" && status.phase !== "Failed") {
      summary.reason = "Terminating";
    }
  }
  return summary;
}

function isTrue({ status }: { status: string }): boolean {
  return status === "True";
}

/** An init container that goes on running beside the others. */
function isSidecar(container: Container | undefined): boolean {
  return (container as { restartPolicy?: string } | undefined)?.restartPolicy === "Always";
}

function countRestarts(
  into: { restarts: number; lastRestart: string },
  { restartCount, lastState }: ContainerStatus,
): void {
  into.restarts += restartCount ?? 0;
  const at = lastState?.terminated?.finishedAt ?? "";
  if (at !== "" && (into.lastRestart === "" || Date.parse(at) > Date.parse(into.lastRestart))) {
    into.lastRestart = at;
  }
}

/** Takes the init containers in; true when one of them is what the Pod is waiting for. */
function addInitContainers(
  { spec, status }: Pod,
  summary: Summary,
  sidecars: { restarts: number; lastRestart: string },
): boolean {
  const containers = spec?.initContainers ?? [];
  for (const [i, one] of (status?.initContainerStatuses ?? []).entries()) {
    const sidecar = isSidecar(containers.find(({ name }) => name === one.name));
    countRestarts(summary, one);
    if (sidecar) countRestarts(sidecars, one);
    const { terminated, waiting } = one.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecar && one.started) {
      if (one.ready) summary.ready++;
      continue;
    }
    if (terminated) summary.reason = `Init:${endOf(terminated)}`;
    else if (waiting?.reason && waiting.reason !== "PodInitializing") {
      summary.reason = `Init:${waiting.reason}`;
    } else summary.reason = `Init:${i}/${containers.length}`;
    return true;
  }
  return false;
}

function endOf({ reason, signal, exitCode }: NonNullable<ContainerState["terminated"]>): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

function addContainers({ status }: Pod, summary: Summary): void {
  let running = false;
  for (const one of (status?.containerStatuses ?? []).toReversed()) {
    countRestarts(summary, one);
    const { waiting, terminated, running: runs } = one.state ?? {};
    if (waiting?.reason) summary.reason = waiting.reason;
    else if (terminated) summary.reason = endOf(terminated);
    else if (one.ready && runs) {
      running = true;
      summary.ready++;
    }
  }
  // A Pod is not over while one of its containers goes on.
  if (summary.reason === "Completed" && running) {
    const ready = status?.conditions?.some((one) => one.type === "Ready" && isTrue(one));
    summary.reason = ready ? "Running" : "NotReady";
  }
}
