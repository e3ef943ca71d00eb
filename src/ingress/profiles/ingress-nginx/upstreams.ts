// The upstreams of ingress-nginx: one a Service and port that an Ingress names, with what the
// controller logs when there is nothing behind it. Models createUpstreams, serviceEndpoints and
// mergeAlternativeBackends of internal/ingress/controller/controller.go.

import type { EndpointSlice } from "../../../api/kinds/endpointslice.ts";
import type { Ingress, IngressBackend } from "../../../api/kinds/ingress.ts";
import { Service } from "../../../api/kinds/service.ts";
import { ownerOf } from "../../compile/profile.ts";
import { backendOf, writtenRules } from "../../compile/rules.ts";
import type { World } from "../../compile/world.ts";
import { hostOf, suffixOf } from "../../hosts.ts";
import type { HostTable, RouteTable } from "../../table.ts";
import { externalEndpoint, isDnsName, readyEndpoints, servicePort } from "../../upstreams.ts";
import type { Balancing, Endpoint, StickyCookie, Upstream } from "../../upstreams.ts";
import type { Options } from "./options.ts";
import { customUpstream } from "./traffic.ts";
import { older } from "./profile.ts";

const defaultUpstream = "upstream-default-backend";

/** A log line without its header: level, source file and line, text. */
export type LogLine = readonly [level: "I" | "W" | "E", source: string, text: string];

export interface UpstreamInputs {
  readonly ingresses: readonly { readonly ingress: Ingress; readonly options: Options }[];
  readonly world: World;
  /** The slices of a Service, by "namespace/name". */
  slices(service: string): readonly EndpointSlice[];
  readonly table: RouteTable;
  readonly externalNames: boolean;
  /** --default-backend-service: "namespace/name", or "". */
  readonly defaultService: string;
}

export interface Upstreams {
  readonly byName: ReadonlyMap<string, Upstream>;
  readonly log: readonly LogLine[];
}

/** All upstreams, in the order of the Ingresses' age. */
export function upstreamsOf(inputs: UpstreamInputs): Upstreams {
  const builder = new Builder(inputs);
  builder.build();
  return { byName: builder.upstreams, log: builder.log };
}

class Builder {
  readonly upstreams = new Map<string, Upstream>();
  readonly log: LogLine[] = [];
  readonly #o: UpstreamInputs;

  constructor(inputs: UpstreamInputs) {
    this.#o = inputs;
  }

  build(): void {
    const sorted = [...this.#o.ingresses].sort((a, b) =>
      older(ownerOf(a.ingress), ownerOf(b.ingress)),
    );
    this.#default();
    for (const one of sorted) this.#create(one.ingress, one.options);
    for (const one of sorted) if (!one.options.canary) this.#affinity(one.ingress, one.options);
    const canaries = sorted.filter(({ options }) => options.canary);
    if (canaries.length < sorted.length) {
      for (const { ingress, options } of canaries) this.#merge(ingress, options);
    }
  }

