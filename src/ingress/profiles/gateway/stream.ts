// Connections that are passed on as they come: TCPRoute, TLSRoute. A backend is drawn by weight;
// the bytes go both ways until both sides have ended.

import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { Connection } from "../../../net/connection.ts";
import { NetError } from "../../../net/errors.ts";
import type { Host, Network } from "../../../net/network.ts";
import { TlsAlert } from "../../../net/tls/alerts.ts";
import { connectVerified } from "../../tls/backend.ts";
import type { Upstream } from "../../upstreams.ts";

/** A backend's share of the connections; without an upstream they are refused. */
export interface StreamShare {
  readonly weight: number;
  readonly upstream: Upstream | undefined;
}

export interface StreamTools {
  readonly network: Network;
  readonly host: Host;
  readonly random: Random;
  readonly clock: Clock;
}

/** Connects a client with one of the backends; never throws. */
export async function passOn(
  client: Connection,
  shares: readonly StreamShare[],
  { network, host, random, clock }: StreamTools,
): Promise<void> {
  let drawn = random.next() * shares.reduce((sum, { weight }) => sum + weight, 0);
  const share = shares.find(({ weight }) => (drawn -= weight) < 0);
  const endpoints = share?.upstream?.endpoints ?? [];
  if (endpoints.length === 0) return client.destroy();
  const endpoint = random.pick(endpoints);
  try {
    const to = { ip: endpoint.host, port: endpoint.port };
    const dialled = await network.dial(host, to, client.trace, { timeoutMs: 5_000 });
    const { tls } = share!.upstream!;
    const backend = tls
      ? await connectVerified(dialled, tls, { random, clock, alpn: [] })
      : dialled;
    await Promise.all([pipe(client, backend), pipe(backend, client)]);
  } catch (error) {
    if (!(error instanceof NetError) && !(error instanceof TlsAlert)) throw error;
    client.destroy();
  }
}

async function pipe(from: Connection, to: Connection): Promise<void> {
  try {
    for (let bytes; (bytes = await from.read()) !== null;) await to.write(bytes);
    to.end();
  } catch {
    to.destroy();
  }
}
