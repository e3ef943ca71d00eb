// PersistentVolumeClaims are stored, and stay Pending: there are no disks in this hotel, and no
// provisioner. Models ValidatePersistentVolumeClaimSpec in core/validation.

import type { FieldError } from "../errors.ts";
import { eachInvalid, forbidden, notSupported, required } from "../fielderrors.ts";
import { sameValue } from "../json.ts";
import { checkMeta, checkMetaUpdate, checkSelector } from "../meta.ts";
import { dnsSubdomainErrors, nameIsSubdomain } from "../names.ts";
import type { Obj } from "../object.ts";
import type { LabelSelector } from "../selector.ts";
import { ageColumn, column, nameColumn, wide } from "./columns.ts";
import { defineKind } from "./kind.ts";
import type { Kind } from "./kind.ts";

export interface PersistentVolumeClaim extends Obj {
  spec?: ClaimSpec;
  status?: {
    phase?: "Pending" | "Bound" | "Lost";
    accessModes?: string[];
    capacity?: Record<string, string>;
    conditions?: Record<string, unknown>[];
  };
}

export interface ClaimSpec {
  accessModes?: string[];
  selector?: LabelSelector;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  volumeName?: string;
  storageClassName?: string;
  volumeMode?: "Filesystem" | "Block";
  volumeAttributesClassName?: string;
}

export const PersistentVolumeClaim: Kind<PersistentVolumeClaim> = defineKind<PersistentVolumeClaim>(
  {
    kind: "PersistentVolumeClaim",
    plural: "persistentvolumeclaims",
    shortNames: ["pvc"],
    namespaced: true,
    subresources: ["status"],
    validate: (claim, old) => [
      ...(old ? checkMetaUpdate(claim.metadata, old.metadata) : []),
      ...checkMeta(claim.metadata, { namespaced: true, name: nameIsSubdomain }),
      ...checkClaimSpec("spec", claim.spec ?? {}),
      ...(old ? checkSame(claim.spec ?? {}, old.spec ?? {}) : []),
    ],
    defaulted: (o) => defaultedClaim(o),
    atCreation: (o) => ({ ...o, status: { phase: "Pending" } }),
    columns: [
      nameColumn,
      column("Status", ({ status, metadata }) =>
        metadata.deletionTimestamp ? "Terminating" : (status?.phase ?? ""),
      ),
      column("Volume", ({ spec }) => spec?.volumeName ?? ""),
      column("Capacity", ({ spec, status }) =>
        spec?.volumeName ? (status?.capacity?.["storage"] ?? "0") : "",
      ),
      column("Access Modes", ({ spec, status }) =>
        spec?.volumeName ? modesText(status?.accessModes) : "",
      ),
      column("StorageClass", ({ spec, metadata }) => {
        return metadata.annotations?.[classAnnotation] ?? spec?.storageClassName ?? "";
      }),
      column("VolumeAttributesClass", ({ spec }) => spec?.volumeAttributesClassName ?? "<unset>"),
      ageColumn,
      wide("VolumeMode", ({ spec }) => spec?.volumeMode ?? "<unset>"),
    ],
  },
);

const classAnnotation = "volume.beta.kubernetes.io/storage-class";
const modeNames: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

/** "RWO,ROX": each mode once, in Kubernetes' order. */
export function modesText(modes: readonly string[] = []): string {
  const named = Object.entries(modeNames).filter(([mode]) => modes.includes(mode));
  return named.map(([, short]) => short).join(",");
}

export function defaultedClaim<T extends Pick<PersistentVolumeClaim, "spec" | "status">>(o: T): T {
  const spec = { volumeMode: "Filesystem" as const, ...o.spec, resources: o.spec?.resources ?? {} };
  return { ...o, spec, status: { phase: "Pending", ...o.status } };
}

export function checkClaimSpec(field: string, spec: ClaimSpec): FieldError[] {
  const { accessModes = [], selector, resources, storageClassName, volumeMode } = spec;
  const errors: FieldError[] = [];
  if (accessModes.length === 0) {
    errors.push(required(`${field}.accessModes`, "at least 1 access mode is required"));
  }
  if (selector) errors.push(...checkSelector(`${field}.selector`, selector));
  const modes = Object.keys(modeNames);
  accessModes.forEach((mode, i) => {
    if (modes.includes(mode)) return;
    errors.push(notSupported(`${field}.accessModes[${i}]`, mode, [...modes].sort()));
  });
  if (accessModes.includes("ReadWriteOncePod") && accessModes.length > 1) {
    const detail = "may not use ReadWriteOncePod with other access modes";
    errors.push(forbidden(`${field}.accessModes`, detail));
  }
  if (resources?.requests?.["storage"] === undefined) {
    errors.push(required(`${field}.resources[storage]`));
  }
  if (storageClassName) {
    const wrong = dnsSubdomainErrors(storageClassName);
    errors.push(...eachInvalid(`${field}.storageClassName`, storageClassName, wrong));
  }
  if (volumeMode !== undefined && volumeMode !== "Filesystem" && volumeMode !== "Block") {
    errors.push(notSupported(`${field}.volumeMode`, volumeMode, ["Block", "Filesystem"]));
  }
  return errors;
}

function checkSame(spec: ClaimSpec, old: ClaimSpec): FieldError[] {
  if (sameValue({ ...spec, resources: old.resources }, old)) return [];
  const detail =
    "spec is immutable after creation except resources.requests and volumeAttributesClassName " +
    "for bound claims";
  return [forbidden("spec", detail)];
}
