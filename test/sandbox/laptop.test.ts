import { expect, test } from "vitest";
import { lookedAt } from "../../src/sandbox/laptop.ts";

test.each([
  ["/apis/networking.k8s.io/v1/ingressclasses", "ingressclasses"],
  ["/apis/networking.k8s.io/v1/ingressclasses/nginx", "ingressclasses nginx"],
  ["/api/v1/pods", "pods -A"],
  ["/api/v1/namespaces/default/pods", "pods default"],
  ["/api/v1/namespaces/default/pods/web-1", "pods default/web-1"],
  ["/api/v1/namespaces/default/pods/web-1/log", "log default/web-1"],
  ["/api/v1/nodes", "nodes"],
  ["/api/v1", undefined],
  ["/apis", undefined],
  ["/openapi/v3", undefined],
])("GET %s looks at %s", (path, what) => {
  expect(lookedAt(path)).toBe(what);
});
