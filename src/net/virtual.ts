// The network inside the sandbox: hosts, listeners, forwarders, names; bytes carried by the
// cluster's clock.
//
//   const network = new VirtualNetwork({ clock, random });
//   network.attach(laptop); network.attach(pod);
//   network.listen(pod, 80, (connection) => …);
//   const connection = await network.dial(laptop, { ip: pod.ip, port: 80 }, trace);
//
// Hops: each forwarding by the forwarder's actor; `connect` by the dialler; `refuse` by the
// host that refused (nobody listens), by the last forwarder (it said no), or by the dialler
// (nothing answered at all).

import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { inRange, isIpv4, printAddress } from "./address.ts";
import type { Address } from "./address.ts";
import type { Connection } from "./connection.ts";
import { NetError } from "./errors.ts";
import type { Forwarder, Forwarding, Host, Listener, NameServer, Network } from "./network.ts";
import { connectionPair } from "./pair.ts";
import type { PairEnd } from "./pair.ts";
import type { Actor, Trace } from "./trace.ts";

/** How often one connection may be forwarded; more is a loop. */
export const forwardingsMax = 16;

/** Linux gives up on an absent host after six retries of a SYN: about 130 s. */
const absentMs = 130_000;

/** Linux' range of ports for dialling (net.ipv4.ip_local_port_range). */
const firstPort = 32_768;
const lastPort = 60_999;

export interface VirtualNetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** One way, in milliseconds. Default: 0.2 inside 10.0.0.0/8, 8 when one side is outside. */
  latencyMs?(from: string, to: string): number;
}

/** A host's place on the network. */
interface Place {
  readonly host: Host;
  readonly accepts: Map<number, (connection: Connection) => void>;
  readonly connections: Set<PairEnd>;
  nextPort: number;
}

/** Where a dial ended up. */
interface Path {
  readonly to: Address;
  readonly source: string;
  readonly by: Actor;
  readonly refusal: NetError | undefined;
}

export class VirtualNetwork implements Network {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #latencyMs: (from: string, to: string) => number;
  readonly #places = new Map<string, Place>();
  #forwarders: readonly Forwarder[] = [];
  #nameServers: readonly NameServer[] = [];
  #connections = 0;

  constructor({ clock, random, latencyMs = defaultLatencyMs }: VirtualNetworkOptions) {
    this.#clock = clock;
    this.#random = random.fork("network");
    this.#latencyMs = latencyMs;
  }

  /** How many connections are not closed on both sides. */
  get connections(): number {
    return this.#connections;
  }

