// Names inside the cluster: CoreDNS with its kubernetes plug-in, and the search domains that a
// Pod's resolv.conf has. The street cannot see them. What is not in cluster.local is asked of
// the servers after this one. Models coredns/plugin/kubernetes and kubelet's dns.go.
//
//   web → web.default.svc.cluster.local        web.shop → web.shop.svc.cluster.local
//   headless: all ready Pods; pod-name.web.default.svc.cluster.local: one of them

import type { Service } from "../api/kinds/service.ts";
import { makeKey } from "../api/object.ts";
import type { Host, NameServer } from "../net/network.ts";
import type { Cache } from "./context.ts";

const clusterDomain = "cluster.local";

/** Names with so many dots are tried as they are first (resolv.conf's ndots). */
const ndots = 5;

type Answer = ReturnType<NameServer>;

export class CoreDns {
  readonly #cache: Cache;
  readonly #elsewhere: NameServer;
  /** Pods that run it; without one nobody inside gets an answer. */
  #servers = 0;

  /** @param elsewhere who is asked for names outside the cluster */
  constructor(o: { cache: Cache; elsewhere: NameServer }) {
    this.#cache = o.cache;
    this.#elsewhere = o.elsewhere;
  }

  /** A Pod has begun to serve; the function returned ends that. */
  serve(): () => void {
    this.#servers++;
    let serving = true;
    return () => {
      if (serving) this.#servers--;
      serving = false;
    };
  }

  /** To be given to the network. */
  readonly resolve: NameServer = (name, from) => {
    const namespace = namespaceOf(from);
    if (namespace === undefined) return undefined; // nodes and the street ask the public servers
    if (this.#servers === 0) {
      return { ips: [], by, why: "no CoreDNS Pod is there to ask" };
    }
    const plain = name.replace(/\.$/, "").toLowerCase();
    for (const candidate of candidates(plain, name.endsWith("."), namespace)) {
      const answer = this.#lookUp(candidate, from);
      if (answer && answer.ips.length > 0) return answer;
    }
    const elsewhere = isInside(plain) ? undefined : this.#elsewhere(plain, from);
    if (elsewhere) return elsewhere;
    return { ips: [], by, why: `NXDOMAIN: ${unknown(plain, namespace)}` };
  };

  #lookUp(name: string, from: Host): Answer {
    if (!isInside(name)) return undefined;
    const labels = name.slice(0, -clusterDomain.length - 1).split(".");
    const type = labels.pop();
    const namespace = labels.pop();
    if (namespace === undefined) return undefined;
    if (type === "pod") return podName(labels, name);
    const service = labels.pop();
    if (type !== "svc" || service === undefined) return undefined;
    const key = makeKey(namespace, service);
    const found = this.#cache.services.get(key);
    if (!found) return undefined;
    return this.#ofService(found, { key, name, hostname: labels.pop(), from });
  }

  #ofService(
    service: Service,
    o: { key: string; name: string; hostname: string | undefined; from: Host },
  ): Answer {
    const { spec } = service;
    if (spec.type === "ExternalName") {
      const target = spec.externalName ?? "";
      const answer = this.#elsewhere(target, o.from);
      const why = `${o.name} is ExternalName ${target}`;
      return { ips: answer?.ips ?? [], by, why };
    }
    if (spec.clusterIP !== "None") {
      if (o.hostname !== undefined || !spec.clusterIP) return undefined;
      return { ips: [spec.clusterIP], by, why: `ClusterIP of Service ${o.key}` };
    }
    const ips = this.#headless(service, o.key, o.hostname);
    return { ips, by, why: `Service ${o.key} is headless: the addresses of its ready Pods` };
  }

  #headless(service: Service, key: string, hostname: string | undefined): string[] {
    const ips: string[] = [];
    for (const slice of this.#cache.slicesByService.get(key)) {
      for (const endpoint of slice.endpoints ?? []) {
        const ready = endpoint.conditions?.ready !== false;
        if (!ready && !service.spec.publishNotReadyAddresses) continue;
        const own = endpoint.hostname ?? endpoint.addresses[0]?.replaceAll(".", "-");
        if (hostname === undefined || hostname === own) ips.push(...endpoint.addresses);
      }
    }
    return ips;
  }
}

const by = "dns/coredns";

/** The namespace whose search domains a host has; undefined for what is no Pod. */
function namespaceOf({ actor }: Host): string | undefined {
  const [kind, namespace] = actor.split("/");
  return kind === "pod" ? namespace : undefined;
}

/** What a resolver tries, in its order. */
function candidates(name: string, absolute: boolean, namespace: string): string[] {
  if (absolute) return [name];
  const search = [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  const searched = search.map((domain) => `${name}.${domain}`);
  const dots = name.split(".").length - 1;
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}

function isInside(name: string): boolean {
  return name.endsWith(`.${clusterDomain}`);
}

/** "10-244-1-7.default.pod.cluster.local" */
function podName(labels: readonly string[], name: string): Answer {
  const ip = labels.at(-1)?.replaceAll("-", ".") ?? "";
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(ip)) return undefined;
  return { ips: [ip], by, why: `${name} says the address itself` };
}

function unknown(name: string, namespace: string): string {
  const service = name.split(".")[0];
  return `no Service ${service} that ${name} could mean in namespace ${namespace}, and no such name outside`;
}
