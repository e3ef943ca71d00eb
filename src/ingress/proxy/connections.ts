// Connections to upstreams, kept open between requests: at most so many idle ones an endpoint,
// none longer than a minute (upstream-keepalive-connections, -timeout).

import type { Clock, Timer } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Address } from "../../net/address.ts";
import { printAddress } from "../../net/address.ts";
import type { Connection } from "../../net/connection.ts";
import { HttpClient } from "../../net/http/client.ts";
import type { Host, Network } from "../../net/network.ts";
import type { Trace } from "../../net/trace.ts";
import type { BackendTls } from "../upstreams.ts";

/** An open connection, and whether it has served before. */
export interface Lent {
  readonly client: HttpClient;
  readonly connection: Connection;
  readonly reused: boolean;
}

export interface OpenOptions {
  readonly timeoutMs: number;
  /** Not a kept one. */
  readonly fresh: boolean;
  readonly tls: boolean;
  /** What the endpoint's certificate must be; absent believes any. */
  readonly verify?: BackendTls;
}

interface Idle {
  readonly lent: Lent;
  readonly timer: Timer;
}

const idleMax = 32;
const idleMs = 60_000;

export class UpstreamConnections {
  readonly #network: Network;
  readonly #host: Host;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #idle = new Map<string, Idle[]>();

  constructor(o: { network: Network; host: Host; clock: Clock; random: Random }) {
    this.#random = o.random;
    this.#network = o.network;
    this.#host = o.host;
    this.#clock = o.clock;
  }

  /**
   * A kept connection, or a new one. Throws NetError when there is no way to the endpoint, and
   * TlsAlert when it does not agree on TLS.
   */
  async open(to: Address, trace: Trace, o: OpenOptions): Promise<Lent> {
    const kept = o.fresh || o.tls ? undefined : this.#take(to);
    if (kept) {
      kept.connection.trace = trace;
      const { local, remote } = kept.connection;
      trace.add(this.#host.actor, { did: "connect", from: local, to: remote });
      return kept;
    }
    const { timeoutMs } = o;
    const dialled = await this.#network.dial(this.#host, to, trace, { timeoutMs });
    const connection = o.tls ? await this.#secured(dialled, o.verify) : dialled;
    return { client: new HttpClient(connection), connection, reused: false };
  }

  /** Keeps a connection whose answer was read to its end. */
  keep(to: Address, { client, connection }: Lent, tls: boolean): void {
    if (tls) return client.close();
    const key = printAddress(to);
    const idle = this.#idle.get(key) ?? [];
    if (!client.reusable || idle.length >= idleMax) return client.close();
    const lent = { client, connection, reused: true };
    const timer = this.#clock.after(idleMs, () => {
      client.close();
      const left = (this.#idle.get(key) ?? []).filter((one) => one.lent !== lent);
      if (left.length > 0) this.#idle.set(key, left);
      else this.#idle.delete(key);
    });
    this.#idle.set(key, [...idle, { lent, timer }]);
  }

  /** Closes what is idle: all of it, or what leads to endpoints that are gone. */
  close(stays: (address: string) => boolean = () => false): void {
    for (const [address, idle] of this.#idle) {
      if (stays(address)) continue;
      for (const { lent, timer } of idle) {
        timer.cancel();
        lent.client.close();
      }
      this.#idle.delete(address);
    }
  }

  /** Where nothing is to be verified, any certificate is good enough: proxy_ssl_verify off. */
  async #secured(connection: Connection, verify: BackendTls | undefined): Promise<Connection> {
    if (verify) {
      const { connectVerified } = await this.#clock.during(import("../tls/backend.ts"));
      return connectVerified(connection, verify, { random: this.#random, clock: this.#clock });
    }
    const { connectTls } = await this.#clock.during(import("../../net/tls/secure.ts"));
    return connectTls(connection, {
      random: this.#random,
      now: () => this.#clock.now(),
      alpn: ["http/1.1"],
      check: () => undefined,
    });
  }

  #take(to: Address): Lent | undefined {
    const idle = this.#idle.get(printAddress(to));
    for (let one; (one = idle?.pop());) {
      one.timer.cancel();
      if (one.lent.client.reusable) return one.lent;
      one.lent.client.close();
    }
    return undefined;
  }
}
