// HTTPS at ingress-nginx, seen by a client: whose certificate it shows, whom it asks for one, what
// it passes on unopened, and what it logs of it.

import { expect, test } from "vitest";
import type { Obj } from "../../../src/api/object.ts";
import { base64, utf8 } from "../../../src/base/bytes.ts";
import { HttpClient } from "../../../src/net/http/client.ts";
import { serveHttp } from "../../../src/net/http/server.ts";
import type { Identity } from "../../../src/net/tls/contract.ts";
import { readLog } from "../../../src/net/tls/log/log.ts";
import { acceptTls, connectTls } from "../../../src/net/tls/secure.ts";
import type { SecureConnection } from "../../../src/net/tls/secure.ts";
import { Trace } from "../../../src/net/trace.ts";
import { printCertificate } from "../../../src/net/x509/certificate.ts";
import { printPrivateKey } from "../../../src/net/x509/keys.ts";
import { commonName } from "../../../src/net/x509/name.ts";
import { authority, party, root } from "../../net/x509/hotel.ts";
import type { Party } from "../../net/x509/hotel.ts";
import { Hotel } from "../profiles/hotel.ts";

const fake = "Kubernetes Ingress Controller Fake Certificate";
const annotation = (name: string): string => `nginx.ingress.kubernetes.io/${name}`;
const encoded = (text: string): string => base64(utf8(text));

const secret = (name: string, { certificate, key }: Party): Obj =>
  ({
    ...{ apiVersion: "v1", kind: "Secret", type: "kubernetes.io/tls", metadata: { name } },
    data: {
      "tls.crt": encoded(printCertificate(certificate)),
      "tls.key": encoded(printPrivateKey(key)),
    },
  }) as Obj;

async function open(
  it: Hotel,
  host: string,
  identity?: Identity,
): Promise<{ secure: SecureConnection; trace: Trace }> {
  const { network, laptop, clock, random } = it.cluster;
  const trace = new Trace({ id: "t", now: () => clock.now() });
  const to = { ip: it.door.ip, port: 443 };
  const dialled = await it.finish(network.dial(laptop, to, trace));
  const config = {
    ...{ random: random.fork("test"), now: () => clock.now(), check: () => undefined },
    ...{ serverName: host, ...(identity && { identity }) },
  };
  return { secure: await it.finish(connectTls(dialled, config)), trace };
}

/** "200 example.com": status, and the name on the certificate. */
async function ask(it: Hotel, host: string, identity?: Identity): Promise<string> {
  const { secure } = await open(it, host, identity);
  const client = new HttpClient(secure);
  const headers = [["Host", host]] as const;
  const { status } = await it.finish(client.send({ method: "GET", target: "/", headers }));
  client.close();
  return `${status} ${commonName(secure.session.peerChain[0]!.subject)}`;
}

async function hotel(args: readonly string[] = []): Promise<Hotel> {
  const it = new Hotel();
  await it.room("web");
  await it.install({ args });
  return it;
}

test("exact before wildcard before the fake certificate; the oldest card owns a host", async () => {
  const it = await hotel();
  await it.apply(
    secret("exact", party("a.example.org", authority, { dns: ["a.example.org"] })),
    secret("wild", party("*.example.org", authority, { dns: ["*.example.org"] })),
  );
  const rules = (host: string): Record<string, string[]> => ({ [host]: ["Prefix / → web"] });
  const spec = (host: string, secretName: string): object => ({
    tls: [{ hosts: [host], secretName }],
  });
  await it.card("wild", "nginx", rules("*.example.org"), { spec: spec("*.example.org", "wild") });
  await it.card("exact", "nginx", rules("a.example.org"), { spec: spec("a.example.org", "exact") });
  await it.clock.advance(2_000);
  await it.card(
    "later",
    "nginx",
    { "a.example.org": ["Prefix /later → web"] },
    {
      spec: spec("a.example.org", "wild"),
    },
  );
  await it.settle();
  expect(await ask(it, "a.example.org")).toBe("200 a.example.org");
  expect(await ask(it, "b.example.org")).toBe("200 *.example.org");
  expect(await ask(it, "b.c.example.org")).toBe(`404 ${fake}`);
});

test("a client's certificate is asked for where the card says so", async () => {
  const it = await hotel();
  const ca = { ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "ca" } } };
  await it.apply({ ...ca, data: { "ca.crt": encoded(printCertificate(root.certificate)) } } as Obj);
  const annotations = {
    [annotation("auth-tls-secret")]: "default/ca",
    [annotation("auth-tls-verify-depth")]: "2",
  };
  await it.card("guests", "nginx", { "guests.example.org": ["Prefix / → web"] }, { annotations });
  await it.settle();
  const guest = party("guest", authority);
  const known: Identity = { chain: [guest.certificate, authority.certificate], key: guest.key };
  const stranger = party("stranger");
  expect(await ask(it, "guests.example.org")).toMatch(/^400 /);
  expect(await ask(it, "guests.example.org", known)).toMatch(/^200 /);
  expect(
    await ask(it, "guests.example.org", { chain: [stranger.certificate], key: stranger.key }),
  ).toMatch(/^400 /);
});

