// The load balancers of Traefik's routers, by the names that routes give them.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import type { World } from "../../compile/world.ts";
import { digest } from "../../proxy/hash.ts";
import type { Balancing, Upstream } from "../../upstreams.ts";
import type { StickyAnnotations } from "./annotations.ts";
import { readIngress } from "./routers.ts";
import type { Router } from "./routers.ts";
import type { TraefikSettings } from "./settings.ts";

export function upstreamsOf(
  ingresses: readonly Ingress[],
  settings: TraefikSettings,
  world: World,
): Map<string, Upstream> {
  const routers = ingresses.flatMap((ingress) => readIngress(ingress, settings, world).routers);
  const out = new Map<string, Upstream>();
  for (const { backend, service } of routers) {
    const { upstream: name, namespace, service: serviceName, port } = backend;
    if (out.has(name)) continue;
    const { sticky } = service.annotations;
    out.set(name, {
      name,
      namespace,
      service: serviceName,
      port,
      endpoints: service.servers,
      balancing: sticky ? stickyBalancing(name, sticky, routers) : { by: "round robin" },
      alternatives: [],
      shaping: undefined,
      why: `the Service ${namespace}/${serviceName} has no ready endpoint`,
    });
  }
  return out;
}

function stickyBalancing(
  name: string,
  sticky: StickyAnnotations,
  routers: readonly Router[],
): Balancing {
  const locations: Record<string, string[]> = {};
  for (const { backend, host, path } of routers) {
    if (backend.upstream !== name) continue;
    const written = path.type === "Any" ? "/" : path.path;
    (locations[host === "" ? "_" : host] ??= []).push(written);
  }
  return {
    by: "cookie",
    cookie: {
      name: sticky.name || `_${digest(name).slice(0, 5)}`,
      mode: "persistent",
      expires: "",
      maxAge: sticky.maxAge,
      path: sticky.path,
      domain: sticky.domain,
      sameSite: sticky.sameSite,
      conditionalSameSiteNone: false,
      secure: sticky.secure ? true : undefined,
      changeOnFailure: true,
      locations,
    },
  };
}
