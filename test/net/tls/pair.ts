// A TLS client and a server that talk without a network, for tests.

import { concat, noBytes, text, utf8 } from "../../../src/base/bytes.ts";
import { expect } from "vitest";
import { Random } from "../../../src/base/random.ts";
import { TlsClient } from "../../../src/net/tls/client.ts";
import type {
  TlsClientConfig,
  TlsEngine,
  TlsEvent,
  TlsOutput,
  TlsServerConfig,
} from "../../../src/net/tls/contract.ts";
import { TlsServer } from "../../../src/net/tls/server.ts";
import { verifyChain } from "../../../src/net/x509/verify.ts";
import { authority, nowMs, root, server } from "../x509/hotel.ts";

export const identity = {
  chain: [server.certificate, authority.certificate],
  key: server.key,
} as const;

export interface Side {
  readonly engine: TlsEngine;
  readonly sent: Uint8Array[];
  readonly events: TlsEvent[];
  data: Uint8Array;
  last: TlsOutput | undefined;
}

export interface Talk {
  readonly client: Side;
  readonly server: Side;
  /** Carries bytes until both are silent. */
  settle(): void;
  /** Takes what an engine gave, as if it had come out of `receive`. */
  take(side: "client" | "server", output: TlsOutput): void;
  /** Alerts of both: "client: bad_certificate, sent". */
  alerts(): string[];
}

export const serverDefaults = (seed = 1): TlsServerConfig => ({
  random: new Random(seed),
  now: () => nowMs,
  certificate: () => identity,
});

export const clientDefaults = (seed = 2): TlsClientConfig => ({
  random: new Random(seed),
  now: () => nowMs,
  serverName: "example.com",
  check: (chain) => {
    const o = { chain, trusted: [root.certificate], nowMs, host: "example.com" } as const;
    const seen = verifyChain({ ...o, purpose: "server" });
    return seen.ok ? undefined : seen.reason;
  },
});

/** Starts a conversation; bytes pass through `tamper` when one is given. */
export function talk(
  clientConfig: Partial<TlsClientConfig> = {},
  serverConfig: Partial<TlsServerConfig> = {},
  tamper: (bytes: Uint8Array, from: "client" | "server") => Uint8Array[] = (bytes) => [bytes],
): Talk {
  const tlsClient = new TlsClient({ ...clientDefaults(), ...clientConfig });
  const tlsServer = new TlsServer({ ...serverDefaults(), ...serverConfig });
  const side = (engine: TlsEngine): Side => ({
    ...{ engine, sent: [], events: [], data: noBytes, last: undefined },
  });
  const sides = { client: side(tlsClient), server: side(tlsServer) };
  const waiting: { to: "client" | "server"; bytes: Uint8Array }[] = [];
  const take = (from: "client" | "server", output: TlsOutput): void => {
    const one = sides[from];
    one.last = output;
    one.events.push(...output.events);
    one.data = concat(one.data, output.data);
    if (output.bytes.length === 0) return;
    one.sent.push(output.bytes);
    const to = from === "client" ? "server" : "client";
    for (const bytes of tamper(output.bytes, from)) waiting.push({ to, bytes });
  };
  const settle = (): void => {
    for (let turns = 0; turns < 10_000; turns++) {
      const next = waiting.shift();
      if (!next) return;
      take(next.to, sides[next.to].engine.receive(next.bytes));
    }
    throw new Error("the two do not come to rest");
  };
  take("client", tlsClient.start());
  settle();
  const alerts = (): string[] =>
    (["client", "server"] as const).flatMap((name) =>
      sides[name].events.flatMap((event) =>
        event.type === "alert" ? [`${name}: ${event.alert} ${event.direction}`] : [],
      ),
    );
  return { ...sides, settle, take, alerts };
}

/** Both sides say something; what was agreed, or the alerts. */
export function told(talking: Talk): string {
  const { client, server } = talking;
  const session = client.engine.session;
  if (!session || !server.engine.session) return talking.alerts().join(", ");
  talking.take("client", client.engine.send(utf8("ping")));
  talking.settle();
  talking.take("server", server.engine.send(utf8("pong")));
  talking.settle();
  expect([text(client.data), text(server.data)]).toEqual(["pong", "ping"]);
  const { version, suite, group, alpn, resumed } = session;
  const mutual = server.engine.session.peerChain.length > 0 ? " mutual" : "";
  return `${version} ${suite.name} ${group} ${alpn ?? "-"}${resumed ? " resumed" : ""}${mutual}`;
}
