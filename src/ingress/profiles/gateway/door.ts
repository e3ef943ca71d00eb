// One port of a Gateway: plain HTTP, HTTPS, TLS that ends here or goes on, or TCP. It listens on a
// port of the Pod that the Gateway's Service leads to.

import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { Connection } from "../../../net/connection.ts";
import { NetError } from "../../../net/errors.ts";
import type { Host, Listener as Socket, Network } from "../../../net/network.ts";
import type { Identity } from "../../../net/tls/contract.ts";
import { coversHost } from "../../../net/x509/hostname.ts";
import { Proxy } from "../../proxy/proxy.ts";
import type { RouteTable } from "../../table.ts";
import { openDoor } from "../../tls/door.ts";
import type { Shown } from "../../tls/door.ts";
import type { Upstream } from "../../upstreams.ts";
import { gatewayDialect } from "./dialect.ts";
import { mostSpecific } from "./hostnames.ts";
import { passing } from "./httproute.ts";
import { passes } from "./listeners.ts";
import type { Listener } from "./listeners.ts";
import { peekServerName } from "./servername.ts";
import { passOn } from "./stream.ts";
import type { StreamShare } from "./stream.ts";

/** A route of TLS or TCP as it stands at a listener. */
export interface StreamRoute {
  readonly listener: Listener;
  readonly hostname: string;
  readonly shares: readonly StreamShare[];
}

export interface DoorPlan {
  readonly listeners: readonly Listener[];
  readonly table: RouteTable;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** In the order of precedence. */
  readonly streams: readonly StreamRoute[];
}

export interface DoorTools {
  readonly network: Network;
  readonly host: Host;
  readonly clock: Clock;
  readonly random: Random;
  log(line: string): void;
}

export class Door {
  readonly #o: DoorTools;
  readonly #proxy: Proxy;
  readonly #socket: Socket;
  #plan: DoorPlan;

  /**
   * @param port that clients know
   * @param inside the Pod's port that it stands for
   */
  constructor(o: DoorTools, port: number, inside: number, plan: DoorPlan) {
    this.#o = o;
    this.#plan = plan;
    const dialect = gatewayDialect(port, () => this.#plan.listeners);
    this.#proxy = new Proxy({ ...o, dialect });
    this.use(plan);
    this.#socket = o.network.listen(o.host, inside, (connection) => this.#accept(connection));
  }

  use(plan: DoorPlan): void {
    this.#plan = plan;
    const { table, upstreams } = plan;
    this.#proxy.use({ table, upstreams, passing });
  }

  close(): void {
    this.#socket.close();
    this.#proxy.close();
  }

  #accept(connection: Connection): void {
    const protocol = this.#plan.listeners[0]?.spec.protocol;
    if (protocol === "HTTP") return this.#proxy.serve(connection, { scheme: "http" });
    if (protocol === "TCP") return this.#stream(connection, this.#plan.listeners, "");
    void this.#acceptSecure(connection);
  }

  async #acceptSecure(connection: Connection): Promise<void> {
    try {
      const peeked = await peekServerName(connection);
      if (!peeked) return connection.end();
      const { serverName = "" } = peeked;
      const listener = mostSpecific(this.#plan.listeners, serverName);
      if (!listener) return connection.destroy();
      if (passes(listener.spec)) return this.#stream(peeked.connection, [listener], serverName);
      await this.#open(peeked.connection, listener, serverName);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
    }
  }

  async #open(connection: Connection, listener: Listener, name: string): Promise<void> {
    const { clock, random, host } = this.#o;
    const web = listener.spec.protocol === "HTTPS";
    await openDoor(connection, {
      clock,
      random: random.fork("tls"),
      by: host.actor,
      choose: (serverName) => shown(listener, serverName),
      onSecure: (secure) => {
        if (!web) return this.#stream(secure, [listener], name);
        const { serverName, peerChain } = secure.session;
        this.#proxy.serve(secure, { scheme: "https", tls: { serverName, peerChain } });
      },
      onPlain: (plain) =>
        web ? this.#proxy.serve(plain, { scheme: "http", refuseWith: 400 }) : plain.destroy(),
    });
  }

  /** Passes a connection on by the most specific route of these listeners for the name. */
  #stream(connection: Connection, listeners: readonly Listener[], name: string): void {
    const routes = this.#plan.streams.filter(({ listener }) => listeners.includes(listener));
    const route = mostSpecific(routes, name);
    if (route) void passOn(connection, route.shares, this.#o);
    else connection.destroy();
  }
}

/** The certificate of the listener that is for the name, or its first. */
function shown({ identities, spec }: Listener, serverName: string | undefined): Shown {
  const fitting = ({ chain: [leaf] }: Identity): boolean =>
    serverName !== undefined && coversHost(leaf, serverName);
  const identity = identities.find(fitting) ?? identities[0];
  return { identity, why: `listener ${spec.name}`, asksClient: false, authorities: [] };
}
