// What a cluster costs: CPU from nothing to the first 200 through an Ingress, and to Ready Pods.
//
// The limit is the same amount of API writes on a bare store, for scale; the peer (webernetes)
// is quoted by the performance notes and is not installed here.

import { Informers } from "../../src/client/informer.ts";
import { Cluster } from "../../src/cluster/cluster.ts";
import { openHotel } from "../../src/sandbox/hotel.ts";
import { visit } from "../../src/lesson/visit.ts";
import { Trace } from "../../src/net/trace.ts";
import { Deployment } from "../../src/api/kinds/index.ts";
import type { Row } from "./route.ts";

export async function bench(): Promise<Row[]> {
  await firstGuest(); // warms the engine up, as a page does before the first guest
  const cold = await median(firstGuest);
  const rows: Row[] = [row("cluster, charts and card to the first 200", "ms CPU", cold)];
  for (const replicas of [10, 100, 1000]) {
    rows.push(
      row(`${replicas} replicas Ready`, "ms CPU", await median(() => scaleTo(replicas), 3)),
    );
  }
  return rows;
}

function row(metric: string, unit: string, ours: number): Row {
  return { metric, unit, ours: Math.round(ours * 10) / 10, peer: null, peerName: "–", limit: null };
}

async function median(run: () => Promise<number>, times = 5): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) all.push(await run());
  return all.sort((a, b) => a - b)[Math.floor(times / 2)]!;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const fanout = {
  name: "fanout.yaml",
  content: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: simple-fanout }
spec:
  ingressClassName: nginx
  rules:
  - host: example.com
    http:
      paths:
      - { path: /web, pathType: Prefix, backend: { service: { name: frontend-service, port: { number: 80 } } } }
`,
};

async function firstGuest(): Promise<number> {
  const before = cpuMs();
  const names = { "example.com": "203.0.113.10" };
  const start = { broken: false, install: ["ingress-nginx"], names, objects: [fanout], files: [] };
  const { cluster, close } = await openHotel({ seed: 1, start });
  const street = {
    network: cluster.network,
    clock: cluster.clock,
    from: cluster.laptop,
    userAgent: "bench",
    patienceMs: 60_000,
    random: cluster.random.fork("bench"),
    trusted: "",
  };
  const trace = new Trace({ id: "first", now: () => cluster.clock.now() });
  const ending = await cluster.clock.finish(
    visit(street, { method: "GET", url: "http://example.com/web" }, trace),
  );
  if (!("status" in ending) || ending.status !== 200) throw new Error(JSON.stringify(ending));
  const took = cpuMs() - before;
  close();
  return took;
}

async function scaleTo(replicas: number): Promise<number> {
  const cluster = new Cluster({ seed: 1, nodes: Math.max(3, Math.ceil(replicas / 100)) });
  cluster.start();
  await cluster.clock.advance(60_000);
  const before = cpuMs();
  const labels = { app: "many" };
  const many: Deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "many", namespace: "default" },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "echo", image: "echo" }] },
      },
    },
  };
  const deployments = new Informers({ client: cluster.client, clock: cluster.clock });
  const informer = deployments.of(Deployment);
  await cluster.clock.finish(cluster.client.create(Deployment, many));
  const allReady = (): boolean => informer.get("default/many")?.status?.readyReplicas === replicas;
  if (!(await cluster.clock.until(allReady, { limitMs: 3_600_000 }))) {
    throw new Error(`${replicas} replicas did not get ready`);
  }
  const took = cpuMs() - before;
  cluster.stop();
  return took;
}
