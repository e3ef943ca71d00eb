// Several controllers in one hotel: one card each, classes swapped, and who acts and why.

import { beforeAll, describe, expect, test } from "vitest";
import type { Guest } from "../../src/sandbox/protocol.ts";
import { openSandbox } from "./opened.ts";
import type { Opened } from "./opened.ts";

let it: Opened;

beforeAll(async () => {
  it = await openSandbox("finished");
  await it.run("helm install traefik traefik/traefik -n traefik --create-namespace");
  await it.run("helm install alb eks/aws-load-balancer-controller -n kube-system");
  await it.run(
    "kubectl create ingress east --class=traefik --rule='east.com/*=frontend-service:80'",
  );
  const annotations = ["scheme=internet-facing", "target-type=ip"]
    .map((one) => `--annotation alb.ingress.kubernetes.io/${one}`)
    .join(" ");
  await it.run(
    `kubectl create ingress west --class=alb ${annotations} --rule='west.com/*=backend-service:8080'`,
  );
  await it.sandbox.clock.advance(60_000);
});

async function ask(host: string, address: string): Promise<Guest> {
  await it.run(`curl -s -H 'Host: ${host}' http://${address}/`);
  return it.sandbox.guests.at(-1)!;
}

function deciderOf(guest: Guest): string | undefined {
  return guest.hops.find((hop) => hop.did === "match")?.by;
}

describe("three desks", () => {
  test("stand on the stage with their classes, each card beside its reader", () => {
    const { desks, cards, doors } = it.scene();
    expect(desks.map(({ implementation, classes }) => [implementation, ...classes])).toEqual([
      ["ingress-nginx", "nginx"],
      ["traefik", "traefik"],
      ["alb", "alb"],
    ]);
    const readers = Object.fromEntries(cards.map(({ key, desk }) => [key, desk]));
    expect(readers).toEqual({
      "default/simple-fanout": "ingress-nginx/ingress-nginx-controller",
      "default/east": "traefik/traefik",
      "default/west": "kube-system/alb-aws-load-balancer-controller",
    });
    const balancer = doors.find(({ kind }) => kind === "balancer");
    expect(balancer).toMatchObject({ service: "default/west", ports: [80] });
    expect(balancer?.ip).toMatch(/^\d/);
  });

  test("each serves its own card and no other", async () => {
    const [nginx, traefik] = ["203.0.113.10", "203.0.113.11"];
    const alb = it.scene().doors.find(({ kind }) => kind === "balancer")!.ip!;
    const east = await ask("east.com", traefik!);
    expect(east.status).toBe(200);
    expect(deciderOf(east)).toContain("pod/traefik/");
    const west = await ask("west.com", alb);
    expect(west.status).toBe(200);
    expect(deciderOf(west)).toContain("cloud/");
    expect((await ask("east.com", nginx!)).status).toBe(404);
    expect((await ask("east.com", alb)).status).toBe(404);
  });

  test("each tells its configuration, every line with its rule", async () => {
    const { sandbox } = it;
    const titles: Record<string, string> = {};
    for (const { id, implementation } of it.scene().desks) {
      const report = (await sandbox.methods.concierge(id))!;
      titles[implementation] = report.title;
      expect(report.lines.some(({ field }) => field === "spec.rules[0].http.paths[0]")).toBe(true);
    }
    expect(titles).toEqual({
      "ingress-nginx": "nginx.conf",
      traefik: "dynamic configuration",
      alb: "listener rules",
    });
    expect(await sandbox.methods.concierge("default/nobody")).toBeUndefined();
  });

  test("a request is told under all of them", async () => {
    const guest = await it.send("http://example.com/apiary");
    const all = await it.sandbox.methods.opinions(guest.id);
    expect(
      all.map(({ implementation, does, installed }) => [implementation, does, installed]),
    ).toEqual([
      ["spec", "404", false],
      ["ingress-nginx", "404", true],
      ["traefik", "default/backend-service:8080", true],
      ["alb", "404", true],
    ]);
    expect(all[2]).toMatchObject({ object: "Ingress default/simple-fanout" });
  });

  test("a rule is found in the object's YAML and in the file that it came from", async () => {
    const field = "spec.rules[0].http.paths[1]";
    const place = (await it.sandbox.methods.writtenAt("Ingress default/simple-fanout", field))!;
    expect(
      place.yaml
        .split("\n")
        .slice(place.line - 1, place.line + 3)
        .join("\n"),
    ).toContain("backend-service");
    expect(place.file?.path).toBe("/home/guest/simple-fanout.yaml");
  });
});

test("classes swapped: the readers swap, and say so in their logs", async () => {
  const swap = (name: string, to: string): Promise<number> =>
    it.run(`kubectl patch ingress ${name} --type=merge -p '{"spec":{"ingressClassName":"${to}"}}'`);
  await swap("simple-fanout", "traefik");
  await swap("east", "nginx");
  await it.sandbox.clock.advance(30_000);
  const readers = Object.fromEntries(it.scene().cards.map(({ key, desk }) => [key, desk]));
  expect(readers).toMatchObject({
    "default/simple-fanout": "traefik/traefik",
    "default/east": "ingress-nginx/ingress-nginx-controller",
  });
  expect((await ask("east.com", "203.0.113.10")).status).toBe(200);
  expect((await ask("east.com", "203.0.113.11")).status).toBe(404);
  const turned = await it.send("http://example.com/api");
  expect(turned.status).toBe(404);
  await it.run("kubectl logs -n ingress-nginx deploy/ingress-nginx-controller");
  expect(it.output()).toContain(
    '"removing ingress because of unknown ingressclass" ingress="default/simple-fanout"',
  );
  expect(it.output()).toContain('"creating ingress" ingress="default/east" ingressclass="nginx"');
});
