import type { Obj } from "../object.ts";
import { defineKind } from "./kind.ts";
import { ageColumn, column, firstThree, nameColumn } from "./columns.ts";
import type { Kind } from "./kind.ts";
import { validateEndpointSlice } from "./othervalidation.ts";

/** The Service a slice belongs to is named by the label kubernetes.io/service-name. */
export const serviceNameLabel = "kubernetes.io/service-name";

export interface EndpointSlice extends Obj {
  addressType: "IPv4" | "IPv6" | "FQDN";
  endpoints: Endpoint[];
  ports?: EndpointPort[];
}

export interface Endpoint {
  addresses: string[];
  conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
  hostname?: string;
  targetRef?: { kind?: string; namespace?: string; name?: string; uid?: string };
  nodeName?: string;
  zone?: string;
  hints?: Record<string, unknown>;
}

export interface EndpointPort {
  name?: string;
  protocol?: "TCP" | "UDP" | "SCTP";
  port?: number;
  appProtocol?: string;
}

export const EndpointSlice: Kind<EndpointSlice> = defineKind<EndpointSlice>({
  kind: "EndpointSlice",
  group: "discovery.k8s.io",
  plural: "endpointslices",
  namespaced: true,
  validate: validateEndpointSlice,
  defaulted: (o) => ({
    ...o,
    endpoints: o.endpoints ?? [],
    ...(o.ports && {
      ports: o.ports.map((port) => ({ name: "", protocol: "TCP" as const, ...port })),
    }),
  }),
  columns: [
    nameColumn,
    column("AddressType", ({ addressType }) => addressType ?? ""),
    column("Ports", ({ ports = [] }) => {
      const shown = ports.map(({ name, port }) => (port === undefined ? (name ?? "*") : `${port}`));
      return firstThree(shown) || "<unset>";
    }),
    column("Endpoints", ({ endpoints = [] }) => {
      return firstThree(endpoints.flatMap(({ addresses = [] }) => addresses)) || "<unset>";
    }),
    ageColumn,
  ],
});
