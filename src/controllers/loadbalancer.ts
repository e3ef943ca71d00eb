// The cloud's load balancers: public addresses, and the rule that carries what arrives at one
// to the NodePort of a healthy node. It knows Services and Nodes only by what the service
// controller and the informers tell, as a real one does.
//
// The entrance 203.0.113.10 is there from the start and refuses everything until a Service of
// type LoadBalancer opens it.

import type { Service } from "../api/kinds/service.ts";
import { makeKey } from "../api/object.ts";
import type { Key } from "../api/object.ts";
import type { Random } from "../base/random.ts";
import { printAddress } from "../net/address.ts";
import type { Address } from "../net/address.ts";
import { NetError } from "../net/errors.ts";
import type { Forwarder, Host, Network } from "../net/network.ts";
import type { Cache } from "./context.ts";
import { readyNodes } from "./nodes.ts";

const cloudActor = "cloud/load-balancer";

/** TEST-NET-3 (RFC 5737): the cloud's public addresses, .10 first. */
const publicPrefix = "203.0.113.";
const firstPublic = 10;
const lastPublic = 254;

/** A load balancer that the cloud runs for a Service. */
interface Balancer {
  readonly ip: string;
  readonly service: Key;
}

export class LoadBalancers {
  readonly #network: Network;
  readonly #cache: Cache;
  readonly #random: Random;
  readonly #byService = new Map<Key, Balancer>();
  readonly #byIp = new Map<string, Balancer>();
  readonly #places = new Map<string, { detach(): void }>();

  constructor(o: { network: Network; cache: Cache; random: Random }) {
    this.#network = o.network;
    this.#cache = o.cache;
    this.#random = o.random.fork("load-balancer");
    this.#attach(`${publicPrefix}${firstPublic}`);
    o.network.forward(this.#forward);
  }

  /** The public address of a Service; the same one each time it is asked. */
  ensure(service: Key, wanted?: string): string {
    const present = this.#byService.get(service);
    if (present) return present.ip;
    const ip = wanted !== undefined && this.#isFree(wanted) ? wanted : this.#firstFree();
    const balancer = { ip, service };
    this.#byService.set(service, balancer);
    this.#byIp.set(ip, balancer);
    this.#attach(ip);
    return ip;
  }

  /** Gives the address back. The first entrance stays, and refuses. */
  release(service: Key): void {
    const balancer = this.#byService.get(service);
    if (!balancer) return;
    this.#byService.delete(service);
    this.#byIp.delete(balancer.ip);
    if (balancer.ip === `${publicPrefix}${firstPublic}`) return;
    this.#places.get(balancer.ip)?.detach();
    this.#places.delete(balancer.ip);
  }

  has(service: Key): boolean {
    return this.#byService.has(service);
  }

  #attach(ip: string): void {
    if (this.#places.has(ip)) return;
    const host: Host = { actor: cloudActor, ip };
    this.#places.set(ip, this.#network.attach(host));
  }

  #isFree(ip: string): boolean {
    const last = Number(ip.slice(publicPrefix.length));
    const ours = ip.startsWith(publicPrefix) && last >= firstPublic && last <= lastPublic;
    return ours && !this.#byIp.has(ip);
  }

  #firstFree(): string {
    for (let n = firstPublic; n <= lastPublic; n++) {
      if (this.#isFree(`${publicPrefix}${n}`)) return `${publicPrefix}${n}`;
    }
    throw new NetError("taken", "the cloud has no public address left");
  }

  #forward: Forwarder = (to) => {
    if (!to.ip.startsWith(publicPrefix) || !this.#places.has(to.ip)) return undefined;
    const balancer = this.#byIp.get(to.ip);
    if (!balancer) {
      return new NetError("refused", `no Service of type LoadBalancer has opened ${to.ip}`);
    }
    const service = this.#cache.services.get(balancer.service);
    const port = service?.spec.ports?.find((one) => one.port === to.port);
    if (!service || !port) {
      const why = `Service ${balancer.service} does not listen on port ${to.port} of ${to.ip}`;
      return new NetError("refused", why);
    }
    return this.#toNode(to, service, port.nodePort);
  };

  #toNode(to: Address, service: Service, nodePort: number | undefined): ReturnType<Forwarder> {
    const name = makeKey(service.metadata.namespace, service.metadata.name);
    if (nodePort === undefined) {
      return new NetError("refused", `Service ${name} has no NodePort to forward to`);
    }
    const local = service.spec.externalTrafficPolicy === "Local";
    const healthy = readyNodes(this.#cache).filter(
      (node) => !local || hasLocalEndpoint(this.#cache, name, node.name),
    );
    if (healthy.length === 0) {
      const why = local
        ? `externalTrafficPolicy is Local and no node has a ready endpoint of Service ${name}`
        : "no node is ready";
      return new NetError("refused", why);
    }
    const node = this.#random.pick(healthy);
    const target = { ip: node.ip, port: nodePort };
    const why = `Service ${name} opened ${printAddress(to)}: NodePort ${nodePort} of ${node.name}`;
    return { to: target, by: cloudActor, why };
  }
}

/** What the health check node port tells the cloud when the policy is Local. */
function hasLocalEndpoint(cache: Cache, service: Key, node: string): boolean {
  for (const slice of cache.slicesByService.get(service)) {
    for (const { nodeName, conditions } of slice.endpoints ?? []) {
      if (nodeName === node && conditions?.ready !== false) return true;
    }
  }
  return false;
}
