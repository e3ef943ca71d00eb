// CronJob: makes a Job whenever its schedule says, by the cluster's clock.
// Models kubernetes/pkg/controller/cronjob/cronjob_controllerv2.go.

import { isAlreadyExists, isNotFound } from "../../api/errors.ts";
import { sameJson } from "../../api/json.ts";
import { CronJob } from "../../api/kinds/cronjob.ts";
import { Job } from "../../api/kinds/job.ts";
import { controlledBy, controllerOf, keyOf, makeKey, timestamp } from "../../api/object.ts";
import type { Key } from "../../api/object.ts";
import type { EventRecorder } from "../../client/events.ts";
import { watching } from "../../client/reconciler.ts";
import type { Reconciler } from "../../client/reconciler.ts";
import { namespaceOf, recorder } from "../context.ts";
import type { ControllerContext } from "../context.ts";
import { Unseen } from "../pacing.ts";
import { finishedCondition } from "./jobstatus.ts";
import { Schedule } from "./schedule.ts";
import { ownerKeys, wordsOf } from "./template.ts";

type Status = NonNullable<CronJob["status"]>;

/** More missed starts than this are told. */
const missedMax = 100;

export class CronJobController implements Reconciler {
  readonly name = "cronjob";
  readonly watches = [
    watching(CronJob, (cron) => [keyOf(cron)]),
    watching(Job, (job) => ownerKeys(job, "CronJob")),
  ];
  readonly #context: ControllerContext;
  readonly #events: EventRecorder;
  readonly #unseen: Unseen;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#events = recorder(context, "cronjob-controller");
    this.#unseen = new Unseen(context.informers.of(CronJob));
  }

  async reconcile(key: Key): Promise<void | { requeueAfterMs: number }> {
    const { informers, client } = this.#context;
    const cron = informers.of(CronJob).get(key);
    if (!cron) return this.#unseen.forget(key);
    if (this.#unseen.has(key)) return;
    const { uid } = cron.metadata;
    const jobs = informers
      .of(Job)
      .list(namespaceOf(cron))
      .filter((job) => controllerOf(job)?.uid === uid);
    await this.#tidy(cron, jobs);
    const status = await this.#seen(cron, jobs);
    const waitMs = await this.#start(cron, status);
    if (!sameJson(status, cron.status)) {
      this.#unseen.wrote(key, await client.updateStatus(CronJob, { ...cron, status }));
    }
    if (waitMs !== undefined) return { requeueAfterMs: waitMs };
  }

  /** What has become of the Jobs that were active. */
  async #seen(cron: CronJob, jobs: readonly Job[]): Promise<Status> {
    const status: Status = { ...cron.status };
    let active = [...(status.active ?? [])];
    for (const job of jobs) {
      const end = finishedCondition(job);
      if (!end) continue;
      const { name, uid } = job.metadata;
      if (active.some((one) => one.uid === uid)) {
        active = active.filter((one) => one.uid !== uid);
        const message = `Saw completed job: ${name}, condition: ${end.type}`;
        this.#events.event(cron, "Normal", "SawCompletedJob", message);
      }
      const at = job.status?.completionTime;
      if (at && at > (status.lastSuccessfulTime ?? "")) status.lastSuccessfulTime = at;
    }
    for (const { uid, namespace, name } of [...active]) {
      if (jobs.some(({ metadata }) => metadata.uid === uid)) continue;
      if (await this.#context.client.get(Job, makeKey(namespace, name ?? ""))) continue;
      active = active.filter((one) => one.uid !== uid);
      this.#events.event(cron, "Normal", "MissingJob", `Active job went missing: ${name}`);
    }
    const { active: _, ...rest } = status;
    return active.length > 0 ? { ...rest, active } : rest;
  }

  /** Makes the Job that is due into `status`; milliseconds until the next one is. */
  async #start(cron: CronJob, status: Status): Promise<number | undefined> {
    const { spec, metadata } = cron;
    if (metadata.deletionTimestamp !== undefined || spec.suspend) return undefined;
    const now = this.#context.clock.now();
    const schedule = this.#scheduleOf(cron);
    if (!schedule) return undefined;
    const due = this.#due(cron, schedule, now);
    const nextMs = schedule.next(now);
    // Upstream's nextScheduleDelta: a little late is surely not too early.
    const waitMs = nextMs === undefined ? undefined : nextMs - now + 100;
    if (due === undefined) return waitMs;
    const { startingDeadlineSeconds: deadline } = spec;
    if (deadline !== undefined && due + deadline * 1_000 < now) {
      const message = `Missed scheduled time to start a job: ${rfc1123(due)}`;
      this.#events.event(cron, "Warning", "MissSchedule", message);
      return waitMs;
    }
    if (status.active?.length && spec.concurrencyPolicy === "Forbid") {
      const message =
        "Not starting job because prior execution is running and concurrency policy is Forbid";
      this.#events.event(cron, "Normal", "JobAlreadyActive", message);
      return waitMs;
    }
    if (spec.concurrencyPolicy === "Replace") {
      for (const { namespace, name = "" } of status.active ?? []) {
        await this.#remove(cron, makeKey(namespace, name));
      }
      delete status.active;
    }
    await this.#create(cron, status, due);
    return waitMs;
  }

  #scheduleOf(cron: CronJob): Schedule | undefined {
    const { schedule, timeZone } = cron.spec;
    try {
      return new Schedule(schedule, timeZone);
    } catch {
      const message = `invalid timeZone: "${timeZone}": unknown time zone ${timeZone}`;
      this.#events.event(cron, "Warning", "UnknownTimeZone", message);
      return undefined;
    }
  }

  /** The latest start that is unmet. Models mostRecentScheduleTime. */
  #due(cron: CronJob, schedule: Schedule, now: number): number | undefined {
    const { creationTimestamp = "" } = cron.metadata;
    let from = Date.parse(cron.status?.lastScheduleTime ?? creationTimestamp);
    const { startingDeadlineSeconds: deadline } = cron.spec;
    if (deadline !== undefined) from = Math.max(from, now - deadline * 1_000);
    let latest: number | undefined;
    let missed = 0;
    for (let at = schedule.next(from); at !== undefined && at <= now; at = schedule.next(at)) {
      latest = at;
      missed += 1;
    }
    if (missed > missedMax) {
      const message =
        "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
      this.#events.event(cron, "Warning", "TooManyMissedTimes", message);
    }
    return latest;
  }

  async #create(cron: CronJob, status: Status, due: number): Promise<void> {
    const { client } = this.#context;
    const name = `${cron.metadata.name}-${Math.floor(due / 60_000)}`;
    const { metadata, spec } = cron.spec.jobTemplate;
    const scheduled = { "batch.kubernetes.io/cronjob-scheduled-timestamp": timestamp(due) };
    const job: Job = {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: {
        name,
        namespace: namespaceOf(cron),
        ...(metadata?.labels && { labels: metadata.labels }),
        annotations: { ...metadata?.annotations, ...scheduled },
        ownerReferences: [controlledBy(cron)],
      },
      spec,
    };
    try {
      const { uid } = (await client.create(Job, job)).metadata;
      const reference = { apiVersion: "batch/v1", kind: "Job", name, namespace: namespaceOf(cron) };
      status.active = [...(status.active ?? []), { ...reference, uid: uid! }];
      status.lastScheduleTime = timestamp(due);
      this.#events.event(cron, "Normal", "SuccessfulCreate", `Created job ${name}`);
    } catch (error) {
      if (isAlreadyExists(error)) return;
      const message = `Error creating job: ${wordsOf(error)}`;
      this.#events.event(cron, "Warning", "FailedCreate", message);
      throw error;
    }
  }

  /** Keeps as many ended Jobs as its limits say, the youngest. */
  async #tidy(cron: CronJob, jobs: readonly Job[]): Promise<void> {
    const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = cron.spec;
    const limits = { Complete: successfulJobsHistoryLimit, Failed: failedJobsHistoryLimit };
    for (const type of ["Complete", "Failed"] as const) {
      const ended = jobs
        .filter(
          (job) =>
            finishedCondition(job)?.type === type && job.metadata.deletionTimestamp === undefined,
        )
        .sort((a, b) => ((a.status?.startTime ?? "") < (b.status?.startTime ?? "") ? -1 : 1));
      const surplus = Math.max(0, ended.length - limits[type]);
      for (const job of ended.slice(0, surplus)) await this.#remove(cron, keyOf(job));
    }
  }

  async #remove(cron: CronJob, key: Key): Promise<void> {
    try {
      await this.#context.client.remove(Job, key, { propagation: "Background" });
      const name = key.slice(key.indexOf("/") + 1);
      this.#events.event(cron, "Normal", "SuccessfulDelete", `Deleted job ${name}`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

/** "Mon, 23 Nov 2026 09:00:00 +0000" */
function rfc1123(ms: number): string {
  return new Date(ms).toUTCString().replace("GMT", "+0000");
}
