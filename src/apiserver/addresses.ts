// Cluster IPs and node ports: handed out when a Service is created, taken back when it goes.
// Models kubernetes/pkg/registry/core/service/{storage/alloc.go,ipallocator,portallocator}.
// Which ones are free is remembered here; it follows from the Services in the store alone.

import type { FieldError } from "../api/errors.ts";
import { invalid } from "../api/invalid.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type { Service, ServicePort, ServiceSpec } from "../api/kinds/service.ts";
import { keyOf } from "../api/object.ts";
import type { Obj } from "../api/object.ts";
import type { Random } from "../base/random.ts";
import type { Loose } from "./strategy.ts";

/** --service-cluster-ip-range=10.96.0.0/16 */
const clusterIpRange = "10.96.0.0/16";
const clusterIpPrefix = "10.96.";
/** The first addresses are for those who choose their own (KEP-3070). */
const staticIpsMax = 256;
/** --service-node-port-range=30000-32767 */
const nodePortMin = 30_000;
const nodePortMax = 32_767;
/** The first node ports are for those who choose their own (KEP-3668). */
const staticNodePortsMax = 86;
/** How often a random one is tried before all are gone through. */
const attemptsMax = 32;

export class ServiceAddresses {
  readonly #random: Random;
  readonly #ips = new Map<string, string>();
  readonly #ports = new Map<number, string>();

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * What an update leaves out although the Service has it: a manifest names neither cluster IP
   * nor node ports. Models patchAllocatedValues in service/storage/storage.go.
   */
  kept(kind: Kind, object: Loose, old: Obj): Loose {
    if (!isService(kind)) return object;
    const spec = (object as Service).spec ?? {};
    const had = (old as Service).spec;
    const patched: ServiceSpec = { ...spec };
    if (wantsIp(spec) && wantsIp(had)) {
      patched.clusterIP ||= had.clusterIP;
      patched.clusterIPs ??= patched.clusterIP === had.clusterIP ? had.clusterIPs : undefined;
      patched.ipFamilies ??= had.ipFamilies;
      patched.ipFamilyPolicy ??= had.ipFamilyPolicy;
    }
    if (wantsNodePorts(spec) && wantsNodePorts(had)) {
      patched.ports = spec.ports?.map((port) => {
        const nodePort = port.nodePort || had.ports?.find(sameAs(port))?.nodePort;
        return nodePort ? { ...port, nodePort } : port;
      });
    }
    if (wantsHealthCheck(spec) && wantsHealthCheck(had)) {
      patched.healthCheckNodePort ||= had.healthCheckNodePort;
    }
    return { ...object, spec: patched } as Loose;
  }

  /** The Service with everything allocated that its type has. Refused when it is taken. */
  allocated(kind: Kind, object: Loose, old?: Obj): Loose {
    if (!isService(kind)) return object;
    const service = object as Service;
    const { name } = service.metadata;
    const owner = keyOf(service);
    let spec = shaped(service.spec ?? {}, (old as Service | undefined)?.spec);
    if (wantsIp(spec)) spec = this.#withIp(kind, name, owner, spec);
    if (wantsNodePorts(spec)) spec = { ...spec, ports: this.#withPorts(kind, name, owner, spec) };
    if (wantsHealthCheck(spec) && !spec.healthCheckNodePort) {
      const used = new Set(spec.ports?.map(({ nodePort }) => nodePort));
      const free = (n: number): boolean => !this.#ports.has(n) && !used.has(n);
      spec = { ...spec, healthCheckNodePort: this.#freePort(kind, name, free) };
    }
    return { ...service, spec } as Loose;
  }

  /** Remembers what a stored write took and gave back. */
  note(kind: Kind, old: Obj | undefined, now: Obj | undefined): void {
    if (!isService(kind)) return;
    for (const { ip, ports } of taken(old)) {
      this.#ips.delete(ip);
      for (const port of ports) this.#ports.delete(port);
    }
    for (const { owner, ip, ports } of taken(now)) {
      if (ip !== "") this.#ips.set(ip, owner);
      for (const port of ports) this.#ports.set(port, owner);
    }
  }

  #withIp(kind: Kind, name: string, owner: string, spec: ServiceSpec): ServiceSpec {
    const wanted = spec.clusterIP || spec.clusterIPs?.[0];
    if (wanted === "None") return { ...spec, ...families(spec), clusterIPs: ["None"] };
    if (wanted && !/^\d+(\.\d+){3}$/.test(wanted)) return spec; // validation will say so
    if (wanted) {
      const holder = this.#ips.get(wanted);
      const fault = !inRange(wanted)
        ? `the provided IP (${wanted}) is not in the valid range. ` +
          `The range of valid IPs is ${clusterIpRange}`
        : holder !== undefined && holder !== owner && "provided IP is already allocated";
      if (fault) {
        const detail = `failed to allocate IP ${wanted}: ${fault}`;
        const field = "spec.clusterIPs";
        throw invalid(kind, name, [{ type: "Invalid", field, badValue: [wanted], detail }]);
      }
    }
    const clusterIP = wanted || this.#freeIp(kind, name);
    return { ...spec, ...families(spec), clusterIP, clusterIPs: [clusterIP] };
  }

  #freeIp(kind: Kind, name: string): string {
    const size = 0x10000;
    const ip = (n: number): string => `${clusterIpPrefix}${n >> 8}.${n & 255}`;
    const free = (n: number): boolean => !this.#ips.has(ip(n));
    const n = this.#draw(staticIpsMax, size - 1, free) ?? firstFree(1, staticIpsMax, free);
    if (n !== undefined) return ip(n);
    const detail = "failed to allocate a serviceIP: range is full";
    throw invalid(kind, name, [{ type: "Internal", field: "spec.clusterIPs", detail }]);
  }

