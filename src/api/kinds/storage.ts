// StorageClasses and PersistentVolumes: stored, and nothing else; there are no disks here.

import type { FieldError } from "../errors.ts";
import { notSupported, required } from "../fielderrors.ts";
import type { Obj } from "../object.ts";
import { ageColumn, column, nameColumn, wide } from "./columns.ts";
import { defineKind, validateMeta } from "./kind.ts";
import type { Kind } from "./kind.ts";
import { modesText } from "./persistentvolumeclaim.ts";

export interface StorageClass extends Obj {
  provisioner: string;
  parameters?: Record<string, string>;
  reclaimPolicy?: string;
  volumeBindingMode?: string;
  allowVolumeExpansion?: boolean;
}

const defaultAnnotation = "storageclass.kubernetes.io/is-default-class";

export const StorageClass: Kind<StorageClass> = defineKind<StorageClass>({
  kind: "StorageClass",
  group: "storage.k8s.io",
  plural: "storageclasses",
  shortNames: ["sc"],
  namespaced: false,
  validate: (one, old) => [
    ...validateMeta(one, old, false),
    ...(one.provisioner ? [] : [required("provisioner")]),
  ],
  defaulted: (o) => ({ reclaimPolicy: "Delete", volumeBindingMode: "Immediate", ...o }),
  columns: [
    {
      ...nameColumn,
      cell: ({ metadata }) => {
        const isDefault = metadata.annotations?.[defaultAnnotation] === "true";
        return metadata.name + (isDefault ? " (default)" : "");
      },
    },
    column("Provisioner", ({ provisioner }) => provisioner ?? ""),
    column("ReclaimPolicy", ({ reclaimPolicy = "Delete" }) => reclaimPolicy),
    column("VolumeBindingMode", ({ volumeBindingMode = "Immediate" }) => volumeBindingMode),
    column("AllowVolumeExpansion", ({ allowVolumeExpansion = false }) => allowVolumeExpansion),
    ageColumn,
  ],
});

export interface PersistentVolume extends Obj {
  spec?: {
    capacity?: Record<string, string>;
    accessModes?: string[];
    persistentVolumeReclaimPolicy?: string;
    claimRef?: { namespace?: string; name?: string };
    storageClassName?: string;
    volumeMode?: string;
    volumeAttributesClassName?: string;
  };
  status?: { phase?: string; reason?: string };
}

export const PersistentVolume: Kind<PersistentVolume> = defineKind<PersistentVolume>({
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  shortNames: ["pv"],
  namespaced: false,
  subresources: ["status"],
  validate: (one, old) => [...validateMeta(one, old, false), ...checkVolume(one.spec ?? {})],
  defaulted: (o) => ({
    ...o,
    spec: { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem", ...o.spec },
    status: { phase: "Pending", ...o.status },
  }),
  atCreation: (o) => ({ ...o, status: { phase: "Available" } }),
  columns: [
    nameColumn,
    column("Capacity", ({ spec }) => spec?.capacity?.["storage"] ?? "0"),
    column("Access Modes", ({ spec }) => modesText(spec?.accessModes)),
    column("Reclaim Policy", ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? ""),
    column("Status", ({ status, metadata }) =>
      metadata.deletionTimestamp ? "Terminating" : (status?.phase ?? ""),
    ),
    column("Claim", ({ spec }) => {
      const { namespace = "", name } = spec?.claimRef ?? {};
      return name === undefined ? "" : `${namespace}/${name}`;
    }),
    column("StorageClass", ({ spec }) => spec?.storageClassName ?? ""),
    column("VolumeAttributesClass", ({ spec }) => spec?.volumeAttributesClassName ?? "<unset>"),
    column("Reason", ({ status }) => status?.reason ?? ""),
    ageColumn,
    wide("VolumeMode", ({ spec }) => spec?.volumeMode ?? "<unset>"),
  ],
});

function checkVolume(spec: NonNullable<PersistentVolume["spec"]>): FieldError[] {
  const { accessModes = [], capacity = {}, persistentVolumeReclaimPolicy: policy = "" } = spec;
  const errors: FieldError[] = [];
  if (accessModes.length === 0) errors.push(required("spec.accessModes"));
  if (Object.keys(capacity).length === 0) errors.push(required("spec.capacity"));
  const policies = ["Delete", "Recycle", "Retain"];
  if (!policies.includes(policy)) {
    errors.push(notSupported("spec.persistentVolumeReclaimPolicy", policy, policies));
  }
  return errors;
}
