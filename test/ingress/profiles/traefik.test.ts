// Traefik in a whole cluster: what it serves, answers, logs and writes.

import { expect, test } from "vitest";
import { traefik } from "../../../src/shell/charts/traefik.ts";
import type { Values } from "../../../src/shell/charts/chart.ts";
import { Hotel } from "./hotel.ts";

const labels = "app.kubernetes.io/name=traefik";

async function hotel(values: Values = {}): Promise<Hotel> {
  const it = new Hotel();
  await it.room("web");
  await it.room("api");
  await it.chart(traefik, "traefik", values);
  return it;
}

async function served(it: Hotel): Promise<(host: string, path: string) => Promise<string>> {
  const ip = await it.address("traefik/traefik");
  return (host, path) => it.ask(ip, host, path);
}

test("routes by the length of the rule, Prefix by characters", async () => {
  const it = await hotel();
  await it.card("card", "traefik", {
    "example.com": [
      "Prefix /a → web",
      "Exact /a/b → api",
      "Exact /exactly/this → api",
      "ImplementationSpecific /c → api",
    ],
    "*.example.com": ["Prefix / → api"],
    "": ["Prefix /a-very-long-path-without-host/that-outweighs-the-host → api"],
  });
  await it.settle();
  const ask = await served(it);
  const rows = [
    "example.com /a → 200 web",
    "example.com /ab → 200 web",
    // Path(`/a/b`) is shorter than PathPrefix(`/a`): Exact does not go first here.
    "example.com /a/b → 200 web",
    "example.com /exactly/this → 200 api",
    "example.com /exactly/this/ → 404",
    "EXAMPLE.com /a → 200 web",
    "example.com /cd → 200 api",
    "example.com / → 404",
    "www.example.com / → 200 api",
    "a.www.example.com / → 404",
    "example.com /a-very-long-path-without-host/that-outweighs-the-host → 200 api",
  ];
  for (const row of rows) {
    const [host = "", path = ""] = row.split(" ");
    expect(`${host} ${path} → ${await ask(host, path)}`).toBe(row);
  }
});

test("strictPrefixMatching compares whole elements", async () => {
  const it = await hotel({ providers: { kubernetesIngress: { strictPrefixMatching: true } } });
  await it.card("card", "traefik", { "example.com": ["Prefix /a → web"] });
  await it.settle();
  const ask = await served(it);
  expect(await ask("example.com", "/a/b")).toBe("200 web");
  expect(await ask("example.com", "/ab")).toBe("404");
});

test("speaks Go's plain texts and sets its X-Forwarded fields", async () => {
  const it = await hotel();
  await it.card("card", undefined, { "example.com": ["Prefix / → web"] });
  await it.settle();
  expect((await it.ingress("card")).spec.ingressClassName).toBe("traefik");
  it.door = { ip: await it.address("traefik/traefik"), port: 80 };
  const seen = await it.visit({ host: "example.com", headers: [["X-Forwarded-For", "1.2.3.4"]] });
  const { headers } = JSON.parse(seen.body) as { headers: Record<string, string[]> };
  expect(headers).toMatchObject({
    "X-Forwarded-For": [expect.stringMatching(/^10\./)],
    "X-Forwarded-Host": ["example.com"],
    "X-Forwarded-Port": ["80"],
    "X-Forwarded-Proto": ["http"],
    "X-Forwarded-Server": [expect.stringMatching(/^traefik-/)],
    "X-Real-Ip": [expect.stringMatching(/^10\./)],
  });
  const none = await it.visit({ host: "elsewhere.com" });
  expect([none.status, none.body]).toEqual([404, "404 page not found\n"]);
  expect(none.headers).toEqual(
    expect.arrayContaining([
      ["Content-Type", "text/plain; charset=utf-8"],
      ["X-Content-Type-Options", "nosniff"],
      ["Content-Length", "19"],
    ]),
  );
  expect((await it.ingress("card")).status?.loadBalancer).toEqual({
    ingress: [{ ip: it.door.ip }],
  });
});

