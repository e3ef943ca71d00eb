// Validation of what all objects have: metadata, and the parts that several kinds share.
// Models apimachinery pkg/api/validation/objectmeta.go and pkg/apis/meta/v1/validation.

import type { FieldError } from "./errors.ts";
import {
  eachInvalid,
  forbidden,
  invalidValue,
  nonNegative,
  required,
  tooLong,
} from "./fielderrors.ts";
import { sameValue } from "./json.ts";
import { labelValueErrors, nameIsLabel, qualifiedNameErrors } from "./names.ts";
import type { NameRule } from "./names.ts";
import type { Labels, ObjectMeta, OwnerReference } from "./object.ts";
import type { LabelSelector } from "./selector.ts";

/** What is wrong with metadata, at creation and at every update alike. */
export function checkMeta(
  metadata: Partial<ObjectMeta>,
  { namespaced, name: rule }: { namespaced: boolean; name: NameRule },
): FieldError[] {
  const { name = "", generateName = "", namespace = "" } = metadata;
  const errors: FieldError[] = [];
  if (generateName !== "") {
    errors.push(...eachInvalid("metadata.generateName", generateName, rule(generateName, true)));
  }
  if (name === "") errors.push(required("metadata.name", "name or generateName is required"));
  else errors.push(...eachInvalid("metadata.name", name, rule(name, false)));
  if (!namespaced) {
    if (namespace !== "") {
      errors.push(forbidden("metadata.namespace", "not allowed on this type"));
    }
  } else if (namespace === "") errors.push(required("metadata.namespace"));
  else errors.push(...eachInvalid("metadata.namespace", namespace, nameIsLabel(namespace, false)));
  return [
    ...errors,
    ...nonNegative("metadata.generation", metadata.generation),
    ...checkLabels("metadata.labels", metadata.labels),
    ...checkAnnotations("metadata.annotations", metadata.annotations),
    ...checkOwners("metadata.ownerReferences", metadata.ownerReferences ?? []),
    ...checkFinalizers("metadata.finalizers", metadata.finalizers ?? []),
  ];
}

const fixed = [
  "name",
  "namespace",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
] as const;

/** What an update may not change. Told before everything else. */
export function checkMetaUpdate(now: ObjectMeta, old: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) {
    const added = (now.finalizers ?? []).filter((one) => !old.finalizers?.includes(one));
    if (added.length > 0) {
      const list = added.sort().map((one) => `"${one}"`);
      const detail =
        "no new finalizers can be added if the object is being deleted, " +
        `found new finalizers []string{${list.join(", ")}}`;
      errors.push(forbidden("metadata.finalizers", detail));
    }
  }
  if (!now.resourceVersion) {
    const detail = "must be specified for an update";
    errors.push(invalidValue("metadata.resourceVersion", now.resourceVersion ?? "", detail));
  }
  if ((now.generation ?? 0) < (old.generation ?? 0)) {
    errors.push(
      invalidValue("metadata.generation", now.generation ?? 0, "must not be decremented"),
    );
  }
  for (const name of fixed) {
    errors.push(...checkImmutable(`metadata.${name}`, now[name], old[name]));
  }
  return errors;
}

export function checkImmutable(field: string, now: unknown, old: unknown): FieldError[] {
  if (sameValue(now, old)) return [];
  return [invalidValue(field, now, "field is immutable")];
}

export function checkLabels(field: string, labels: Labels | undefined): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...eachInvalid(field, key, qualifiedNameErrors(key)),
    ...eachInvalid(field, value, labelValueErrors(value)),
  ]);
}

const annotationsBytesMax = 256 * 1024;

export function checkAnnotations(
  field: string,
  annotations: Record<string, string> | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    errors.push(...eachInvalid(field, key, qualifiedNameErrors(key.toLowerCase())));
    size += key.length + value.length;
  }
  // At most three bytes a UTF-16 unit: most annotations need no counting.
  if (size * 3 > annotationsBytesMax) {
    const parts = Object.entries(annotations ?? {}).flat();
    size = parts.reduce((sum, part) => sum + byteLength(part), 0);
  }
  return size > annotationsBytesMax ? [...errors, tooLong(field, annotationsBytesMax)] : errors;
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function checkOwners(field: string, owners: readonly OwnerReference[]): FieldError[] {
  const errors: FieldError[] = [];
  let first: string | undefined;
  for (const owner of owners) {
    if (!owner.apiVersion || owner.apiVersion.endsWith("/")) {
      const version = owner.apiVersion ?? "";
      errors.push(invalidValue(`${field}.apiVersion`, version, "version must not be empty"));
    }
    for (const part of ["kind", "name", "uid"] as const) {
      if (!owner[part]) errors.push(invalidValue(`${field}.${part}`, "", "must not be empty"));
    }
    if (owner.apiVersion === "v1" && owner.kind === "Event") {
      const detail = "/v1, Kind=Event is disallowed from being an owner";
      errors.push(invalidValue(field, owner, detail));
    }
    if (!owner.controller) continue;
    const name = `${owner.kind}/${owner.name}`;
    if (first !== undefined) {
      const detail =
        "Only one reference can have Controller set to true. " +
        `Found "true" in references for ${first} and ${name}`;
      errors.push(invalidValue(field, owners, detail));
    } else first = name;
  }
  return errors;
}

function checkFinalizers(field: string, finalizers: readonly string[]): FieldError[] {
  const errors = finalizers.flatMap((one) => eachInvalid(field, one, qualifiedNameErrors(one)));
  if (finalizers.includes("orphan") && finalizers.includes("foregroundDeletion")) {
    const detail = "finalizer orphan and foregroundDeletion cannot be both set";
    errors.push(invalidValue(field, finalizers, detail));
  }
  return errors;
}

/** Models ValidateLabelSelector. */
export function checkSelector(field: string, selector: LabelSelector): FieldError[] {
  const errors = checkLabels(`${field}.matchLabels`, selector.matchLabels);
  for (const [i, requirement] of (selector.matchExpressions ?? []).entries()) {
    const at = `${field}.matchExpressions[${i}]`;
    const { key = "", operator = "", values = [] } = requirement as Partial<typeof requirement>;
    if (operator === "In" || operator === "NotIn") {
      if (values.length === 0) {
        const detail = "must be specified when `operator` is 'In' or 'NotIn'";
        errors.push(required(`${at}.values`, detail));
      }
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (values.length > 0) {
        const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
        errors.push(forbidden(`${at}.values`, detail));
      }
    } else {
      errors.push(invalidValue(`${at}.operator`, operator, "not a valid selector operator"));
    }
    errors.push(...eachInvalid(`${at}.key`, key, qualifiedNameErrors(key)));
    values.forEach((value, j) => {
      errors.push(...eachInvalid(`${at}.values[${j}]`, value, labelValueErrors(value)));
    });
  }
  return errors;
}
