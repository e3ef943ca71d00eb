// CustomResourceDefinitions from their creation to their end, over REST.

import { beforeEach, describe, expect, test } from "vitest";
import type { Obj } from "../../src/api/object.ts";
import type { Status } from "../../src/api/errors.ts";
import { world } from "./world.ts";
import type { World } from "./world.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const bells = "/apis/hotel.example.com/v1/namespaces/default/bells";
const strict = "?fieldValidation=Strict";

const schema = {
  type: "object",
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      required: ["tone"],
      properties: {
        tone: { type: "string", enum: ["C", "D"] },
        times: { type: "integer", default: 1, minimum: 1, maximum: 9 },
        replicas: { type: "integer" },
        rooms: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      },
      "x-kubernetes-validations": [
        { rule: "self.times < 5 || self.tone == 'D'", message: "only D may ring long" },
        { rule: "self.tone == oldSelf.tone", messageExpression: "'was ' + oldSelf.tone" },
      ],
    },
    status: {
      type: "object",
      properties: { rung: { type: "integer" }, replicas: { type: "integer" } },
    },
  },
};

function definition(more: object = {}): Obj {
  const version = {
    served: true,
    schema: { openAPIV3Schema: schema },
    subresources: {
      status: {},
      scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
    },
    additionalPrinterColumns: [
      { name: "Tone", type: "string", jsonPath: ".spec.tone" },
      { name: "Rung", type: "integer", jsonPath: ".status.rung" },
    ],
  };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "bells.hotel.example.com" },
    spec: {
      group: "hotel.example.com",
      scope: "Namespaced",
      names: { plural: "bells", kind: "Bell", shortNames: ["bl"] },
      versions: [
        { ...version, name: "v1", storage: true },
        { ...version, name: "v1beta1", storage: false },
      ],
      ...more,
    },
  } as unknown as Obj;
}

const bell = (spec: object, name = "front"): Obj =>
  ({
    apiVersion: "hotel.example.com/v1",
    kind: "Bell",
    metadata: { name },
    spec,
  }) as unknown as Obj;

let w: World;
beforeEach(async () => {
  w = world({ further: true });
  const { status } = await w.rest(`POST ${definitions}${strict}`, definition());
  expect(status).toBe(201);
  await w.clock.finish(w.clock.sleep(10));
});

/** The message of a refusal, or what came instead. */
async function refused(line: string, body: unknown): Promise<string> {
  const { body: seen } = await w.rest(line, body);
  return (seen as Status).message ?? JSON.stringify(seen);
}

describe("a definition", () => {
  test("is established, and its kind is in discovery and OpenAPI", async () => {
    const { body } = await w.rest(`GET ${definitions}/bells.hotel.example.com`);
    const { conditions, storedVersions } = (body as { status: Record<string, unknown[]> }).status;
    expect(conditions).toMatchObject([
      { type: "NamesAccepted", status: "True", reason: "NoConflicts" },
      { type: "Established", status: "True", reason: "InitialNamesAccepted" },
    ]);
    expect(storedVersions).toEqual(["v1"]);
    const list = (await w.rest("GET /apis/hotel.example.com/v1")).body;
    const names = (list as { resources: { name: string }[] }).resources.map(({ name }) => name);
    expect(names).toEqual(["bells", "bells/status", "bells/scale"]);
    const openapi = JSON.stringify(
      (await w.rest("GET /openapi/v3/apis/hotel.example.com/v1")).body,
    );
    expect(openapi).toContain("com.example.hotel.v1.Bell");
    expect(openapi).not.toContain("strategic-merge-patch"); // kubectl apply goes by this
  });

  test("is refused for a schema that is none", async () => {
    const wrong = definition({
      names: { plural: "gongs", kind: "Gong" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "array" } } } },
        },
      ],
    });
    const at = "spec.versions[0].schema.openAPIV3Schema.properties[spec].items";
    const named = { ...wrong, metadata: { name: "gongs.hotel.example.com" } };
    expect(await refused(`POST ${definitions}`, named)).toBe(
      'CustomResourceDefinition.apiextensions.k8s.io "gongs.hotel.example.com" is invalid: ' +
        `${at}: Required value: must be specified`,
    );
  });

  test("goes only when its custom resources are gone", async () => {
    await w.rest(`POST ${bells}`, bell({ tone: "C" }));
    await w.rest(`DELETE ${definitions}/bells.hotel.example.com`);
    await w.clock.finish(w.clock.sleep(10));
    expect((await w.rest(`GET ${definitions}/bells.hotel.example.com`)).status).toBe(404);
    expect((await w.rest(`GET ${bells}/front`)).status).toBe(404);
    expect((await w.rest("GET /apis/hotel.example.com/v1")).status).toBe(404);
  });
});

