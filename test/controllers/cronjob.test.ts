// CronJobs: when they are due, what they do about a Job that still runs, what they keep.

import { describe, expect, test } from "vitest";
import { CronJob } from "../../src/api/kinds/cronjob.ts";
import { Job } from "../../src/api/kinds/job.ts";
import { Schedule } from "../../src/controllers/workloads/schedule.ts";
import { Hotel } from "./hotel.ts";

describe("schedule", () => {
  // schedule, zone, after → due
  test.each<[string, string | undefined, string, string | undefined]>([
    ["* * * * *", undefined, "2026-11-23T09:00:00Z", "2026-11-23T09:01:00Z"],
    ["*/15 * * * *", undefined, "2026-11-23T09:01:30Z", "2026-11-23T09:15:00Z"],
    ["5,50 8-10/2 * * *", undefined, "2026-11-23T08:50:00Z", "2026-11-23T10:05:00Z"],
    ["0 0 1 * *", undefined, "2026-11-23T09:00:00Z", "2026-12-01T00:00:00Z"],
    ["0 9 * * mon-fri", undefined, "2026-11-27T09:00:00Z", "2026-11-30T09:00:00Z"],
    ["0 0 13 * fri", undefined, "2026-11-23T09:00:00Z", "2026-11-27T00:00:00Z"],
    ["0 0 29 2 *", undefined, "2026-11-23T09:00:00Z", "2028-02-29T00:00:00Z"],
    ["0 0 30 2 *", undefined, "2026-11-23T09:00:00Z", undefined],
    ["@hourly", undefined, "2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z"],
    ["@weekly", undefined, "2026-11-23T09:00:00Z", "2026-11-29T00:00:00Z"],
    ["@every 90s", undefined, "2026-11-23T09:00:00Z", "2026-11-23T09:01:30Z"],
    ["0 9 * * *", "Asia/Kolkata", "2026-11-23T00:00:00Z", "2026-11-23T03:30:00Z"],
    ["30 9 * * *", "Europe/Berlin", "2026-11-23T00:00:00Z", "2026-11-23T08:30:00Z"],
    ["0 9 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T07:00:00Z"],
  ])("%s in %s after %s: %s", (text, zone, after, due) => {
    const next = new Schedule(text, zone).next(Date.parse(after));
    expect(next).toBe(due === undefined ? undefined : Date.parse(due));
  });

  test("an unknown zone is told", () => {
    expect(() => new Schedule("* * * * *", "Mars/Base")).toThrow(RangeError);
  });
});

async function hotelWith(script: string, spec: Partial<CronJob["spec"]>): Promise<Hotel> {
  const hotel = new Hotel();
  await hotel.cluster.server.complete();
  const containers = [{ name: "work", image: "busybox", command: ["sh", "-c", script] }];
  const template = { spec: { restartPolicy: "Never" as const, containers } };
  await hotel.create(CronJob, {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "tick", namespace: "default" },
    spec: { schedule: "* * * * *", jobTemplate: { spec: { template } }, ...spec },
  });
  return hotel;
}

// script, spec, minutes → Jobs left, active, an Event
test.each<[string, Partial<CronJob["spec"]>, number, number, number, RegExp]>([
  ["exit 0", {}, 2, 2, 0, /^Normal SuccessfulCreate: Created job tick-\d{8}$/],
  [
    "exit 0",
    {},
    2,
    2,
    0,
    /^Normal SawCompletedJob: Saw completed job: tick-\d+, condition: Complete$/,
  ],
  [
    "exit 0",
    { successfulJobsHistoryLimit: 1 },
    4,
    1,
    0,
    /^Normal SuccessfulDelete: Deleted job tick/,
  ],
  ["sleep 9999", {}, 3, 3, 3, /SuccessfulCreate/],
  [
    "sleep 9999",
    { concurrencyPolicy: "Forbid" },
    3,
    1,
    1,
    /^Normal JobAlreadyActive: Not starting/,
  ],
  [
    "sleep 9999",
    { concurrencyPolicy: "Replace" },
    3,
    1,
    1,
    /^Normal SuccessfulDelete: Deleted job/,
  ],
])(
  "%s %j after %i minutes: %i Jobs, %i active",
  async (script, spec, minutes, jobs, active, told) => {
    const hotel = await hotelWith(script, spec);
    await hotel.advance(minutes * 60_000 + 20_000);
    expect(await hotel.list(Job)).toHaveLength(jobs);
    const { status } = await hotel.get(CronJob, "default/tick");
    expect(status?.active?.length ?? 0).toBe(active);
    const last = spec.concurrencyPolicy === "Forbid" ? 1 : minutes; // the one that still runs
    expect(status?.lastScheduleTime).toBe(`2026-11-23T09:0${last}:00Z`);
    expect(await hotel.events("CronJob/tick")).toContainEqual(expect.stringMatching(told));
  },
);

test("suspended it makes nothing", async () => {
  const hotel = await hotelWith("exit 0", { suspend: true });
  await hotel.advance(180_000);
  expect(await hotel.list(Job)).toEqual([]);
});
