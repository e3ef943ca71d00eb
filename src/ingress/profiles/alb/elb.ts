// The cloud's application load balancers: each an entrance of its own outside the cluster, with
// a name in the street's DNS. They outlive the Pods that asked for them.
//
// Real certificates of such load balancers lie in ACM, which is not simulated: an HTTPS listener
// shows one for its hosts that the cloud has just made and nobody else vouches for.

import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { Connection } from "../../../net/connection.ts";
import { inRange } from "../../../net/address.ts";
import { NetError } from "../../../net/errors.ts";
import type { Forwarder, Host, Listener, Network } from "../../../net/network.ts";
import type { Identity } from "../../../net/tls/contract.ts";
import { issue } from "../../../net/x509/build.ts";
import { generateEcKey } from "../../../net/x509/keys.ts";
import { oid } from "../../../net/x509/oid.ts";
import type { Cloud, WantedBalancer, WantedListener } from "../../control.ts";
import { Proxy } from "../../proxy/proxy.ts";
import { openDoor } from "../../tls/door.ts";
import { albDialect } from "./dialect.ts";

/** Above those of Services of type LoadBalancer, which are given out from .10 on. */
const publicIps = { prefix: "203.0.113.", first: 128 };
const privateIps = { prefix: "10.0.128.", first: 10 };
const lastIp = 254;
export const region = "us-east-1";

export interface ElbOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  /** The street's DNS. */
  readonly names: { set(name: string, ip: string): void; remove(name: string): void };
}

interface Running {
  readonly scheme: WantedBalancer["scheme"];
  /** Where guests reach it. */
  readonly host: Host;
  /** Its foot in the cluster's network: it reaches nodes and Pods from here. */
  readonly inside: Host;
  readonly hostname: string;
  readonly places: readonly { detach(): void }[];
  readonly listeners: Map<number, RunningListener>;
}

interface RunningListener {
  readonly protocol: WantedListener["protocol"];
  readonly proxy: Proxy;
  readonly listener: Listener;
  hosts: readonly string[];
  identity: Identity | undefined;
}

export class ElasticLoadBalancing implements Cloud {
  readonly #o: ElbOptions;
  readonly #random: Random;
  readonly #running = new Map<string, Running>();

  constructor(o: ElbOptions) {
    this.#o = o;
    this.#random = o.random.fork("elastic-load-balancing");
    o.network.forward(this.#fence);
  }

  has(name: string): boolean {
    return this.#running.has(name);
  }

  put({ name, scheme, listeners }: WantedBalancer): { hostname: string; created: boolean } {
    const known = this.#running.get(name);
    const balancer = known ?? this.#create(name, scheme);
    const ports = new Set(listeners.map(({ port, protocol }) => `${protocol} ${port}`));
    for (const [port, running] of [...balancer.listeners]) {
      if (ports.has(`${running.protocol} ${port}`)) continue;
      close(running);
      balancer.listeners.delete(port);
    }
    for (const wanted of listeners) this.#listen(balancer, wanted);
    return { hostname: balancer.hostname, created: known === undefined };
  }

  remove(name: string): void {
    const balancer = this.#running.get(name);
    if (!balancer) return;
    for (const running of balancer.listeners.values()) close(running);
    for (const place of balancer.places) place.detach();
    this.#o.names.remove(balancer.hostname);
    this.#running.delete(name);
  }

  #create(name: string, scheme: WantedBalancer["scheme"]): Running {
    const actor = `cloud/${name}`;
    const inside = { actor, ip: this.#freeIp(privateIps) };
    const host = scheme === "internal" ? inside : { actor, ip: this.#freeIp(publicIps) };
    const number = 1_000_000_000 + this.#random.int(999_999_999);
    const prefix = scheme === "internal" ? "internal-" : "";
    const hostname = `${prefix}${name}-${number}.${region}.elb.amazonaws.com`;
    const places = [...new Set([host, inside])].map((one) => this.#o.network.attach(one));
    const balancer = { scheme, host, inside, hostname, places, listeners: new Map() };
    this.#o.names.set(hostname, host.ip);
    this.#running.set(name, balancer);
    return balancer;
  }

  #freeIp({ prefix, first }: typeof publicIps): string {
    const all = [...this.#running.values()];
    const taken = new Set(all.flatMap(({ host, inside }) => [host.ip, inside.ip]));
    for (let n = first; n <= lastIp; n++) if (!taken.has(`${prefix}${n}`)) return `${prefix}${n}`;
    throw new NetError("taken", "the cloud has no address left for a load balancer");
  }

  #listen(balancer: Running, wanted: WantedListener): void {
    const running = balancer.listeners.get(wanted.port) ?? this.#open(balancer, wanted);
    if (running.hosts.join() !== wanted.hosts.join()) running.identity = undefined;
    running.hosts = wanted.hosts;
    running.proxy.use(wanted.configuration);
  }

  #open(balancer: Running, { port, protocol, hosts }: WantedListener): RunningListener {
    const { network, clock } = this.#o;
    const { host, inside } = balancer;
    const random = this.#random.fork(`${host.actor}:${port}`);
    const proxy = new Proxy({
      network,
      host: inside,
      clock,
      random,
      dialect: albDialect,
      log: () => {},
    });
    const running: RunningListener = {
      protocol,
      proxy,
      hosts,
      identity: undefined,
      listener: network.listen(host, port, (connection) =>
        protocol === "HTTPS"
          ? this.#secure(running, connection, host, random)
          : proxy.serve(connection, { scheme: "http" }),
      ),
    };
    balancer.listeners.set(port, running);
    return running;
  }

  #secure(running: RunningListener, connection: Connection, host: Host, random: Random): void {
    const { clock } = this.#o;
    void openDoor(connection, {
      clock,
      random,
      by: host.actor,
      choose: () => ({
        identity: (running.identity ??= identityFor(running.hosts, random, clock.now())),
        why: "the certificate that certificate-arn names",
        asksClient: false,
        authorities: [],
      }),
      onSecure: (secure) => {
        const { serverName, peerChain } = secure.session;
        running.proxy.serve(secure, { scheme: "https", tls: { serverName, peerChain } });
      },
      onPlain: (plain) => running.proxy.serve(plain, { scheme: "http", refuseWith: 400 }),
    });
  }

  /** Nobody outside gets to an internal load balancer: there is no way, so nothing answers. */
  #fence: Forwarder = (to, from) => {
    if (!to.ip.startsWith(privateIps.prefix) || inRange(from.ip, "10.0.0.0/8")) return undefined;
    for (const [name, { host, scheme }] of this.#running) {
      if (host.ip !== to.ip || scheme !== "internal") continue;
      const how = "alb.ingress.kubernetes.io/scheme: internet-facing would open it to the street";
      return new NetError("timeout", `load balancer ${name} is internal; ${how}`);
    }
    return undefined;
  };
}

function close({ listener, proxy }: RunningListener): void {
  listener.close();
  proxy.close();
}

function identityFor(hosts: readonly string[], random: Random, nowMs: number): Identity {
  const key = generateEcKey(random);
  const certificate = issue({
    subject: [{ type: "CN", value: hosts[0] ?? "load balancer" }],
    key,
    notBeforeMs: nowMs,
    notAfterMs: nowMs + 395 * 86_400_000,
    random,
    dns: hosts,
    keyUsage: ["digitalSignature", "keyEncipherment"],
    purposes: [oid.serverAuth],
  });
  return { chain: [certificate], key };
}
