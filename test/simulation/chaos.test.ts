// Chance against the controllers: Pods die, Deployments are scaled and changed, Services come and
// go, all from one seed. Afterwards, when it is quiet: what was asked for is there, the endpoints
// are the ready Pods, and nothing is left to do. A failure prints its seed.

import { expect, test } from "vitest";
import { Random } from "../../src/base/random.ts";
import { Deployment, EndpointSlice, Pod, ReplicaSet, Service } from "../../src/api/kinds/index.ts";
import { isNotFound } from "../../src/api/errors.ts";
import type { VirtualNetwork } from "../../src/net/virtual.ts";
import { deployment, Hotel, isReady, service } from "../controllers/hotel.ts";

const names = ["a", "b", "c"];

/** One thing that a careless person does. */
async function act(hotel: Hotel, random: Random): Promise<void> {
  const { client } = hotel.cluster;
  const name = random.pick(names);
  const key = `default/${name}`;
  const exists = (await client.get(Deployment, key)) !== undefined;
  const pods = await hotel.pods();
  switch (random.int(11)) {
    case 0:
    case 1:
      if (!exists) await hotel.create(Deployment, deployment(name, { replicas: random.int(6) }));
      else await hotel.patch(Deployment, key, { spec: { replicas: random.int(7) } });
      return;
    case 2:
      if (pods.length === 0) return;
      return client.remove(Pod, `default/${random.pick(pods).metadata.name}`, {
        ...(random.int(2) === 0 && { graceSeconds: 0 }),
      });
    case 3: {
      const containers = [
        { name, image: `echo:${random.int(3)}`, ports: [{ containerPort: 8080, name: "http" }] },
      ];
      if (exists)
        await hotel.patch(Deployment, key, { spec: { template: { spec: { containers } } } });
      return;
    }
    case 4:
      if (!(await client.get(Service, key))) await hotel.create(Service, service(name));
      else if (random.int(3) === 0) await client.remove(Service, key);
      return;
    case 5:
      if (exists && random.int(3) === 0) {
        const propagation = random.pick(["Background", "Foreground"] as const);
        await client.remove(Deployment, key, { propagation });
      }
      return;
    case 6: {
      const sets = await hotel.list(ReplicaSet);
      if (sets.length > 0)
        await client.remove(ReplicaSet, `default/${random.pick(sets).metadata.name}`);
      return;
    }
    case 7: {
      const slices = await hotel.list(EndpointSlice);
      const slice = slices.find(({ metadata }) => metadata.name !== "kubernetes");
      if (slice) await client.remove(EndpointSlice, `default/${slice.metadata.name}`);
      return;
    }
    case 8: {
      const from = pods.find(isReady);
      if (!from) return;
      const { status, fault } = await hotel.visit(hotel.host(from), `${name}/`);
      expect(status ?? fault).toBeOneOf([200, "refused", "timeout", "unresolved", "reset"]);
      return;
    }
    case 9:
      await hotel.advance(random.int(20_000));
      return;
    case 10:
      if (pods.length > 0) {
        const one = random.pick(pods);
        await hotel.patch(Pod, `default/${one.metadata.name}`, {
          metadata: { labels: { app: random.pick([...names, "nobody"]) } },
        });
      }
  }
}

/** What must hold when everything has come to rest. */
async function check(hotel: Hotel): Promise<void> {
  for (const { metadata, spec, status } of await hotel.list(Deployment)) {
    const { name } = metadata;
    expect(status, name).toMatchObject({ observedGeneration: metadata.generation });
    expect(status?.updatedReplicas ?? 0, name).toBe(spec.replicas);
    expect(status?.availableReplicas ?? 0, name).toBe(spec.replicas);
    expect(status?.replicas ?? 0, name).toBe(spec.replicas);
  }
  const owners = new Set((await hotel.list(ReplicaSet)).map(({ metadata }) => metadata.uid));
  for (const { metadata } of await hotel.pods()) {
    for (const { uid } of metadata.ownerReferences ?? []) expect(owners).toContain(uid);
    expect(metadata.deletionTimestamp).toBeUndefined();
  }
  for (const { metadata } of await hotel.list(Service)) {
    if (metadata.name === "kubernetes") continue;
    const label = `kubernetes.io/service-name=${metadata.name}`;
    const ready = (await hotel.list(EndpointSlice, label)).flatMap(({ endpoints }) =>
      endpoints.filter(({ conditions }) => conditions?.ready).map(({ addresses }) => addresses[0]),
    );
    const pods = (await hotel.pods(`app=${metadata.name}`)).filter(isReady);
    expect(ready.sort()).toEqual(pods.map(({ status }) => status!.podIP).sort());
  }
  const ips = (await hotel.pods()).map(({ status }) => status!.podIP);
  expect(new Set(ips).size).toBe(ips.length);
}

test.each([1, 2, 3, 4, 5, 6])(
  "seed %i: everything comes to rest as it was asked for",
  async (seed) => {
    const hotel = new Hotel({ seed });
    const random = new Random(seed).fork("chaos");
    for (let i = 0; i < 60; i++) {
      await act(hotel, random).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
      await hotel.advance(random.int(1_500));
    }
    await hotel.advance(1_300_000); // all back-offs and deadlines
    await check(hotel);
    expect(hotel.cluster.clock.dueAt()).toBeUndefined();
    expect((hotel.cluster.network as VirtualNetwork).connections).toBe(0);
  },
);