test.each([
  { allowEmptyServices: true, empty: "503 no available server\n" },
  { allowEmptyServices: false, empty: "404 404 page not found\n" },
])("without endpoints, allowEmptyServices $allowEmptyServices", async (row) => {
  const { allowEmptyServices, empty } = row;
  const it = await hotel({ providers: { kubernetesIngress: { allowEmptyServices } } });
  await it.room("nobody", { replicas: 0 });
  await it.card("card", "traefik", {
    "example.com": ["Prefix /gone → missing", "Prefix /port → web:81", "Prefix /nobody → nobody"],
  });
  await it.settle();
  it.door = { ip: await it.address("traefik/traefik"), port: 80 };
  const answer = async (path: string): Promise<string> => {
    const { status, body } = await it.visit({ host: "example.com", path });
    return `${status} ${body}`;
  };
  expect(await answer("/gone")).toBe("404 404 page not found\n");
  expect(await answer("/port")).toBe("404 404 page not found\n");
  expect(await answer("/nobody")).toBe(empty);
  const log = (await it.logOf(labels)).map((line) => line.slice("2026-11-23T09:00:00Z ".length));
  const about = "ingress=card namespace=default providerName=kubernetes";
  const port = (number: number): string =>
    `servicePort=&ServiceBackendPort{Name:,Number:${number},}`;
  expect(log).toContain(
    `ERR Cannot create service error="service not found" ${about} serviceName=missing ${port(80)}`,
  );
  expect(log).toContain(
    `ERR Cannot create service error="service port not found" ${about} serviceName=web ${port(81)}`,
  );
  const skipped = `ERR Skipping service: no endpoints found ${about} serviceName=nobody ${port(80)}`;
  if (allowEmptyServices) expect(log).not.toContain(skipped);
  else expect(log).toContain(skipped);
});

test("annotations of the router; an unknown one spoils the card", async () => {
  const it = await hotel();
  const router = "traefik.ingress.kubernetes.io/router";
  const write = (name: string, annotations: Record<string, string>): Promise<void> =>
    it.card(
      name,
      "traefik",
      { [`${name}.com`]: ["ImplementationSpecific /r[0-9]+$ → web"] },
      {
        annotations,
      },
    );
  await write("regexp", { [`${router}.pathmatcher`]: "PathRegexp" });
  await write("secure", { [`${router}.entrypoints`]: "websecure" });
  await write("typo", { [`${router}.pathmather`]: "PathRegexp" });
  await write("ware", { [`${router}.middlewares`]: "default-strip@kubernetescrd" });
  await it.settle();
  const ask = await served(it);
  expect(await ask("regexp.com", "/x/r12")).toBe("200 web");
  expect(await ask("regexp.com", "/x/r")).toBe("404");
  expect(await ask("secure.com", "/r[0-9]+$")).toBe("404");
  expect(await ask("typo.com", "/r[0-9]+$")).toBe("404");
  expect(await ask("ware.com", "/r[0-9]+$")).toBe("404");
  const log = (await it.logOf(labels)).join("\n");
  expect(log).toMatch(/ERR Failed to parse annotations error="field not found, node: pathmather"/);
  expect(log).toMatch(/ERR error="middleware \\"default-strip@kubernetescrd\\" does not exist"/);
});

test("starts with its version; JSON logs and the access log when asked", async () => {
  const it = await hotel({
    logs: { general: { format: "json" }, access: { enabled: true } },
  });
  await it.card("card", "traefik", { "example.com": ["Prefix /a → web", "Prefix /no → missing"] });
  await it.settle();
  await (
    await served(it)
  )("example.com", "/a?x=1");
  const log = await it.logOf(labels);
  expect(JSON.parse(log[0]!)).toMatchObject({ level: "info", version: "3.6.2" });
  const missing = log.find((line) => line.includes("Cannot create service"))!;
  expect(JSON.parse(missing)).toMatchObject({
    level: "error",
    error: "service not found",
    ingress: "card",
    namespace: "default",
    providerName: "kubernetes",
    serviceName: "missing",
    message: "Cannot create service",
  });
  expect(log.at(-1)).toMatch(
    /^[\d.]+ - - \[23\/Nov\/2026:[\d:]+ \+0000\] "GET \/a\?x=1 HTTP\/1\.1" 200 \d+ "-" "curl\/8\.5\.0" \d+ "default-card-example-com-a@kubernetes" "http:\/\/10\.244\.\d\.\d+:8080" \d+ms$/,
  );
});
