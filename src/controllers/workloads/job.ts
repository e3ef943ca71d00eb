// Job: Pods that run to their end, until enough have succeeded or too many have failed.
// Models kubernetes/pkg/controller/job/job_controller.go and ttlafterfinished. A finished Pod
// keeps its finalizer until it is counted, so that none is lost. Not here: podFailurePolicy,
// successPolicy and limits by index.

import { isConflict, isNotFound } from "../../api/errors.ts";
import { sameJson } from "../../api/json.ts";
import { Job } from "../../api/kinds/job.ts";
import { Pod } from "../../api/kinds/pod.ts";
import { keyOf, timestamp } from "../../api/object.ts";
import type { Key } from "../../api/object.ts";
import type { EventRecorder } from "../../client/events.ts";
import { watching } from "../../client/reconciler.ts";
import type { Reconciler } from "../../client/reconciler.ts";
import { recorder } from "../context.ts";
import type { ControllerContext } from "../context.ts";
import { deletionOrder } from "../deletionorder.ts";
import { Expectations, Unseen } from "../pacing.ts";
import { isActive, isReady } from "../pods.ts";
import { Backoff } from "./backoff.ts";
import { indexOf, indexRanges, pendingIndexes, podOfJob, trackingFinalizer } from "./jobpods.ts";
import { finishedCondition, has, verdict, withCondition } from "./jobstatus.ts";
import type { JobStatus, Tally } from "./jobstatus.ts";
import { ownerKeys, wordsOf } from "./template.ts";

/** The most Pods made or deleted in one pass (upstream's MaxPodCreateDeletePerSync). */
const burstMax = 500;

interface Requeue {
  requeueAfterMs: number;
}

