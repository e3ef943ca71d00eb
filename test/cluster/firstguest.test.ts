// The first guest: from a manifest to an answered request, on every way in.

import { describe, expect, test } from "vitest";
import { Deployment, EndpointSlice, Event, Pod, Service } from "../../src/api/kinds/index.ts";
import { kinds } from "../../src/api/kinds/index.ts";
import { deployment, Hotel, service } from "../controllers/hotel.ts";

async function open(seed = 1): Promise<Hotel> {
  const hotel = new Hotel({ seed });
  await hotel.create(Deployment, deployment("backend", { replicas: 2 }));
  await hotel.create(
    Deployment,
    deployment("guest", { image: "curlimages/curl", container: sleep }),
  );
  await hotel.create(Service, service("backend"));
  await hotel.create(Service, service("door", { type: "NodePort", selector: { app: "backend" } }));
  await hotel.create(
    Service,
    service("gate", { type: "LoadBalancer", selector: { app: "backend" } }),
  );
  await hotel.ready("app=backend", 2);
  await hotel.ready("app=guest", 1);
  await hotel.until(async () => Boolean((await gate(hotel)) && (await sliced(hotel))));
  return hotel;
}

const sleep = { command: ["sleep", "infinity"] };

async function gate(hotel: Hotel): Promise<string | undefined> {
  return (await hotel.get(Service, "default/gate")).status?.loadBalancer?.ingress?.[0]?.ip;
}

async function sliced(hotel: Hotel): Promise<boolean> {
  const slices = await hotel.list(EndpointSlice, "kubernetes.io/service-name=backend");
  return slices.flatMap(({ endpoints }) => endpoints ?? []).length === 2;
}

describe("a request reaches a Pod", () => {
  test("from another Pod by the Service's name, from the street by NodePort and balancer", async () => {
    const hotel = await open();
    const { laptop } = hotel.cluster;
    const [guest] = await hotel.pods("app=guest");
    const { nodePort } = (await hotel.get(Service, "default/door")).spec.ports![0]!;

    const inside = await hotel.visit(hotel.host(guest!), "backend/x?y=1");
    expect(inside.status).toBe(200);
    expect(JSON.parse(inside.body)).toMatchObject({
      method: "GET",
      path: "/x",
      host: "backend",
      query: { y: "1" },
      namespace: "default",
      pod: expect.stringMatching(/^backend-/),
      clientIp: guest!.status!.podIP,
    });
    expect(inside.trace.hops.map(({ by, did }) => `${by} ${did}`)).toEqual([
      "dns/coredns resolve",
      `node/${guest!.spec.nodeName} forward`,
      `pod/default/${guest!.metadata.name} connect`,
      expect.stringMatching(/^pod\/default\/backend-.* request$/),
      expect.stringMatching(/^pod\/default\/backend-.* respond$/),
    ]);

    const byNode = await hotel.visit(laptop, `node-2:${nodePort}/`);
    expect(byNode.status).toBe(200);
    expect(JSON.parse(byNode.body)).toMatchObject({ clientIp: "10.0.0.12" });

    expect(await gate(hotel)).toBe("203.0.113.10");
    const byGate = await hotel.visit(laptop, "203.0.113.10/");
    expect(byGate.status).toBe(200);
    expect(byGate.trace.hops.map(({ by, did }) => `${by} ${did}`).slice(0, 3)).toEqual([
      "cloud/load-balancer forward",
      expect.stringMatching(/^node\/node-\d forward$/),
      "client/laptop connect",
    ]);
  });

  test("and is refused or lost where real ones are, with the reason", async () => {
    const hotel = await open();
    const { laptop } = hotel.cluster;
    const [backend] = await hotel.pods("app=backend");
    const { clusterIP } = (await hotel.get(Service, "default/backend")).spec;
    const cases: [url: string, fault: string, why: RegExp][] = [
      ["203.0.113.10:443", "refused", /Service default\/gate does not listen on port 443/],
      ["203.0.113.11", "timeout", /no host answers/],
      [clusterIP!, "timeout", /is a ClusterIP: only Pods and nodes can reach it/],
      [`${backend!.status!.podIP}:8080`, "timeout", /is a Pod's address/],
      ["node-1:30999", "refused", /nobody listens on port 30999 of node\/node-1/],
      ["backend.default.svc.cluster.local", "unresolved", /the address book has no backend/],
    ];
    for (const [url, fault, why] of cases) {
      const visit = await hotel.visit(laptop, url);
      expect(visit, url).toMatchObject({ fault });
      expect(visit.why).toMatch(why);
    }
    const [guest] = await hotel.pods("app=guest");
    await hotel.patch(Deployment, "default/backend", { spec: { replicas: 0 } });
    await hotel.ready("app=backend", 0);
    const nobody = await hotel.visit(hotel.host(guest!), "backend");
    expect(nobody).toMatchObject({
      fault: "refused",
      why: "Service default/backend has no ready endpoints",
    });
  });

  test("the entrance refuses until a Service opens it", async () => {
    const hotel = new Hotel();
    await hotel.advance(1_000);
    const visit = await hotel.visit(hotel.cluster.laptop, "203.0.113.10");
    expect(visit).toMatchObject({
      fault: "refused",
      why: "no Service of type LoadBalancer has opened 203.0.113.10",
    });
  });
});

describe("a run is a function of the seed", () => {
  const dump = async (hotel: Hotel): Promise<string> => {
    const [guest] = await hotel.pods("app=guest");
    const visit = await hotel.visit(hotel.host(guest!), "backend/x");
    const all = [];
    for (const kind of kinds) all.push((await hotel.cluster.client.list(kind)).items);
    return JSON.stringify([all, visit.body, visit.trace.hops], null, 1);
  };

  test("twice the same seed: the same objects and the same trace, byte for byte", async () => {
    expect(await dump(await open(7))).toBe(await dump(await open(7)));
  });

  test("another seed: other names", async () => {
    expect(await dump(await open(7))).not.toBe(await dump(await open(8)));
  });

  test("two clusters in one process never meet", async () => {
    const [one, other] = [new Hotel({ seed: 3 }), new Hotel({ seed: 3 })];
    await one.create(Deployment, deployment("web", { replicas: 2 }));
    await one.ready("app=web", 2);
    await other.advance(10_000);
    expect(await other.pods()).toEqual([]);
    expect((await other.cluster.client.list(Event)).items.length).toBeGreaterThan(0);
    const alone = new Hotel({ seed: 3 });
    await alone.create(Deployment, deployment("web", { replicas: 2 }));
    await alone.ready("app=web", 2);
    expect(await alone.list(Pod)).toEqual(await one.list(Pod));
  });

  test("an idle cluster has nothing to do", async () => {
    const hotel = await open();
    await hotel.advance(700_000);
    const before = (await hotel.cluster.client.list(Event)).resourceVersion;
    expect(hotel.cluster.clock.dueAt()).toBeUndefined();
    await hotel.advance(3_600_000);
    expect((await hotel.cluster.client.list(Event)).resourceVersion).toBe(before);
  });

  test("a stopped cluster leaves no timer", async () => {
    const hotel = await open();
    hotel.cluster.stop();
    await hotel.advance(700_000);
    expect(hotel.cluster.clock.dueAt()).toBeUndefined();
  });
});
