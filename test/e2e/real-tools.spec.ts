// Real kubectl, curl and openssl on the same cluster that the page shows.

import { expect, test } from "@playwright/test";
import { installed, type Served, startServe } from "./serve.ts";

for (const program of ["kubectl", "curl"]) {
  if (!installed(program))
    console.log(`NOT RUN: real-tools needs ${program}, which is not installed`);
}
test.skip(!installed("kubectl") || !installed("curl"), "kubectl or curl is not installed");

test.describe.configure({ mode: "serial" });

let hotel: Served;

test.beforeAll(async () => {
  hotel = await startServe(["--seed", "7", "--install", "ingress-nginx"]);
});

test.afterAll(async () => {
  await hotel?.stop();
});

const kubectl = (...args: string[]) => hotel.run("kubectl", args);

/** Status and body of a real curl through the http door. */
async function visit(
  path: string,
  host = "example.com",
): Promise<{ status: string; body: string }> {
  const url = `${hotel.http}${path}`;
  const args = ["-s", "-w", "\n%{http_code}", "-H", `Host: ${host}`, url];
  const { stdout } = await hotel.run("curl", args);
  const at = stdout.lastIndexOf("\n");
  return { status: stdout.slice(at + 1), body: stdout.slice(0, at) };
}

test("kubectl sees the hotel", async () => {
  const nodes = await kubectl("get", "nodes");
  expect(nodes.stderr).toBe("");
  expect(nodes.stdout).toMatch(/^NAME +STATUS +ROLES +AGE +VERSION\nnode-1 +Ready /);
  const services = await kubectl("get", "svc", "-o", "name");
  expect(services.stdout.split("\n")).toEqual(
    expect.arrayContaining(["service/frontend-service", "service/backend-service"]),
  );
  const version = await kubectl("version");
  expect(version.stdout).toMatch(/Server Version: v1\.36\./);
});

test("before the card: nobody by that name", async () => {
  expect((await visit("/web")).status).toBe("404");
});

test("the fanout card routes, as typed", async () => {
  const applied = await kubectl("apply", "-f", "test/e2e/fanout.yaml");
  expect(applied).toEqual({
    code: 0,
    stdout: "ingress.networking.k8s.io/simple-fanout created\n",
    stderr: "",
  });
  const address = "jsonpath={.status.loadBalancer.ingress[0].ip}=203.0.113.10";
  const waited = await kubectl("wait", "--for", address, "ingress/simple-fanout", "--timeout=90s");
  expect(waited.stdout).toBe("ingress.networking.k8s.io/simple-fanout condition met\n");

  const web = await visit("/web");
  expect(web.status).toBe("200");
  expect(web.body).toMatch(/served by <strong>frontend-/);
  const api = await visit("/api");
  expect(api.status).toBe("200");
  expect(JSON.parse(api.body)).toMatchObject({
    path: "/api",
    pod: expect.stringMatching(/^backend-/),
    namespace: "default",
  });
  expect((await visit("/")).status).toBe("404");
  expect((await visit("/web", "other.example")).status).toBe("404");
});

test("describe prints rules, backends and events", async () => {
  const { stdout } = await kubectl("describe", "ingress", "simple-fanout");
  expect(stdout).toMatch(/Ingress Class: +nginx/);
  expect(stdout).toMatch(
    /\/web +frontend-service:80 \(10\.244\.\d+\.\d+:80,10\.244\.\d+\.\d+:80\)/,
  );
  expect(stdout).toMatch(/\/api +backend-service:8080 \(10\.244\.\d+\.\d+:8080,/);
  expect(stdout).toMatch(/Normal +Sync +.*nginx-ingress-controller +Scheduled for sync/);
});

test("scale to nothing: 503; and back", async () => {
  const scaled = await kubectl("scale", "deployment/backend", "--replicas=0");
  expect(scaled.stdout).toBe("deployment.apps/backend scaled\n");
  await expect.poll(async () => (await visit("/api")).status, { timeout: 60_000 }).toBe("503");
  await kubectl("scale", "deployment/backend", "--replicas=2");
  await kubectl("rollout", "status", "deployment/backend", "--timeout=60s");
  await expect.poll(async () => (await visit("/api")).status, { timeout: 60_000 }).toBe("200");
});

test("the server's refusals are Kubernetes' own", async () => {
  const unknown = await kubectl("get", "ingress", "nobody");
  expect(unknown.stderr).toBe(
    'Error from server (NotFound): ingresses.networking.k8s.io "nobody" not found\n',
  );
  const manifest =
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x}\nspec: {bogus: 1}\n";
  const strict = await hotel.run("kubectl", ["apply", "-f", "-"], manifest);
  expect(strict.code).toBe(1);
  expect(strict.stderr).toContain('strict decoding error: unknown field "spec.bogus"');
});

test("malformed HTTP gets a 400", async () => {
  const { stdout } = await hotel.run("curl", [
    "-s",
    "-o",
    "/dev/null",
    "-w",
    "%{http_code}",
    "-H",
    "Host:",
    `${hotel.http}/web`,
  ]);
  expect(stdout).toBe("400");
});

test("deleting the card takes the way away", async () => {
  const deleted = await kubectl("delete", "ingress", "simple-fanout");
  expect(deleted.stdout).toMatch(/^ingress\.networking\.k8s\.io "simple-fanout" deleted/);
  await expect.poll(async () => (await visit("/web")).status, { timeout: 60_000 }).toBe("404");
});
