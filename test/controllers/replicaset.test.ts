// ReplicaSets: how many, whose, and which goes first.

import { describe, expect, test } from "vitest";
import { Pod, ReplicaSet } from "../../src/api/kinds/index.ts";
import type { ReplicaSet as Set } from "../../src/api/kinds/index.ts";
import { timestamp } from "../../src/api/object.ts";
import { deletionOrder } from "../../src/controllers/deletionorder.ts";
import { Hotel, pod } from "./hotel.ts";

const labels = { app: "web" };

function replicaSet(replicas: number): Set {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "web", namespace: "default" },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "web", image: "echo:1" }] },
      },
    },
  };
}

test("makes Pods, counts them and tells each", async () => {
  const hotel = new Hotel();
  await hotel.create(ReplicaSet, replicaSet(2));
  const pods = await hotel.ready("app=web", 2);
  for (const { metadata } of pods) {
    expect(metadata.name).toMatch(/^web-[b-df-hj-np-tv-z24-9]{5}$/);
    expect(metadata.ownerReferences).toEqual([
      {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        name: "web",
        uid: (await hotel.get(ReplicaSet, "default/web")).metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(await hotel.events("ReplicaSet/web")).toContain(
      `Normal SuccessfulCreate: Created pod: ${metadata.name}`,
    );
  }
  await hotel.until(async () => {
    const { status } = await hotel.get(ReplicaSet, "default/web");
    return status?.availableReplicas === 2;
  });
  expect((await hotel.get(ReplicaSet, "default/web")).status).toEqual({
    replicas: 2,
    fullyLabeledReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    observedGeneration: 1,
  });
});

test("replaces a Pod that was deleted", async () => {
  const hotel = new Hotel();
  await hotel.create(ReplicaSet, replicaSet(2));
  const [first] = await hotel.ready("app=web", 2);
  const key = `default/${first!.metadata.name}`;
  await hotel.cluster.client.remove(Pod, key);
  await hotel.until(async () => (await hotel.cluster.client.get(Pod, key)) === undefined);
  const pods = await hotel.ready("app=web", 2);
  expect(pods.map(({ metadata }) => metadata.name)).not.toContain(first!.metadata.name);
});

test("adopts an orphan that its selector picks, and lets go of one that it does not", async () => {
  const hotel = new Hotel();
  await hotel.create(Pod, pod("orphan", {}, labels));
  await hotel.create(ReplicaSet, replicaSet(2));
  const pods = await hotel.ready("app=web", 2);
  expect(pods.map(({ metadata }) => metadata.name)).toContain("orphan");
  expect((await hotel.get(Pod, "default/orphan")).metadata.ownerReferences).toHaveLength(1);

  await hotel.patch(Pod, "default/orphan", { metadata: { labels: { app: "debug" } } });
  await hotel.ready("app=web", 2);
  expect((await hotel.get(Pod, "default/orphan")).metadata.ownerReferences).toBeUndefined();
  expect(await hotel.pods()).toHaveLength(3);
});

test("minReadySeconds: ready is not yet available", async () => {
  const hotel = new Hotel();
  const set = replicaSet(1);
  await hotel.create(ReplicaSet, { ...set, spec: { ...set.spec, minReadySeconds: 20 } });
  await hotel.ready("app=web", 1);
  await hotel.advance(10_000);
  const status = async (): Promise<Set["status"]> =>
    (await hotel.get(ReplicaSet, "default/web")).status;
  expect((await status())?.availableReplicas).toBeUndefined();
  await hotel.advance(11_000);
  expect((await status())?.availableReplicas).toBe(1);
});

test("scaling down tells each, and never makes a Pod too many on the way", async () => {
  const hotel = new Hotel();
  await hotel.create(ReplicaSet, replicaSet(6));
  await hotel.ready("app=web", 6);
  await hotel.patch(ReplicaSet, "default/web", { spec: { replicas: 1 } });
  await hotel.ready("app=web", 1);
  const deleted = (await hotel.events("ReplicaSet/web")).filter((one) =>
    one.startsWith("Normal SuccessfulDelete: Deleted pod: web-"),
  );
  expect(deleted).toHaveLength(5);
});

describe("which Pod goes first", () => {
  const now = Date.UTC(2026, 10, 23, 12);
  interface Looks {
    node?: string;
    phase?: "Pending" | "Running";
    readyMinutes?: number;
    cost?: number;
    restarts?: number;
    ageMinutes?: number;
  }
  const make = (name: string, o: Looks): Pod => {
    const { node = "node-1", phase = "Running", readyMinutes, restarts = 0, ageMinutes = 60 } = o;
    const annotations =
      o.cost === undefined
        ? {}
        : { annotations: { "controller.kubernetes.io/pod-deletion-cost": String(o.cost) } };
    const since = (minutes: number): string => timestamp(now - minutes * 60_000);
    const ready = {
      type: "Ready",
      status: readyMinutes === undefined ? ("False" as const) : ("True" as const),
      lastTransitionTime: since(readyMinutes ?? 0),
    };
    return {
      ...pod(name, node === "" ? {} : { nodeName: node }),
      metadata: { name, creationTimestamp: since(ageMinutes), ...annotations },
      status: {
        phase,
        conditions: [ready],
        containerStatuses: [{ name, ready: true, restartCount: restarts, image: "", imageID: "" }],
      },
    };
  };
  const well = { readyMinutes: 30 };

  // rule, a, b: a goes first
  test.each<[string, Looks, Looks]>([
    ["not assigned to a node", { node: "" }, {}],
    ["Pending before Running", { phase: "Pending" }, {}],
    ["not ready before ready", {}, well],
    ["the lower deletion cost", { ...well, cost: -5 }, { ...well, cost: 1 }],
    ["no cost counts as 0", well, { ...well, cost: 1 }],
    ["ready for a shorter time", { readyMinutes: 1 }, { readyMinutes: 50 }],
    ["more restarts", { ...well, restarts: 4 }, well],
    ["younger", { ...well, ageMinutes: 31 }, { ...well, ageMinutes: 900 }],
    ["cost counts more than readiness time", { ...well, cost: 0 }, { readyMinutes: 1, cost: 1 }],
  ])("%s", (_, a, b) => {
    const pods = [make("b", b), make("a", a)];
    expect(deletionOrder(pods, [], now)[0]!.metadata.name).toBe("a");
  });

  test("the node with more of them loses one first; names break ties", () => {
    const pods = [make("alone", { ...well, node: "node-2" }), make("d", well), make("c", well)];
    expect(deletionOrder(pods, pods, now).map(({ metadata }) => metadata.name)).toEqual([
      "c",
      "d",
      "alone",
    ]);
  });
});
