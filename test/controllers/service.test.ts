// Doors: load balancers of the cloud, NodePorts, traffic policies, session affinity.

import { describe, expect, test } from "vitest";
import { Deployment, Service } from "../../src/api/kinds/index.ts";
import { deployment, Hotel, service } from "./hotel.ts";

async function address(hotel: Hotel, name: string): Promise<string | undefined> {
  const { status } = await hotel.get(Service, `default/${name}`);
  return status?.loadBalancer?.ingress?.[0]?.ip;
}

async function opened(hotel: Hotel, name: string): Promise<string> {
  await hotel.until(async () => (await address(hotel, name)) !== undefined);
  return (await address(hotel, name))!;
}

const balanced = { type: "LoadBalancer" as const, selector: { app: "web" } };

describe("load balancers", () => {
  test("take seconds, come in turn, say what they do, and give the address back", async () => {
    const hotel = new Hotel();
    const { client, clock } = hotel.cluster;
    const startedAt = clock.now();
    await hotel.create(Service, service("one", balanced));
    expect(await opened(hotel, "one")).toBe("203.0.113.10");
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(2_000);
    expect(await hotel.events("Service/one")).toEqual([
      "Normal EnsuringLoadBalancer: Ensuring load balancer",
      "Normal EnsuredLoadBalancer: Ensured load balancer",
    ]);
    const { metadata, status } = await hotel.get(Service, "default/one");
    expect(metadata.finalizers).toEqual(["service.kubernetes.io/load-balancer-cleanup"]);
    expect(status!.loadBalancer!.ingress).toEqual([{ ip: "203.0.113.10", ipMode: "VIP" }]);

    await hotel.create(Service, service("two", balanced));
    expect(await opened(hotel, "two")).toBe("203.0.113.11");
    await client.remove(Service, "default/one");
    await hotel.until(async () => (await client.get(Service, "default/one")) === undefined);
    await hotel.create(Service, service("three", balanced));
    expect(await opened(hotel, "three")).toBe("203.0.113.10");
  });

  test("an address may be asked for", async () => {
    const hotel = new Hotel();
    await hotel.create(Service, service("one", { ...balanced, loadBalancerIP: "203.0.113.40" }));
    expect(await opened(hotel, "one")).toBe("203.0.113.40");
  });

  test("a Service that stops being one loses it", async () => {
    const hotel = new Hotel();
    await hotel.create(Service, service("one", balanced));
    await opened(hotel, "one");
    await hotel.patch(Service, "default/one", { spec: { type: "ClusterIP" } });
    await hotel.until(async () => (await address(hotel, "one")) === undefined);
    await hotel.advance(1_000);
    expect((await hotel.get(Service, "default/one")).metadata.finalizers).toBeUndefined();
    expect((await hotel.events("Service/one")).slice(2)).toEqual([
      "Normal DeletingLoadBalancer: Deleting load balancer",
      "Normal DeletedLoadBalancer: Deleted load balancer",
    ]);
    expect(await hotel.visit(hotel.cluster.laptop, "203.0.113.10")).toMatchObject({
      fault: "refused",
    });
  });

  test("another class is another implementation's business", async () => {
    const hotel = new Hotel();
    const spec = { ...balanced, loadBalancerClass: "example.com/own" };
    await hotel.create(Service, service("one", spec));
    await hotel.advance(20_000);
    expect(await address(hotel, "one")).toBeUndefined();
    expect(await hotel.events("Service/one")).toEqual([]);
  });
});

describe("externalTrafficPolicy", () => {
  async function open(externalTrafficPolicy: "Cluster" | "Local"): Promise<Hotel> {
    const hotel = new Hotel();
    await hotel.create(Deployment, deployment("web"));
    await hotel.create(Service, service("web", { ...balanced, externalTrafficPolicy }));
    await hotel.ready("app=web", 1);
    await opened(hotel, "web");
    return hotel;
  }

  test("Cluster: every node answers, and the Pod sees the node", async () => {
    const hotel = await open("Cluster");
    const { nodePort } = (await hotel.get(Service, "default/web")).spec.ports![0]!;
    for (const node of ["1", "2", "3"]) {
      const visit = await hotel.visit(hotel.cluster.laptop, `node-${node}:${nodePort}/`);
      expect(visit.status).toBe(200);
      expect(JSON.parse(visit.body)).toMatchObject({ clientIp: `10.0.0.1${node}` });
    }
  });

  test("Local: only the Pod's node answers, and the Pod sees the guest", async () => {
    const hotel = await open("Local");
    const [pod] = await hotel.pods("app=web");
    const { nodePort } = (await hotel.get(Service, "default/web")).spec.ports![0]!;
    for (const node of ["node-1", "node-2", "node-3"]) {
      const visit = await hotel.visit(hotel.cluster.laptop, `${node}:${nodePort}/`);
      if (node === pod!.spec.nodeName) {
        expect(JSON.parse(visit.body)).toMatchObject({ clientIp: "198.51.100.7" });
      } else {
        expect(visit.fault).toBe("timeout");
        expect(visit.why).toContain(
          `externalTrafficPolicy is Local and ${node} has no ready endpoint`,
        );
      }
    }
    for (let i = 0; i < 5; i++) {
      const visit = await hotel.visit(hotel.cluster.laptop, "203.0.113.10");
      expect(visit.status).toBe(200);
    }
  });
});

test("from inside, the public address leads straight to a Pod", async () => {
  const hotel = new Hotel();
  await hotel.create(Deployment, deployment("web"));
  await hotel.create(Service, service("web", balanced));
  const [pod] = await hotel.ready("app=web", 1);
  const ip = await opened(hotel, "web");
  const visit = await hotel.visit(hotel.host(pod!), ip);
  expect(visit.status).toBe(200);
  expect(visit.trace.hops.map(({ by }) => by)).not.toContain("cloud/load-balancer");
});

test("session affinity keeps a client at its Pod; without it all get some", async () => {
  const hotel = new Hotel();
  await hotel.create(Deployment, deployment("web", { replicas: 3 }));
  const selector = { app: "web" };
  await hotel.create(Service, service("sticky", { selector, sessionAffinity: "ClientIP" }));
  await hotel.create(Service, service("free", { selector }));
  const [from] = await hotel.ready("app=web", 3);
  await hotel.advance(500);
  const names = async (url: string): Promise<number> => {
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const { body } = await hotel.visit(hotel.host(from!), url);
      seen.add((JSON.parse(body) as { pod: string }).pod);
    }
    return seen.size;
  };
  expect(await names("sticky")).toBe(1);
  expect(await names("free")).toBe(3);
});
