import { describe, expect, test } from "vitest";
import { kinds } from "../../src/api/kinds/index.ts";
import { defineKind } from "../../src/api/kinds/kind.ts";
import { world } from "./world.ts";

const aggregated = {
  accept:
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList," +
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json",
};

async function get(path: string, headers?: Record<string, string>): Promise<unknown> {
  return (await world().rest(`GET ${path}`, undefined, headers)).body;
}

describe("discovery", () => {
  interface Groups {
    items: { metadata: { name?: string }; versions: { resources: { resource: string }[] }[] }[];
  }

  test("aggregated: every kind once, below /api and /apis", async () => {
    const found: string[] = [];
    for (const path of ["/api", "/apis"]) {
      const { status, headers, body } = await world().rest(`GET ${path}`, undefined, aggregated);
      expect([status, headers["content-type"]]).toEqual([
        200,
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
      ]);
      for (const { metadata, versions } of (body as Groups).items) {
        for (const { resources } of versions) {
          found.push(...resources.map(({ resource }) => `${metadata.name ?? ""}/${resource}`));
        }
      }
    }
    const stored = found.filter((name) => !/^auth(entic|oriz)ation/.test(name));
    expect(found.length - stored.length).toBe(6); // the reviews, which are only asked
    expect(stored.sort()).toEqual(kinds.map(({ group, plural }) => `${group}/${plural}`).sort());
  });

  test("the older form tells the same, a path a version", async () => {
    expect(await get("/api")).toMatchObject({ kind: "APIVersions", versions: ["v1"] });
    const { groups } = (await get("/apis")) as { groups: { name: string }[] };
    expect(groups.map(({ name }) => name)).toContain("networking.k8s.io");
    expect(await get("/apis/apps")).toMatchObject({
      kind: "APIGroup",
      preferredVersion: { groupVersion: "apps/v1" },
    });
    expect(await get("/apis/apps/v1")).toMatchObject({
      kind: "APIResourceList",
      groupVersion: "apps/v1",
      resources: expect.arrayContaining([
        expect.objectContaining({ name: "deployments", shortNames: ["deploy"], namespaced: true }),
        expect.objectContaining({ name: "deployments/scale", kind: "Scale", group: "autoscaling" }),
      ]),
    });
  });

  test.each([
    ["/version", { major: "1", minor: "36", gitVersion: expect.stringMatching(/^v1\.36\./) }],
    ["/healthz", "ok"],
    ["/livez", "ok"],
    ["/readyz", "ok"],
    ["/livez/ping", "ok"],
    ["/readyz?verbose", "[+]ping ok\nreadyz check passed\n"],
    ["/livez?verbose&exclude=ping", "[+]ping excluded: ok\nlivez check passed\n"],
    [
      "/livez?verbose&exclude=etcd",
      "[+]ping ok\n" +
        'warn: some health checks cannot be excluded: no matches for "etcd"\n' +
        "livez check passed\n",
    ],
  ])("%s", async (path, expected) => {
    const body = await get(path);
    if (typeof expected === "string") expect(body).toBe(expected);
    else expect(body).toMatchObject(expected);
  });
});

describe("openapi", () => {
  interface Document {
    paths: Record<string, Record<string, Record<string, unknown>>>;
    components: { schemas: Record<string, Record<string, unknown>> };
  }

  async function document(path: string): Promise<Document> {
    const { paths } = (await get("/openapi/v3")) as {
      paths: Record<string, { serverRelativeURL: string }>;
    };
    return (await get(paths[path]!.serverRelativeURL)) as Document;
  }

  test("every reference leads somewhere", async () => {
    for (const path of ["api/v1", "apis/apps/v1", "apis/networking.k8s.io/v1"]) {
      const all = await document(path);
      const references = JSON.stringify(all).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
      for (const [, name] of references) expect(all.components.schemas).toHaveProperty([name!]);
    }
  });

  test("kubectl finds what makes it leave validation to the server", async () => {
    const { paths, components } = await document("apis/networking.k8s.io/v1");
    const path = "/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses";
    const gvk = { group: "networking.k8s.io", version: "v1", kind: "Ingress" };
    expect(paths[path]!["post"]).toMatchObject({
      "x-kubernetes-group-version-kind": gvk,
      parameters: expect.arrayContaining([expect.objectContaining({ name: "fieldValidation" })]),
    });
    const { content } = paths[`${path}/{name}`]!["patch"]!["requestBody"] as { content: object };
    expect(Object.keys(content)).toContain("application/strategic-merge-patch+json");
    expect(components.schemas["io.k8s.api.networking.v1.Ingress"]).toMatchObject({
      "x-kubernetes-group-version-kind": [gvk],
      properties: { spec: { description: expect.stringContaining("desired state") } },
    });
  });

  test("lists say how they are merged", async () => {
    const { components } = await document("api/v1");
    const { properties } = components.schemas["io.k8s.api.core.v1.PodSpec"] as {
      properties: Record<string, unknown>;
    };
    expect(properties["containers"]).toMatchObject({
      "x-kubernetes-patch-merge-key": "name",
      "x-kubernetes-patch-strategy": "merge",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
    });
    expect(properties["volumes"]).toMatchObject({
      "x-kubernetes-patch-strategy": "merge,retainKeys",
    });
  });
});

test("a kind that comes later is served, discovered and described; and is gone again", async () => {
  const { server, rest } = world();
  const schema = { type: "object", properties: { spec: { type: "object" } } };
  const Bell = defineKind({
    kind: "Bell",
    group: "hotel.example.com",
    plural: "bells",
    namespaced: true,
    schema,
  });
  const path = "/apis/hotel.example.com/v1/namespaces/default/bells";
  expect((await rest(`GET ${path}`)).status).toBe(404);
  server.addKind(Bell);
  expect((await rest(`GET ${path}`)).body).toMatchObject({ kind: "BellList", items: [] });
  const { body } = await rest("GET /apis/hotel.example.com/v1");
  expect(body).toMatchObject({ resources: [{ name: "bells", kind: "Bell" }] });
  const described = await rest("GET /openapi/v3/apis/hotel.example.com/v1");
  expect(described.body).toMatchObject({
    components: {
      schemas: {
        "com.example.hotel.v1.Bell": {
          properties: { spec: { type: "object" }, metadata: expect.anything() },
          "x-kubernetes-group-version-kind": [{ group: "hotel.example.com", kind: "Bell" }],
        },
      },
    },
  });
  server.removeKind(Bell);
  expect((await rest(`GET ${path}`)).status).toBe(404);
  expect((await rest("GET /apis/hotel.example.com/v1")).status).toBe(404);
});