  #withPorts(kind: Kind, name: string, owner: string, spec: ServiceSpec): ServicePort[] {
    const errors: FieldError[] = [];
    const here = new Set<number>();
    const chosen = (spec.ports ?? []).map((port, i) => {
      if (!port.nodePort) return port;
      const fault = this.#portFault(port.nodePort, owner);
      const field = `spec.ports[${i}].nodePort`;
      if (fault) errors.push({ type: "Invalid", field, badValue: port.nodePort, detail: fault });
      here.add(port.nodePort);
      return port;
    });
    if (errors.length > 0) throw invalid(kind, name, errors);
    return chosen.map((port) => {
      if (port.nodePort) return port;
      const free = (n: number): boolean => !this.#ports.has(n) && !here.has(n);
      const n = this.#freePort(kind, name, free);
      here.add(n);
      return { ...port, nodePort: n };
    });
  }

  #freePort(kind: Kind, name: string, free: (n: number) => boolean): number {
    const first = nodePortMin + staticNodePortsMax;
    const n = this.#draw(first, nodePortMax + 1, free) ?? firstFree(nodePortMin, first, free);
    if (n !== undefined) return n;
    const detail = "failed to allocate a nodePort: range is full";
    throw invalid(kind, name, [{ type: "Internal", field: "spec.ports[0].nodePort", detail }]);
  }

  #portFault(port: number, owner: string): string | undefined {
    if (port < nodePortMin || port > nodePortMax) {
      return (
        "provided port is not in the valid range. " +
        `The range of valid ports is ${nodePortMin}-${nodePortMax}`
      );
    }
    const holder = this.#ports.get(port);
    const others = holder !== undefined && holder !== owner;
    return others ? "provided port is already allocated" : undefined;
  }

  /** A free number in [from, to), by chance while that is likely to succeed. */
  #draw(from: number, to: number, free: (n: number) => boolean): number | undefined {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const n = from + this.#random.int(to - from);
      if (free(n)) return n;
    }
    return firstFree(from, to, free);
  }
}

function firstFree(from: number, to: number, free: (n: number) => boolean): number | undefined {
  for (let n = from; n < to; n++) if (free(n)) return n;
  return undefined;
}

function isService(kind: Kind): boolean {
  return kind.kind === "Service" && kind.group === "";
}

/** Every type but ExternalName has a cluster IP, if only "None". */
function wantsIp(spec: ServiceSpec): boolean {
  return spec.type !== "ExternalName";
}

function wantsNodePorts(spec: ServiceSpec): boolean {
  if (spec.type === "NodePort") return true;
  return spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false;
}

/** Balancers ask each node there whether it has endpoints of its own. */
function wantsHealthCheck(spec: ServiceSpec): boolean {
  return spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local";
}

/** What a change of type takes away. Models dropTypeDependentFields in service/strategy.go. */
function shaped(spec: ServiceSpec, had: ServiceSpec | undefined): ServiceSpec {
  if (had === undefined) return spec;
  const out = { ...spec };
  if (wantsIp(had) && !wantsIp(spec) && sameIp(spec, had)) {
    for (const field of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] as const) {
      delete out[field];
    }
  }
  if (wantsNodePorts(had) && !wantsNodePorts(spec)) {
    const before = new Set(had.ports?.map((port) => port.nodePort));
    out.ports = spec.ports?.map(({ nodePort, ...port }) =>
      nodePort && !before.has(nodePort) ? { ...port, nodePort } : port,
    );
  }
  if (!wantsHealthCheck(spec) && spec.healthCheckNodePort === had.healthCheckNodePort) {
    delete out.healthCheckNodePort;
  }
  const outside = spec.type === "NodePort" || spec.type === "LoadBalancer";
  if (!outside && spec.externalTrafficPolicy === had.externalTrafficPolicy) {
    delete out.externalTrafficPolicy;
  }
  if (spec.type !== "LoadBalancer") delete out.allocateLoadBalancerNodePorts;
  return out;
}

function isPort(port: number | undefined): port is number {
  return Boolean(port);
}

function sameIp(a: ServiceSpec, b: ServiceSpec): boolean {
  return a.clusterIP === b.clusterIP;
}

/** One family here: IPv4. */
function families(spec: ServiceSpec): Partial<ServiceSpec> {
  return {
    ipFamilies: spec.ipFamilies ?? ["IPv4"],
    ipFamilyPolicy: spec.ipFamilyPolicy ?? "SingleStack",
  };
}

function sameAs(port: ServicePort): (other: ServicePort) => boolean {
  return (other) =>
    other.port === port.port && (other.protocol ?? "TCP") === (port.protocol ?? "TCP");
}

function inRange(ip: string): boolean {
  return /^10\.96\.\d{1,3}\.\d{1,3}$/.test(ip) && ip !== "10.96.0.0" && ip !== "10.96.255.255";
}

function taken(object: Obj | undefined): { owner: string; ip: string; ports: number[] }[] {
  if (object === undefined) return [];
  const { clusterIP = "", ports = [], healthCheckNodePort } = (object as Service).spec;
  return [
    {
      owner: keyOf(object),
      ip: clusterIP === "None" ? "" : clusterIP,
      ports: [...ports.map(({ nodePort }) => nodePort), healthCheckNodePort].filter(isPort),
    },
  ];
}
