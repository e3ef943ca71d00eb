// How `kubectl get services` prints. Models printService in printers.go.

import { formatLabels } from "../selector.ts";
import { addressesOf, ageColumn, column, nameColumn, wide } from "./columns.ts";
import type { Column } from "./kind.ts";
import type { Service } from "./service.ts";

export const serviceColumns: readonly Column<Service>[] = [
  nameColumn,
  column("Type", ({ spec }) => spec?.type ?? ""),
  column("Cluster-IP", ({ spec }) => spec?.clusterIPs?.[0] || spec?.clusterIP || "<none>"),
  column("External-IP", (service, _now, clipped) => externalIpOf(service, clipped)),
  column("Port(s)", ({ spec }) => {
    const ports = (spec?.ports ?? []).map(({ port, nodePort, protocol = "" }) =>
      nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
    );
    return ports.join(",") || "<none>";
  }),
  ageColumn,
  wide("Selector", ({ spec }) => formatLabels(spec?.selector)),
];

function externalIpOf({ spec, status }: Service, clipped?: boolean): string {
  const external = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case "ClusterIP":
    case "NodePort":
      return external.join(",") || "<none>";
    case "LoadBalancer": {
      const balanced = addressesOf(status?.loadBalancer, clipped);
      const all = balanced === "" ? external : [balanced, ...external];
      return all.join(",") || "<pending>";
    }
    case "ExternalName":
      return spec.externalName ?? "";
    default:
      return "<unknown>";
  }
}
