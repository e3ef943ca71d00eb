// EndpointSlices: who stands behind a Service, and in what state.

import { expect, test } from "vitest";
import { Deployment, Endpoints, EndpointSlice, Pod, Service } from "../../src/api/kinds/index.ts";
import { Hotel, deployment, pod, service } from "./hotel.ts";

async function slices(hotel: Hotel, name: string): Promise<readonly EndpointSlice[]> {
  return hotel.list(EndpointSlice, `kubernetes.io/service-name=${name}`);
}

/** "10.244.1.2 ready serving": one line an endpoint. */
async function endpoints(hotel: Hotel, name: string): Promise<string[]> {
  return (await slices(hotel, name)).flatMap(({ endpoints: all }) =>
    (all ?? []).map(({ addresses, conditions = {} }) => {
      const { ready, serving, terminating } = conditions;
      const words = [ready && "ready", serving && "serving", terminating && "terminating"];
      return [addresses[0], ...words.filter(Boolean)].join(" ");
    }),
  );
}

const unready = { readinessProbe: { httpGet: { path: "/", port: 1 } } };

test("a Service has one slice with its ready Pods, labelled and owned as upstream's", async () => {
  const hotel = new Hotel();
  await hotel.create(Service, service("web"));
  await hotel.create(Deployment, deployment("web", { replicas: 2 }));
  const pods = await hotel.ready("app=web", 2);
  await hotel.until(async () => (await endpoints(hotel, "web")).length === 2);
  const [slice, ...others] = await slices(hotel, "web");
  const owner = await hotel.get(Service, "default/web");
  expect(others).toEqual([]);
  expect(slice!.metadata.name).toMatch(/^web-[b-df-hj-np-tv-z24-9]{5}$/);
  expect(slice!.metadata.labels).toEqual({
    "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    "kubernetes.io/service-name": "web",
  });
  expect(slice!.metadata.ownerReferences![0]).toMatchObject({
    kind: "Service",
    uid: owner.metadata.uid,
  });
  expect(slice!.addressType).toBe("IPv4");
  expect(slice!.ports).toEqual([{ name: "", port: 8080, protocol: "TCP" }]);
  const [first] = slice!.endpoints;
  const its = pods.find(({ status }) => status!.podIP === first!.addresses[0])!;
  expect(first).toEqual({
    addresses: [its.status!.podIP],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: its.spec.nodeName,
    targetRef: {
      kind: "Pod",
      namespace: "default",
      name: its.metadata.name,
      uid: its.metadata.uid,
    },
  });
});

test("a Service without Pods has an empty slice; without a selector none", async () => {
  const hotel = new Hotel();
  await hotel.create(Service, service("web"));
  await hotel.create(Service, {
    ...service("manual"),
    spec: { ports: [{ port: 80 }] },
  });
  await hotel.advance(1_000);
  expect((await slices(hotel, "web")).map((one) => one.endpoints)).toEqual([[]]);
  expect(await slices(hotel, "manual")).toEqual([]);
});

test("not ready, terminating, published all the same", async () => {
  const hotel = new Hotel();
  const sleep = { image: "busybox:1.37", command: ["sleep", "infinity"] };
  await hotel.create(Service, service("web"));
  await hotel.create(
    Service,
    service("eager", { selector: { app: "web" }, publishNotReadyAddresses: true }),
  );
  await hotel.create(Deployment, deployment("web", { container: unready }));
  await hotel.until(async () => (await endpoints(hotel, "eager"))[0]?.includes("ready") === true);
  expect(await endpoints(hotel, "web")).toEqual([expect.stringMatching(/^10\.244\.\d\.\d+$/)]);
  expect(await endpoints(hotel, "eager")).toEqual([expect.stringMatching(/^10\.\S+ ready$/)]);

  await hotel.create(Service, service("leaving"));
  await hotel.create(Deployment, deployment("leaving", { container: sleep }));
  const [leaver] = await hotel.ready("app=leaving", 1);
  await hotel.advance(500);
  await hotel.cluster.client.remove(Pod, `default/${leaver!.metadata.name}`);
  await hotel.advance(5_000);
  const all = await endpoints(hotel, "leaving");
  expect(all).toContain(`${leaver!.status!.podIP} serving terminating`);
  expect(all).toHaveLength(2);
  await hotel.advance(30_000);
  expect(await endpoints(hotel, "leaving")).toHaveLength(1);
});

