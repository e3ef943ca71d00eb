// kube-proxy: teaches the network what a Service's addresses mean. One set of rules stands for
// those of all nodes; where nodes differ (externalTrafficPolicy Local) the rule asks which it is.
//
//   ClusterIP:port             → a ready endpoint; only Pods and nodes know ClusterIPs
//   node IP:nodePort           → a ready endpoint, on this node alone when the policy is Local
//   load balancer IP:port      → from inside straight to an endpoint, never out to the cloud
//   no endpoint                → refused, as the REJECT rule does
//
// Models kubernetes/pkg/proxy (iptables proxier, topology.go CategorizeEndpoints).

import { serviceNameLabel } from "../api/kinds/endpointslice.ts";
import type { Endpoint, EndpointSlice } from "../api/kinds/endpointslice.ts";
import type { Service, ServicePort } from "../api/kinds/service.ts";
import { keyOf, makeKey } from "../api/object.ts";
import type { Key } from "../api/object.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { inRange, printAddress } from "../net/address.ts";
import type { Address } from "../net/address.ts";
import { NetError } from "../net/errors.ts";
import type { Forwarder, Forwarding, Host } from "../net/network.ts";
import { Affinity } from "./affinity.ts";
import type { Cache } from "./context.ts";
import { internalIp } from "./nodes.ts";

/** The address plan: see machines() in node.ts. */
const podRange = "10.244.0.0/16";
const serviceRange = "10.96.0.0/16";
const clusterRange = "10.0.0.0/8";

/** A place that a rule can send to. */
interface Target {
  readonly to: Address;
  readonly node: string | undefined;
}

/** A Service port with the endpoints that serve it now. */
interface Rule {
  readonly service: Service;
  readonly key: Key;
  readonly port: ServicePort;
  readonly targets: readonly Target[];
}

export class KubeProxy {
  readonly #cache: Cache;
  readonly #random: Random;
  readonly #affinity: Affinity;
  /** By "ip:port" of ClusterIPs and load balancers; by port for NodePorts. */
  readonly #byAddress = new Map<string, Rule>();
  readonly #byNodePort = new Map<number, Rule>();
  /** What each Service has in the two tables. */
  readonly #entries = new Map<Key, { addresses: string[]; nodePorts: number[] }>();
  readonly #nodeByIp = new Map<string, string>();
  /** Services to be compiled anew before the next packet. */
  readonly #stale = new Set<Key>();

  constructor(o: { cache: Cache; clock: Clock; random: Random }) {
    this.#cache = o.cache;
    this.#random = o.random.fork("kube-proxy");
    this.#affinity = new Affinity(o.clock);
    o.cache.services.on((change) => this.#stale.add(keyOf((change.new ?? change.old)!)));
    o.cache.slices.on((change) => {
      for (const slice of [change.old, change.new]) {
        const service = slice && serviceOf(slice);
        if (service !== undefined) this.#stale.add(service);
      }
    });
    o.cache.nodes.on(({ old, new: now }) => {
      if (old) this.#nodeByIp.delete(internalIp(old) ?? "");
      const ip = now && internalIp(now);
      if (now && ip !== undefined) this.#nodeByIp.set(ip, now.metadata.name);
    });
  }

  /** To be given to the network. */
  readonly forward: Forwarder = (to, from, earlier) => {
    if (this.#stale.size > 0) this.#compile();
    const inside = inRange(from.ip, clusterRange);
    const last = earlier.at(-1);
    if (!inside && last === undefined) {
      if (inRange(to.ip, serviceRange)) return outOfReach(to, "a ClusterIP");
      if (inRange(to.ip, podRange)) return outOfReach(to, "a Pod's address");
    }
    const node = this.#nodeByIp.get(to.ip);
    if (node !== undefined) {
      const rule = this.#byNodePort.get(to.port);
      return rule && this.#toNodePort(rule, { to, from, node });
    }
    const rule = this.#byAddress.get(printAddress(to));
    if (rule && (inside || last !== undefined)) return this.#toService(rule, to, from);
    if (inRange(to.ip, serviceRange)) {
      // No rule: the packet leaves by the default route and nobody answers.
      return new NetError("timeout", `no Service listens on ${printAddress(to)}`);
    }
    return undefined;
  };

  #toService(rule: Rule, to: Address, from: Host): Forwarding | NetError {
    const by = `node/${this.#nodeOf(from)}`;
    const { spec } = rule.service;
    const own = this.#nodeOf(from);
    const local = to.ip === spec.clusterIP && spec.internalTrafficPolicy === "Local";
    const targets = local ? rule.targets.filter(({ node }) => node === own) : rule.targets;
    if (targets.length === 0) return refusal(rule, local ? own : undefined);
    const target = this.#pick(rule, targets, from);
    const name = `Service ${rule.key}`;
    const why = `${name}: ${printAddress(to)} stands for one of ${targets.length} ready endpoints`;
    return { to: target.to, by, why };
  }

  #toNodePort(
    rule: Rule,
    { to, from, node }: { to: Address; from: Host; node: string },
  ): Forwarding | NetError {
    const { key, port, service } = rule;
    const by = `node/${node}`;
    const where = `NodePort ${port.nodePort} of Service ${key}`;
    if (service.spec.externalTrafficPolicy === "Local" && !inRange(from.ip, clusterRange)) {
      const own = rule.targets.filter((target) => target.node === node);
      if (own.length === 0) {
        const why = `${where}: externalTrafficPolicy is Local and ${node} has no ready endpoint`;
        return new NetError("timeout", why); // the packet is dropped, not rejected
      }
      const target = this.#pick(rule, own, from);
      return {
        to: target.to,
        by,
        why: `${where}: one of ${own.length} ready endpoints on ${node}`,
      };
    }
    if (rule.targets.length === 0) return refusal(rule);
    const target = this.#pick(rule, rule.targets, from);
    const why = `${where}: one of ${rule.targets.length} ready endpoints`;
    return { to: target.to, by, why, source: to.ip };
  }

