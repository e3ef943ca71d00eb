// A Pod's status, computed from its containers: phase, conditions, container statuses.
// Models kubernetes/pkg/kubelet/kubelet_pods.go getPhase, convertToAPIContainerStatuses and
// pkg/kubelet/status/generate.go.

import type { ContainerStatus, Pod, PodCondition, PodStatus } from "../../api/kinds/pod.ts";
import { timestamp } from "../../api/object.ts";
import type { ContainerView } from "./containerrunner.ts";

export interface PodFacts {
  readonly pod: Pod;
  readonly hostIp: string;
  /** Undefined while there is no sandbox. */
  readonly podIp: string | undefined;
  readonly startedAt: number;
  readonly inits: readonly ContainerView[];
  readonly containers: readonly ContainerView[];
  readonly now: number;
}

type Phase = NonNullable<PodStatus["phase"]>;

export function podStatus(facts: PodFacts): PodStatus {
  const { pod, hostIp, podIp, startedAt, inits, containers } = facts;
  const phase = phaseOf(facts);
  const initialised = inits.every(succeeded);
  return {
    phase,
    observedGeneration: pod.metadata.generation ?? 1,
    conditions: conditionsOf(facts, phase),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(podIp !== undefined && { podIP: podIp, podIPs: [{ ip: podIp }] }),
    startTime: timestamp(startedAt),
    ...(inits.length > 0 && {
      initContainerStatuses: inits.map((view) => ({
        ...statusOf(view, false),
        ready: succeeded(view),
      })),
    }),
    containerStatuses: containers.map((view) => statusOf(view, !initialised)),
    ...(pod.status?.qosClass && { qosClass: pod.status.qosClass }),
  };
}

function phaseOf({ pod, inits, containers }: PodFacts): Phase {
  const policy = pod.spec.restartPolicy ?? "Always";
  if (!inits.every(succeeded)) {
    const failed = policy === "Never" && inits.some(({ state }) => state.terminated?.exitCode);
    return failed ? "Failed" : "Pending";
  }
  const waiting = containers.some((one) => one.state.waiting && !one.lastState.terminated);
  if (waiting) return "Pending";
  if (containers.some(({ state }) => state.running)) return "Running";
  const leaves = pod.metadata.deletionTimestamp !== undefined;
  if (policy === "Always" && !leaves) return "Running";
  if (containers.every(succeeded)) return "Succeeded";
  return policy === "Never" || leaves ? "Failed" : "Running";
}

function succeeded({ state }: ContainerView): boolean {
  return state.terminated?.exitCode === 0;
}

function statusOf(view: ContainerView, initialising: boolean): ContainerStatus {
  const { container, state, lastState, restartCount, image, imageId, containerId } = view;
  return {
    name: container.name,
    state: initialising ? { waiting: { reason: "PodInitializing" } } : state,
    lastState,
    ready: view.ready,
    restartCount,
    image,
    imageID: imageId,
    ...(containerId !== undefined && { containerID: containerId }),
    started: view.started,
  };
}

function conditionsOf(facts: PodFacts, phase: Phase): PodCondition[] {
  const { pod, podIp, inits, containers } = facts;
  const incomplete = inits.filter((view) => !succeeded(view));
  const unready = containers.filter((view) => !view.ready);
  const ready = containersReady(phase, unready);
  const wanted: Verdict[] = [
    podIp === undefined
      ? { type: "PodReadyToStartContainers", status: "False" }
      : { type: "PodReadyToStartContainers", status: "True" },
    incomplete.length === 0
      ? { type: "Initialized", status: "True" }
      : {
          type: "Initialized",
          status: "False",
          reason: "ContainersNotInitialized",
          message: `containers with incomplete status: [${names(incomplete)}]`,
        },
    { type: "Ready", ...withGates(pod, ready) },
    { type: "ContainersReady", ...ready },
    { type: "PodScheduled", status: "True" },
  ];
  const others = (pod.status?.conditions ?? []).filter(
    ({ type }) => !wanted.some((one) => one.type === type),
  );
  return [...wanted.map((verdict) => dated(verdict, facts)), ...others];
}

type Verdict = Pick<PodCondition, "type" | "status" | "reason" | "message">;

function containersReady(phase: Phase, unready: readonly ContainerView[]): Omit<Verdict, "type"> {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  if (unready.length === 0) return { status: "True" };
  return {
    status: "False",
    reason: "ContainersNotReady",
    message: `containers with unready status: [${names(unready)}]`,
  };
}

/** Ready also waits for the Pod's readiness gates. */
function withGates(pod: Pod, ready: Omit<Verdict, "type">): Omit<Verdict, "type"> {
  if (ready.status !== "True") return ready;
  const missing = (pod.spec.readinessGates ?? []).filter(
    ({ conditionType }) =>
      pod.status?.conditions?.find(({ type }) => type === conditionType)?.status !== "True",
  );
  if (missing.length === 0) return ready;
  const words = missing.map(
    ({ conditionType }) => `corresponding condition of pod readiness gate "${conditionType}"`,
  );
  const message = `${words.join(", ")} does not exist.`;
  return { status: "False", reason: "ReadinessGatesNotReady", message };
}

/** The transition time moves only when the status does. */
function dated(verdict: Verdict, { pod, now }: PodFacts): PodCondition {
  const before = pod.status?.conditions?.find(({ type }) => type === verdict.type);
  const since = before?.status === verdict.status ? before.lastTransitionTime : undefined;
  const { type, status, reason, message } = verdict;
  return {
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: since ?? timestamp(now),
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
  };
}

function names(views: readonly ContainerView[]): string {
  return views.map(({ container }) => container.name).join(" ");
}
