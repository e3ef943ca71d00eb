// The stage from the objects: cards and their readers, doors, rooms, staff.

import { describe, expect, test } from "vitest";
import { sceneOf, type SceneObjects } from "../../src/sandbox/scene.ts";
import { card, controller, ingressClass, objects, pod, service, slice } from "./objects.ts";

const nginxImage = "registry.k8s.io/ingress-nginx/controller:v1.15.0";
const nginx = controller("ingress-nginx/c", nginxImage);
const nginxClass = ingressClass("nginx", "k8s.io/ingress-nginx");
const web = service("default/web");
const scene = (some: Partial<SceneObjects>) => sceneOf(objects(some), [], 0);

describe("who reads a card", () => {
  const rows: [
    what: string,
    some: Partial<SceneObjects>,
    desk: string | undefined,
    remark: string,
  ][] = [
    ["nobody at all", {}, undefined, "No controller works in this cluster: nobody reads the card."],
    [
      "its class's desk",
      { deployments: [nginx], classes: [nginxClass], services: [web] },
      "ingress-nginx/c",
      "",
    ],
    [
      "a desk that is not ready",
      {
        deployments: [controller("ingress-nginx/c", nginxImage, 0)],
        classes: [nginxClass],
        services: [web],
      },
      "ingress-nginx/c",
      "Its reader is not ready yet: waiting for a pod.",
    ],
    [
      "an unknown class",
      { deployments: [nginx] },
      undefined,
      'There is no IngressClass "nginx": nobody reads the card.',
    ],
    [
      "a class whose controller is absent",
      { classes: [nginxClass] },
      undefined,
      'Class "nginx" belongs to k8s.io/ingress-nginx, which does not work in this cluster.',
    ],
    [
      "no class",
      { ingresses: [card("default/a", undefined)], deployments: [nginx], classes: [nginxClass] },
      undefined,
      "The card names no class, and none is the default: nobody reads it.",
    ],
    [
      "no class, a desk that takes all",
      {
        ingresses: [card("default/a", undefined)],
        deployments: [controller("x/c", nginxImage, 1, ["--watch-ingress-without-class=true"])],
        services: [web],
      },
      "x/c",
      "",
    ],
    [
      "another controller name by argument",
      {
        deployments: [controller("x/c", nginxImage, 1, ["--controller-class=a/b"])],
        classes: [ingressClass("nginx", "a/b")],
        services: [web],
      },
      "x/c",
      "",
    ],
    [
      "a line to a missing Service",
      { deployments: [nginx], classes: [nginxClass] },
      "ingress-nginx/c",
      'The line /web leads to Service "web", which does not exist.',
    ],
    [
      "a line to a missing port",
      {
        ingresses: [card("default/a", "nginx", "/web web 81")],
        deployments: [nginx],
        classes: [nginxClass],
        services: [web],
      },
      "ingress-nginx/c",
      "The line /web wants port 81 of web, which has 80.",
    ],
  ];

  test.each(rows)("%s", (_, some, desk, remark) => {
    const [seen] = scene({ ingresses: [card("default/a", "nginx")], ...some }).cards;
    expect({ desk: seen!.desk, remark: seen!.remark }).toEqual({ desk, remark });
  });
});

test("a card's lines name their rooms and fields", () => {
  const ingress = card("default/a", "nginx");
  ingress.spec.defaultBackend = { service: { name: "rest", port: { name: "http" } } };
  expect(scene({ ingresses: [ingress] }).cards[0]).toMatchObject({
    key: "default/a",
    hosts: ["example.com", "*"],
    rules: [
      {
        host: "example.com",
        path: "/web",
        pathType: "Prefix",
        room: "default/web",
        port: "80",
        field: "spec.rules[0].http.paths[0]",
      },
      { host: "*", room: "default/rest", port: "http", field: "spec.defaultBackend" },
    ],
  });
});

test("a desk knows its Pods, classes and door", () => {
  const labels = { app: "c" };
  const door = service("ingress-nginx/c", { type: "LoadBalancer", selector: labels });
  door.status = { loadBalancer: { ingress: [{ ip: "203.0.113.10" }] } };
  const seen = scene({
    deployments: [nginx],
    classes: [ingressClass("nginx", "k8s.io/ingress-nginx", true)],
    pods: [pod("ingress-nginx/c-1", true, labels), pod("default/c-2", true, labels)],
    services: [door],
    slices: [slice("ingress-nginx/c", { "c-1": true })],
  });
  expect(seen.desks[0]).toMatchObject({
    id: "ingress-nginx/c",
    implementation: "ingress-nginx",
    classes: ["nginx"],
    isDefault: true,
    pods: ["ingress-nginx/c-1"],
    ready: true,
    state: "Ready",
  });
  expect(seen.doors).toEqual([
    {
      kind: "load-balancer",
      service: "ingress-nginx/c",
      ip: "203.0.113.10",
      ports: [80],
      desk: "ingress-nginx/c",
      monthlyCost: 18,
    },
  ]);
  expect(seen.rooms[0]!.backstage).toBe(true);
  expect(seen.staff.map(({ key, backstage }) => [key, backstage])).toEqual([
    ["ingress-nginx/c-1", true],
    ["default/c-2", false],
  ]);
});

test.each([
  ["ClusterIP", { type: "ClusterIP" }, []],
  [
    "NodePort",
    { type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] },
    [["node-port", 30080, 0]],
  ],
  ["LoadBalancer", { type: "LoadBalancer" }, [["load-balancer", 80, 18]]],
] as const)("doors of a %s", (_, spec, doors) => {
  const { doors: seen } = scene({ services: [service("default/web", spec as never)] });
  expect(seen.map((door) => [door.kind, door.ports[0], door.monthlyCost])).toEqual(doors);
});

test("a room lists who is on shift", () => {
  const seen = scene({
    services: [service("default/web"), service("default/kubernetes"), service("kube-system/dns")],
    slices: [slice("default/web", { a: true, b: false }), slice("other/web", { c: true })],
    pods: [pod("default/a", true), pod("default/b", false)],
  });
  expect(seen.rooms.map(({ key, backstage }) => [key, backstage])).toEqual([
    ["default/web", false],
    ["default/kubernetes", true],
    ["kube-system/dns", true],
  ]);
  expect(seen.rooms[0]!.staff).toEqual([
    { pod: "default/a", ready: true },
    { pod: "default/b", ready: false },
  ]);
  expect(seen.staff.map(({ key, ready, node }) => [key, ready, node])).toEqual([
    ["default/a", true, "node-1"],
    ["default/b", false, "node-1"],
  ]);
});