  #pick(rule: Rule, targets: readonly Target[], from: Host): Target {
    const { sessionAffinity, sessionAffinityConfig } = rule.service.spec;
    if (targets.length === 1) return targets[0]!;
    if (sessionAffinity !== "ClientIP") return this.#random.pick(targets);
    const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
    const word = `${rule.key}:${rule.port.port}/${from.ip}`;
    const before = this.#affinity.of(word);
    const kept = targets.find(({ to }) => printAddress(to) === before);
    const target = kept ?? this.#random.pick(targets);
    this.#affinity.keep(word, printAddress(target.to), seconds * 1_000);
    return target;
  }

  /** The node whose rules a host's packets meet first. */
  #nodeOf(host: Host): string {
    const node = this.#nodeByIp.get(host.ip);
    if (node !== undefined) return node;
    for (const { metadata, spec } of this.#cache.nodes.list()) {
      if (spec?.podCIDR !== undefined && inRange(host.ip, spec.podCIDR)) return metadata.name;
    }
    return "node-1";
  }

  #compile(): void {
    for (const key of this.#stale) {
      const { addresses = [], nodePorts = [] } = this.#entries.get(key) ?? {};
      for (const address of addresses) this.#byAddress.delete(address);
      for (const port of nodePorts) this.#byNodePort.delete(port);
      this.#entries.delete(key);
    }
    for (const key of this.#stale) {
      const service = this.#cache.services.get(key);
      if (service) this.#add(key, service);
    }
    this.#stale.clear();
  }

  #add(key: Key, service: Service): void {
    const { clusterIP, ports = [], externalIPs = [] } = service.spec;
    if (!clusterIP || clusterIP === "None") return;
    const balancers = service.status?.loadBalancer?.ingress ?? [];
    const ips = [clusterIP, ...externalIPs, ...balancers.flatMap(({ ip }) => (ip ? [ip] : []))];
    const entry = { addresses: [] as string[], nodePorts: [] as number[] };
    for (const port of ports) {
      if ((port.protocol ?? "TCP") !== "TCP") continue;
      const rule = { service, key, port, targets: this.#targets(key, port) };
      for (const ip of ips) {
        const address = printAddress({ ip, port: port.port });
        this.#byAddress.set(address, rule);
        entry.addresses.push(address);
      }
      if (!port.nodePort) continue;
      this.#byNodePort.set(port.nodePort, rule);
      entry.nodePorts.push(port.nodePort);
    }
    this.#entries.set(key, entry);
  }

  /** Ready endpoints; when there are none, those that still serve while they terminate. */
  #targets(service: Key, port: ServicePort): Target[] {
    const ready: Target[] = [];
    const terminating: Target[] = [];
    for (const slice of this.#cache.slicesByService.get(service)) {
      const found = slice.ports?.find(({ name }) => (name ?? "") === (port.name ?? ""));
      if (found?.port === undefined) continue;
      for (const endpoint of slice.endpoints ?? []) {
        const list = listOf(endpoint, ready, terminating);
        const ip = endpoint.addresses[0];
        if (list && ip) list.push({ to: { ip, port: found.port }, node: endpoint.nodeName });
      }
    }
    return ready.length > 0 ? ready : terminating;
  }
}

function serviceOf({ metadata }: EndpointSlice): Key | undefined {
  const name = metadata.labels?.[serviceNameLabel];
  return name === undefined ? undefined : makeKey(metadata.namespace, name);
}

function listOf<T>({ conditions = {} }: Endpoint, ready: T[], terminating: T[]): T[] | undefined {
  if (conditions.ready !== false) return ready;
  return conditions.serving && conditions.terminating ? terminating : undefined;
}

function refusal({ key, port }: Rule, node?: string): NetError {
  const name = port.name ? `:${port.name}` : "";
  const where = node === undefined ? "" : ` on ${node} (internalTrafficPolicy is Local)`;
  return new NetError("refused", `Service ${key}${name} has no ready endpoints${where}`);
}

function outOfReach(to: Address, what: string): NetError {
  const why = `${to.ip} is ${what}: only Pods and nodes can reach it, no route leads there from here`;
  return new NetError("timeout", why);
}
