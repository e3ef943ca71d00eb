import { describe, expect, test } from "vitest";
import type { Client } from "../../src/api/client.ts";
import {
  ConfigMap,
  Deployment,
  Ingress,
  IngressClass,
  Namespace,
  Pod,
} from "../../src/api/kinds/index.ts";
import type { Obj } from "../../src/api/object.ts";
import { configMap, ingress, pod, refusal, world } from "./world.ts";

function meta<T extends Obj>(object: T, metadata: Partial<Obj["metadata"]>): T {
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}

describe("create", () => {
  test("fills in what only the system may say", async () => {
    const { client } = world();
    const given = meta(ingress("web"), {
      uid: "mine",
      generation: 9,
      creationTimestamp: "1999-01-01T00:00:00Z",
      deletionTimestamp: "1999-01-01T00:00:00Z",
    });
    const { metadata } = await client.create(Ingress, given);
    expect(metadata).toEqual({
      name: "web",
      namespace: "default",
      uid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/),
      resourceVersion: "7",
      generation: 1,
      creationTimestamp: "2026-11-23T09:00:00Z",
    });
  });

  test("status is not a writer's to set, except a Pod's, which is Pending", async () => {
    const { client } = world();
    const loadBalancer = { ingress: [{ ip: "1.2.3.4" }] };
    const web = await client.create(Ingress, { ...ingress("web"), status: { loadBalancer } });
    expect(web.status?.loadBalancer?.ingress).toBeUndefined();
    const p = await client.create(Pod, { ...pod("p"), status: { phase: "Running" } });
    expect(p.status).toMatchObject({ phase: "Pending", qosClass: "BestEffort" });
  });

  test("generateName gives a name that is free, of at most 63 characters", async () => {
    const { client } = world();
    const base = "a".repeat(80);
    const given = { ...configMap(""), metadata: { namespace: "default", generateName: base } };
    const made = await client.create(ConfigMap, given as ConfigMap);
    expect(made.metadata.name).toMatch(/^a{58}[b-z0-9]{5}$/);
  });

  test.each<[string, (client: Client) => Promise<unknown>, string]>([
    [
      "a namespace that is not there",
      (client) => client.create(ConfigMap, configMap("nowhere/a")),
      'NotFound: namespaces "nowhere" not found',
    ],
    [
      "a name that is taken",
      (client) => client.create(Namespace, namespace("default")),
      'AlreadyExists: namespaces "default" already exists',
    ],
    [
      "a resourceVersion",
      (client) => client.create(ConfigMap, meta(configMap("a"), { resourceVersion: "1" })),
      "BadRequest: resourceVersion should not be set on objects to be created",
    ],
    [
      "no namespace",
      (client) => client.create(ConfigMap, meta(configMap("a"), { namespace: "" })),
      "BadRequest: an empty namespace may not be set during creation",
    ],
  ])("refuses %s", async (_, work, message) => {
    expect(await refusal(work(world().client))).toBe(message);
  });
});