  attach(host: Host): { detach(): void } {
    if (this.#places.has(host.ip)) {
      throw new NetError("taken", `${host.ip} is on the network already`);
    }
    const nextPort = firstPort + this.#random.int(lastPort - firstPort + 1);
    const place: Place = { host, accepts: new Map(), connections: new Set(), nextPort };
    this.#places.set(host.ip, place);
    return {
      detach: () => {
        if (this.#places.get(host.ip) === place) this.#places.delete(host.ip);
        place.accepts.clear();
        for (const end of [...place.connections]) end.destroy();
        place.connections.clear();
      },
    };
  }

  listen(host: Host, port: number, accept: (connection: Connection) => void): Listener {
    const place = this.#places.get(host.ip);
    const at = { ip: host.ip, port };
    if (!place) throw new NetError("unreachable", `${host.ip} is not on the network`);
    if (place.accepts.has(port)) {
      throw new NetError("taken", `listen tcp ${printAddress(at)}: address already in use`);
    }
    place.accepts.set(port, accept);
    return {
      at,
      close: () => {
        if (place.accepts.get(port) === accept) place.accepts.delete(port);
      },
    };
  }

  async dial(
    from: Host,
    dialled: Address,
    trace: Trace,
    { timeoutMs = absentMs }: { timeoutMs?: number } = {},
  ): Promise<Connection> {
    const path = this.#path(from, dialled, trace);
    const { to } = path;
    const dialledAt = this.#clock.now();
    const latencyMs = this.#latencyMs(from.ip, to.ip);
    const refuse = async (by: Actor, fault: NetError): Promise<never> => {
      trace.add(by, { did: "refuse", to, fault: fault.fault, why: fault.message });
      const spentMs = this.#clock.now() - dialledAt;
      await this.#clock.sleep(fault.fault === "timeout" ? timeoutMs - spentMs : latencyMs);
      throw fault;
    };
    if (path.refusal) return refuse(path.by, path.refusal);
    await this.#clock.sleep(latencyMs);
    const place = this.#places.get(to.ip);
    if (!place) {
      return refuse(from.actor, new NetError("timeout", `no host answers at ${to.ip}`));
    }
    const accept = place.accepts.get(to.port);
    if (!accept) {
      const why = `nobody listens on port ${to.port} of ${place.host.actor}`;
      return refuse(place.host.actor, new NetError("refused", why));
    }
    return this.#connect({ from, dialled, path, place, accept, latencyMs, trace });
  }

  forward(forwarder: Forwarder): { remove(): void } {
    this.#forwarders = [...this.#forwarders, forwarder];
    return {
      remove: () => (this.#forwarders = this.#forwarders.filter((one) => one !== forwarder)),
    };
  }

  serveNames(server: NameServer): { remove(): void } {
    this.#nameServers = [...this.#nameServers, server];
    return {
      remove: () => (this.#nameServers = this.#nameServers.filter((one) => one !== server)),
    };
  }

  async resolve(from: Host, name: string, trace: Trace): Promise<readonly string[]> {
    if (isIpv4(name)) return [name];
    await this.#clock.sleep(2 * this.#latencyMs(from.ip, from.ip));
    for (const server of this.#nameServers) {
      const answer = server(name, from);
      if (!answer) continue;
      const { ips, by, why } = answer;
      trace.add(by, { did: "resolve", name, ips, why });
      if (ips.length > 0) return ips;
      throw new NetError("unresolved", why);
    }
    const why = `no name server knows ${name}`;
    trace.add(from.actor, { did: "resolve", name, ips: [], why });
    throw new NetError("unresolved", why);
  }

  /** Follows the forwarders until nobody wants to change the destination any more. */
  #path(from: Host, dialled: Address, trace: Trace): Path {
    let to = dialled;
    let source = from.ip;
    let by = from.actor;
    if (dialled.ip.startsWith("127.")) {
      return {
        to: { ip: from.ip, port: dialled.port },
        source: dialled.ip,
        by,
        refusal: undefined,
      };
    }
    const earlier: Forwarding[] = [];
    for (;;) {
      const decision = this.#forwarding(to, from, earlier);
      if (decision === undefined) return { to, source, by, refusal: undefined };
      if (decision instanceof NetError) return { to, source, by, refusal: decision };
      if (earlier.length === forwardingsMax) {
        const why = `forwarded ${forwardingsMax} times: the rules go in a circle`;
        return { to, source, by, refusal: new NetError("unreachable", why) };
      }
      trace.add(decision.by, { did: "forward", from: to, to: decision.to, why: decision.why });
      earlier.push(decision);
      to = decision.to;
      source = decision.source ?? source;
      by = decision.by;
    }
  }

  #forwarding(to: Address, from: Host, earlier: readonly Forwarding[]): ReturnType<Forwarder> {
    for (const forwarder of this.#forwarders) {
      const decision = forwarder(to, from, earlier);
      if (decision !== undefined) return decision;
    }
    return undefined;
  }

  /** Both ends exist from now on; the dialler learns it one latency later. */
  async #connect(o: {
    from: Host;
    dialled: Address;
    path: Path;
    place: Place;
    accept: (connection: Connection) => void;
    latencyMs: number;
    trace: Trace;
  }): Promise<Connection> {
    const dialler = this.#places.get(o.from.ip);
    const port = dialler ? takePort(dialler) : firstPort + this.#random.int(1000);
    const seen = { ip: o.path.source, port };
    const { client, server } = connectionPair({
      clock: this.#clock,
      latencyMs: o.latencyMs,
      trace: o.trace,
      client: { local: { ip: o.from.ip, port }, remote: o.dialled },
      server: { local: o.path.to, remote: seen },
      onClosed: () => {
        this.#connections--;
        o.place.connections.delete(server);
        dialler?.connections.delete(client);
      },
    });
    this.#connections++;
    o.place.connections.add(server);
    dialler?.connections.add(client);
    o.trace.add(o.from.actor, { did: "connect", from: client.local, to: o.path.to });
    const arrived = this.#clock.sleep(o.latencyMs);
    o.accept(server);
    await arrived;
    return client;
  }
}

function takePort(place: Place): number {
  const port = place.nextPort;
  place.nextPort = port === lastPort ? firstPort : port + 1;
  return port;
}

function defaultLatencyMs(from: string, to: string): number {
  return inRange(from, "10.0.0.0/8") && inRange(to, "10.0.0.0/8") ? 0.2 : 8;
}
