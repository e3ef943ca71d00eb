// HTTPS at Traefik's websecure and at a load balancer's listener: which certificate is shown.

import { expect, test } from "vitest";
import { Trace } from "../../../src/net/trace.ts";
import { HttpClient } from "../../../src/net/http/client.ts";
import { connectTls } from "../../../src/net/tls/secure.ts";
import { awsLoadBalancerController } from "../../../src/shell/charts/aws-load-balancer-controller.ts";
import { traefik } from "../../../src/shell/charts/traefik.ts";
import { Hotel } from "./hotel.ts";

/** The status over HTTPS, and the common name of the certificate. */
async function askSecurely(it: Hotel, ip: string, host: string): Promise<string> {
  const { network, laptop, clock, random } = it.cluster;
  const work = async (): Promise<string> => {
    const trace = new Trace({ id: "t", now: () => clock.now() });
    const dialled = await network.dial(laptop, { ip, port: 443 }, trace);
    const secure = await connectTls(dialled, {
      random: random.fork("test"),
      now: () => clock.now(),
      serverName: host,
      alpn: ["http/1.1"],
      check: () => undefined,
    });
    const client = new HttpClient(secure);
    const { status } = await client.send({ method: "GET", target: "/", headers: [["Host", host]] });
    const shown = trace.hops.flatMap((hop) => (hop.did === "handshake" ? [hop.certificate] : []));
    client.close();
    return `${status} ${shown.at(-1)}`;
  };
  return it.finish(work());
}

test("Traefik shows its default certificate, and serves the same routers", async () => {
  const it = new Hotel();
  await it.room("web");
  await it.chart(traefik, "traefik");
  const spec = { tls: [{ hosts: ["example.com"], secretName: "missing" }] };
  await it.card("card", "traefik", { "example.com": ["Prefix / → web"] }, { spec });
  await it.settle();
  const ip = await it.address("traefik/traefik");
  expect(await askSecurely(it, ip, "example.com")).toMatch(/^200 .*TRAEFIK DEFAULT CERT/);
  expect(await askSecurely(it, ip, "other.com")).toMatch(/^404 /);
  const log = (await it.logOf("app.kubernetes.io/name=traefik")).join("\n");
  expect(log).toContain(
    'ERR Error configuring TLS error="secret default/missing does not exist" ingress=card',
  );
});

test("a load balancer listens on 443 only with a certificate of ACM; ssl-redirect", async () => {
  const it = new Hotel();
  await it.room("web");
  await it.chart(awsLoadBalancerController, "kube-system");
  const prefix = "alb.ingress.kubernetes.io";
  const base = { [`${prefix}/scheme`]: "internet-facing", [`${prefix}/target-type`]: "ip" };
  const ports = { [`${prefix}/listen-ports`]: '[{"HTTP": 80}, {"HTTPS": 443}]' };
  const rules = { "example.com": ["Prefix / → web"] };
  await it.card("card", "alb", rules, { annotations: { ...base, ...ports } });
  await it.settle();
  expect(await it.events("card", "ingress")).toEqual([
    "Warning FailedBuildModel Failed build model due to ingress: default/card: no certificate " +
      "found for host: example.com",
  ]);
  const arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f1e2d3c";
  const annotations = {
    ...base,
    ...ports,
    [`${prefix}/certificate-arn`]: arn,
    [`${prefix}/ssl-redirect`]: "443",
  };
  await it.card("card", "alb", rules, { annotations });
  await it.settle();
  const [address] = (await it.ingress("card")).status?.loadBalancer?.ingress ?? [];
  const { ip } = it.cluster.publicNames.list().find(({ name }) => name === address?.hostname)!;
  expect(await askSecurely(it, ip, "example.com")).toMatch(/^200 .*example\.com/);
  it.door = { ip, port: 80 };
  const redirected = await it.visit({ host: "example.com", path: "/x?y=1" });
  expect([redirected.status, Object.fromEntries(redirected.headers)["Location"]]).toEqual([
    301,
    "https://example.com:443/x?y=1",
  ]);
});
