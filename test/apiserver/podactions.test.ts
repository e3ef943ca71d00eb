// …/binding and …/eviction.

import { describe, expect, test } from "vitest";
import { kinds, Pod } from "../../src/api/kinds/index.ts";
import { defineKind } from "../../src/api/kinds/kind.ts";
import type { Kind } from "../../src/api/kinds/kind.ts";
import type { Obj } from "../../src/api/object.ts";
import { pod, world } from "./world.ts";
import type { World } from "./world.ts";

const pods = "/api/v1/namespaces/default/pods";

const Budget: Kind =
  kinds.find(({ kind }) => kind === "PodDisruptionBudget") ??
  defineKind({
    kind: "PodDisruptionBudget",
    group: "policy",
    plural: "poddisruptionbudgets",
    namespaced: true,
    subresources: ["status"],
  });

async function hotel(allowed?: number): Promise<World> {
  const it = world({ kinds: [...new Set([...kinds, Budget])] });
  await it.client.create(Pod, pod("web", { nodeName: "node-1" }));
  const running = await it.client.get(Pod, "default/web");
  const conditions = [{ type: "Ready", status: "True" }];
  const status = { ...running!.status, phase: "Running", conditions };
  await it.client.updateStatus(Pod, { ...running!, status } as Pod);
  if (allowed === undefined) return it;
  const metadata = { name: "guard", namespace: "default" };
  const spec = { selector: { matchLabels: { app: "web" } }, minAvailable: 1 };
  const budget = await it.client.create(Budget, {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec,
  } as Obj);
  const current = { currentHealthy: 1, desiredHealthy: 1, disruptionsAllowed: allowed };
  const counted = { observedGeneration: 1, expectedPods: 1, ...current };
  await it.client.updateStatus(Budget, { ...budget, status: counted } as Obj);
  return it;
}

const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "web" } };

describe("eviction", () => {
  test.each([undefined, 1])("ends the Pod (budget %s)", async (allowed) => {
    const it = await hotel(allowed);
    const answer = await it.rest(`POST ${pods}/web/eviction`, eviction);
    expect(answer).toMatchObject({ status: 201, body: { status: "Success" } });
    const left = await it.client.get(Pod, "default/web");
    expect(left?.metadata.deletionTimestamp).toBeDefined();
    if (allowed === undefined) return;
    const budget = await it.client.get(Budget, "default/guard");
    expect(budget).toMatchObject({
      status: { disruptionsAllowed: 0, disruptedPods: { web: expect.any(String) } },
    });
  });

  test("an exhausted budget refuses", async () => {
    const it = await hotel(0);
    const answer = await it.rest(`POST ${pods}/web/eviction`, eviction);
    expect(answer.body).toMatchObject({
      code: 429,
      reason: "TooManyRequests",
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          {
            reason: "DisruptionBudget",
            message: "The disruption budget guard needs 1 healthy pods and has 1 currently",
          },
        ],
      },
    });
  });

  test("a trial run changes nothing; another name is refused", async () => {
    const it = await hotel();
    await it.rest(`POST ${pods}/web/eviction?dryRun=All`, eviction);
    expect((await it.client.get(Pod, "default/web"))?.metadata.deletionTimestamp).toBeUndefined();
    const other = { ...eviction, metadata: { name: "x" } };
    expect((await it.rest(`POST ${pods}/web/eviction`, other)).body).toMatchObject({
      message: "name in URL does not match name in Eviction object",
    });
    expect(
      (await it.rest(`POST ${pods}/none/eviction`, { ...eviction, metadata: {} })).status,
    ).toBe(404);
  });
});

describe("binding", () => {
  const binding = { apiVersion: "v1", kind: "Binding", target: { kind: "Node", name: "node-2" } };

  test("names the node, once", async () => {
    const it = await hotel();
    await it.client.create(Pod, pod("idle"));
    const answer = await it.rest(`POST ${pods}/idle/binding`, binding);
    expect(answer.status).toBe(201);
    expect((await it.client.get(Pod, "default/idle"))?.spec.nodeName).toBe("node-2");
    expect((await it.rest(`POST ${pods}/idle/binding`, binding)).body).toMatchObject({
      code: 409,
      message:
        'Operation cannot be fulfilled on pods "idle": pod idle is already assigned to node "node-2"',
    });
  });
});
