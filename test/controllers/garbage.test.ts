// What goes with what: owners and dependents, namespaces and their content.

import { describe, expect, test } from "vitest";
import {
  ConfigMap,
  Deployment,
  EndpointSlice,
  Namespace,
  Pod,
  ReplicaSet,
  Service,
} from "../../src/api/kinds/index.ts";
import { kinds } from "../../src/api/kinds/index.ts";
import { controlledBy, controllerOf } from "../../src/api/object.ts";
import type { OwnerReference } from "../../src/api/object.ts";
import { deployment, Hotel, service } from "./hotel.ts";

function map(name: string, ownerReferences: OwnerReference[] = []): ConfigMap {
  const owners = ownerReferences.length > 0 ? { ownerReferences } : {};
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "default", ...owners },
  };
}

async function open(): Promise<Hotel> {
  const hotel = new Hotel();
  await hotel.create(Deployment, deployment("web", { replicas: 2 }));
  await hotel.ready("app=web", 2);
  await hotel.advance(1_000);
  return hotel;
}

describe("deleting a Deployment", () => {
  test("in the background: it goes first, everything else after it", async () => {
    const hotel = await open();
    const { client } = hotel.cluster;
    await client.remove(Deployment, "default/web", { propagation: "Background" });
    expect(await client.get(Deployment, "default/web")).toBeUndefined();
    expect(await hotel.pods()).toHaveLength(2);
    await hotel.until(async () => (await hotel.pods()).length === 0);
    expect(await hotel.list(ReplicaSet)).toEqual([]);
  });

  test("in the foreground: it goes last", async () => {
    const hotel = await open();
    const { client } = hotel.cluster;
    await client.remove(Deployment, "default/web", { propagation: "Foreground" });
    await hotel.until(async () => {
      const gone = (await client.get(Deployment, "default/web")) === undefined;
      const left = (await hotel.pods()).length + (await hotel.list(ReplicaSet)).length;
      if (gone) expect(left).toBe(0);
      return gone;
    });
  });

  test("orphaning: its ReplicaSet stays, without an owner, and keeps its Pods", async () => {
    const hotel = await open();
    const { client } = hotel.cluster;
    await client.remove(Deployment, "default/web", { propagation: "Orphan" });
    await hotel.until(async () => (await client.get(Deployment, "default/web")) === undefined);
    await hotel.advance(5_000);
    const [set] = await hotel.list(ReplicaSet);
    expect(controllerOf(set!)).toBeUndefined();
    expect(await hotel.pods()).toHaveLength(2);

    await hotel.create(Deployment, deployment("web", { replicas: 2 }));
    await hotel.advance(5_000);
    const [adopted, ...others] = await hotel.list(ReplicaSet);
    expect(others).toEqual([]);
    expect(controllerOf(adopted!)?.name).toBe("web");
  });
});

test("an owner that never was: the dependent goes; one of two that lives: it stays", async () => {
  const hotel = new Hotel();
  const alive = await hotel.create(ConfigMap, map("alive"));
  const dead = { ...controlledBy(alive), name: "dead", uid: "no-such-uid", controller: false };
  await hotel.create(ConfigMap, map("orphan", [dead]));
  await hotel.create(ConfigMap, map("kept", [dead, controlledBy(alive)]));
  await hotel.advance(1_000);
  const names = (await hotel.list(ConfigMap)).map(({ metadata }) => metadata.name);
  expect(names.sort()).toEqual(["alive", "kept"]);
  const { ownerReferences } = (await hotel.get(ConfigMap, "default/kept")).metadata;
  expect(ownerReferences!.map(({ name }) => name)).toEqual(["alive"]);
});

test("a Service takes its slices with it", async () => {
  const hotel = await open();
  await hotel.create(Service, service("web"));
  await hotel.until(async () => (await hotel.list(EndpointSlice)).length === 2); // kubernetes' too
  await hotel.cluster.client.remove(Service, "default/web");
  await hotel.until(async () => (await hotel.list(EndpointSlice)).length === 1);
});

test("a namespace goes when nothing is left in it, and takes everything with it", async () => {
  const hotel = new Hotel();
  const { client } = hotel.cluster;
  const inShop = <T extends { metadata: object }>(object: T): T => ({
    ...object,
    metadata: { ...object.metadata, namespace: "shop" },
  });
  await hotel.create(Namespace, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop" },
  });
  await hotel.create(Deployment, inShop(deployment("web", { replicas: 2 })));
  await hotel.create(Service, inShop(service("web", { type: "LoadBalancer" })));
  await hotel.create(ConfigMap, inShop(map("config")));
  await hotel.advance(10_000);
  expect((await client.list(Pod, { namespace: "shop" })).items).toHaveLength(2);

  await client.remove(Namespace, "shop");
  await hotel.advance(50);
  expect((await hotel.get(Namespace, "shop")).status!.phase).toBe("Terminating");
  await expect(client.create(ConfigMap, inShop(map("late")))).rejects.toThrow(
    "because it is being terminated",
  );
  await hotel.until(async () => (await client.get(Namespace, "shop")) === undefined);
  for (const kind of kinds.filter(({ namespaced }) => namespaced)) {
    expect((await client.list(kind, { namespace: "shop" })).items, kind.kind).toEqual([]);
  }
  expect(await hotel.visit(hotel.cluster.laptop, "203.0.113.10")).toMatchObject({
    fault: "refused",
  });
});
