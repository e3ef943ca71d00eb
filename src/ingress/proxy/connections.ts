// Connections to upstreams, kept open between requests: at most so many idle ones an endpoint,
// none longer than a minute (upstream-keepalive-connections, -timeout).

import type { Address } from "../../net/address.ts";
import { printAddress } from "../../net/address.ts";
import type { Connection } from "../../net/connection.ts";
import { HttpClient } from "../../net/http/client.ts";
import type { Host, Network } from "../../net/network.ts";
import type { Trace } from "../../net/trace.ts";
import type { Clock, Timer } from "../../base/clock.ts";

/** An open connection, and whether it has served before. */
export interface Lent {
  readonly client: HttpClient;
  readonly connection: Connection;
  readonly reused: boolean;
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
  readonly #idle = new Map<string, Idle[]>();

  constructor(o: { network: Network; host: Host; clock: Clock }) {
    this.#network = o.network;
    this.#host = o.host;
    this.#clock = o.clock;
  }

  /** A kept connection, or a new one. Throws NetError when there is no way to the endpoint. */
  async open(to: Address, trace: Trace, o: { timeoutMs: number; fresh: boolean }): Promise<Lent> {
    const kept = o.fresh ? undefined : this.#take(to);
    if (kept) {
      kept.connection.trace = trace;
      const { local, remote } = kept.connection;
      trace.add(this.#host.actor, { did: "connect", from: local, to: remote });
      return kept;
    }
    const { timeoutMs } = o;
    const connection = await this.#network.dial(this.#host, to, trace, { timeoutMs });
    return { client: new HttpClient(connection), connection, reused: false };
  }

  /** Keeps a connection whose answer was read to its end. */
  keep(to: Address, { client, connection }: Lent): void {
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
