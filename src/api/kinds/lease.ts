import type { Obj } from "../object.ts";
import { defineKind } from "./kind.ts";
import { ageColumn, column, nameColumn } from "./columns.ts";
import type { Kind } from "./kind.ts";

/** Who leads, and until when: coordination.k8s.io/v1. Times are RFC 3339 with microseconds. */
export interface Lease extends Obj {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
    strategy?: string;
    preferredHolder?: string;
  };
}

export const Lease: Kind<Lease> = defineKind<Lease>({
  kind: "Lease",
  group: "coordination.k8s.io",
  plural: "leases",
  namespaced: true,
  defaulted: (o) => ({ ...o, spec: o.spec ?? {} }),
  columns: [nameColumn, column("Holder", ({ spec }) => spec?.holderIdentity ?? ""), ageColumn],
});
