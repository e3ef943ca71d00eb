// The check notation: what is read, and what is said of what cannot be read.

import { expect, test } from "vitest";
import { parseClaim } from "../../src/lesson/claim.ts";
import { ClaimError } from "../../src/lesson/notation.ts";

test.each([
  [
    "GET http://example.com/web → 200 @frontend-service via Ingress",
    {
      order: { method: "GET", url: "http://example.com/web", headers: [], bodyBytes: 0 },
      outcome: "200",
      service: "frontend-service",
      via: "*",
      answer: [],
    },
  ],
  ["GET http://a.b/ -> refused", { claim: "request", outcome: "refused", service: undefined }],
  ["GET http://a/ → 200 via Ingress without x", { via: "*", answer: [{ name: "x" }] }],
  ["GET http://a/ → 4xx via Ingress default/simple", { via: "default/simple" }],
  [
    "POST http://a/up [Canary: always] [Cookie: a=b; c=d] sending 2m → 413",
    {
      order: {
        method: "POST",
        url: "http://a/up",
        headers: [
          ["Canary", "always"],
          ["Cookie", "a=b; c=d"],
        ],
        bodyBytes: 2_097_152,
      },
    },
  ],
  [
    'GET http://a/ → 200 with Content-Type ~ "text/css; a" with body == x without Server @s',
    {
      service: "s",
      answer: [
        { name: "content-type", operator: "~", value: "text/css; a" },
        { name: "body", operator: "==", value: "x" },
        { name: "server", operator: "absent", value: "" },
      ],
    },
  ],
  [
    "share GET http://a/ [X: y] x200 → 6..14% @v2",
    { claim: "share", times: 200, from: 6, to: 14, service: "v2" },
  ],
  [
    "GET https://a/ trusting Secret default/badge → 200",
    { order: { url: "https://a/", trusting: "default/badge" } },
  ],
  ["GET https://a/ [X: y] trusting home → untrusted", { order: { trusting: "home" } }],
  ["! GET http://a/ → 200", { not: true, claim: "request" }],
  ["obj Ingress default/simple-fanout", { claim: "object", field: undefined }],
  [
    "obj Ingress default/* status.loadBalancer.ingress[0].ip",
    { field: { path: "status.loadBalancer.ingress[0].ip", operator: "exists", value: "" } },
  ],
  [
    'obj Service */web metadata.labels["a/b"] == "x y"',
    { field: { path: 'metadata.labels["a/b"]', operator: "==", value: "x y" } },
  ],
  ["ready Deployment */*-controller", { claim: "ready", key: "*/*-controller" }],
  ["new Pod default/backend-*", { claim: "new", kind: "Pod" }],
  ['log ~ "Found \\"x\\"" in controller', { words: 'Found "x"', source: "controller" }],
  ["guest * http://a/* → failed x3", { claim: "guest", times: 3, last: false }],
  ["last GET *example.com* → 503 @web", { claim: "guest", last: true, service: "web" }],
  ["ask lobby", { claim: "asked", question: "lobby" }],
  ["seen pods -A", { claim: "seen", what: "pods -A" }],
  ['did ~ "helm install"', { claim: "did", words: "helm install" }],
])("%s", (source, parts) => {
  expect(parseClaim(source)).toMatchObject(parts);
});

test.each([
  [
    "get http://a/ → 200",
    'expected a claim (GET URL → …, obj, ready, new, log, share, guest, last, ask, seen, did), saw "get http://a/ → 200"',
  ],
  ["GET example.com → 200", 'expected a URL such as http://example.com/, saw "example.com"'],
  ["GET http://a/ = 200", 'expected … → outcome, saw "http://a/ = 200"'],
  [
    "GET http://a/ → ok",
    "expected a status, 4xx, refused, timeout, unresolved, untrusted, reset, served or failed",
  ],
  [
    "GET http://a/ → 200 frontend",
    'expected "@service", "via Ingress [namespace/name]", "with NAME ~ VALUE" or "without NAME", saw "frontend"',
  ],
  ["GET http://a/ → 200 with body hello", 'expected with NAME ~ "words" (also ==)'],
  ["share GET http://a/ → 50% @v2", "expected METHOD URL xN → FROM..TO% @service"],
  ["obj ingress default/x", 'expected a kind such as Ingress, saw "ingress default/x"'],
  ["obj Ingress default/a/b", "expected namespace/name, parts may be *, saw"],
  ["obj Ingress default/x spec.a = 1", "expected field, or field == value"],
  ["log Found", 'expected ~ "words" in controller'],
  ["guest http://a/ → 200", "expected METHOD URL → outcome"],
  ["did helm", 'expected ~ "words", saw "helm"'],
])("refused: %s", (source, message) => {
  expect(() => parseClaim(source)).toThrow(ClaimError);
  expect(() => parseClaim(source)).toThrow(message);
});
