import type { Obj, ObjectMeta } from "../object.ts";
import { defineKind } from "./kind.ts";
import { ageColumn, column, nameColumn } from "./columns.ts";
import type { Kind } from "./kind.ts";
import { validateNamespace } from "./othervalidation.ts";

export interface Namespace extends Obj {
  spec?: { finalizers?: string[] };
  status?: { phase?: "Active" | "Terminating" };
}

export const Namespace: Kind<Namespace> = defineKind<Namespace>({
  kind: "Namespace",
  plural: "namespaces",
  shortNames: ["ns"],
  namespaced: false,
  selectableFields: ["metadata.name", "status.phase"],
  subresources: ["status"],
  validate: validateNamespace,
  defaulted: (o) => ({
    ...o,
    metadata: labelled(o.metadata),
    spec: o.spec ?? { finalizers: ["kubernetes"] },
    status: { phase: "Active", ...o.status },
  }),
  columns: [nameColumn, column("Status", ({ status }) => status?.phase ?? ""), ageColumn],
});

/** Its own name as a label, so that selectors can find it. Without a name yet, nothing. */
function labelled(metadata: ObjectMeta): ObjectMeta {
  if (!metadata.name) return metadata;
  return {
    ...metadata,
    labels: { ...metadata.labels, "kubernetes.io/metadata.name": metadata.name },
  };
}
