// Small values: quantities, ages, field errors as text, defaults.

import { describe, expect, test } from "vitest";
import { humanDuration } from "../../src/api/age.ts";
import { aggregate, invalid, quote } from "../../src/api/invalid.ts";
import { checkCidr, checkNotSpecial, parseIp } from "../../src/api/ip.ts";
import {
  Deployment,
  Ingress,
  IngressClass,
  Namespace,
  Pod,
  Secret,
  Service,
  ServiceAccount,
} from "../../src/api/kinds/index.ts";
import { canonicalQuantity, compareQuantities, milliValue } from "../../src/api/quantity.ts";

test.each([
  ["1", "1"],
  ["0.5", "500m"],
  ["1000m", "1"],
  ["1000", "1k"],
  ["1500", "1500"],
  ["1.5Gi", "1536Mi"],
  ["1024Ki", "1Mi"],
  ["512", "512"],
  ["1Ki", "1Ki"],
  ["0.5Ki", "512"],
  ["2e3", "2e3"],
  ["-1.5", "-1500m"],
  ["0", "0"],
  ["0.1m", "100u"],
])("the quantity %s is stored as %s", (text, canonical) => {
  expect(canonicalQuantity(text)).toEqual({ canonical });
});

test("quantities compare by value", () => {
  expect(compareQuantities("1Gi", "1024Mi")).toBe(0);
  expect(compareQuantities("100m", "0.2")).toBe(-1);
  expect(milliValue("0.25")).toBe(250);
  expect(canonicalQuantity("1X").error).toContain("quantities must match");
  expect(canonicalQuantity("1Kk").error).toBe("unable to parse quantity's suffix");
});

test.each<[number, string]>([
  [-2_000, "<invalid>"],
  [-1_500, "0s"],
  [119_999, "119s"],
  [120_000, "2m"],
  [150_000, "2m30s"],
  [11 * 60_000, "11m"],
  [179 * 60_000, "179m"],
  [3 * 3_600_000, "3h"],
  [3.5 * 3_600_000, "3h30m"],
  [47 * 3_600_000, "47h"],
  [49 * 3_600_000, "2d1h"],
  [9 * 86_400_000, "9d"],
  [800 * 86_400_000, "2y70d"],
  [3_000 * 86_400_000, "8y"],
])("%d ms is %s", (ms, text) => expect(humanDuration(ms)).toBe(text));

describe("field errors as text", () => {
  test("one and several, with causes", () => {
    const one = { type: "Required", field: "spec.ports", detail: "" } as const;
    const other = { type: "Invalid", field: "spec", badValue: { b: "<" }, detail: "no" } as const;
    expect(invalid(Service, "web", [one]).message).toBe(
      'Service "web" is invalid: spec.ports: Required value',
    );
    const both = invalid(Ingress, "web", [one, other, one]);
    expect(both.message).toBe(
      'Ingress.networking.k8s.io "web" is invalid: [spec.ports: Required value, ' +
        'spec: Invalid value: {"b":"\\u003c"}: no]',
    );
    expect(both.code).toBe(422);
    expect(both.details).toMatchObject({
      name: "web",
      group: "networking.k8s.io",
      kind: "Ingress",
    });
    expect(both.details!.causes![1]).toEqual({
      reason: "FieldValueInvalid",
      message: 'Invalid value: {"b":"\\u003c"}: no',
      field: "spec",
    });
  });

  test("Go's quoting", () => {
    expect(quote('a"\\\n\x01é\u200b')).toBe('"a\\"\\\\\\n\\x01é\\u200b"');
    expect(aggregate(["a", "a"])).toBe("a");
  });
});

describe("addresses", () => {
  test.each<[string, number | undefined]>([
    ["10.9.8.7", 4],
    ["010.1.1.1", 4],
    ["256.1.1.1", undefined],
    ["1.2.3", undefined],
    ["2001:db8::ffff", 16],
    ["::", 16],
    ["::ffff:1.2.3.4", 16],
    ["1::2::3", undefined],
    ["1:2:3:4:5:6:7:8:9", undefined],
    ["web", undefined],
  ])("%s has %s bytes", (text, bytes) => expect(parseIp(text)?.length).toBe(bytes));

  test("special ones and prefixes", () => {
    expect(checkNotSpecial("f", "169.254.1.1")).toHaveLength(1);
    expect(checkNotSpecial("f", "::1")).toHaveLength(1);
    expect(checkNotSpecial("f", "8.8.8.8")).toEqual([]);
    expect(checkCidr("f", "10.0.0.0/33")).toHaveLength(1);
    expect(checkCidr("f", "2001:db8::/64")).toEqual([]);
  });
});

describe("defaults", () => {
  const metadata = { name: "x", namespace: "default" };

  test("a Service", () => {
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { ports: [{ port: 80 }] },
    };
    expect(Service.defaulted(service)).toEqual({
      ...service,
      spec: {
        type: "ClusterIP",
        sessionAffinity: "None",
        internalTrafficPolicy: "Cluster",
        ports: [{ port: 80, targetPort: 80, protocol: "TCP" }],
      },
      status: { loadBalancer: {} },
    });
  });

  test.each([
    ["web", "Always"],
    ["web:latest", "Always"],
    ["web:1", "IfNotPresent"],
    ["host:5000/web", "Always"],
    ["web@sha256:abc", "IfNotPresent"],
  ])("the image %s is pulled %s", (image, policy) => {
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata,
      spec: { containers: [{ name: "c", image }] },
    };
    expect(Pod.defaulted(pod).spec.containers[0]!.imagePullPolicy).toBe(policy);
  });

  test("a Deployment, a Namespace, a Secret's stringData", () => {
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata } as Deployment;
    expect(Deployment.defaulted(deployment).spec).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: {
        type: "RollingUpdate",
        rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
      },
    });
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "x" } };
    expect(Namespace.defaulted(namespace).metadata.labels).toEqual({
      "kubernetes.io/metadata.name": "x",
    });
    const secret = { apiVersion: "v1", kind: "Secret", metadata, stringData: { a: "é" } };
    expect(Secret.defaulted(secret)).toMatchObject({ type: "Opaque", data: { a: "w6k=" } });
    expect(Secret.defaulted(secret)).not.toHaveProperty("stringData");
  });
});

test.each([
  [Pod, "v1", "pods po true"],
  [ServiceAccount, "v1", "serviceaccounts sa true"],
  [Deployment, "apps/v1", "deployments deploy true"],
  [Ingress, "networking.k8s.io/v1", "ingresses ing true"],
  [IngressClass, "networking.k8s.io/v1", "ingressclasses  false"],
])("%o is served as kubectl api-resources lists it", (kind, apiVersion, listed) => {
  const { plural, shortNames, namespaced } = kind;
  expect(kind.apiVersion).toBe(apiVersion);
  expect(`${plural} ${shortNames.join()} ${namespaced}`).toBe(listed);
});
