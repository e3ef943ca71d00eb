// Jobs: how they end, how often they try, and what they say.

import { describe, expect, test } from "vitest";
import { Job } from "../../src/api/kinds/job.ts";
import type { JobSpec } from "../../src/api/kinds/job.ts";
import type { PodSpec } from "../../src/api/kinds/pod.ts";
import { Hotel } from "./hotel.ts";

function job(script: string, spec: Partial<JobSpec> = {}, pod: Partial<PodSpec> = {}): Job {
  const containers = [{ name: "work", image: "busybox", command: ["sh", "-c", script] }];
  const template = { spec: { restartPolicy: "Never" as const, containers, ...pod } };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "work", namespace: "default" },
    spec: { template, ...spec },
  };
}

async function hotelWith(object: Job): Promise<Hotel> {
  const hotel = new Hotel();
  await hotel.cluster.server.complete();
  await hotel.create(Job, object);
  return hotel;
}

const conditions = ({ status }: Job): string[] =>
  (status?.conditions ?? []).map(({ type, status: holds, reason }) => `${type}=${holds} ${reason}`);

const finished = ({ status }: Job): boolean =>
  status?.conditions?.some(({ type }) => type === "Complete" || type === "Failed") ?? false;

const complete = ["SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached"];
const failed = (reason: string): string[] => [
  `FailureTarget=True ${reason}`,
  `Failed=True ${reason}`,
];

describe("ends", () => {
  // script, spec, pod → conditions, succeeded, failed, Events told
  test.each<[string, Partial<JobSpec>, Partial<PodSpec>, string[], number, number, string[]]>([
    ["exit 0", {}, {}, complete, 1, 0, ["SuccessfulCreate", "Completed"]],
    ["sleep 1", { completions: 4, parallelism: 2 }, {}, complete, 4, 0, ["Completed"]],
    [
      "exit 0",
      { completions: 3, completionMode: "Indexed", parallelism: 3 },
      {},
      complete,
      3,
      0,
      [],
    ],
    [
      "exit 1",
      { backoffLimit: 0 },
      {},
      failed("BackoffLimitExceeded"),
      0,
      1,
      ["BackoffLimitExceeded"],
    ],
    ["exit 1", { backoffLimit: 2 }, {}, failed("BackoffLimitExceeded"), 0, 3, []],
    [
      "exit 1",
      { backoffLimit: 1 },
      { restartPolicy: "OnFailure" },
      failed("BackoffLimitExceeded"),
      0,
      1,
      [],
    ],
    [
      "sleep 900",
      { activeDeadlineSeconds: 5 },
      {},
      failed("DeadlineExceeded"),
      0,
      1,
      ["SuccessfulDelete", "DeadlineExceeded"],
    ],
  ])("%s %j %j", async (script, spec, pod, wanted, succeeded, failures, told) => {
    const hotel = await hotelWith(job(script, spec, pod));
    await hotel.until(async () => finished(await hotel.get(Job, "default/work")), 300_000);
    await hotel.advance(1_000);
    const { status, ...rest } = await hotel.get(Job, "default/work");
    expect(conditions({ ...rest, status: status! })).toEqual(wanted);
    expect([status?.succeeded ?? 0, status?.failed ?? 0]).toEqual([succeeded, failures]);
    expect(status).toMatchObject({ ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    const reasons = (await hotel.events("Job/work")).map((line) => /(\w+):/.exec(line)![1]);
    expect(reasons).toEqual(expect.arrayContaining(told));
    for (const { metadata } of await hotel.pods()) expect(metadata.finalizers).toBeUndefined();
  });
});

test("never more at a time than its parallelism, and less when it shrinks", async () => {
  const hotel = await hotelWith(job("sleep 900", { completions: 9, parallelism: 3 }));
  await hotel.ready("", 3);
  await hotel.patch(Job, "default/work", { spec: { parallelism: 1 } });
  await hotel.ready("", 1);
  expect((await hotel.get(Job, "default/work")).status).toMatchObject({ active: 1 });
});

test("suspended it runs nothing, and resumed it begins anew", async () => {
  const hotel = await hotelWith(job("sleep 20", { suspend: true }));
  await hotel.advance(5_000);
  expect(await hotel.pods()).toEqual([]);
  expect(conditions(await hotel.get(Job, "default/work"))).toEqual(["Suspended=True JobSuspended"]);
  await hotel.patch(Job, "default/work", { spec: { suspend: false } });
  await hotel.ready("", 1);
  await hotel.patch(Job, "default/work", { spec: { suspend: true } });
  await hotel.until(async () => (await hotel.pods()).length === 0);
  expect((await hotel.get(Job, "default/work")).status?.failed).toBeUndefined();
  await hotel.patch(Job, "default/work", { spec: { suspend: false } });
  await hotel.until(async () => finished(await hotel.get(Job, "default/work")));
  const events = await hotel.events("Job/work");
  expect(events).toContain("Normal Suspended: Job suspended");
  expect(events).toContain("Normal Resumed: Job resumed");
  expect(events).toContain("Normal Completed: Job completed");
});

test("is gone, with its Pods, when its time after the end is over", async () => {
  const hotel = await hotelWith(job("exit 0", { ttlSecondsAfterFinished: 30 }));
  await hotel.until(async () => finished(await hotel.get(Job, "default/work")));
  await hotel.advance(20_000);
  expect(await hotel.list(Job)).toHaveLength(1);
  await hotel.until(async () => (await hotel.list(Job)).length === 0);
  await hotel.until(async () => (await hotel.pods()).length === 0);
});
