// A Job's conditions, and whether it has failed.

import type { Job } from "../../api/kinds/job.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { timestamp } from "../../api/object.ts";

export type JobStatus = NonNullable<Job["status"]>;
type Condition = NonNullable<JobStatus["conditions"]>[number];

/** A Job's Pods at one moment; `active` and `terminating` follow what is made and deleted. */
export interface Tally {
  readonly pods: readonly Pod[];
  readonly active: Pod[];
  terminating: number;
  readonly newlySucceeded: readonly Pod[];
  readonly newlyFailed: readonly Pod[];
  /** Completion indexes that are done. */
  readonly indexes: ReadonlySet<number>;
  readonly succeeded: number;
  readonly failed: number;
}

export function has({ status }: Job, type: Condition["type"]): boolean {
  return status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false;
}

/** Complete or Failed, once it holds. */
export function finishedCondition({ status }: Job): Condition | undefined {
  return status?.conditions?.find(
    ({ type, status: holds }) => (type === "Complete" || type === "Failed") && holds === "True",
  );
}

/** The conditions with this one set; its time changes with its status only. */
export function withCondition(
  { conditions = [] }: Pick<JobStatus, "conditions">,
  { type, status, reason, message }: Condition,
  now: number,
): Condition[] {
  const before = conditions.find((one) => one.type === type);
  if (before && before.status === status && before.reason === reason) return conditions;
  const at = timestamp(now);
  const words = {
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
  };
  const condition = { type, status, lastProbeTime: at, lastTransitionTime: at, ...words };
  return before
    ? conditions.map((one) => (one === before ? condition : one))
    : [...conditions, condition];
}

/** Why it fails, if it does: decided once, as FailureTarget. */
export function verdict(
  job: Job,
  tally: Tally,
  now: number,
  startTime: string | undefined,
): Condition | undefined {
  const decided = job.status?.conditions?.find(({ type }) => type === "FailureTarget");
  if (decided) return decided;
  if (has(job, "SuccessCriteriaMet")) return undefined;
  const failure = (reason: string, message: string): Condition => ({
    type: "FailureTarget",
    status: "True",
    reason,
    message,
  });
  const { backoffLimit = 6, activeDeadlineSeconds: seconds, suspend } = job.spec;
  if (tally.failed > backoffLimit || restartsExceed(job, tally.active)) {
    return failure("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  }
  if (seconds === undefined || suspend || startTime === undefined) return undefined;
  if (now - Date.parse(startTime) < seconds * 1_000) return undefined;
  return failure("DeadlineExceeded", "Job was active longer than specified deadline");
}

/** Models pastBackoffLimitOnFailure. */
function restartsExceed({ spec }: Job, active: readonly Pod[]): boolean {
  if (spec.template.spec.restartPolicy !== "OnFailure") return false;
  const { backoffLimit = 6 } = spec;
  let restarts = 0;
  for (const { status } of active) {
    const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    for (const { restartCount } of all) restarts += restartCount ?? 0;
  }
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}
