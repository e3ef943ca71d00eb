// The AWS Load Balancer Controller in a whole cluster: what it has the cloud build, what that
// load balancer serves, and what is refused.

import { expect, test } from "vitest";
import { awsLoadBalancerController } from "../../../src/shell/charts/aws-load-balancer-controller.ts";
import { Hotel } from "./hotel.ts";

const prefix = "alb.ingress.kubernetes.io";
const open = { [`${prefix}/scheme`]: "internet-facing", [`${prefix}/target-type`]: "ip" };
const labels = "app.kubernetes.io/name=aws-load-balancer-controller";

async function hotel(): Promise<Hotel> {
  const it = new Hotel();
  await it.room("web");
  await it.room("api");
  await it.chart(awsLoadBalancerController, "kube-system");
  return it;
}

/** The address behind the name that a card's status tells. */
async function entrance(it: Hotel, card: string): Promise<string> {
  const [address] = (await it.ingress(card)).status?.loadBalancer?.ingress ?? [];
  const known = it.cluster.publicNames.list().find(({ name }) => name === address?.hostname);
  return known?.ip ?? "";
}

test("builds an entrance outside the cluster and routes in the order of its rules", async () => {
  const it = await hotel();
  await it.card(
    "card",
    "alb",
    {
      "example.com": [
        "ImplementationSpecific /img/* → api",
        "ImplementationSpecific /only → api",
        "Prefix /a → web",
        "Prefix /a/deep → api",
        "Exact /a/exact → api",
      ],
      "*.example.com": ["Prefix / → api"],
      "": ["ImplementationSpecific /file?.txt → web"],
    },
    { annotations: open },
  );
  await it.settle();
  const { status } = await it.ingress("card");
  expect(status?.loadBalancer?.ingress).toEqual([
    {
      hostname: expect.stringMatching(
        /^k8s-default-card-[0-9a-f]{10}-\d{10}\.us-east-1\.elb\.amazonaws\.com$/,
      ),
    },
  ]);
  const ip = await entrance(it, "card");
  const rows = [
    "example.com /a → 200 web",
    "example.com /ab → 404",
    "example.com /a/ → 200 web",
    "example.com /a/deep/x → 200 api",
    "example.com /a/exact → 200 api",
    "example.com /a/exact/ → 200 web",
    "example.com /img/x/y.png → 200 api",
    "example.com /img → 404",
    "example.com /only → 200 api",
    "example.com /only/ → 404",
    "EXAMPLE.com /a → 200 web",
    "www.example.com / → 200 api",
    "a.b.example.com / → 200 api",
    "elsewhere.com /file1.txt → 200 web",
    "elsewhere.com /file12.txt → 404",
  ];
  for (const row of rows) {
    const [host = "", path = ""] = row.split(" ");
    expect(`${host} ${path} → ${await it.ask(ip, host, path)}`).toBe(row);
  }
  expect(await it.events("card", "ingress")).toEqual([
    "Normal SuccessfullyReconciled Successfully reconciled",
  ]);
  const log = (await it.logOf(labels)).map((line) => JSON.parse(line) as Record<string, string>);
  expect(log.map(({ logger, msg }) => `${logger ?? ""} ${msg}`)).toEqual(
    expect.arrayContaining([
      "controllers.ingress successfully built model",
      "controllers.ingress creating loadBalancer",
      "controllers.ingress created loadBalancer",
      "controllers.ingress successfully deployed model",
    ]),
  );
});

test("refuses a ClusterIP Service as instance target, and takes a NodePort", async () => {
  const it = await hotel();
  const annotations = { [`${prefix}/scheme`]: "internet-facing" };
  await it.card("card", "alb", { "": ["Prefix / → web"] }, { annotations });
  await it.settle();
  expect(await it.events("card", "ingress")).toEqual([
    "Warning FailedBuildModel Failed build model due to ingress: default/card: TargetGroup port " +
      "is empty. When using Instance targets, your service be must of type 'NodePort' or " +
      "'LoadBalancer'",
  ]);
  expect((await it.ingress("card")).status?.loadBalancer?.ingress).toBeUndefined();
  const log = (await it.logOf(labels)).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(log.find(({ msg }) => msg === "Reconciler error")).toMatchObject({
    level: "error",
    controller: "ingress",
    object: { name: "card", namespace: "default" },
    error: expect.stringContaining("TargetGroup port is empty"),
  });
  await it.room("web", { type: "NodePort" });
  await it.settle();
  expect(await it.ask(await entrance(it, "card"), "any.com", "/")).toBe("200 web");
});

