// The virtual network's contract: hosts, listeners, connections, forwarding rules and names.
// It carries bytes between addresses and knows no Kubernetes: kube-proxy, the cloud and
// CoreDNS teach it forwarders and names.

import type { Address } from "./address.ts";
import type { Connection } from "./connection.ts";
import type { NetError } from "./errors.ts";
import type { Actor, Trace } from "./trace.ts";

/** A machine (or a Pod: it has an address of its own) on the network. */
export interface Host {
  /** Who this is in a trace: "client/laptop", "pod/default/web-1". */
  readonly actor: Actor;
  readonly ip: string;
}

/** What a forwarder decides for a packet's destination; undefined: not mine. */
export type Forwarding = {
  readonly to: Address;
  readonly by: Actor;
  readonly why: string;
  /** The address that the receiver sees instead of the dialler's, as masquerading does (SNAT). */
  readonly source?: string;
};

/**
 * Rewrites destinations, as iptables and load balancers do. `from` is the dialling host,
 * `earlier` what was forwarded before, oldest first (empty: `to` is what was dialled).
 * A NetError refuses the connection with that fault; its message becomes the hop's why.
 * After a forwarding all forwarders are asked again about the new destination.
 */
export type Forwarder = (
  to: Address,
  from: Host,
  earlier: readonly Forwarding[],
) => Forwarding | NetError | undefined;

/** Answers names. `ips` empty: the name does not exist there. Undefined: not mine, ask on. */
export type NameServer = (
  name: string,
  from: Host,
) => { readonly ips: readonly string[]; readonly by: Actor; readonly why: string } | undefined;

export interface Listener {
  readonly at: Address;
  close(): void;
}

export interface Network {
  /** Puts a host on the network; dials to its address are refused until somebody listens. */
  attach(host: Host): { detach(): void };
  /**
   * Opens a connection. Every forwarding is a hop on `trace`. Throws NetError: `refused` when
   * the host is there and nobody listens, `timeout` when no such host answers.
   * @param options.timeoutMs how long to wait for an absent host (default 130 s, as Linux).
   */
  dial(
    from: Host,
    to: Address,
    trace: Trace,
    options?: { timeoutMs?: number },
  ): Promise<Connection>;
  /** Accepts connections at an address. Throws NetError when the address is taken. */
  listen(host: Host, port: number, accept: (connection: Connection) => void): Listener;
  /** Adds a forwarder; later ones are asked after earlier ones. */
  forward(forwarder: Forwarder): { remove(): void };
  /** Adds a name server; later ones are asked after earlier ones. */
  serveNames(server: NameServer): { remove(): void };
  /**
   * The addresses of a name as `from` would get them, a hop on `trace`. An IPv4 literal is its
   * own answer and no hop. Throws NetError `unresolved`.
   */
  resolve(from: Host, name: string, trace: Trace): Promise<readonly string[]>;
}
