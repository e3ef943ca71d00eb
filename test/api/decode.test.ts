import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, hasField } from "../../src/api/decode.ts";
import { ApiError } from "../../src/api/errors.ts";
import { Deployment, Ingress, kinds, Lease, Pod, Secret } from "../../src/api/kinds/index.ts";
import type { Kind } from "../../src/api/kinds/kind.ts";

const of = (kind: Kind, more: object): object => ({
  apiVersion: kind.apiVersion,
  kind: kind.kind,
  metadata: { name: "x" },
  ...more,
});

function refusal(kind: Kind, more: object): string {
  try {
    decode(kind, of(kind, more));
  } catch (error) {
    if (error instanceof ApiError && error.reason === "BadRequest") return error.message;
    throw error;
  }
  return "accepted";
}

const path = (backend: unknown): object => ({
  spec: { rules: [{ http: { paths: [{ backend }] } }] },
});

describe("refusals", () => {
  test.each<[Kind, object, string]>([
    [Ingress, { spec: { bogus: 1 } }, 'strict decoding error: unknown field "spec.bogus"'],
    [
      Ingress,
      path({ serviceName: "web", servicePort: 80 }),
      'strict decoding error: unknown field "spec.rules[0].http.paths[0].backend.serviceName", ' +
        'unknown field "spec.rules[0].http.paths[0].backend.servicePort"',
    ],
    [
      Ingress,
      path({ service: { name: "web", port: { number: "80" } } }),
      "json: cannot unmarshal string into Go struct field " +
        "ServiceBackendPort.spec.rules.http.paths.backend.service.port.number of type int32",
    ],
    [
      Ingress,
      { metadata: { annotations: { "nginx.ingress.kubernetes.io/ssl-redirect": true } } },
      "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.annotations of type string",
    ],
    [
      Ingress,
      { spec: { rules: "web" } },
      "json: cannot unmarshal string into Go struct field IngressSpec.spec.rules of type []v1.IngressRule",
    ],
    [
      Ingress,
      { spec: [] },
      "json: cannot unmarshal array into Go struct field Ingress.spec of type v1.IngressSpec",
    ],
    [
      Deployment,
      { spec: { replicas: 1.5 } },
      "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
    ],
    [
      Deployment,
      { spec: { replicas: 3_000_000_000 } },
      "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32",
    ],
    [
      Pod,
      { spec: { containers: [{ livenessProbe: { tcpSocket: { port: true } } }] } },
      "json: cannot unmarshal bool into Go value of type int32",
    ],
    [
      Pod,
      { spec: { containers: [{ resources: { limits: { cpu: "1 core" } } }] } },
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [Secret, { data: { a: "a secret" } }, "illegal base64 data at input byte 1"],
    [Secret, { data: { a: "abc" } }, "illegal base64 data at input byte 0"],
    [
      Pod,
      { metadata: { creationTimestamp: "yesterday" } },
      'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    ],
  ])("%o with %j", (kind, more, why) => {
    const prefix = `${kind.kind} in version "v1" cannot be handled as a ${kind.kind}: `;
    expect(refusal(kind, more)).toBe(prefix + why);
  });
});

describe("what is accepted", () => {
  test("unknown fields are warned of, or dropped", () => {
    const value = of(Ingress, { spec: { bogus: 1, ingressClassName: "nginx" }, extra: {} });
    const warned = decode(Ingress, value, "Warn");
    expect(warned.warnings).toEqual(['unknown field "extra"', 'unknown field "spec.bogus"']);
    expect(warned.object.spec).toEqual({ ingressClassName: "nginx" });
    expect(decode(Ingress, value, "Ignore").warnings).toEqual([]);
  });

  test("nulls and empty collections count as absent; numbers become quantities, times UTC", () => {
    const value = of(Pod, {
      metadata: {
        name: "x",
        labels: {},
        annotations: null,
        creationTimestamp: "2026-01-01T01:00:00+01:00",
      },
      spec: {
        containers: [{ name: "a", args: [], resources: { limits: { cpu: 0.5, memory: "1.5Gi" } } }],
      },
    });
    expect(decode(Pod, value).object).toEqual({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "x", creationTimestamp: "2026-01-01T00:00:00Z" },
      spec: {
        containers: [{ name: "a", resources: { limits: { cpu: "500m", memory: "1536Mi" } } }],
      },
    });
  });

  test("a MicroTime keeps its microseconds", () => {
    const value = of(Lease, { spec: { renewTime: "2026-01-01T00:00:00.25Z" } });
    expect(decode(Lease, value).object.spec!.renewTime).toBe("2026-01-01T00:00:00.250000Z");
  });

  test.each<[string, boolean]>([
    ["spec.rules[0].http.paths[0].pathType", true],
    ["metadata.annotations.anything", true],
    ["spec.rules[0].hosts", false],
    ["spec.rules[0].host.deeper", false],
  ])("an Ingress has %s: %s", (field, there) => expect(hasField(Ingress, field)).toBe(there));
});

/** Values shaped a little like objects: field names of every kind over odd values. */
const anything = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>(null, "", "x", "10", "1Gi", true, -1, 1.5, 80, "TCP", "*.a.b", "/"),
    fc.array(tie("tree"), { maxLength: 2 }),
    fc.dictionary(
      fc.constantFrom(
        ...["metadata", "name", "namespace", "labels", "spec", "rules", "host", "http", "paths"],
        ...["path", "pathType", "backend", "service", "port", "number", "tls", "ports", "type"],
        ...["selector", "matchLabels", "template", "containers", "image", "env", "valueFrom"],
        ...["data", "endpoints", "addresses", "addressType", "clusterIP", "strategy", "status"],
        ...["volumes", "subsets", "taints", "parameters", "involvedObject", "loadBalancer"],
      ),
      tie("tree"),
      { maxKeys: 5, noNullPrototype: true },
    ),
  ),
})).tree;

test.each(kinds.map((kind) => [kind.kind, kind] as const))(
  "%s: whatever comes in, only an ApiError goes out",
  (_name, kind) => {
    fc.assert(
      fc.property(anything, anything, (value, old) => {
        let object;
        let before;
        try {
          object = kind.defaulted(decode(kind, value, "Ignore").object);
          before = kind.defaulted(decode(kind, old, "Ignore").object);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
          return;
        }
        kind.validate(object);
        kind.validate(object, before);
        kind.validateStatus(object, before);
        for (const column of kind.columns) column.cell(object, 0);
        // Defaults are complete: a second pass finds nothing to fill in.
        expect(kind.defaulted(object)).toEqual(object);
      }),
      { numRuns: 400 },
    );
  },
);