  #warn(source: string, text: string): void {
    this.log.push(["W", source, text]);
  }

  /** getDefaultUpstream: a Service's endpoints, or none and the built-in 404. */
  #default(): void {
    const key = this.#o.defaultService;
    if (key === "") return;
    const service = this.#o.world.get(Service, key);
    const port = service?.spec.ports?.[0];
    if (!service || !port) {
      const error = `no object matching key "${key}" in local store`;
      this.#warn("controller.go:616", `Error getting default backend "${key}": ${error}`);
      return;
    }
    const endpoints = readyEndpoints(port, this.#o.slices(key));
    if (endpoints.length === 0) {
      this.#warn("controller.go:625", `Service "${key}" does not have any active Endpoint`);
      return;
    }
    const [namespace = "", name = ""] = key.split("/");
    this.upstreams.set(defaultUpstream, {
      name: defaultUpstream,
      namespace,
      service: name,
      port: String(port.port),
      endpoints,
      balancing: { by: "round robin" },
      alternatives: [],
      shaping: undefined,
      why: "",
    });
  }

  #create(ingress: Ingress, options: Options): void {
    const { defaultBackend } = ingress.spec;
    if (defaultBackend?.service) this.#add(ingress, options, defaultBackend, true);
    for (const rule of writtenRules(ingress)) this.#add(ingress, options, rule.backend, false);
    this.#customDefault(options);
  }

  #add(ingress: Ingress, options: Options, written: IngressBackend, isDefault: boolean): void {
    const backend = backendOf(ingress, written);
    if (!backend) return;
    const { upstream: name, namespace, service, port } = backend;
    if (this.upstreams.has(name) && !isDefault) return;
    const { endpoints, why } = this.#endpoints(`${namespace}/${service}`, port, options, {
      name,
      isDefault,
    });
    this.upstreams.set(name, {
      name,
      namespace,
      service,
      port,
      endpoints,
      balancing: balancingOf(options),
      alternatives: [],
      shaping: options.canary,
      why,
    });
  }

  #endpoints(
    key: string,
    port: string,
    options: Options,
    { name, isDefault }: { name: string; isDefault: boolean },
  ): { endpoints: readonly Endpoint[]; why: string } {
    const service = this.#o.world.get(Service, key);
    if (options.serviceUpstream) {
      const found = clusterIp(service, port, key);
      if (typeof found !== "string") return { endpoints: [found], why: "" };
      const text = `Failed to determine a suitable ClusterIP Endpoint for Service "${key}": ${found}`;
      this.log.push(["E", "controller.go:1107", text]);
    }
    if (!service) {
      const error = `no object matching key "${key}" in local store`;
      if (isDefault) {
        this.#warn("controller.go:1071", `Error creating upstream "${name}": ${error}`);
        this.#warn("controller.go:1077", `Error obtaining Service "${key}": ${error}`);
      } else {
        this.#warn(
          "controller.go:1135",
          `Error obtaining Endpoints for Service "${key}": ${error}`,
        );
      }
      return { endpoints: [], why: `the Service ${key} does not exist` };
    }
    if (service.spec.type === "ExternalName") return this.#external(service, key, port);
    const found = servicePort(service, port);
    if (!found) return { endpoints: [], why: `the Service ${key} has no port ${port}` };
    const endpoints = readyEndpoints(found, this.#o.slices(key));
    if (endpoints.length === 0) {
      this.#warn("controller.go:1241", `Service "${key}" does not have any active Endpoint.`);
    }
    return { endpoints, why: `the Service ${key} has no ready endpoint` };
  }

  #external(
    service: Service,
    key: string,
    port: string,
  ): { endpoints: readonly Endpoint[]; why: string } {
    if (!this.#o.externalNames) {
      const text = `Service "${key}" of type ExternalName not allowed due to Ingress configuration.`;
      this.#warn("controller.go:1219", text);
      return { endpoints: [], why: "ExternalName Services are not allowed" };
    }
    const { externalName = "" } = service.spec;
    if (isDnsName(externalName)) return { endpoints: [externalEndpoint(service, port)], why: "" };
    const rule =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or " +
      "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used " +
      "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    this.log.push(["E", "endpointslices.go:72", `Invalid DNS name ${externalName}: [${rule}]`]);
    this.#warn("controller.go:1241", `Service "${key}" does not have any active Endpoint.`);
    return { endpoints: [], why: `"${externalName}" is not a DNS name` };
  }

  /** The upstream of the default-backend annotation, when its Service has endpoints. */
  #customDefault(options: Options): void {
    const { defaultBackend: key } = options;
    if (key === undefined) return;
    const name = customUpstream(options);
    const service = this.#o.world.get(Service, key);
    const port = service?.spec.ports?.[0];
    if (!service || !port || this.upstreams.has(name)) return;
    const [namespace = "", serviceName = ""] = key.split("/");
    this.upstreams.set(name, {
      name,
      namespace,
      service: serviceName,
      port: String(port.port),
      endpoints: readyEndpoints(port, this.#o.slices(key)),
      balancing: { by: "round robin" },
      alternatives: [],
      shaping: undefined,
      why: `the Service ${key} has no ready endpoint`,
    });
  }

  /** Session affinity belongs to the upstream, whichever of its rules asks for it. */
  #affinity(ingress: Ingress, options: Options): void {
    const { affinity } = options;
    if (!affinity) return;
    for (const rule of writtenRules(ingress)) {
      const backend = backendOf(ingress, rule.backend);
      const upstream = backend && this.upstreams.get(backend.upstream);
      if (!upstream) continue;
      if (options.useRegex && affinity.path === "") {
        this.#warn("controller.go:886", "session-cookie-path should be set when use-regex is true");
      }
      const known = upstream.balancing.by === "cookie" ? upstream.balancing.cookie.locations : {};
      const locations: Record<string, readonly string[]> = { ...known };
      for (const host of [rule.host === "" ? "_" : rule.host, ...options.aliases]) {
        locations[host] = [...(locations[host] ?? []), rule.path];
      }
      const cookie: StickyCookie = { ...affinity, locations };
      this.upstreams.set(upstream.name, { ...upstream, balancing: { by: "cookie", cookie } });
    }
  }

  /** Hangs a canary's upstreams on those of the rules with the same host, path and type. */
  #merge(ingress: Ingress, options: Options): void {
    const { defaultBackend } = ingress.spec;
    if (defaultBackend?.service) {
      const alternative = backendOf(ingress, defaultBackend)!.upstream;
      const primaries = this.#o.table.any?.routes.map((route) => route.backend?.upstream ?? "");
      this.#hang(alternative, primaries ?? [], options, ingress);
    }
    for (const rule of writtenRules(ingress)) {
      const alternative = backendOf(ingress, rule.backend)?.upstream;
      if (alternative === undefined) continue;
      const server = serverOf(this.#o.table, rule.host);
      if (!server) {
        const text = `cannot merge alternative backend ${alternative} into hostname ${rule.host} that does not exist`;
        this.log.push(["E", "controller.go:1695", text]);
        continue;
      }
      const type = rule.pathType === "Exact" ? "Exact" : "Prefix";
      const primaries = server.routes
        .filter(({ path, pathType }) => {
          if (path.type === "Any") return rule.path === "/" && type === "Prefix";
          return path.path === rule.path && (pathType === "Exact") === (type === "Exact");
        })
        .map((route) => route.backend?.upstream ?? "");
      this.#hang(alternative, primaries, options, ingress);
    }
  }

  #hang(
    alternative: string,
    primaries: readonly string[],
    options: Options,
    ingress: Ingress,
  ): void {
    const alt = this.upstreams.get(alternative);
    if (!alt) {
      this.#warn(
        "controller.go:1683",
        `alternative backend ${alternative} has already been removed`,
      );
      return;
    }
    let merged = false;
    for (const name of new Set(primaries)) {
      const primary = this.upstreams.get(name);
      if (!primary) continue;
      if (name === alternative) {
        const { namespace, name: own } = ingress.metadata;
        this.#warn(
          "controller.go:1710",
          `alternative upstream ${name} in Ingress ${namespace}/${own} is primary upstream in Other Ingress for location!`,
        );
        return;
      }
      if (primary.shaping) continue;
      merged = true;
      if (primary.alternatives.includes(alternative)) continue;
      const sticky = primary.balancing.by === "cookie" && options.affinityCanary !== "legacy";
      if (sticky) this.upstreams.set(alternative, { ...alt, balancing: primary.balancing });
      const alternatives = [...primary.alternatives, alternative];
      this.upstreams.set(name, { ...primary, alternatives });
    }
    if (merged) return;
    const text = `unable to find real backend for alternative backend ${alternative}. Deleting.`;
    this.#warn("controller.go:1727", text);
    this.upstreams.delete(alternative);
  }
}

function serverOf(table: RouteTable, host: string): HostTable | undefined {
  if (host === "") return table.any;
  return host.startsWith("*.") ? suffixOf(table.wildcard, host, 2) : hostOf(table.exact, host);
}

function balancingOf({ hashBy, loadBalance }: Options): Balancing {
  if (hashBy) {
    const { template, subset, subsetSize } = hashBy;
    return { by: "hash", template, subset: subset ? subsetSize : 1 };
  }
  return { by: loadBalance === "ewma" ? "least time" : "round robin" };
}

/** The Service's own address as the one endpoint, or why it has none. */
function clusterIp(service: Service | undefined, port: string, key: string): Endpoint | string {
  if (!service) return `service "${key}" does not exist`;
  const { clusterIP } = service.spec;
  if (!clusterIP || clusterIP === "None") return `no ClusterIP found for Service "${key}"`;
  if (/^\d+$/.test(port)) return { host: clusterIP, port: Number(port) };
  const named = service.spec.ports?.find((one) => one.name === port);
  if (!named) return `service "${service.metadata.name}" does not have a port named "${port}"`;
  return { host: clusterIP, port: named.port };
}
