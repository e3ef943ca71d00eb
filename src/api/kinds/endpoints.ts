import type { Obj } from "../object.ts";
import { defineKind } from "./kind.ts";
import { ageColumn, column, firstThree, nameColumn } from "./columns.ts";
import type { Kind } from "./kind.ts";
import { validateEndpoints } from "./othervalidation.ts";
import type { ObjectReference } from "./event.ts";

/** The older sibling of EndpointSlice, named like its Service. */
export interface Endpoints extends Obj {
  subsets?: EndpointSubset[];
}

export interface EndpointSubset {
  addresses?: EndpointAddress[];
  notReadyAddresses?: EndpointAddress[];
  ports?: {
    name?: string;
    port: number;
    protocol?: "TCP" | "UDP" | "SCTP";
    appProtocol?: string;
  }[];
}

interface EndpointAddress {
  ip: string;
  hostname?: string;
  nodeName?: string;
  targetRef?: ObjectReference;
}

export const Endpoints: Kind<Endpoints> = defineKind<Endpoints>({
  kind: "Endpoints",
  plural: "endpoints",
  shortNames: ["ep"],
  singular: "endpoints",
  namespaced: true,
  validate: validateEndpoints,
  defaulted: (o) => ({
    ...o,
    ...(o.subsets && {
      subsets: o.subsets.map((subset) => ({
        ...subset,
        ...(subset.ports && {
          ports: subset.ports.map((port) => ({ protocol: "TCP" as const, ...port })),
        }),
      })),
    }),
  }),
  columns: [
    nameColumn,
    column("Endpoints", ({ subsets = [] }) => firstThree(subsets.flatMap(hostPortsOf)) || "<none>"),
    ageColumn,
  ],
});

/** Every ready address with every port; a headless Service's may have none. */
function hostPortsOf({ addresses = [], ports = [] }: EndpointSubset): string[] {
  if (ports.length === 0) return addresses.map(({ ip }) => ip);
  return ports.flatMap(({ port }) =>
    addresses.map(({ ip }) => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`)),
  );
}
