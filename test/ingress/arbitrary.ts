// Random Ingresses and requests whose hosts and paths meet often.

import fc from "fast-check";
import type { Ingress, IngressPath } from "../../src/api/kinds/ingress.ts";

const label = fc.constantFrom("a", "b", "foo");
const hosts = fc.oneof(
  fc.constantFrom("a.com", "b.a.com", "foo.a.com", "*.a.com", "*.b.a.com", "b.com"),
  fc.constant(undefined),
);
const element = fc.constantFrom("foo", "fo", "foobar", "a", "b", "Foo", "x.html");
export const path = fc
  .tuple(fc.array(element, { maxLength: 4 }), fc.boolean())
  .map(([parts, slash]) => `/${parts.join("/")}${slash && parts.length > 0 ? "/" : ""}`);
export const requestHost = fc.oneof(
  fc.constantFrom("a.com", "b.a.com", "foo.a.com", "x.a.com", "x.b.a.com", "b.com", "c.com", ""),
  fc.tuple(label, label).map(([x, y]) => `${x}.${y}.a.com`),
);
export const request = fc.record({ host: requestHost, path });

const onePath: fc.Arbitrary<IngressPath> = fc.record({
  path,
  pathType: fc.constantFrom("Exact" as const, "Prefix" as const, "ImplementationSpecific" as const),
  backend: fc.constantFrom("web", "api", "img").map((name) => ({
    service: { name, port: { number: 80 } },
  })),
});

const rule = fc.record({
  host: hosts,
  http: fc.option(fc.record({ paths: fc.array(onePath, { minLength: 1, maxLength: 6 }) }), {
    nil: undefined,
    freq: 8,
  }),
});

const oneIngress = fc.record({
  rules: fc.array(rule, { maxLength: 4 }),
  fallback: fc.boolean(),
  age: fc.integer({ min: 0, max: 3 }),
  namespace: fc.constantFrom("default", "shop"),
});

/** Up to 8 Ingresses with distinct names and often equal ages. */
export const ingresses: fc.Arbitrary<Ingress[]> = fc
  .array(oneIngress, { maxLength: 8 })
  .map((list) =>
    list.map(({ rules, fallback, age, namespace }, i) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        name: `i${i}`,
        namespace,
        creationTimestamp: `2026-11-23T09:00:0${age}Z`,
      },
      spec: {
        rules: rules.map(({ host, http }) => ({ ...(host && { host }), ...(http && { http }) })),
        ...(fallback && { defaultBackend: { service: { name: `d${i}`, port: { number: 80 } } } }),
      },
    })),
  );
