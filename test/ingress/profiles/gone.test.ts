// A client that hangs up before it is answered: 499 in the access log with what was tried until
// then, and in the trace; the connection to the Pod is closed with it, and the next is served.

import { expect, test } from "vitest";
import type { Obj } from "../../../src/api/object.ts";
import { utf8 } from "../../../src/base/bytes.ts";
import { Trace } from "../../../src/net/trace.ts";
import { Hotel } from "./hotel.ts";

const pod = {
  metadata: { name: "slow", labels: { app: "slow" } },
  spec: {
    containers: [
      { name: "slow", image: "slow", args: ["--delay=9s"], ports: [{ containerPort: 8080 }] },
    ],
  },
};

const card = (meta: Record<string, string> = {}): Obj =>
  ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "slow", annotations: meta },
    spec: {
      ingressClassName: "nginx",
      rules: [
        {
          host: "slow.test",
          http: {
            paths: [
              {
                path: "/",
                pathType: "Prefix",
                backend: { service: { name: "slow", port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  }) as Obj;

async function hotel(): Promise<Hotel> {
  const scene = new Hotel();
  await scene.install();
  await scene.apply(
    { apiVersion: "v1", kind: "Pod", ...pod } as Obj,
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "slow" },
      spec: { selector: { app: "slow" }, ports: [{ port: 80, targetPort: 8080 }] },
    } as Obj,
    card(),
  );
  await scene.ready("app=slow", 1);
  await scene.settle();
  return scene;
}

test.each(["end", "destroy"] as const)(
  "a client that leaves by %s is logged as 499",
  async (how) => {
    const scene = await hotel();
    const { network, laptop } = scene.cluster;
    const trace = new Trace({ id: "t", now: () => scene.clock.now() });
    const connection = await scene.finish(network.dial(laptop, scene.door, trace));
    void connection.write(utf8("GET /tea HTTP/1.1\r\nHost: slow.test\r\nUser-Agent: me\r\n\r\n"));
    await scene.clock.advance(2_000);
    connection[how]();
    await scene.clock.advance(100);
    const line = (await scene.log()).find((one) => one.includes("/tea"));
    expect(line).toMatch(
      /"GET \/tea HTTP\/1\.1" 499 0 "-" "me" \d+ 2\.\d{3} \[default-slow-80\] \[\] [\d.]+:8080 0 [12]\.\d{3} - [0-9a-f]{32}$/,
    );
    const answers = trace.hops.flatMap((hop) => (hop.did === "respond" ? [hop] : []));
    expect(answers[0]).toMatchObject({ status: 499, bodyBytes: 0 });
    expect(answers[0]?.why).toMatch(
      /^the client closed the connection first \(tried [\d.]+:8080\)/,
    );
    await scene.clock.advance(20_000);
    const errors = (await scene.log()).filter((one) => one.includes("[error]"));
    expect(errors, "nobody is to blame").toEqual([]);
    const next = await scene.visit({ host: "slow.test", path: "/?delay=0s" });
    expect(next.status).toBe(200);
  },
);
