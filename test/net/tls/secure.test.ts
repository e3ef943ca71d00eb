// HTTPS over the virtual network: TLS as a Connection, and what it leaves on the trace.

import { expect, test } from "vitest";
import { text } from "../../../src/base/bytes.ts";
import { VirtualClock } from "../../../src/base/clock.ts";
import { Random } from "../../../src/base/random.ts";
import { NetError } from "../../../src/net/errors.ts";
import { HttpClient } from "../../../src/net/http/client.ts";
import { serveHttp } from "../../../src/net/http/server.ts";
import { TlsAlert } from "../../../src/net/tls/alerts.ts";
import type { TlsClientConfig, TlsServerConfig } from "../../../src/net/tls/contract.ts";
import { readLog } from "../../../src/net/tls/log/log.ts";
import { acceptTls, connectTls } from "../../../src/net/tls/secure.ts";
import { Trace } from "../../../src/net/trace.ts";
import { VirtualNetwork } from "../../../src/net/virtual.ts";
import { clientDefaults, serverDefaults } from "./pair.ts";

const caller = { actor: "client/laptop", ip: "198.51.100.7" };
const desk = { actor: "pod/ingress-nginx/desk", ip: "10.244.1.9" };

async function secureStreet(
  clientConfig: Partial<TlsClientConfig> = {},
  serverConfig: Partial<TlsServerConfig> = {},
) {
  const clock = new VirtualClock({ startMs: 0 });
  const network = new VirtualNetwork({ clock, random: new Random(1) });
  network.attach(caller);
  network.attach(desk);
  network.listen(desk, 443, (connection) => {
    void (async () => {
      const config = { ...serverDefaults(), ...serverConfig };
      const why = "SNI example.com";
      const secure = await acceptTls(connection, config, { by: desk.actor, why });
      const handle = async () => ({ status: 200, body: "x".repeat(100_000) });
      await serveHttp(secure, { by: desk.actor, scheme: "https", handle });
    })().catch(() => {});
  });
  const trace = new Trace({ id: "t", now: () => clock.now() });
  const raw = await clock.finish(network.dial(caller, { ip: desk.ip, port: 443 }, trace));
  const secure = connectTls(raw, { ...clientDefaults(), ...clientConfig });
  return { clock, network, trace, raw, secure };
}

test("a request inside TLS", async () => {
  const { clock, network, trace, secure } = await secureStreet();
  const connection = await clock.finish(secure);
  const client = new HttpClient(connection);
  const headers = [["Host", "example.com"]] as const;
  const response = await clock.finish(client.send({ method: "GET", target: "/", headers }));
  expect(text(await clock.finish(response.body.bytes()))).toHaveLength(100_000);
  client.close();
  await clock.advance(100);
  expect(network.connections).toBe(0);
  expect(trace.hops.map(({ did }) => did)).toEqual([
    ...["connect", "handshake", "request", "respond"],
  ]);
  expect(trace.hops[1]).toEqual({
    ...{ at: trace.hops[1]!.at, by: desk.actor, did: "handshake", sni: "example.com" },
    ...{ version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", certificate: "example.com" },
    ...{ alert: undefined, why: "SNI example.com" },
  });
  expect(trace.hops[2]).toMatchObject({ scheme: "https" });
});

test("a certificate that is not believed ends both sides, and is on the trace", async () => {
  const { clock, network, trace, secure } = await secureStreet({ check: () => "unknown issuer" });
  const seen = await clock.finish(secure.catch((error: unknown) => error));
  expect(seen).toBeInstanceOf(TlsAlert);
  expect(seen).toMatchObject({ alert: "unknown_ca", from: "here" });
  await clock.advance(100);
  expect(network.connections).toBe(0);
  expect(trace.hops.at(-1)).toMatchObject({
    ...{ did: "handshake", sni: "example.com", alert: "unknown_ca", version: undefined },
  });
});

test("a name that nobody serves", async () => {
  const { clock, secure } = await secureStreet({}, { certificate: () => undefined });
  const seen = await clock.finish(secure.catch((error: unknown) => error));
  expect(seen).toMatchObject({ alert: "unrecognized_name", from: "peer" });
});

test("a cut without close_notify is no end", async () => {
  const { clock, raw, secure } = await secureStreet();
  const connection = await clock.finish(secure);
  raw.end();
  await clock.advance(100);
  const seen = await clock.finish(connection.read().catch((error: unknown) => error));
  expect(seen).toBeInstanceOf(NetError);
});

test("the trace holds the connection once, and nothing when it records nothing", async () => {
  const { clock, network, trace, secure } = await secureStreet();
  const connection = await clock.finish(secure);
  const client = new HttpClient(connection);
  const headers = [["Host", "example.com"]] as const;
  const ask = async (): Promise<void> => {
    const response = await clock.finish(client.send({ method: "GET", target: "/", headers }));
    await clock.finish(response.body.bytes());
  };
  await ask();
  const next = new Trace({ id: "u", now: () => clock.now() });
  connection.trace = next;
  await ask();
  expect(trace.recordings).toHaveLength(1);
  expect(next.recordings).toEqual(trace.recordings);
  const [recording] = trace.recordings;
  expect(recording).toMatchObject({ by: "client", client: { ip: caller.ip } });
  expect(recording!.leftOutBytes).toBeGreaterThan(100_000);
  const names = readLog(recording!).records.flatMap(({ messages }) => messages);
  expect(names[0]).toMatchObject({ name: "ClientHello", code: 1 });
  const silent = new Trace({ id: "s", now: () => clock.now(), on: false });
  const raw = await clock.finish(network.dial(caller, { ip: desk.ip, port: 443 }, silent));
  await clock.finish(connectTls(raw, clientDefaults()));
  expect(silent.recordings).toEqual([]);
});