export class JobController implements Reconciler {
  readonly name = "job";
  readonly watches = [
    watching(Job, (job) => [keyOf(job)]),
    watching(Pod, (pod) => ownerKeys(pod, "Job")),
  ];
  readonly #context: ControllerContext;
  readonly #events: EventRecorder;
  readonly #expectations: Expectations;
  readonly #unseen: Unseen;
  readonly #backoff = new Backoff();
  /** Pods that are counted, and whose finalizer may still be seen; by Job. */
  readonly #counted = new Map<Key, Set<string>>();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#events = recorder(context, "job-controller");
    this.#expectations = new Expectations(context.cache.pods);
    this.#unseen = new Unseen(context.informers.of(Job));
  }

  async reconcile(key: Key): Promise<void | Requeue> {
    const job = this.#context.informers.of(Job).get(key);
    if (!job) return this.#forget(key);
    if (this.#unseen.has(key)) return;
    if (finishedCondition(job)) {
      await this.#release(key, this.#pods(job));
      return this.#expire(key, job);
    }
    return this.#sync(key, job);
  }

  #forget(key: Key): void {
    this.#unseen.forget(key);
    this.#backoff.forget(key);
    this.#counted.delete(key);
  }

  #pods(job: Job): readonly Pod[] {
    return this.#context.cache.podsByOwner.get(job.metadata.uid!);
  }

  async #sync(key: Key, job: Job): Promise<void | Requeue> {
    const { clock } = this.#context;
    const now = clock.now();
    const settled = this.#expectations.met(job.metadata.uid!);
    const tally = this.#tally(key, job);
    const status: JobStatus = { ...job.status, uncountedTerminatedPods: {} };
    if (!job.spec.suspend) status.startTime ??= timestamp(now);
    const failed = verdict(job, tally, now, status.startTime);
    let waitMs: number | undefined;
    if (failed) {
      if (!has(job, failed.type)) status.conditions = withCondition(status, failed, now);
      if (settled) await this.#delete(job, tally, tally.active);
    } else if (settled && job.metadata.deletionTimestamp === undefined) {
      waitMs = await this.#manage(key, job, tally);
      this.#suspension(job, status, now);
    }
    const outcome = this.#finish(job, status, tally, settled, now);
    await this.#write(key, job, outcome, tally);
    return soonest(waitMs, deadlineMs(job, outcome, now));
  }

  #tally(key: Key, job: Job): Tally {
    const pods = this.#pods(job);
    const counted = this.#counted.get(key) ?? new Set<string>();
    const fresh = pods.filter(
      ({ metadata }) =>
        metadata.finalizers?.includes(trackingFinalizer) && !counted.has(metadata.uid!),
    );
    const onlyFailed = job.spec.podReplacementPolicy === "Failed";
    const succeeded = fresh.filter(({ status }) => status?.phase === "Succeeded");
    const failed = fresh.filter(
      ({ status, metadata }) =>
        status?.phase === "Failed" ||
        (!onlyFailed && metadata.deletionTimestamp !== undefined && status?.phase !== "Succeeded"),
    );
    this.#backoff.saw(key, succeeded, failed, this.#context.clock.now());
    const active = pods.filter(isActive);
    const leaving = pods.filter(
      ({ metadata, status }) =>
        metadata.deletionTimestamp !== undefined &&
        status?.phase !== "Failed" &&
        status?.phase !== "Succeeded",
    );
    const done = indexRanges.parse(job.status?.completedIndexes);
    for (const pod of succeeded) done.add(indexOf(pod));
    const before = job.status?.succeeded ?? 0;
    return {
      pods,
      active,
      terminating: leaving.length,
      newlySucceeded: succeeded,
      newlyFailed: failed,
      indexes: done,
      succeeded: job.spec.completionMode === "Indexed" ? done.size : before + succeeded.length,
      failed: (job.status?.failed ?? 0) + failed.length,
    };
  }

  /** Makes or deletes Pods; milliseconds to wait before more may be made. */
  async #manage(key: Key, job: Job, tally: Tally): Promise<number | undefined> {
    const { spec } = job;
    const { active, succeeded } = tally;
    if (spec.suspend) {
      await this.#withdraw(job, tally, active);
      return undefined;
    }
    const parallelism = spec.parallelism ?? 1;
    const open = succeeded > 0 ? active.length : parallelism;
    const wanted =
      spec.completions === undefined
        ? open
        : Math.max(0, Math.min(spec.completions - succeeded, parallelism));
    if (active.length > wanted) {
      const surplus = deletionOrder(active, active, this.#context.clock.now());
      await this.#withdraw(job, tally, surplus.slice(0, active.length - wanted));
      return undefined;
    }
    const leaving = spec.podReplacementPolicy === "Failed" ? tally.terminating : 0;
    const missing = Math.min(wanted - leaving - active.length, burstMax);
    if (missing <= 0) return undefined;
    const waitMs = this.#backoff.waitMs(key, this.#context.clock.now());
    if (waitMs > 0) return waitMs;
    await this.#create(job, tally, missing);
    return undefined;
  }

  async #create(job: Job, tally: Tally, count: number): Promise<void> {
    const { client } = this.#context;
    const indexed = job.spec.completionMode === "Indexed";
    const indexes = indexed ? pendingIndexes(job, tally, count) : new Array(count).fill(undefined);
    for (const index of indexes as (number | undefined)[]) {
      try {
        const pod = await client.create(Pod, podOfJob(job, index));
        this.#expectations.created(job.metadata.uid!, pod.metadata.uid!);
        tally.active.push(pod);
        this.#events.event(job, "Normal", "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
      } catch (error) {
        this.#events.event(job, "Warning", "FailedCreate", `Error creating: ${wordsOf(error)}`);
        throw error;
      }
    }
  }

  /** Deletes Pods that shall not count: their finalizer goes first. */
  async #withdraw(job: Job, tally: Tally, pods: readonly Pod[]): Promise<void> {
    for (const pod of pods) await this.#removeFinalizer(pod);
    await this.#delete(job, tally, pods);
  }

  async #delete(job: Job, tally: Tally, pods: readonly Pod[]): Promise<void> {
    const owner = job.metadata.uid!;
    for (const pod of [...pods]) {
      const { uid, name } = pod.metadata;
      this.#expectations.deleted(owner, uid!);
      try {
        await this.#context.client.remove(Pod, keyOf(pod), { uid: uid! });
        tally.active.splice(tally.active.indexOf(pod), 1);
        tally.terminating += 1;
        this.#events.event(job, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
      } catch (error) {
        this.#expectations.notDeleted(owner, uid!);
        if (!isNotFound(error) && !isConflict(error)) throw error;
      }
    }
  }

  #suspension(job: Job, status: JobStatus, now: number): void {
    const suspended = has(job, "Suspended");
    if (Boolean(job.spec.suspend) === suspended) return;
    const [word, reason] = suspended ? ["resumed", "Resumed"] : ["suspended", "Suspended"];
    const condition = {
      type: "Suspended",
      status: suspended ? "False" : "True",
      reason: `Job${reason}`,
      message: `Job ${word}`,
    } as const;
    status.conditions = withCondition(status, condition, now);
    if (suspended) status.startTime = timestamp(now);
    this.#events.event(job, "Normal", reason!, `Job ${word}`);
  }

  /** The status, with what ends the Job once nothing of it is left running. */
  #finish(job: Job, status: JobStatus, tally: Tally, settled: boolean, now: number): JobStatus {
    const { spec } = job;
    const { succeeded, failed, active, terminating, indexes } = tally;
    const enough = spec.completions === undefined ? succeeded > 0 : succeeded >= spec.completions;
    const target = status.conditions?.find(({ type }) => type === "FailureTarget");
    const complete = !target && enough && active.length === 0;
    let conditions = status.conditions ?? [];
    const reached = {
      status: "True",
      reason: "CompletionsReached",
      message: "Reached expected number of succeeded pods",
    } as const;
    const over = settled && active.length === 0 && terminating === 0;
    if (complete)
      conditions = withCondition(status, { type: "SuccessCriteriaMet", ...reached }, now);
    if (over && complete) {
      conditions = withCondition({ conditions }, { type: "Complete", ...reached }, now);
    } else if (over && target) {
      conditions = withCondition({ conditions }, { ...target, type: "Failed" }, now);
    }
    const finished = conditions.find(({ type }) => type === "Complete" || type === "Failed");
    const ranges = indexRanges.print(indexes);
    const { active: _, succeeded: __, failed: ___, ...rest } = status;
    return {
      ...rest,
      ...(active.length > 0 && { active: active.length }),
      ...(succeeded > 0 && { succeeded }),
      ...(failed > 0 && { failed }),
      ready: active.filter(isReady).length,
      terminating,
      ...(conditions.length > 0 && { conditions }),
      ...(spec.completionMode === "Indexed" && ranges !== "" && { completedIndexes: ranges }),
      ...(finished?.type === "Complete" && { completionTime: finished.lastTransitionTime! }),
    };
  }

  async #write(key: Key, job: Job, status: JobStatus, tally: Tally): Promise<void> {
    if (!sameJson(status, job.status)) {
      const written = await this.#context.client.updateStatus(Job, { ...job, status });
      this.#unseen.wrote(key, written);
      this.#tellEnd(job, written);
    }
    const counted = this.#counted.get(key) ?? new Set<string>();
    const known = new Set(tally.pods.map(({ metadata }) => metadata.uid!));
    for (const uid of counted) if (!known.has(uid)) counted.delete(uid);
    const done = [...tally.newlySucceeded, ...tally.newlyFailed];
    for (const { metadata } of done) counted.add(metadata.uid!);
    this.#counted.set(key, counted);
    for (const pod of done) await this.#removeFinalizer(pod);
  }

  #tellEnd(job: Job, written: Job): void {
    const end = finishedCondition(written);
    if (!end) return;
    if (end.type === "Complete") this.#events.event(job, "Normal", "Completed", "Job completed");
    else this.#events.event(job, "Warning", end.reason ?? "", end.message ?? "");
  }

  async #release(key: Key, pods: readonly Pod[]): Promise<void> {
    this.#counted.delete(key);
    this.#backoff.forget(key);
    for (const pod of pods) await this.#removeFinalizer(pod);
  }

  async #removeFinalizer(pod: Pod): Promise<void> {
    if (!pod.metadata.finalizers?.includes(trackingFinalizer)) return;
    const finalizers = pod.metadata.finalizers.filter((one) => one !== trackingFinalizer);
    const change = { metadata: { finalizers: finalizers.length > 0 ? finalizers : null } };
    try {
      await this.#context.client.patch(Pod, keyOf(pod), change, { type: "merge" });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** Models ttlafterfinished_controller.go. */
  async #expire(key: Key, job: Job): Promise<void | Requeue> {
    const { clock, client } = this.#context;
    const { ttlSecondsAfterFinished: ttl } = job.spec;
    if (ttl === undefined || job.metadata.deletionTimestamp !== undefined) return undefined;
    const endMs = Date.parse(finishedCondition(job)!.lastTransitionTime ?? "");
    const waitMs = endMs + ttl * 1_000 - clock.now();
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    await client.remove(Job, key, { uid: job.metadata.uid!, propagation: "Foreground" });
    return undefined;
  }
}

function deadlineMs({ spec }: Job, status: JobStatus, now: number): number | undefined {
  const { activeDeadlineSeconds: seconds } = spec;
  if (seconds === undefined || spec.suspend || status.startTime === undefined) return undefined;
  const waitMs = Date.parse(status.startTime) + seconds * 1_000 - now;
  return waitMs > 0 ? waitMs : undefined;
}

function soonest(...waits: (number | undefined)[]): Requeue | undefined {
  const known = waits.filter((ms) => ms !== undefined);
  return known.length > 0 ? { requeueAfterMs: Math.min(...known) } : undefined;
}