describe("update", () => {
  test("a stale resourceVersion conflicts, an absent one does not", async () => {
    const { client } = world();
    const first = await client.create(ConfigMap, configMap("a"));
    await client.update(ConfigMap, { ...first, data: { a: "1" } });
    expect(await refusal(client.update(ConfigMap, { ...first, data: { a: "2" } }))).toBe(
      'Conflict: Operation cannot be fulfilled on configmaps "a": the object has been modified; ' +
        "please apply your changes to the latest version and try again",
    );
    const forced = await client.update(ConfigMap, configMap("a", { a: "3" }));
    expect(forced.metadata.uid).toBe(first.metadata.uid);
  });

  test("what changes nothing is not written", async () => {
    const { client } = world();
    const first = await client.create(ConfigMap, configMap("a", { k: "v" }));
    expect(await client.update(ConfigMap, structuredClone(first))).toBe(first);
    expect((await client.list(ConfigMap)).resourceVersion).toBe(first.metadata.resourceVersion);
  });

  test.each<[string, (o: Ingress) => Ingress, number]>([
    ["the spec", (o) => ({ ...o, spec: { ...o.spec, ingressClassName: "nginx" } }), 2],
    ["a label", (o) => meta(o, { labels: { a: "b" } }), 1],
    ["an annotation", (o) => meta(o, { annotations: { a: "b" } }), 1],
    ["the status, in vain", (o) => ({ ...o, status: { loadBalancer: { ingress: [{}] } } }), 1],
    ["the generation, in vain", (o) => meta(o, { generation: 7 }), 1],
  ])("changing %s", async (_, change, generation) => {
    const { client } = world();
    const updated = await client.update(
      Ingress,
      change(await client.create(Ingress, ingress("a"))),
    );
    expect(updated.metadata.generation).toBe(generation);
    expect(updated.status).toEqual({ loadBalancer: {} });
  });

  test("a Deployment's annotations count in its generation", async () => {
    const { client } = world();
    const template = { metadata: { labels: { a: "b" } }, spec: pod("x").spec };
    const spec = { selector: { matchLabels: { a: "b" } }, template };
    const { apiVersion, kind } = Deployment;
    const metadata = { name: "web", namespace: "default" };
    const made = await client.create(Deployment, { apiVersion, kind, metadata, spec });
    const noted = await client.update(Deployment, meta(made, { annotations: { a: "b" } }));
    expect(noted.metadata.generation).toBe(2);
  });

  test("the status subresource changes the status alone", async () => {
    const { client } = world();
    const made = await client.create(Ingress, ingress("a"));
    const loadBalancer = { ingress: [{ ip: "203.0.113.10" }] };
    const given = { ...meta(made, { labels: { a: "b" } }), spec: {}, status: { loadBalancer } };
    const updated = await client.updateStatus(Ingress, given);
    expect(updated.spec).toEqual(made.spec);
    expect(updated.metadata.labels).toBeUndefined();
    expect(updated.metadata.generation).toBe(1);
    expect(updated.status).toEqual({ loadBalancer });
  });

  test("a Pod is bound once", async () => {
    const { client, clock } = world();
    await client.create(Pod, pod("p"));
    const bind = (nodeName: string): Promise<Pod> =>
      client.patch(
        Pod,
        "default/p",
        { spec: { nodeName } },
        { type: "merge", subresource: "binding" },
      );
    const bound = await bind("node-1");
    expect(bound.spec.nodeName).toBe("node-1");
    expect(bound.status?.conditions).toContainEqual(
      expect.objectContaining({ type: "PodScheduled", status: "True" }),
    );
    expect(await refusal(bind("node-2"))).toBe(
      'Conflict: Operation cannot be fulfilled on pods "p": ' +
        'pod p is already assigned to node "node-1"',
    );
    await clock.advance(0);
  });
});

