// Claims judged: over objects in a real API server, and over requests told as data.

import { describe, expect, test } from "vitest";
import { ApiServer } from "../../src/apiserver/server.ts";
import { VirtualClock } from "../../src/base/clock.ts";
import { Random } from "../../src/base/random.ts";
import type { Client } from "../../src/api/client.ts";
import { Ingress, IngressClass, kinds, Service } from "../../src/api/kinds/index.ts";
import { judge, judgeClaim } from "../../src/lesson/check.ts";
import { parseClaim } from "../../src/lesson/claim.ts";
import type { Evidence, Visit } from "../../src/lesson/evidence.ts";
import type { Hop } from "../../src/net/trace.ts";
import { card, ingressClass, service } from "../sandbox/objects.ts";

const match = (object: string | undefined): Hop => ({
  at: 0,
  by: "pod/ingress-nginx/c",
  did: "match",
  host: "example.com",
  path: "/",
  winner: object
    ? { rule: "r", object, field: "f", verdict: "won", because: "longest" }
    : undefined,
  steps: [],
  upstream: "",
  why: "",
});

function visited(ending: string, some: Partial<Visit> = {}): Visit {
  const url = "http://example.com/web";
  return { method: "GET", url, finishedAt: 0, ending, hops: [], services: [], ...some };
}

async function client(): Promise<Client> {
  const clock = new VirtualClock({ startMs: 0 });
  const made = new ApiServer({ clock, random: new Random(1), kinds }).client();
  await clock.finish(
    (async () => {
      await made.create(Ingress, card("default/simple", "nginx", "/api web 8080"));
      await made.create(Service, service("default/web", { clusterIP: "" }));
      await made.create(IngressClass, ingressClass("nginx", "k8s.io/ingress-nginx"));
    })(),
  );
  return made;
}

async function evidence(some: Partial<Evidence> = {}): Promise<Evidence> {
  return {
    client: await client(),
    now: () => 10_000,
    visits: [],
    seen: new Set(),
    commands: [],
    answered: new Set(),
    probe: () => Promise.resolve(visited("200")),
    wasThere: () => true,
    ...some,
  };
}

const holds = "";
const paths = "spec.rules[0].http.paths";

describe("objects", () => {
  test.each([
    ["obj Ingress default/simple", holds],
    ["obj Ingress */*", holds],
    ["obj IngressClass nginx", holds],
    ["obj IngressClass *", holds],
    ["obj Ingress default/other", "There is no Ingress other."],
    ["obj Ingress other/*", "There is no Ingress named like other/*."],
    ["obj Secret default/*", "There is no Secret in the namespace default."],
    ["! obj Secret default/*", holds],
    ["! obj Ingress default/*", "This should not be so: obj Ingress default/*."],
    [`obj Ingress default/simple ${paths}[0].path == /api`, holds],
    [`obj Ingress default/* ${paths}[*].backend.service.port.number >= 8080`, holds],
    [`obj Ingress default/* ${paths}[path=/api].backend.service.name ~ we`, holds],
    [
      `obj Ingress default/simple ${paths}[0].path == /web`,
      `Ingress simple: ${paths}[0].path should be == /web, saw /api.`,
    ],
    [
      "obj Ingress default/* status.loadBalancer.ingress[0].ip",
      "Ingress: status.loadBalancer.ingress[0].ip is not set yet.",
    ],
    [
      "obj Service default/web spec.type != ClusterIP",
      "Service web: spec.type should be != ClusterIP, saw ClusterIP.",
    ],
    ["ready Deployment */*-controller", "There is no Deployment named like *-controller."],
    ["new Ingress default/*", "No new Ingress in the namespace default since this step began."],
    ['log ~ "Found" in controller', 'The log of the controller has no line with "Found" yet.'],
  ])("%s", async (claim, why) => {
    const verdict = await judgeClaim(parseClaim(claim), await evidence());
    expect(verdict).toEqual({ holds: why === holds, why });
  });

  test("an object that was not there when the step began is new", async () => {
    const verdict = await judgeClaim(
      parseClaim("new Ingress default/*"),
      await evidence({ wasThere: () => false }),
    );
    expect(verdict.holds).toBe(true);
  });
});

