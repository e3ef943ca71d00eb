// Where Pods go, and why they go nowhere.

import { describe, expect, test } from "vitest";
import { Deployment, Node, Pod } from "../../src/api/kinds/index.ts";
import type { PodSpec } from "../../src/api/kinds/pod.ts";
import { deployment, Hotel, pod } from "./hotel.ts";

async function nodesOf(hotel: Hotel, labels: string): Promise<Record<string, number>> {
  const count: Record<string, number> = {};
  for (const { spec } of await hotel.pods(labels)) {
    const name = spec.nodeName ?? "none";
    count[name] = (count[name] ?? 0) + 1;
  }
  return count;
}

function asking(cpu: string, memory = "1Mi"): Partial<PodSpec> {
  return {
    containers: [{ name: "c", image: "echo:1", resources: { requests: { cpu, memory } } }],
  };
}

test("replicas spread over the nodes", async () => {
  const hotel = new Hotel();
  await hotel.create(Deployment, deployment("web", { replicas: 7 }));
  await hotel.ready("app=web", 7);
  const counts = Object.values(await nodesOf(hotel, "app=web"));
  expect(counts.sort()).toEqual([2, 2, 3]);
});

test("the node with the least asked of it comes first", async () => {
  const hotel = new Hotel();
  const app = { app: "big" };
  await hotel.create(Pod, pod("a", { ...asking("6"), nodeName: "node-1" }, app));
  await hotel.create(Pod, pod("b", { ...asking("3"), nodeName: "node-3" }, app));
  await hotel.advance(1_000);
  await hotel.create(Pod, pod("c", asking("1")));
  await hotel.advance(1_000);
  expect((await hotel.get(Pod, "default/c")).spec.nodeName).toBe("node-2");
});

describe("FailedScheduling, in upstream's sentence", () => {
  const help = "3 Preemption is not helpful for scheduling.";
  const victims = "3 No preemption victims found for incoming pod.";
  const all = "0/3 nodes are available";
  const taint = { key: "role", value: "door", effect: "NoSchedule" as const };

  // what is asked, what the nodes are → the message
  test.each<[string, Partial<PodSpec>, Node["spec"], string]>([
    [
      "a label that no node has",
      { nodeSelector: { disk: "gold" } },
      {},
      `${all}: 3 node(s) didn't match Pod's node affinity/selector. preemption: ${all}: ${help}`,
    ],
    [
      "a taint",
      {},
      { taints: [taint] },
      `${all}: 3 node(s) had untolerated taint {role: door}. preemption: ${all}: ${help}`,
    ],
    [
      "cordoned",
      {},
      { unschedulable: true },
      `${all}: 3 node(s) were unschedulable. preemption: ${all}: ${help}`,
    ],
    [
      "too much of everything",
      asking("100", "100Gi"),
      {},
      `${all}: 3 Insufficient cpu, 3 Insufficient memory. preemption: ${all}: ${victims}`,
    ],
  ])("%s", async (_, spec, nodes, message) => {
    const hotel = new Hotel();
    await hotel.advance(1_000);
    for (const name of ["node-1", "node-2", "node-3"]) {
      await hotel.patch(Node, name, { spec: nodes });
    }
    await hotel.create(Pod, pod("web", spec));
    await hotel.advance(1_000);
    expect(await hotel.events("Pod/web")).toEqual([`Warning FailedScheduling: ${message}`]);
    const { status } = await hotel.get(Pod, "default/web");
    expect(status).toMatchObject({
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
    });
  });

  test("different reasons are counted", async () => {
    const hotel = new Hotel();
    await hotel.advance(1_000);
    await hotel.patch(Node, "node-1", { spec: { unschedulable: true } });
    await hotel.create(Pod, pod("web", asking("100")));
    await hotel.advance(1_000);
    expect(await hotel.events("Pod/web")).toEqual([
      `Warning FailedScheduling: ${all}: 1 node(s) were unschedulable, 2 Insufficient cpu. ` +
        `preemption: ${all}: 1 Preemption is not helpful for scheduling, ` +
        "2 No preemption victims found for incoming pod.",
    ]);
  });
});

test("a Pod that waits is placed when a node takes it, or when another leaves", async () => {
  const hotel = new Hotel();
  const placed = async (name: string): Promise<string | undefined> =>
    (await hotel.get(Pod, `default/${name}`)).spec.nodeName;
  await hotel.create(Pod, pod("picky", { nodeSelector: { disk: "gold" } }));
  await hotel.advance(1_000);
  expect(await placed("picky")).toBeUndefined();
  await hotel.patch(Node, "node-3", { metadata: { labels: { disk: "gold" } } });
  await hotel.advance(1_000);
  expect(await placed("picky")).toBe("node-3");

  for (const n of [1, 2, 3]) {
    const spec = { ...asking("7"), terminationGracePeriodSeconds: 1 };
    await hotel.create(Pod, pod(`big-${n}`, spec));
  }
  await hotel.create(Pod, pod("late", asking("5")));
  await hotel.advance(1_000);
  expect(await placed("late")).toBeUndefined();
  await hotel.cluster.client.remove(Pod, "default/big-2");
  await hotel.advance(5_000);
  expect(await placed("late")).toBeDefined();
});

test("a node takes 110 Pods and no more", async () => {
  const hotel = new Hotel({ nodes: 1 });
  await hotel.advance(2_000);
  await hotel.create(Deployment, deployment("web", { replicas: 112 }));
  await hotel.advance(20_000);
  const counts = await nodesOf(hotel, "app=web");
  expect(counts).toEqual({ "node-1": 108, none: 4 }); // two are CoreDNS
  const pods = await hotel.pods("app=web");
  const waiting = pods.find(({ spec }) => !spec.nodeName)!;
  expect((await hotel.events(`Pod/${waiting.metadata.name}`))[0]).toContain(
    "0/1 nodes are available: 1 Too many pods.",
  );
});