describe("remove", () => {
  test("an object without anything to wait for is gone at once", async () => {
    const { client } = world();
    await client.create(ConfigMap, configMap("a"));
    await client.remove(ConfigMap, "default/a");
    expect(await client.get(ConfigMap, "default/a")).toBeUndefined();
    expect(await refusal(client.remove(ConfigMap, "default/a"))).toBe(
      'NotFound: configmaps "a" not found',
    );
  });

  test("only the very object, when a uid is given", async () => {
    const { client } = world();
    const { metadata } = await client.create(ConfigMap, configMap("a"));
    expect(await refusal(client.remove(ConfigMap, "default/a", { uid: "other" }))).toBe(
      'Conflict: Operation cannot be fulfilled on configmaps "a": Precondition failed: ' +
        `UID in precondition: other, UID in object meta: ${metadata.uid}`,
    );
  });

  test("a finalizer holds the object until it is taken off", async () => {
    const { client } = world();
    const held = await client.create(ConfigMap, meta(configMap("a"), { finalizers: ["x/y"] }));
    await client.remove(ConfigMap, "default/a");
    const going = (await client.get(ConfigMap, "default/a"))!;
    expect(going.metadata.deletionTimestamp).toBe("2026-11-23T09:00:00Z");
    const more = meta(going, { finalizers: ["x/y", "x/z"] });
    expect(await refusal(client.update(ConfigMap, more))).toContain(
      "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being " +
        'deleted, found new finalizers []string{"x/z"}',
    );
    await client.update(ConfigMap, meta(going, { finalizers: [] }));
    expect(await client.get(ConfigMap, keyed(held))).toBeUndefined();
  });

  test.each([
    ["Orphan", "orphan"],
    ["Foreground", "foregroundDeletion"],
  ] as const)("%s leaves it to the garbage controller", async (propagation, finalizer) => {
    const { client } = world();
    await client.create(ConfigMap, configMap("a"));
    await client.remove(ConfigMap, "default/a", { propagation });
    const { metadata } = (await client.get(ConfigMap, "default/a"))!;
    expect(metadata.finalizers).toEqual([finalizer]);
  });

  test("a Pod on a node is given its grace, which can only be shortened", async () => {
    const { client } = world();
    await client.create(Pod, pod("p"));
    await client.patch(
      Pod,
      "default/p",
      { spec: { nodeName: "node-1" } },
      { type: "merge", subresource: "binding" },
    );
    const after = async (graceSeconds?: number): Promise<unknown> => {
      await client.remove(Pod, "default/p", graceSeconds === undefined ? {} : { graceSeconds });
      const now = await client.get(Pod, "default/p");
      return now && [now.metadata.deletionTimestamp, now.metadata.deletionGracePeriodSeconds];
    };
    expect(await after()).toEqual(["2026-11-23T09:00:30Z", 30]);
    expect(await after(60)).toEqual(["2026-11-23T09:00:30Z", 30]);
    expect(await after(5)).toEqual(["2026-11-23T09:00:05Z", 5]);
    expect(await after(0)).toBeUndefined();
  });

  test("a Pod that was never placed goes at once", async () => {
    const { client } = world();
    await client.create(Pod, pod("p"));
    await client.remove(Pod, "default/p");
    expect(await client.get(Pod, "default/p")).toBeUndefined();
  });

  test("a namespace takes no more objects, and goes when it is finalized", async () => {
    const { client } = world();
    await client.create(Namespace, namespace("x"));
    await client.remove(Namespace, "x");
    expect((await client.get(Namespace, "x"))?.status?.phase).toBe("Terminating");
    expect(await refusal(client.create(ConfigMap, configMap("x/a")))).toBe(
      'Forbidden: configmaps "a" is forbidden: unable to create new content in namespace x ' +
        "because it is being terminated",
    );
    const patch = { spec: { finalizers: null } };
    await client.patch(Namespace, "x", patch, { type: "merge", subresource: "finalize" });
    expect(await client.get(Namespace, "x")).toBeUndefined();
    expect(await refusal(client.remove(Namespace, "default"))).toBe(
      'Forbidden: namespaces "default" is forbidden: this namespace may not be deleted',
    );
  });
});

describe("default IngressClass", () => {
  test.each<[string, { classes: [string, number, boolean][]; own?: string }, string | undefined]>([
    ["there is none", { classes: [["a", 0, false]] }, undefined],
    ["there is one", { classes: [["a", 0, true]] }, "a"],
    [
      "there are two: the newer",
      {
        classes: [
          ["a", 0, true],
          ["b", 5, true],
        ],
      },
      "b",
    ],
    [
      "two are as old: the first by name",
      {
        classes: [
          ["b", 0, true],
          ["a", 0, true],
        ],
      },
      "a",
    ],
    ["the card names one", { classes: [["a", 0, true]], own: "other" }, "other"],
  ])("when %s", async (_, { classes, own }, expected) => {
    const { client, clock } = world();
    for (const [name, waitSeconds, isDefault] of classes) {
      await clock.advance(1_000 * waitSeconds);
      await client.create(IngressClass, ingressClass(name, isDefault));
    }
    const made = await client.create(Ingress, ingress("web", own ? { ingressClassName: own } : {}));
    expect(made.spec.ingressClassName).toBe(expected);
  });

  test("an Ingress made before the default, or with the old annotation, gets none", async () => {
    const { client } = world();
    const before = await client.create(Ingress, ingress("before"));
    await client.create(IngressClass, ingressClass("a", true));
    const labelled = await client.update(Ingress, meta(before, { labels: { a: "b" } }));
    expect(labelled.spec.ingressClassName).toBeUndefined();
    const annotations = { "kubernetes.io/ingress.class": "nginx" };
    const old = await client.create(Ingress, meta(ingress("old"), { annotations }));
    expect(old.spec.ingressClassName).toBeUndefined();
  });
});

function keyed({ metadata }: Obj): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function namespace(name: string): Namespace {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

function ingressClass(name: string, isDefault: boolean): IngressClass {
  const annotations = { "ingressclass.kubernetes.io/is-default-class": String(isDefault) };
  const { apiVersion, kind } = IngressClass;
  return { apiVersion, kind, metadata: { name, annotations }, spec: { controller: "x/y" } };
}