describe("a request sent now", () => {
  const claim = "GET http://example.com/web → 200 @frontend-service via Ingress";
  const refuse: Hop = {
    at: 0,
    by: "node/node-1",
    did: "refuse",
    to: { ip: "203.0.113.10", port: 80 },
    fault: "refused",
    why: "",
  };
  const frontend = { services: ["default/frontend-service"] };
  test.each<[string, Visit, string]>([
    [claim, visited("200", { ...frontend, hops: [match("Ingress default/simple")] }), holds],
    [
      claim,
      visited("404", { hops: [match(undefined)] }),
      "GET http://example.com/web is answered 404 because no rule fits; wanted: 200.",
    ],
    [
      claim,
      visited("refused", { hops: [refuse] }),
      "GET http://example.com/web finds nobody at 203.0.113.10:80 (connection refused); wanted: 200.",
    ],
    [
      claim,
      visited("200", { services: ["default/service-a"], hops: [match("Ingress default/simple")] }),
      "GET http://example.com/web reached service-a, not frontend-service.",
    ],
    [
      claim,
      visited("200", frontend),
      "GET http://example.com/web was answered, but no Ingress led there.",
    ],
    [
      `${claim} default/other`,
      visited("200", { ...frontend, hops: [match("Ingress default/simple")] }),
      "GET http://example.com/web was led by Ingress default/simple, not by default/other.",
    ],
    ["! GET http://example.com/ → 200", visited("404"), holds],
    [
      "! GET http://example.com/ → 200",
      visited("200"),
      "This should not be so: GET http://example.com/ → 200.",
    ],
    ["GET http://example.com/ → 5xx", visited("503"), holds],
    ["GET http://example.com/ → served", visited("308"), holds],
    ["GET http://example.com/ → failed", visited("timeout"), holds],
  ])("%s", async (text, visit, why) => {
    const seen = await evidence({ probe: () => Promise.resolve(visit) });
    expect(await judgeClaim(parseClaim(text), seen)).toEqual({ holds: why === holds, why });
  });
});

describe("what the learner did", () => {
  const visits = [
    visited("refused", { finishedAt: 1_000 }),
    visited("200", { finishedAt: 2_000, services: ["default/a"] }),
    visited("503", { finishedAt: 9_000, url: "http://example.com/api" }),
  ];
  test.each([
    ["guest * * → refused", holds],
    ["guest GET http://example.com/web → 200 @a", holds],
    ["guest * * → failed x2", holds],
    ["guest * * → failed x3", "No guest of yours has got failed yet (2 of 3)."],
    ["guest POST * → 200", "No guest of yours has got 200 yet."],
    ["guest * *example.org* → 200", "No guest of yours for *example.org* has got 200 yet."],
    ["last * *example.com/api* → 503", holds],
    ["last * * → 200", "No guest of yours has got 200 yet."],
    ["seen pods -A", holds],
    ["seen log default/*", holds],
    ["seen ingressclasses", "You have not looked at this yet: ingressclasses."],
    ["ask lobby", holds],
    ["ask other", "The question is not answered yet."],
    ['did ~ "helm install"', holds],
    ['did ~ "helm list"', 'No command with "helm list" yet.'],
  ])("%s", async (claim, why) => {
    const seen = await evidence({
      visits,
      seen: new Set(["pods -A", "log default/web-1"]),
      commands: ["helm install x y"],
      answered: new Set(["lobby"]),
    });
    expect(await judgeClaim(parseClaim(claim), seen)).toEqual({ holds: why === holds, why });
  });

  test("the latest guest counts only for a while", async () => {
    const seen = await evidence({ visits, now: () => 60_000 });
    expect((await judgeClaim(parseClaim("last * * → 503"), seen)).holds).toBe(false);
  });
});

test.each([
  [["obj Secret default/*", "obj Ingress default/simple"], undefined, holds],
  [["obj Secret default/a", "obj Secret default/b"], undefined, "There is no Secret a."],
  [["obj Secret default/a"], "Make a Secret first.", "Make a Secret first."],
])("alternatives %j, author's words %j", async (either, notYet, why) => {
  const check = { id: "x", title: "x", either: either.map((one) => [parseClaim(one)]), notYet };
  expect(await judge(check, await evidence())).toEqual({ holds: why === holds, why });
});
