// What Traefik says while it starts. Models cmd/traefik/traefik.go and the provider's newK8sClient.

import type { LogFields, LogLevel } from "./log.ts";
import type { TraefikSettings } from "./settings.ts";

const version = "3.6.2";

type Line = readonly [level: LogLevel, message: string, fields: LogFields];

export function startLines({ allowExternalNames }: TraefikSettings): readonly Line[] {
  const kubernetes = { providerName: "kubernetes" };
  const stats =
    "\nStats collection is disabled.\nHelp us improve Traefik by turning this feature on :)\n" +
    "More details on: https://doc.traefik.io/traefik/contributing/data-collection/\n";
  const externalNames =
    "ExternalName service loading is enabled, please ensure that this is expected " +
    "(see AllowExternalNameServices option)";
  return [
    ["INF", `Traefik version ${version} built on 2025-11-18T15:25:00Z`, { version }],
    ["INF", stats, {}],
    ["INF", "Starting provider aggregator *aggregator.ProviderAggregator", {}],
    ["INF", "Starting provider *ingress.Provider", {}],
    ["INF", 'ingress label selector is: ""', kubernetes],
    ["INF", "Creating in-cluster Provider client", kubernetes],
    ...(allowExternalNames ? [["WRN", externalNames, kubernetes] as const] : []),
  ];
}