test("a Secret is changed under an open connection, which goes on", async () => {
  const it = await hotel();
  const named = (name: string): Party => party(name, authority, { dns: ["a.example.org"] });
  await it.apply(secret("a", named("first")));
  const spec = { tls: [{ hosts: ["a.example.org"], secretName: "a" }] };
  await it.card("a", "nginx", { "a.example.org": ["Prefix / → web"] }, { spec });
  await it.settle();
  const { secure } = await open(it, "a.example.org");
  const client = new HttpClient(secure);
  const status = async (): Promise<number> => {
    const headers = [["Host", "a.example.org"]] as const;
    const answer = await it.finish(client.send({ method: "GET", target: "/", headers }));
    await it.finish(answer.body.bytes());
    return answer.status;
  };
  expect(await status()).toBe(200);
  await it.apply(secret("a", named("second")));
  await it.settle();
  expect(await status()).toBe(200);
  expect(await ask(it, "a.example.org")).toBe("200 second");
  const log = (await it.log()).join("\n");
  expect(log).toMatch(/backend_ssl\.go:67\] "Adding secret to local store" name="default\/a"/);
  expect(log).toMatch(/backend_ssl\.go:59\] "Updating secret in local store" name="default\/a"/);
});

test("ssl-passthrough: the Service behind the card ends the TLS, and the desk reads nothing", async () => {
  const it = await hotel(["--enable-ssl-passthrough"]);
  const { network, random } = it.cluster;
  const vault = { actor: "pod/default/vault", ip: "10.244.9.9" };
  const own = party("the vault's own", authority, { dns: ["vault.example.org"] });
  network.attach(vault);
  network.listen(vault, 8443, (connection) => {
    void (async () => {
      const identity: Identity = { chain: [own.certificate], key: own.key };
      const config = {
        random: random.fork("v"),
        now: () => it.clock.now(),
        certificate: () => identity,
      };
      const secure = await acceptTls(connection, config, { by: vault.actor });
      await serveHttp(secure, {
        by: vault.actor,
        scheme: "https",
        handle: async () => ({ status: 202 }),
      });
    })().catch(() => {});
  });
  const port = { name: "https", port: 443, targetPort: 8443 };
  await it.apply(
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "vault" },
      spec: { ports: [port] },
    } as Obj,
    {
      ...{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", addressType: "IPv4" },
      metadata: { name: "vault-1", labels: { "kubernetes.io/service-name": "vault" } },
      endpoints: [{ addresses: [vault.ip], conditions: { ready: true } }],
      ports: [{ name: "https", port: 8443, protocol: "TCP" }],
    } as Obj,
  );
  const annotations = { [annotation("ssl-passthrough")]: "true" };
  const card = (name: string, rules: Record<string, string[]>): Promise<unknown> =>
    it.card(name, "nginx", rules, { annotations });
  await card("vault", { "vault.example.org": ["Prefix / → vault:443", "Prefix /more → web"] });
  await card("gone", { "gone.example.org": ["Prefix / → nobody"] });
  await it.settle();
  expect(await ask(it, "vault.example.org")).toBe("202 the vault's own");
  expect(await ask(it, "other.example.org")).toBe(`404 ${fake}`);
  expect(await ask(it, "gone.example.org")).toBe(`503 ${fake}`);
  const { trace } = await open(it, "vault.example.org");
  await it.clock.advance(100); // the last message is on its way
  const hop = trace.hops.find(({ did, by }) => did === "forward" && by.includes("ingress-nginx"));
  expect(hop).toMatchObject({
    why: "ssl-passthrough: TLS for vault.example.org goes to Service default/vault unopened",
  });
  expect(trace.hops.filter(({ did }) => did === "handshake").map(({ by }) => by)).toEqual([
    vault.actor,
  ]);
  expect(trace.recordings.map((one) => readLog(one).version)).toEqual(["TLSv1.3"]);
  const log = (await it.log()).join("\n");
  expect(log).toContain('nginx.go:815] "Starting TLS proxy for SSL Passthrough"');
  for (const location of ["/more/", "/more"]) {
    const where = `location "${location}" in server "vault.example.org"`;
    expect(log).toContain(`controller.go:647] Ignoring SSL Passthrough for ${where}`);
  }
  expect(log).toContain(
    'nginx.go:463] Missing Service for SSL Passthrough backend "default-nobody-80"',
  );
});

test("without the flag the annotation changes nothing", async () => {
  const it = await hotel();
  const annotations = { [annotation("ssl-passthrough")]: "true" };
  await it.card("web", "nginx", { "web.example.org": ["Prefix / → web"] }, { annotations });
  await it.settle();
  expect(await ask(it, "web.example.org")).toBe(`200 ${fake}`);
});
