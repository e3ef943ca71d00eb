// Kubernetes Services as Traefik's load balancers: their servers, or why there are none. Models
// loadService of the provider.

import { Endpoints } from "../../../api/kinds/endpoints.ts";
import { Service } from "../../../api/kinds/service.ts";
import type { ServicePort } from "../../../api/kinds/service.ts";
import type { World } from "../../compile/world.ts";
import type { Backend } from "../../table.ts";
import type { Endpoint } from "../../upstreams.ts";
import { serviceAnnotations } from "./annotations.ts";
import type { ServiceAnnotations } from "./annotations.ts";
import type { TraefikSettings } from "./settings.ts";

export interface Loaded {
  readonly servers: readonly Endpoint[];
  readonly scheme: "http" | "https" | "h2c";
  readonly annotations: ServiceAnnotations;
}

/** The servers of a backend, or the error in Traefik's words. */
export function loadService(
  backend: Backend,
  settings: TraefikSettings,
  world: World,
): Loaded | { readonly error: string } {
  const key = `${backend.namespace}/${backend.service}`;
  const service = world.get(Service, key);
  if (!service) return { error: "service not found" };
  const external = service.spec.type === "ExternalName";
  if (external && !settings.allowExternalNames) {
    return { error: `externalName services not allowed: ${key}` };
  }
  const port = service.spec.ports?.find(
    (one) => String(one.port) === backend.port || (one.name && one.name === backend.port),
  );
  if (!port) return { error: "service port not found" };
  const read = serviceAnnotations(service.metadata.annotations);
  if ("error" in read) return read;
  const annotations = read.ok;
  const base = { annotations, scheme: schemeOf(port, annotations) };
  if (external) {
    return { ...base, servers: [{ host: service.spec.externalName ?? "", port: port.port }] };
  }
  if (annotations.nativeLb ?? settings.nativeLb) {
    const { clusterIP } = service.spec;
    if (!clusterIP || clusterIP === "None") {
      return { error: `no clusterIP found for service: ${key}` };
    }
    return { ...base, servers: [{ host: clusterIP, port: port.port }] };
  }
  return { ...base, servers: serversOf(world.get(Endpoints, key), port) };
}

function serversOf(endpoints: Endpoints | undefined, { name = "" }: ServicePort): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const { addresses = [], ports = [] } of endpoints?.subsets ?? []) {
    const port = ports.find((one) => (one.name ?? "") === name)?.port;
    if (port === undefined) continue;
    for (const { ip, targetRef } of addresses) {
      const pod = targetRef?.kind === "Pod" && `${targetRef.namespace}/${targetRef.name}`;
      found.set(`${ip}:${port}`, { host: ip, port, ...(pod && { pod }) });
    }
  }
  return [...found.values()].sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : 0));
}

function schemeOf(port: ServicePort, { scheme }: ServiceAnnotations): Loaded["scheme"] {
  if (scheme === "http" || scheme === "https" || scheme === "h2c") return scheme;
  return port.port === 443 || port.name?.startsWith("https") ? "https" : "http";
}
