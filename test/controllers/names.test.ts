// Names: what Pods can look up, and what the street can.

import { describe, expect, test } from "vitest";
import { Deployment, Namespace, Pod, Service } from "../../src/api/kinds/index.ts";
import { NetError } from "../../src/net/errors.ts";
import type { Host } from "../../src/net/network.ts";
import { Trace } from "../../src/net/trace.ts";
import { deployment, Hotel, pod, service } from "./hotel.ts";

async function open(): Promise<{ hotel: Hotel; guest: Host }> {
  const hotel = new Hotel();
  await hotel.create(Namespace, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop" },
  });
  await hotel.create(Service, service("web", { clusterIP: "10.96.7.1" }));
  const inShop = service("cart", { clusterIP: "10.96.7.2" });
  await hotel.create(Service, { ...inShop, metadata: { ...inShop.metadata, namespace: "shop" } });
  await hotel.create(Service, service("db", { clusterIP: "None" }));
  await hotel.create(Service, {
    ...service("out"),
    spec: { type: "ExternalName", externalName: "example.com" },
  });
  const named = { hostname: "db-0", subdomain: "db" };
  await hotel.create(Pod, pod("db-0", named, { app: "db" }));
  await hotel.create(Pod, pod("db-1", {}, { app: "db" }));
  await hotel.create(Deployment, deployment("guest"));
  const [one] = await hotel.ready("app=guest", 1);
  await hotel.ready("app=db", 2);
  await hotel.advance(1_000);
  hotel.cluster.publicNames.set("example.com", "203.0.113.10");
  hotel.cluster.publicNames.set("*.wild.example", "203.0.113.20");
  return { hotel, guest: hotel.host(one!) };
}

async function look(hotel: Hotel, from: Host, name: string): Promise<string> {
  const { network, clock } = hotel.cluster;
  const trace = new Trace({ id: "look", now: () => clock.now() });
  try {
    const ips = await clock.finish(network.resolve(from, name, trace));
    return [...ips].sort().join(" ");
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    return error.fault;
  }
}

describe("a Pod looks up", () => {
  test("Services by every name that they have, and what is outside", async () => {
    const { hotel, guest } = await open();
    const db = await Promise.all(["db-0", "db-1"].map((name) => hotel.get(Pod, `default/${name}`)));
    const ips = db.map(({ status }) => status!.podIP!);
    const cases: [string, string][] = [
      ["web", "10.96.7.1"],
      ["WEB", "10.96.7.1"],
      ["web.default", "10.96.7.1"],
      ["web.default.svc", "10.96.7.1"],
      ["web.default.svc.cluster.local", "10.96.7.1"],
      ["web.default.svc.cluster.local.", "10.96.7.1"],
      ["web.", "unresolved"],
      ["cart", "unresolved"],
      ["cart.shop", "10.96.7.2"],
      ["kubernetes", "10.96.0.1"],
      ["kube-dns.kube-system", "10.96.0.10"],
      ["db", [...ips].sort().join(" ")],
      ["db-0.db", ips[0]!],
      [`${ips[1]!.replaceAll(".", "-")}.db`, ips[1]!],
      ["10-1-2-3.default.pod.cluster.local", "10.1.2.3"],
      ["out", "203.0.113.10"],
      ["example.com", "203.0.113.10"],
      ["a.wild.example", "203.0.113.20"],
      ["nobody", "unresolved"],
    ];
    for (const [name, wanted] of cases) {
      expect(`${name} → ${await look(hotel, guest, name)}`).toBe(`${name} → ${wanted}`);
    }
  });

  test("nothing at all while CoreDNS is down", async () => {
    const { hotel, guest } = await open();
    await hotel.patch(Deployment, "kube-system/coredns", { spec: { replicas: 0 } });
    await hotel.advance(5_000);
    expect(await look(hotel, guest, "web")).toBe("unresolved");
    await hotel.patch(Deployment, "kube-system/coredns", { spec: { replicas: 1 } });
    await hotel.advance(5_000);
    expect(await look(hotel, guest, "web")).toBe("10.96.7.1");
  });
});

test("the street looks up what is in the address book only", async () => {
  const { hotel } = await open();
  const { laptop, publicNames } = hotel.cluster;
  const cases: [string, string][] = [
    ["example.com", "203.0.113.10"],
    ["www.example.com", "unresolved"],
    ["a.wild.example", "203.0.113.20"],
    ["a.b.wild.example", "203.0.113.20"],
    ["wild.example", "unresolved"],
    ["node-2", "10.0.0.12"],
    ["web", "unresolved"],
    ["web.default.svc.cluster.local", "unresolved"],
    ["192.0.2.1", "192.0.2.1"],
  ];
  for (const [name, wanted] of cases) {
    expect(`${name} → ${await look(hotel, laptop, name)}`).toBe(`${name} → ${wanted}`);
  }
  publicNames.remove("example.com");
  expect(publicNames.list()).toEqual([{ name: "*.wild.example", ip: "203.0.113.20" }]);
  expect(await look(hotel, laptop, "example.com")).toBe("unresolved");
});
