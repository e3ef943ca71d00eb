// The manifest of the first milestone, to the letter, through a whole cluster.

import { expect, test } from "vitest";
import { Ingress } from "../../src/api/kinds/ingress.ts";
import type { Obj } from "../../src/api/object.ts";
import { parseYaml } from "../../src/api/yaml.ts";
import { Scene } from "./scene.ts";

const fanout = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: simple-fanout
spec:
  ingressClassName: nginx
  rules:
  - host: example.com
    http:
      paths:
      - path: /web
        pathType: Prefix
        backend: { service: { name: frontend-service, port: { number: 80 } } }
      - path: /api
        pathType: Prefix
        backend: { service: { name: backend-service, port: { number: 8080 } } }
`;

/** klog's header up to the source file. */
const header = /^([IWE])\d{4} \d\d:\d\d:\d\d\.\d{6} +7 /;

function hotel(name: string, image: string, port: number): Obj[] {
  const labels = { app: name };
  const container = { name, image, ports: [{ containerPort: port }] };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    } as Obj,
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: `${name}-service` },
      spec: { selector: labels, ports: [{ port, targetPort: port }] },
    } as Obj,
  ];
}

test("the fanout manifest routes, is logged, gets an address, and is gone when deleted", async () => {
  const scene = new Scene();
  await scene.apply(...hotel("frontend", "echo", 80), ...hotel("backend", "echo", 8080));
  await scene.install();
  await scene.ready("app=backend", 2);
  await scene.apply(parseYaml(fanout)[0]!.value as Obj);
  await scene.settle();
  const at = async (path: string) => {
    const { status, body } = await scene.visit({ host: "example.com", path });
    return status === 200 ? `${status} ${(JSON.parse(body) as { pod: string }).pod}` : `${status}`;
  };
  expect(await at("/web")).toMatch(/^200 frontend-/);
  expect(await at("/api")).toMatch(/^200 backend-/);
  expect(await at("/")).toBe("404");
  const ingress = await scene.finish(scene.cluster.client.get(Ingress, "default/simple-fanout"));
  expect(ingress?.status).toEqual({ loadBalancer: { ingress: [{ ip: "203.0.113.10" }] } });
  expect((await scene.log()).map((line) => line.replace(header, "$1 "))).toEqual(
    expect.arrayContaining([
      'I store.go:443] "Found valid IngressClass" ingress="default/simple-fanout" ingressclass="nginx"',
      'I controller.go:217] "Configuration changes detected, backend reload required"',
      'I controller.go:231] "Backend successfully reloaded"',
      expect.stringMatching(
        /^I event\.go:377\] Event\(.*'Normal' reason: 'Sync' Scheduled for sync$/,
      ),
      'I status.go:311] "updating Ingress status" namespace="default" ingress="simple-fanout" ' +
        'currentValue=null newValue=[{"ip":"203.0.113.10"}]',
      expect.stringMatching(
        /"GET \/api HTTP\/1\.1" 200 \d+ "-" "curl\/8\.5\.0" 64 0\.001 \[default-backend-service-8080\] \[\] 10\.244\.\d\.\d+:8080 \d+ 0\.001 200 [0-9a-f]{32}$/,
      ),
      expect.stringMatching(
        /"GET \/ HTTP\/1\.1" 404 146 .* \[upstream-default-backend\] \[\] 127\.0\.0\.1:8181 146 0\.000 404 [0-9a-f]{32}$/,
      ),
    ]),
  );
  await scene.remove("Ingress", "default/simple-fanout");
  await scene.settle();
  expect(await at("/web")).toBe("404");
});
