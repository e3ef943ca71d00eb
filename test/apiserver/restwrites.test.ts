// Strictness, patches, scale: what a write over REST comes to.

import { describe, expect, test } from "vitest";
import { Deployment } from "../../src/api/kinds/deployment.ts";
import { Ingress } from "../../src/api/kinds/ingress.ts";
import type { RestResponse } from "../../src/api/transport.ts";
import { ingress, pod, world } from "./world.ts";
import type { World } from "./world.ts";

const deployments = "/apis/apps/v1/namespaces/default/deployments";
const ingresses = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";
const media = {
  json: { "content-type": "application/json-patch+json" },
  merge: { "content-type": "application/merge-patch+json" },
  strategic: { "content-type": "application/strategic-merge-patch+json" },
  apply: { "content-type": "application/apply-patch+yaml" },
} as const;

function deployment(name: string): Deployment {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default" },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: pod(name).spec },
    },
  };
}

async function hotel(): Promise<World> {
  const all = world();
  await all.client.create(Deployment, deployment("web"));
  await all.client.create(Ingress, ingress("web"));
  return all;
}

function message({ status, body }: RestResponse): string {
  return `${status} ${(body as { message?: string }).message ?? ""}`.trim();
}

describe("strictness", () => {
  const odd = { ...deployment("odd"), spec: { ...deployment("odd").spec, replicass: 1 } };

  test.each([
    [
      "Strict",
      '400 Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: ' +
        'unknown field "spec.replicass"',
      [],
    ],
    ["Warn", "201", ['unknown field "spec.replicass"']],
    ["Ignore", "201", []],
    ["", "201", ['unknown field "spec.replicass"']],
  ])("fieldValidation=%s of an unknown field", async (validation, expected, warnings) => {
    const { rest } = await hotel();
    const answer = await rest(`POST ${deployments}?fieldValidation=${validation}`, odd);
    expect(message(answer)).toBe(expected);
    expect(answer.warnings).toEqual(warnings);
    if (answer.status === 201) expect(answer.body).not.toHaveProperty("spec.replicass");
  });

  test("a wrong type is refused however lenient one is", async () => {
    const { rest } = await hotel();
    const wrong = { ...deployment("odd"), spec: { ...deployment("odd").spec, replicas: "two" } };
    expect(message(await rest(`POST ${deployments}?fieldValidation=Ignore`, wrong))).toBe(
      '400 Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal ' +
        "string into Go struct field DeploymentSpec.spec.replicas of type int32",
    );
  });
});

describe("patches", () => {
  interface Row {
    type: keyof typeof media;
    patch: unknown;
    expected: string;
  }
  const images = ({ body }: RestResponse): string => {
    const { replicas, template } = (body as Deployment).spec;
    return `200 ${replicas} ${template.spec.containers.map(({ image }) => image).join(",")}`;
  };
  const sidecar = { name: "sidecar", image: "envoy" };

  test.each<[string, Row]>([
    ["merge", { type: "merge", patch: { spec: { replicas: 5 } }, expected: "200 5 nginx" }],
    [
      "strategic merge finds the container by name",
      {
        type: "strategic",
        patch: { spec: { template: { spec: { containers: [sidecar] } } } },
        expected: "200 2 envoy,nginx",
      },
    ],
    [
      "merge replaces the list",
      {
        type: "merge",
        patch: { spec: { template: { spec: { containers: [sidecar] } } } },
        expected: "200 2 envoy",
      },
    ],
    [
      "JSON Patch",
      {
        type: "json",
        patch: [{ op: "replace", path: "/spec/replicas", value: 7 }],
        expected: "200 7 nginx",
      },
    ],
    [
      "a JSON Patch whose test fails",
      {
        type: "json",
        patch: [{ op: "test", path: "/spec/replicas", value: 7 }],
        expected: "422 the server rejected our request due to an error in our request",
      },
    ],
    [
      "an unknown field",
      {
        type: "strategic",
        patch: { spec: { replicass: 7 } },
        expected:
          '422  "" is invalid: patch: Invalid value: "map[spec:map[replicass:7]]": ' +
          'strict decoding error: unknown field "spec.replicass"',
      },
    ],
    [
      "a wrong type",
      {
        type: "strategic",
        patch: { spec: { replicas: "x" } },
        expected:
          '422  "" is invalid: patch: Invalid value: "map[spec:map[replicas:x]]": ' +
          "unrecognized type: int32",
      },
    ],
    [
      "a stale resourceVersion",
      {
        type: "merge",
        patch: { metadata: { resourceVersion: "1" } },
        expected:
          '409 Operation cannot be fulfilled on deployments.apps "web": the object has been ' +
          "modified; please apply your changes to the latest version and try again",
      },
    ],
    [
      "server-side apply",
      {
        type: "apply",
        patch: { spec: { replicas: 1 } },
        expected:
          '422 PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: ' +
          "is required for apply patch",
      },
    ],
  ])("%s", async (_, { type, patch, expected }) => {
    const { rest } = await hotel();
    const answer = await rest(
      `PATCH ${deployments}/web?fieldValidation=Strict`,
      patch,
      media[type],
    );
    expect(answer.status === 200 ? images(answer) : message(answer)).toBe(expected);
  });

  test("a patch of the status leaves the rest alone", async () => {
    const { rest } = await hotel();
    const patch = { spec: { replicas: 9 }, status: { replicas: 3 } };
    const { body } = await rest(`PATCH ${deployments}/web/status`, patch, media.merge);
    expect(body).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 3 } });
  });

  test("a patch of what is not there", async () => {
    const { rest } = await hotel();
    expect(message(await rest(`PATCH ${ingresses}/nope`, {}, media.merge))).toBe(
      '404 ingresses.networking.k8s.io "nope" not found',
    );
  });
});

describe("scale", () => {
  test("reads and writes the number of replicas alone", async () => {
    const { rest } = await hotel();
    const { body } = await rest(`GET ${deployments}/web/scale`);
    expect(body).toMatchObject({
      kind: "Scale",
      apiVersion: "autoscaling/v1",
      metadata: { name: "web", namespace: "default", resourceVersion: "7" },
      spec: { replicas: 2 },
      status: { replicas: 0, selector: "app=web" },
    });
    const scaled = { ...(body as object), spec: { replicas: 3 } };
    expect((await rest(`PUT ${deployments}/web/scale`, scaled)).body).toMatchObject({
      spec: { replicas: 3 },
    });
    const patch = { spec: { replicas: 4 } };
    await rest(`PATCH ${deployments}/web/scale`, patch, media.merge);
    const after = (await rest(`GET ${deployments}/web`)).body as Deployment;
    expect([after.spec.replicas, after.metadata.generation]).toEqual([4, 3]);
    expect(message(await rest(`PUT ${deployments}/web/scale`, scaled))).toContain("409");
  });

  test.each([
    [{ spec: { replicas: -1 } }, "must be greater than or equal to 0"],
    [{ spec: { replicas: "x" } }, "must be greater than or equal to 0"],
  ])("refuses %j", async (patch, words) => {
    const { rest } = await hotel();
    const answer = await rest(`PATCH ${deployments}/web/scale`, patch, media.merge);
    expect(message(answer)).toContain(words);
  });

  test("a kind without it has no such path", async () => {
    const { rest } = await hotel();
    expect((await rest(`GET ${ingresses}/web/scale`)).status).toBe(404);
  });
});
