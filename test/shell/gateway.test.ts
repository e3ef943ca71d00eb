// The gateway controller as a learner meets it: installed with helm, a Gateway and an HTTPRoute
// applied, asked with curl.

import { beforeAll, describe, expect, test } from "vitest";
import { Cluster } from "../../src/cluster/cluster.ts";
import { Administrator } from "../../src/sandbox/administrator.ts";
import { Trace } from "../../src/net/trace.ts";
import { MemoryFiles } from "../../src/shell/memoryfiles.ts";
import { Shell } from "../../src/shell/shell.ts";

const files = {
  "/home/guest/hotel.yaml": `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: street }
spec:
  gatewayClassName: grand
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: "*.grand.example" }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: spa }
spec:
  parentRefs: [{ name: street }]
  hostnames: [spa.grand.example]
  rules:
    - matches: [{ path: { value: /pool } }]
      filters:
        - type: URLRewrite
          urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: /water } }
      backendRefs: [{ name: echo, port: 80 }]
    - matches: [{ path: { value: /old } }]
      filters:
        - type: RequestRedirect
          requestRedirect: { path: { type: ReplaceFullPath, replaceFullPath: /pool } }
`,
};

function newLaptop(cluster: Cluster): (line: string) => Promise<string> {
  const trace = (): Trace => new Trace({ id: "test", now: () => cluster.clock.now(), on: false });
  const world = {
    clock: cluster.clock,
    random: cluster.random.fork("laptop"),
    api: cluster.api,
    network: cluster.network,
    laptop: cluster.laptop,
    files: new MemoryFiles(files),
    startTrace: trace,
    finishTrace: () => undefined,
  };
  const shell = new Shell(world, { cwd: "/home/guest" });
  return async (line) => {
    let out = "";
    const write = (data: string): void => void (out += data);
    const { signal } = new AbortController();
    const io = { stdout: write, stderr: write, columns: 200, signal, tty: false };
    await cluster.clock.finish(shell.execute(line, io));
    return out;
  };
}

describe("a Gateway from helm install to curl", () => {
  const cluster = new Cluster({ seed: 7 });
  const run = newLaptop(cluster);
  let address = "";

  beforeAll(async () => {
    cluster.start();
    const said = await run("helm install grand grand/grand-gateway -n gate --create-namespace");
    expect(said).toContain("STATUS: deployed");
    await run("kubectl create deployment echo --image=echo --port=8080");
    await run("kubectl expose deployment echo --port=80 --target-port=8080");
    await cluster.clock.advance(15_000);
    expect(await run("kubectl apply -f hotel.yaml")).toContain("httproute.gateway");
    await cluster.clock.advance(15_000);
    address = await run("kubectl get gateway street -o jsonpath='{.status.addresses[0].value}'");
  }, 60_000);

  test("the controller makes its class", async () => {
    expect(await run("kubectl get gatewayclass")).toMatch(
      /grand +example\.com\/grand-gateway +True/,
    );
  });

  test("the Gateway is programmed and has an address", async () => {
    expect(await run("kubectl get gateway street")).toMatch(
      /street +grand +203\.0\.113\.\d+ +True/,
    );
  });

  test.each([
    ["spa.grand.example", "/pool/deep?x=1", /"target": "\/water\/deep\?x=1"/],
    ["spa.grand.example", "/bar", /no rule matches/],
    ["other.grand.example", "/pool", /no rule matches/],
  ])("%s %s", async (host, path, wanted) => {
    expect(await run(`curl -s -H 'Host: ${host}' 'http://${address}${path}'`)).toMatch(wanted);
  });

  test("a redirect names the Gateway's own port, not the Pod's", async () => {
    const head = await run(`curl -sI -H 'Host: spa.grand.example' http://${address}/old`);
    expect(head).toMatch(/^HTTP\/1\.1 302 Found/);
    expect(head).toContain("Location: http://spa.grand.example/pool\r\n");
  });

  test("deleting the Gateway takes its Service along", async () => {
    expect(await run("kubectl get service street-grand -o name")).toBe("service/street-grand\n");
    await run("kubectl delete gateway street");
    await cluster.clock.advance(5_000);
    expect(await run("kubectl get service street-grand")).toContain("NotFound");
  });
});

test("a lesson's chart brings the definitions too", async () => {
  const cluster = new Cluster({ seed: 8 });
  cluster.start();
  await new Administrator(cluster).install("grand-gateway");
  await cluster.clock.advance(15_000);
  const run = newLaptop(cluster);
  expect(await run("kubectl get gatewayclass grand -o name")).toMatch(/^gatewayclass/);
});
