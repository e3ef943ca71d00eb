// Where requests can be passed on to: Services and their ready endpoints, by upstream name.
// Kept apart from the routing table because it changes far more often: an endpoint that comes
// or goes leaves every route as it is (in ingress-nginx: no reload).

import type { EndpointSlice } from "../api/kinds/endpointslice.ts";
import type { Service, ServicePort } from "../api/kinds/service.ts";
import { isIpv4 } from "../net/address.ts";
import type { Certificate } from "../net/x509/certificate.ts";

export interface Upstream {
  /** "default-web-80" */
  readonly name: string;
  readonly namespace: string;
  readonly service: string;
  /** As the Ingress writes it. */
  readonly port: string;
  readonly endpoints: readonly Endpoint[];
  readonly balancing: Balancing;
  /** Upstreams that may take some of the requests (canaries). */
  readonly alternatives: readonly string[];
  /** For an alternative: which requests it takes. */
  readonly shaping: Shaping | undefined;
  /** Spoken to its endpoints whatever the route says of the protocol. */
  readonly tls?: BackendTls;
  /** Why there are no endpoints. */
  readonly why: string;
}

/** TLS to a backend whose certificate has to be for one of these names. */
export interface BackendTls {
  readonly serverName: string;
  readonly authorities: readonly Certificate[];
  readonly dns: readonly string[];
  readonly uris: readonly string[];
}

/** Where one copy of the Service listens. */
export interface Endpoint {
  /** IPv4, or a name for ExternalName Services. */
  readonly host: string;
  readonly port: number;
  /** The Pod, when known: "default/web-1". */
  readonly pod?: string;
}

/** How an endpoint is chosen. */
export type Balancing =
  | { readonly by: "round robin" }
  | { readonly by: "least time" }
  /** Drawn by weight, one number an endpoint; what is left to `total` finds no endpoint. */
  | { readonly by: "weight"; readonly weights: readonly number[]; readonly total: number }
  | {
      readonly by: "hash";
      readonly template: string;
      /** Requests of one hash share this many endpoints; 1 without subsets. */
      readonly subset: number;
    }
  | { readonly by: "cookie"; readonly cookie: StickyCookie };

export interface StickyCookie {
  readonly name: string;
  readonly mode: "balanced" | "persistent";
  readonly expires: string;
  readonly maxAge: string;
  /** "" takes the path of the rule. */
  readonly path: string;
  readonly domain: string;
  readonly sameSite: string;
  readonly conditionalSameSiteNone: boolean;
  readonly secure: boolean | undefined;
  readonly changeOnFailure: boolean;
  /** Host → paths of the rules that hand out the cookie. */
  readonly locations: Readonly<Record<string, readonly string[]>>;
}

/** Which requests an alternative takes: header, then cookie, then weight. */
interface Shaping {
  readonly weight: number;
  readonly weightTotal: number;
  readonly header: string;
  readonly headerValue: string;
  readonly headerPattern: string;
  readonly cookie: string;
}

/** The port of a Service that a backend names: by number, by name, or by target port. */
export function servicePort(service: Service, port: string): ServicePort | undefined {
  return service.spec.ports?.find(
    (one) =>
      String(one.port) === port || String(one.targetPort ?? one.port) === port || one.name === port,
  );
}

/** The ready endpoints of a Service's port, in the order of their addresses. */
export function readyEndpoints(
  port: ServicePort,
  slices: readonly EndpointSlice[],
): readonly Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const slice of slices) {
    const target = slice.ports?.find(
      (one) => (one.protocol ?? "TCP") === "TCP" && (one.name ?? "") === (port.name ?? ""),
    )?.port;
    if (target === undefined || slice.addressType !== "IPv4") continue;
    for (const { addresses, conditions, targetRef } of slice.endpoints) {
      if (conditions?.ready === false) continue;
      for (const host of addresses) {
        const pod = targetRef?.kind === "Pod" && `${targetRef.namespace}/${targetRef.name}`;
        found.set(`${host}:${target}`, { host, port: target, ...(pod && { pod }) });
      }
    }
  }
  return [...found.values()].sort((a, b) => (a.host === b.host ? a.port - b.port : byIp(a, b)));
}

/** The one endpoint of an ExternalName Service, whose port may be any. */
export function externalEndpoint(service: Service, port: string): Endpoint {
  const known = servicePort(service, port);
  const target = known?.targetPort;
  const number = typeof target === "number" ? target : (known?.port ?? Number(port));
  return { host: service.spec.externalName ?? "", port: number };
}

/** Whether a name can be asked of DNS (RFC 1123), or is an address. */
export function isDnsName(name: string): boolean {
  const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
  const labels = name.toLowerCase().replace(/\.$/, "").split(".");
  return isIpv4(name) || (name.length <= 253 && labels.every((one) => label.test(one)));
}

function byIp(a: Endpoint, b: Endpoint): number {
  const [x, y] = [a, b].map(({ host }) => host.split(".").map(Number));
  for (let i = 0; i < 4; i++) if (x![i] !== y![i]) return x![i]! - y![i]!;
  return 0;
}

/** What an upstream is made from. */
export interface UpstreamSource {
  readonly name: string;
  readonly namespace: string;
  readonly service: string;
  readonly port: string;
}

/** The upstream of a Service's port, dealt out in turns: what most implementations make. */
export function plainUpstream(
  { name, namespace, service, port }: UpstreamSource,
  found: Service | undefined,
  slices: readonly EndpointSlice[],
): Upstream {
  const key = `${namespace}/${service}`;
  const base = { name, namespace, service, port, alternatives: [], shaping: undefined };
  const balancing: Balancing = { by: "round robin" };
  const none = (why: string): Upstream => ({ ...base, balancing, endpoints: [], why });
  if (!found) return none(`the Service ${key} does not exist`);
  if (found.spec.type === "ExternalName") {
    return { ...base, balancing, endpoints: [externalEndpoint(found, port)], why: "" };
  }
  const wanted = found.spec.ports?.find((one) => String(one.port) === port || one.name === port);
  if (!wanted) return none(`the Service ${key} has no port ${port}`);
  const endpoints = readyEndpoints(wanted, slices);
  return { ...base, balancing, endpoints, why: `the Service ${key} has no ready endpoint` };
}
