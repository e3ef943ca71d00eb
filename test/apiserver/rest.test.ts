// Refusals and answers over REST, a row each: the request, and what kubectl would be told.

import { describe, expect, test } from "vitest";
import { ConfigMap } from "../../src/api/kinds/configmap.ts";
import type { RestResponse } from "../../src/api/transport.ts";
import { configMap, ingress, pod, world } from "./world.ts";
import type { World } from "./world.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const ingresses = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";

/** "404 NotFound: …", or the status and the kind of the answer. */
function told({ status, body }: RestResponse): string {
  if (typeof body !== "object") return `${status} ${String(body).trim()}`;
  const { kind, reason, message } = body as { kind: string; reason?: string; message?: string };
  return kind === "Status" && message ? `${status} ${reason}: ${message}` : `${status} ${kind}`;
}

async function hotel(): Promise<World> {
  const all = world();
  await all.rest(`POST ${maps}`, configMap("a", { k: "v" }));
  await all.rest(`POST ${ingresses}`, ingress("web"));
  return all;
}

describe("requests", () => {
  test.each<[string, unknown, string]>([
    [`GET ${maps}/a`, undefined, "200 ConfigMap"],
    [`GET ${maps}`, undefined, "200 ConfigMapList"],
    ["GET /api/v1/configmaps", undefined, "200 ConfigMapList"],
    [`GET ${maps}/b`, undefined, '404 NotFound: configmaps "b" not found'],
    [`GET ${ingresses}/b`, undefined, '404 NotFound: ingresses.networking.k8s.io "b" not found'],
    ["GET /api/v1/configmaps/a", undefined, "404 404 page not found"],
    ["GET /apis/example.com/v1/things", undefined, "404 404 page not found"],
    ["GET /nowhere", undefined, "404 404 page not found"],
    [
      `POST ${maps}/a`,
      configMap("a"),
      "405 MethodNotAllowed: the server does not allow this method on the requested resource",
    ],
    [
      `PUT ${maps}`,
      configMap("a"),
      "405 MethodNotAllowed: the server does not allow this method on the requested resource",
    ],
    [
      "POST /version",
      {},
      "405 MethodNotAllowed: the server does not allow this method on the requested resource",
    ],
    [`POST ${maps}`, configMap("a"), '409 AlreadyExists: configmaps "a" already exists'],
    [
      "POST /api/v1/namespaces/nowhere/configmaps",
      { metadata: { name: "a" } },
      '404 NotFound: namespaces "nowhere" not found',
    ],
    [
      "POST /api/v1/namespaces/kube-system/configmaps",
      configMap("b"),
      "400 BadRequest: the namespace of the provided object does not match the namespace sent " +
        "on the request",
    ],
    [
      `PUT ${maps}/a`,
      configMap("b"),
      "400 BadRequest: the name of the object (b) does not match the name on the URL (a)",
    ],
    [
      `POST ${maps}`,
      { apiVersion: "apps/v1", kind: "ConfigMap", metadata: { name: "b" } },
      "400 BadRequest: the API version in the data (apps/v1) does not match the expected API " +
        "version (v1)",
    ],
    [
      `PUT ${maps}/a`,
      { ...configMap("a"), metadata: { name: "a", resourceVersion: "1" } },
      '409 Conflict: Operation cannot be fulfilled on configmaps "a": the object has been ' +
        "modified; please apply your changes to the latest version and try again",
    ],
    [`PUT ${maps}/a`, configMap("a", { k: "w" }), "200 ConfigMap"],
    [`POST ${maps}?dryRun=All`, configMap("b"), "201 ConfigMap"],
    [
      `POST ${maps}?dryRun=Some`,
      configMap("b"),
      '422 Invalid: CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: "Some": ' +
        'supported values: "All"',
    ],
    [
      `POST ${maps}?fieldValidation=Sometimes`,
      configMap("b"),
      '422 Invalid: CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported ' +
        'value: "Sometimes": supported values: "Ignore", "Strict", "Warn"',
    ],
    [
      `GET ${maps}?fieldSelector=data.k%3Dv`,
      undefined,
      "400 BadRequest: field label not supported: data.k",
    ],
    [
      `GET ${maps}?resourceVersion=99`,
      undefined,
      "504 Timeout: Too large resource version: 99, current: 8",
    ],
    [
      `GET ${maps}?limit=1&continue=rubbish`,
      undefined,
      "400 BadRequest: continue key is not valid: encoding is not valid",
    ],
    [`DELETE ${maps}/a`, undefined, "200 Status"],
    [`DELETE ${maps}`, undefined, "200 ConfigMapList"],
    [`DELETE ${maps}/b`, undefined, '404 NotFound: configmaps "b" not found'],
    [
      `DELETE ${maps}/a`,
      { preconditions: { uid: "other" } },
      '409 Conflict: Operation cannot be fulfilled on configmaps "a": Precondition failed: UID ' +
        "in precondition: other, UID in object meta: UID",
    ],
    [
      "DELETE /api/v1/namespaces/kube-system",
      undefined,
      '403 Forbidden: namespaces "kube-system" is forbidden: this namespace may not be deleted',
    ],
  ])("%s", async (line, body, expected) => {
    const { rest } = await hotel();
    const answer = told(await rest(line, body));
    expect(answer.replace(/[0-9a-f]{8}-[-0-9a-f]{27}/, "UID")).toBe(expected);
  });

  test.each([
    [
      "POST",
      "text/plain",
      "application/json, application/yaml, application/vnd.kubernetes.protobuf",
    ],
    [
      "PATCH",
      "application/json",
      "application/json-patch+json, application/merge-patch+json, " +
        "application/strategic-merge-patch+json, application/apply-patch+yaml",
    ],
  ])("%s of %s is a media type that nobody takes", async (method, type, accepted) => {
    const { rest } = await hotel();
    const path = method === "POST" ? maps : `${maps}/a`;
    const answer = await rest(`${method} ${path}`, "x", { "content-type": type });
    expect(told(answer)).toBe(
      "415 UnsupportedMediaType: the body of the request was in an unknown format - " +
        `accepted media types include: ${accepted}`,
    );
  });

  test("what can be had in YAML can be sent in YAML", async () => {
    const { rest } = await hotel();
    const { body } = await rest(`GET ${maps}/a`, undefined, { accept: "application/yaml" });
    expect(body).toContain("data:\n  k: v\n");
    const changed = String(body).replace("k: v", "k: w");
    const answer = await rest(`PUT ${maps}/a`, changed, { "content-type": "application/yaml" });
    expect(answer.body).toMatchObject({ data: { k: "w" } });
  });

  test("an answer in protobuf alone cannot be had", async () => {
    const { rest } = await hotel();
    const accept = "application/vnd.kubernetes.protobuf";
    expect((await rest(`GET ${maps}/a`, undefined, { accept })).status).toBe(406);
    const both = { accept: `${accept},application/json` };
    expect((await rest(`GET ${maps}/a`, undefined, both)).status).toBe(200);
  });

  test("a dry run changes nothing", async () => {
    const { rest, client } = await hotel();
    const { resourceVersion } = await client.list(ConfigMap);
    await rest(`DELETE ${maps}/a?dryRun=All`);
    await rest(`DELETE ${maps}/a`, { dryRun: ["All"] });
    await rest(`PUT ${maps}/a?dryRun=All`, configMap("a", { k: "w" }));
    expect((await client.list(ConfigMap)).resourceVersion).toBe(resourceVersion);
  });

  test("deleting a collection takes what is selected", async () => {
    const { rest } = await hotel();
    const labelled = { ...pod("x"), metadata: { name: "x", labels: { a: "b" } } };
    await rest("POST /api/v1/namespaces/default/pods", labelled);
    await rest("POST /api/v1/namespaces/default/pods", pod("y"));
    await rest("DELETE /api/v1/namespaces/default/pods?labelSelector=a%3Db");
    const { body } = await rest("GET /api/v1/pods");
    const { items } = body as { items: { metadata: { name: string } }[] };
    expect(items.map(({ metadata }) => metadata.name)).toEqual(["y"]);
  });
});