test("what a definition makes is there for whoever asks right after it", async () => {
  const plain = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const versions = [
    { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: plain } },
  ];
  const names = { plural: "gongs", kind: "Gong" };
  const gongs = {
    ...definition({ names, versions }),
    metadata: { name: "gongs.hotel.example.com" },
  };
  expect((await w.rest(`POST ${definitions}`, gongs)).status).toBe(201);
  const list = w.rest("GET /apis/hotel.example.com/v1/gongs");
  expect(await w.clock.finish(list)).toMatchObject({ status: 200 });
});

describe("a custom resource", () => {
  test("gets its defaults, and is read in both versions", async () => {
    const { status, body } = await w.rest(`POST ${bells}${strict}`, bell({ tone: "C" }));
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body).toMatchObject({ spec: { tone: "C", times: 1 }, metadata: { generation: 1 } });
    const other = await w.rest(`GET ${bells.replace("v1", "v1beta1")}/front`);
    expect(other.body).toMatchObject({
      apiVersion: "hotel.example.com/v1beta1",
      spec: { times: 1 },
    });
  });

  test("is printed by its columns", async () => {
    await w.rest(`POST ${bells}`, bell({ tone: "C" }));
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    const { body } = await w.rest(`GET ${bells}`, undefined, { accept });
    expect(body).toMatchObject({
      columnDefinitions: [{ name: "Name" }, { name: "Tone" }, { name: "Rung" }],
      rows: [{ cells: ["front", "C", null] }],
    });
  });

  const lead = 'Bell.hotel.example.com "front" is invalid: ';
  const unchecked =
    "<nil>: Invalid value: null: some validation rules were not checked because the object was " +
    "invalid; correct the existing errors to complete validation";
  test.each([
    [{}, `${lead}[spec.tone: Required value, ${unchecked}]`],
    [
      { tone: "E" },
      `${lead}[spec.tone: Unsupported value: "E": supported values: "C", "D", ${unchecked}]`,
    ],
    [
      { tone: "C", times: "two" },
      `${lead}[spec.times: Invalid value: "string": spec.times in body must be of type integer: "string", ${unchecked}]`,
    ],
    [
      { tone: "D", times: 10 },
      `${lead}spec.times: Invalid value: 10: spec.times in body should be less than or equal to 9`,
    ],
    [{ tone: "C", times: 5 }, `${lead}spec: Invalid value: "object": only D may ring long`],
    [{ tone: "C", rooms: ["a", "b", "a"] }, `${lead}spec.rooms[2]: Duplicate value: "a"`],
    [
      { tone: "C", loud: true },
      'Bell in version "v1" cannot be handled as a Bell: strict decoding error: unknown field "spec.loud"',
    ],
  ])("%j is refused", async (spec, message) => {
    expect(await refused(`POST ${bells}${strict}`, bell(spec))).toBe(message);
  });

  test("loses fields that nobody knows, unless they may stay", async () => {
    const spec = { tone: "C", loud: true, free: { anything: [1] } };
    const { body, warnings } = await w.rest(`POST ${bells}?fieldValidation=Warn`, bell(spec));
    expect(warnings).toEqual(['unknown field "spec.loud"']);
    expect(body).toMatchObject({ spec: { tone: "C", free: { anything: [1] } } });
    expect(body).not.toHaveProperty("spec.loud");
  });

  test("is not merged strategically", async () => {
    await w.rest(`POST ${bells}`, bell({ tone: "C" }));
    const strategic = { "content-type": "application/strategic-merge-patch+json" };
    const { status } = await w.rest(`PATCH ${bells}/front`, { spec: { tone: "C" } }, strategic);
    expect(status).toBe(415);
  });

  test("meets its transition rules when it changes", async () => {
    await w.rest(`POST ${bells}`, bell({ tone: "C" }));
    const merge = { "content-type": "application/merge-patch+json" };
    const { body } = await w.rest(`PATCH ${bells}/front`, { spec: { tone: "D" } }, merge);
    expect((body as Status).message).toBe(`${lead}spec: Invalid value: "object": was C`);
  });

  test("has a status and a scale of their own", async () => {
    await w.rest(`POST ${bells}`, { ...bell({ tone: "C", replicas: 2 }), status: { rung: 3 } });
    const merge = { "content-type": "application/merge-patch+json" };
    const patched = await w.rest(`PATCH ${bells}/front/status`, { status: { rung: 4 } }, merge);
    expect(patched.body).toMatchObject({ status: { rung: 4 }, metadata: { generation: 1 } });
    const scaled = await w.rest(`PATCH ${bells}/front/scale`, { spec: { replicas: 5 } }, merge);
    expect(scaled.body).toMatchObject({ kind: "Scale", spec: { replicas: 5 } });
    const { body } = await w.rest(`GET ${bells}/front`);
    expect(body).toMatchObject({ spec: { replicas: 5 }, metadata: { generation: 2 } });
  });
});
