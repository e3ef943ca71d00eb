// The address at which Ingresses are reached, written into their status. Models
// internal/ingress/status/status.go of ingress-nginx; other controllers do the same.

import type { Client } from "../api/client.ts";
import { ApiError } from "../api/errors.ts";
import { Ingress } from "../api/kinds/ingress.ts";
import type { LoadBalancerStatus, Service } from "../api/kinds/service.ts";
import { keyOf } from "../api/object.ts";
import { sameData } from "./compile/equal.ts";

type Addresses = NonNullable<LoadBalancerStatus["ingress"]>;

/** The addresses of the Service that leads to the controller (--publish-service). */
export function publishedAddresses({ spec, status }: Service): Addresses {
  const external = (spec.externalIPs ?? []).map((ip) => ({ ip }));
  switch (spec.type ?? "ClusterIP") {
    case "ExternalName":
      return spec.externalName ? [{ hostname: spec.externalName }] : [];
    case "ClusterIP":
      return spec.clusterIP && spec.clusterIP !== "None" ? [{ ip: spec.clusterIP }] : [];
    case "NodePort":
      return external.length > 0 ? external : spec.clusterIP ? [{ ip: spec.clusterIP }] : [];
    case "LoadBalancer":
      return sorted([
        ...(status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) =>
          hostname ? { hostname } : { ip: ip ?? "" },
        ),
        ...external,
      ]);
  }
}

/**
 * Writes the addresses into the status of those Ingresses that have others. `onWrite` is told
 * before each write. A conflict leaves that Ingress for the next time.
 */
export async function publish(
  client: Client,
  ingresses: readonly Ingress[],
  addresses: Addresses,
  onWrite: (ingress: Ingress, current: Addresses | undefined) => void,
): Promise<void> {
  for (const ingress of ingresses) {
    const current = ingress.status?.loadBalancer?.ingress;
    if (sameData(sorted(current ?? []), sorted(addresses))) continue;
    onWrite(ingress, current);
    try {
      const loadBalancer = addresses.length > 0 ? { ingress: addresses } : {};
      await client.updateStatus(Ingress, { ...ingress, status: { loadBalancer } });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.reason !== "Conflict" && error.reason !== "NotFound") throw error;
      const fresh = await client.get(Ingress, keyOf(ingress)).catch(() => undefined);
      if (!fresh) continue;
      const loadBalancer = addresses.length > 0 ? { ingress: addresses } : {};
      await client
        .updateStatus(Ingress, { ...fresh, status: { loadBalancer } })
        .catch(() => undefined); // the next round tries again
    }
  }
}

function sorted(addresses: Addresses): Addresses {
  const text = (one: Addresses[number]): string => one.ip ?? one.hostname ?? "";
  return [...addresses]
    .map(({ ip, hostname }) => (hostname ? { hostname } : { ip: ip ?? "" }))
    .sort((a, b) => (text(a) < text(b) ? -1 : 1));
}
