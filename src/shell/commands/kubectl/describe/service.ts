// kubectl describe service, endpointslice. Models kubectl pkg/describe describeService.

import type { EndpointSlice } from "../../../../api/kinds/endpointslice.ts";
import { serviceNameLabel } from "../../../../api/kinds/endpointslice.ts";
import type { LoadBalancerStatus, Service } from "../../../../api/kinds/service.ts";
import { formatLabels } from "../../../../api/selector.ts";
import type { Kubectl } from "../verb.ts";
import { describeEvents, listIfServed, type Describer } from "./describer.ts";

export const describeService: Describer<Service> = async (service, describing) => {
  const { kubectl, sheet } = describing;
  const { metadata, spec, status } = service;
  const slices = await slicesOf(kubectl, metadata.namespace, metadata.name);
  sheet.line(0, `Name:\t${metadata.name}`);
  sheet.line(0, `Namespace:\t${metadata.namespace ?? ""}`);
  sheet.labels("Labels", metadata.labels);
  sheet.annotations("Annotations", metadata.annotations);
  sheet.line(0, `Selector:\t${formatLabels(spec.selector)}`);
  sheet.line(0, `Type:\t${spec.type ?? ""}`);
  if (spec.ipFamilyPolicy) sheet.line(0, `IP Family Policy:\t${spec.ipFamilyPolicy}`);
  sheet.line(0, `IP Families:\t${(spec.ipFamilies ?? []).join(",") || "<none>"}`);
  sheet.line(0, `IP:\t${spec.clusterIP ?? ""}`);
  sheet.line(0, `IPs:\t${(spec.clusterIPs ?? []).join(",") || "<none>"}`);
  if (spec.externalIPs?.length) sheet.line(0, `External IPs:\t${spec.externalIPs.join(",")}`);
  if (spec.loadBalancerIP) sheet.line(0, `Desired LoadBalancer IP:\t${spec.loadBalancerIP}`);
  if (spec.externalName) sheet.line(0, `External Name:\t${spec.externalName}`);
  const entrances = status?.loadBalancer?.ingress ?? [];
  if (entrances.length > 0) sheet.line(0, `LoadBalancer Ingress:\t${entranceText(entrances)}`);
  for (const port of spec.ports ?? []) {
    const name = port.name || "<unset>";
    const protocol = port.protocol ?? "TCP";
    sheet.line(0, `Port:\t${name}\t${port.port}/${protocol}`);
    sheet.line(0, `TargetPort:\t${port.targetPort ?? 0}/${protocol}`);
    if (port.nodePort) sheet.line(0, `NodePort:\t${name}\t${port.nodePort}/${protocol}`);
    sheet.line(0, `Endpoints:\t${formatEndpoints(slices, port.name ?? "")}`);
  }
  sheet.line(0, `Session Affinity:\t${spec.sessionAffinity ?? ""}`);
  if (spec.externalTrafficPolicy)
    sheet.line(0, `External Traffic Policy:\t${spec.externalTrafficPolicy}`);
  if (spec.internalTrafficPolicy)
    sheet.line(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}`);
  if (spec.healthCheckNodePort) sheet.line(0, `HealthCheck NodePort:\t${spec.healthCheckNodePort}`);
  if (spec.loadBalancerSourceRanges?.length) {
    sheet.line(0, `LoadBalancer Source Ranges:\t${spec.loadBalancerSourceRanges.join(",")}`);
  }
  if (spec.trafficDistribution) sheet.line(0, `Traffic Distribution:\t${spec.trafficDistribution}`);
  await describeEvents(service, describing);
};

function entranceText(entrances: NonNullable<LoadBalancerStatus["ingress"]>): string {
  return entrances
    .map(({ ip, ipMode, hostname }) =>
      ip ? ip + (ipMode ? ` (${ipMode})` : "") : (hostname ?? ""),
    )
    .join(", ");
}

export async function slicesOf(
  kubectl: Kubectl,
  namespace: string | undefined,
  service: string,
): Promise<readonly EndpointSlice[]> {
  const labelSelector = `${serviceNameLabel}=${service}`;
  const found = await listIfServed(kubectl, "endpointslices.discovery.k8s.io", namespace, {
    labelSelector,
  });
  return found as readonly EndpointSlice[];
}

/** How many endpoints are printed before " + n more...". */
const shownMax = 3;

/** The ready addresses behind a port's name: "10.244.1.2:80,10.244.2.3:80 + 1 more...". */
export function formatEndpoints(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return "<none>";
  const ready: string[] = [];
  let looked = false; // upstream looks at one more endpoint, ready or not, before it says "more"
  for (const { endpoints, ports } of slices) {
    const all = ports?.length
      ? ports.filter((port) => (port.name ?? "") === portName)
      : [undefined];
    for (const port of all) {
      for (const endpoint of endpoints ?? []) {
        if (ready.length >= shownMax) looked = true;
        if (endpoint.conditions?.ready === false) continue;
        const [address = ""] = endpoint.addresses;
        ready.push(port === undefined ? address : `${address}:${port.port}`);
      }
    }
  }
  const list = ready.slice(0, shownMax).join(",");
  return looked ? `${list} + ${ready.length - shownMax} more...` : list;
}

export const describeEndpointSlice: Describer<EndpointSlice> = async (slice, describing) => {
  const { sheet } = describing;
  const { metadata, addressType, ports, endpoints } = slice;
  sheet.line(0, `Name:\t${metadata.name}`);
  sheet.line(0, `Namespace:\t${metadata.namespace ?? ""}`);
  sheet.labels("Labels", metadata.labels);
  sheet.annotations("Annotations", metadata.annotations);
  sheet.line(0, `AddressType:\t${addressType}`);
  if (!ports?.length) sheet.line(0, "Ports: <unset>");
  else {
    sheet.line(0, "Ports:");
    sheet.line(1, "Name\tPort\tProtocol");
    sheet.line(1, "----\t----\t--------");
    for (const { name, port, protocol } of ports) {
      sheet.line(1, `${name || "<unset>"}\t${port ?? "<unset>"}\t${protocol ?? ""}`);
    }
  }
  if (!endpoints?.length) sheet.line(0, "Endpoints: <none>");
  else {
    sheet.line(0, "Endpoints:");
    for (const endpoint of endpoints) {
      const { addresses, conditions, hostname, targetRef, nodeName, zone } = endpoint;
      sheet.line(1, `- Addresses:\t${addresses.join(", ") || "<none>"}`);
      sheet.line(2, "Conditions:");
      sheet.line(3, `Ready:\t${conditions?.ready ?? "<unset>"}`);
      sheet.line(2, `Hostname:\t${hostname ?? "<unset>"}`);
      if (targetRef) sheet.line(2, `TargetRef:\t${targetRef.kind}/${targetRef.name}`);
      sheet.line(2, `NodeName:\t${nodeName ?? "<unset>"}`);
      sheet.line(2, `Zone:\t${zone ?? "<unset>"}`);
    }
  }
  await describeEvents(slice, describing);
};