test("named ports follow each Pod; a Pod without the name is left out", async () => {
  const hotel = new Hotel();
  await hotel.create(Service, service("web"));
  const app = { app: "web" };
  const on = (containerPort: number, name: string): object => ({
    containers: [{ name: "c", image: "echo:1", ports: [{ containerPort, name }] }],
  });
  await hotel.create(Pod, pod("one", on(8080, "http"), app));
  await hotel.create(Pod, pod("two", on(9090, "http"), app));
  await hotel.create(Pod, pod("three", on(7070, "other"), app));
  await hotel.ready("app=web", 3);
  await hotel.advance(1_000);
  const seen = (await slices(hotel, "web")).map(({ ports, endpoints: all }) => [
    ports!.map(({ port }) => port),
    all.map(({ targetRef }) => targetRef!.name),
  ]);
  expect(seen.sort()).toEqual([
    [[], ["three"]],
    [[8080], ["one"]],
    [[9090], ["two"]],
  ]);
});

test("headless Services say so, and name Pods that have a hostname", async () => {
  const hotel = new Hotel();
  await hotel.create(Service, service("db", { clusterIP: "None", selector: { app: "db" } }));
  const spec = { hostname: "db-0", subdomain: "db" };
  await hotel.create(Pod, pod("db-0", spec, { app: "db" }));
  await hotel.ready("app=db", 1);
  await hotel.advance(1_000);
  const [slice] = await slices(hotel, "db");
  expect(slice!.metadata.labels).toMatchObject({ "service.kubernetes.io/headless": "" });
});

test("a hundred endpoints a slice, and few writes for many Pods", async () => {
  const hotel = new Hotel();
  await hotel.create(Service, service("web"));
  await hotel.create(Deployment, deployment("web", { replicas: 230 }));
  await hotel.ready("app=web", 230);
  await hotel.advance(1_000);
  const sizes = (await slices(hotel, "web")).map((one) => one.endpoints.length);
  expect(sizes.sort((a, b) => b - a)).toEqual([100, 100, 30]);
  const generations = (await slices(hotel, "web")).map(({ metadata }) => metadata.generation ?? 0);
  expect(Math.max(...generations)).toBeLessThan(60);

  await hotel.patch(Deployment, "default/web", { spec: { replicas: 20 } });
  await hotel.ready("app=web", 20);
  await hotel.advance(1_000);
  const left = (await slices(hotel, "web")).map((one) => one.endpoints.length);
  expect(left.reduce((a, b) => a + b, 0)).toBe(20);
});

test("a slice that somebody deletes comes back", async () => {
  const hotel = new Hotel();
  await hotel.create(Service, service("web"));
  await hotel.create(Deployment, deployment("web"));
  await hotel.ready("app=web", 1);
  await hotel.advance(1_000);
  const [slice] = await slices(hotel, "web");
  await hotel.cluster.client.remove(EndpointSlice, `default/${slice!.metadata.name}`);
  await hotel.advance(1_000);
  expect(await endpoints(hotel, "web")).toHaveLength(1);
});

test("Endpoints, the older list, says the same", async () => {
  const hotel = new Hotel();
  const { client } = hotel.cluster;
  await hotel.create(Service, service("web"));
  await hotel.create(Deployment, deployment("web", { replicas: 2 }));
  await hotel.create(
    Pod,
    pod("late", { containers: [{ name: "c", image: "echo", ...unready }] }, { app: "web" }),
  );
  const ready = async (): Promise<number> =>
    (await endpoints(hotel, "web")).filter((one) => one.includes("ready")).length;
  await hotel.until(async () => (await ready()) === 2);
  await hotel.advance(1_000);
  const { subsets, metadata } = await hotel.get(Endpoints, "default/web");
  expect(metadata.labels).toEqual({
    "endpoints.kubernetes.io/managed-by": "endpoint-controller",
  });
  const seen = subsets!.map(({ addresses = [], notReadyAddresses = [], ports }) => [
    addresses.length,
    notReadyAddresses.map(({ targetRef }) => targetRef!.name),
    ports,
  ]);
  expect(seen).toContainEqual([2, [], [{ port: 8080, protocol: "TCP" }]]);
  await client.remove(Service, "default/web");
  await hotel.until(async () => (await client.get(Endpoints, "default/web")) === undefined);
});