test("answers itself: no rule, no Service, no target, and as actions say", async () => {
  const it = await hotel();
  await it.room("nobody", { replicas: 0 });
  const action = (value: unknown): string => JSON.stringify(value);
  await it.card(
    "card",
    "alb",
    {
      "example.com": [
        "Prefix /missing → missing",
        "Prefix /nobody → nobody",
        "Prefix /hello → hello:use-annotation",
        "Prefix /old → move:use-annotation",
        "Prefix /split → split:use-annotation",
        "Prefix /guarded → api",
      ],
    },
    {
      annotations: {
        ...open,
        [`${prefix}/actions.hello`]: action({
          Type: "fixed-response",
          FixedResponseConfig: { ContentType: "text/plain", StatusCode: "418", MessageBody: "hi" },
        }),
        [`${prefix}/actions.move`]: action({
          type: "redirect",
          redirectConfig: { host: "new.com", path: "/#{path}", statusCode: "HTTP_302" },
        }),
        [`${prefix}/actions.split`]: action({
          type: "forward",
          forwardConfig: {
            targetGroups: [
              { serviceName: "web", servicePort: 80, weight: 1 },
              { serviceName: "api", servicePort: "80", weight: 3 },
            ],
          },
        }),
        [`${prefix}/conditions.api`]: action([
          { field: "http-header", httpHeaderConfig: { httpHeaderName: "X-Key", values: ["a*"] } },
        ]),
      },
    },
  );
  await it.settle();
  it.door = { ip: await entrance(it, "card"), port: 80 };
  const answer = async (path: string): Promise<string> => {
    const { status, reason, headers, body } = await it.visit({ host: "example.com", path });
    const server = headers.find(([name]) => name === "Server")?.[1] ?? "-";
    return `${status} ${reason} (${server}) ${body.split("\r\n")[0]!}`;
  };
  expect(await answer("/")).toBe("404 Not Found (awselb/2.0) ");
  expect(await answer("/missing")).toMatch(
    /^503 .* \(awselb\/2\.0\) Backend service does not exist$/,
  );
  expect(await answer("/nobody")).toBe("503 Service Temporarily Unavailable (awselb/2.0) <html>");
  expect(await answer("/hello")).toMatch(/^418 .*hi$/);
  expect(await answer("/guarded")).toMatch(/^404/);
  const moved = await it.visit({ host: "example.com", path: "/old/x?y=1" });
  expect([moved.status, Object.fromEntries(moved.headers)["Location"]]).toEqual([
    302,
    "http://new.com:80/old/x?y=1",
  ]);
  const let_in = await it.visit({
    host: "example.com",
    path: "/guarded",
    headers: [["X-Key", "abc"]],
  });
  expect(let_in.status).toBe(200);
  const counts: Record<string, number> = {};
  for (let i = 0; i < 200; i++) {
    const room = await it.ask(it.door.ip, "example.com", "/split");
    counts[room] = (counts[room] ?? 0) + 1;
  }
  expect(counts["200 web"]! / 200).toBeCloseTo(0.25, 1);
  const guarded = await it.visit({ host: "example.com", path: "/guarded" });
  const told = guarded.trace.hops.flatMap((hop) => (hop.did === "match" ? hop.steps : []));
  expect(told.find(({ field }) => field === "spec.rules[0].http.paths[5]")?.because).toBe(
    "there is no header X-Key",
  );
});

test("one load balancer for a group, by group.order; an internal one is not reached", async () => {
  const it = await hotel();
  const group = { ...open, [`${prefix}/group.name`]: "shared" };
  const second = { ...group, [`${prefix}/group.order`]: "-5" };
  await it.card("a", "alb", { "": ["Prefix / → web"] }, { annotations: group });
  await it.card("b", "alb", { "": ["Prefix /b → api"] }, { annotations: second });
  await it.card(
    "c",
    "alb",
    { "": ["Prefix / → web"] },
    {
      annotations: { [`${prefix}/target-type`]: "ip" },
    },
  );
  await it.settle();
  const ip = await entrance(it, "a");
  expect(await entrance(it, "b")).toBe(ip);
  expect(await it.ask(ip, "any.com", "/b")).toBe("200 api");
  expect(await it.ask(ip, "any.com", "/")).toBe("200 web");
  const inside = await entrance(it, "c");
  expect((await it.ingress("c")).status?.loadBalancer?.ingress?.[0]?.hostname).toMatch(
    /^internal-k8s-default-c-/,
  );
  await expect(it.ask(inside, "any.com", "/")).rejects.toMatchObject({ fault: "timeout" });
  expect((await it.ingress("a")).metadata.finalizers).toEqual(["group.ingress.k8s.aws/shared"]);
  await it.remove("Ingress", "default/a");
  await it.settle();
  expect(await it.ask(ip, "any.com", "/")).toBe("404");
  await it.remove("Ingress", "default/b");
  await it.settle();
  expect(it.cluster.publicNames.list().filter(({ ip: one }) => one === ip)).toEqual([]);
});
