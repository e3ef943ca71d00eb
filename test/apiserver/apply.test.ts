// Server-side apply and managedFields: who has which field, and who fights with whom.

import { describe, expect, test } from "vitest";
import { parseYaml } from "../../src/api/yaml.ts";
import { service, world } from "./world.ts";
import type { World } from "./world.ts";

const path = "/apis/apps/v1/namespaces/default/deployments/web";

function deployment(o: { replicas?: number; image?: string; more?: string } = {}): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  ${o.replicas === undefined ? "" : `replicas: ${o.replicas}`}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: ${o.image ?? "nginx"}}
      ${o.more ?? ""}`;
}

interface Shown {
  spec: { replicas: number; template: { spec: { containers: { name: string; image: string }[] } } };
  metadata: {
    resourceVersion: string;
    managedFields?: {
      manager: string;
      operation: string;
      fieldsV1: unknown;
      subresource?: string;
    }[];
  };
  message: string;
}

async function apply(it: World, body: string, manager: string, query = ""): Promise<Shown> {
  const headers = { "content-type": "application/apply-patch+yaml" };
  const answer = await it.rest(`PATCH ${path}?fieldManager=${manager}${query}`, body, headers);
  return answer.body as Shown;
}

function managers({ metadata }: Shown): string[] {
  return (metadata.managedFields ?? []).map(({ manager, operation, subresource = "" }) =>
    `${manager} ${operation} ${subresource}`.trim(),
  );
}

function fieldsOf({ metadata }: Shown, manager: string): unknown {
  return metadata.managedFields?.find((one) => one.manager === manager)?.fieldsV1;
}

describe("apply", () => {
  test("creates, and gives the applier what it names and nothing else", async () => {
    const it = world();
    const made = await apply(it, deployment({ replicas: 2 }), "me");
    expect(made.spec.replicas).toBe(2);
    expect(made.metadata.managedFields).toEqual([
      {
        manager: "me",
        operation: "Apply",
        apiVersion: "apps/v1",
        time: "2026-11-23T09:00:00Z",
        fieldsType: "FieldsV1",
        fieldsV1: {
          "f:spec": {
            "f:replicas": {},
            "f:selector": {},
            "f:template": {
              "f:metadata": { "f:labels": { "f:app": {} } },
              "f:spec": {
                "f:containers": { 'k:{"name":"web"}': { ".": {}, "f:image": {}, "f:name": {} } },
              },
            },
          },
        },
      },
    ]);
  });

  test("a second applier fights over another value, shares the same one, and may force", async () => {
    const it = world();
    await apply(it, deployment({ replicas: 2 }), "me");
    const fought = await apply(it, deployment({ replicas: 3, image: "caddy" }), "you");
    expect(fought).toMatchObject({
      reason: "Conflict",
      code: 409,
      message:
        'Apply failed with 2 conflicts: conflicts with "me":\n- .spec.replicas\n' +
        '- .spec.template.spec.containers[name="web"].image',
      details: {
        causes: [
          {
            reason: "FieldManagerConflict",
            message: 'conflict with "me"',
            field: ".spec.replicas",
          },
          { field: '.spec.template.spec.containers[name="web"].image' },
        ],
      },
    });
    expect(managers(await apply(it, deployment({ replicas: 2 }), "you"))).toEqual([
      "me Apply",
      "you Apply",
    ]);
    const forced = await apply(it, deployment({ replicas: 3 }), "you", "&force=true");
    expect(forced.spec.replicas).toBe(3);
    expect(fieldsOf(forced, "me")).not.toHaveProperty(["f:spec", "f:replicas"]);
    expect(fieldsOf(forced, "you")).toHaveProperty(["f:spec", "f:replicas"]);
  });

  test("what is no longer named goes, unless somebody else has it", async () => {
    const it = world();
    const side = "- {name: side, image: busybox}";
    await apply(it, deployment({ replicas: 2, more: side }), "me");
    const images = ({ spec }: Shown): string[] =>
      spec.template.spec.containers.map(({ name }) => name);
    const kept = await apply(it, deployment({ more: side }), "you");
    expect(images(kept)).toEqual(["web", "side"]);
    const dropped = await apply(it, deployment(), "me");
    expect([images(dropped), dropped.spec.replicas]).toEqual([["web", "side"], 1]);
    expect(images(await apply(it, deployment(), "you"))).toEqual(["web"]);
  });

  test("an update takes the field; the applier then fights with the updater", async () => {
    const it = world();
    await apply(it, deployment({ replicas: 2 }), "me");
    await it.rest(
      `PATCH ${path}/scale?fieldManager=hand`,
      { spec: { replicas: 5 } },
      { "content-type": "application/merge-patch+json" },
    );
    const shown = (await it.rest(`GET ${path}`)).body as Shown;
    expect(managers(shown)).toEqual(["me Apply", "hand Update scale"]);
    expect(fieldsOf(shown, "hand")).toEqual({ "f:spec": { "f:replicas": {} } });
    const { message } = await apply(it, deployment({ replicas: 2 }), "me");
    expect(message).toBe(
      'Apply failed with 1 conflict: conflict with "hand" with subresource "scale" using apps/v1: ' +
        ".spec.replicas",
    );
  });

  test("the same again changes nothing, not even the revision", async () => {
    const it = world();
    const first = await apply(it, deployment(), "me");
    const again = await apply(it, deployment(), "me");
    expect(again.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    const dry = await apply(it, deployment({ replicas: 7 }), "me", "&dryRun=All");
    expect(dry.spec.replicas).toBe(7);
    expect(((await it.rest(`GET ${path}`)).body as Shown).spec.replicas).toBe(1);
  });

  test.each([
    ["spec: {bogus: 1}", ".spec.bogus: field not declared in schema"],
    ["spec: {replicas: x}", ".spec.replicas: expected numeric (int or float), got string"],
    [
      "spec: {template: {spec: {containers: [{name: a}, {name: a}]}}}",
      '.spec.template.spec.containers: duplicate entries for key [name="a"]',
    ],
    ["metadata: {labels: [a]}", ".metadata.labels: expected map, got &{[a]}"],
  ])("%s does not fit", async (text, why) => {
    const head = "apiVersion: apps/v1\nkind: Deployment\n";
    const name = text.startsWith("metadata") ? "" : "metadata: {name: web, namespace: default}\n";
    const where = name === "" ? "/" : "default/web";
    expect(await apply(world(), head + name + text, "me")).toMatchObject({
      code: 500,
      reason: "",
      message: `failed to create typed patch object (${where}; apps/v1, Kind=Deployment): ${why}`,
    });
  });

  test("needs a manager, and force is for apply alone", async () => {
    const it = world();
    const { message } = await apply(it, deployment(), "");
    expect(message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
    const headers = { "content-type": "application/merge-patch+json" };
    const forced = (await it.rest(`PATCH ${path}?force=true`, {}, headers)).body as Shown;
    expect(forced.message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    );
  });
});

describe("managers of other writes", () => {
  const collection = "/apis/apps/v1/namespaces/default/deployments";

  test("a creator has what it sent with its defaults, but nothing that admission adds", async () => {
    const it = world();
    const body = {
      ...service("web", { ports: [{ port: 80 }], selector: { app: "web" } }),
      metadata: { name: "web", labels: { a: "b" } },
    };
    const created = await it.rest(
      "POST /api/v1/namespaces/default/services?fieldManager=kubectl-create",
      body,
    );
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    expect(fieldsOf(created.body as Shown, "kubectl-create")).toEqual({
      "f:metadata": { "f:labels": { ".": {}, "f:a": {} } },
      "f:spec": {
        "f:internalTrafficPolicy": {},
        "f:ports": {
          ".": {},
          'k:{"port":80,"protocol":"TCP"}': {
            ".": {},
            "f:port": {},
            "f:protocol": {},
            "f:targetPort": {},
          },
        },
        "f:selector": {},
        "f:sessionAffinity": {},
        "f:type": {},
      },
    });
  });

  test("the user agent stands in for a manager; updates in a row are one entry", async () => {
    const it = world();
    const body = parseYaml(deployment({ replicas: 1 }))[0]!.value;
    await it.rest(`POST ${collection}`, body, { "user-agent": "curl/8.1" });
    for (const replicas of [2, 3]) {
      const headers = { "content-type": "application/merge-patch+json", "user-agent": "robot/1" };
      await it.rest(`PATCH ${path}`, { spec: { replicas } }, headers);
    }
    const shown = (await it.rest(`GET ${path}`)).body as Shown;
    expect(managers(shown)).toEqual(["curl Update", "robot Update"]);
    expect(fieldsOf(shown, "robot")).toEqual({ "f:spec": { "f:replicas": {} } });
    expect(fieldsOf(shown, "curl")).not.toHaveProperty(["f:spec", "f:replicas"]);
  });

  test("old notes are folded; at most ten updaters stay apart", async () => {
    const it = world();
    const body = parseYaml(deployment())[0]!.value;
    await it.rest(`POST ${collection}?fieldManager=m0`, body);
    for (let i = 1; i <= 30; i++) {
      const headers = { "content-type": "application/merge-patch+json" };
      const patch = { metadata: { annotations: { [`a${i % 25}`]: String(i) } } };
      await it.rest(`PATCH ${path}?fieldManager=m${i}`, patch, headers);
      await it.clock.advance(1_000);
    }
    const shown = (await it.rest(`GET ${path}`)).body as Shown;
    expect(managers(shown)).toHaveLength(10);
    expect(managers(shown)[0]).toBe("ancient-changes Update");
    expect(fieldsOf(shown, "m30")).toEqual({ "f:metadata": { "f:annotations": { "f:a5": {} } } });
  });

  test("an empty list forgets them; kubectl's patch of them is taken", async () => {
    const it = world();
    const created = (await apply(it, deployment(), "me")).metadata.managedFields!;
    const headers = { "content-type": "application/json-patch+json" };
    const renamed = [{ ...created[0], manager: "kubectl" }];
    const replace = [{ op: "replace", path: "/metadata/managedFields", value: renamed }];
    const answer = (await it.rest(`PATCH ${path}`, replace, headers)).body as Shown;
    expect(managers(answer)).toEqual(["kubectl Apply"]);
    const { metadata, ...rest } = answer;
    const reset = { ...rest, metadata: { ...metadata, managedFields: [] } };
    const put = (await it.rest(`PUT ${path}`, reset)).body as Shown;
    expect(put.metadata.managedFields).toBeUndefined();
    const applied = await apply(it, deployment(), "again");
    expect(managers(applied)).toEqual(["again Apply", "before-first-apply Update"]);
  });
});
