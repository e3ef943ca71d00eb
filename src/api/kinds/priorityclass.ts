import type { FieldError } from "../errors.ts";
import { forbidden, invalidValue } from "../fielderrors.ts";
import type { Obj } from "../object.ts";
import { ageColumn, column, count, nameColumn, wide } from "./columns.ts";
import { defineKind, validateMeta } from "./kind.ts";
import type { Kind } from "./kind.ts";

export interface PriorityClass extends Obj {
  value: number;
  globalDefault?: boolean;
  description?: string;
  preemptionPolicy?: "PreemptLowerPriority" | "Never";
}

/** scheduling.HighestUserDefinablePriority */
const valueMax = 1_000_000_000;

export const PriorityClass: Kind<PriorityClass> = defineKind<PriorityClass>({
  kind: "PriorityClass",
  group: "scheduling.k8s.io",
  plural: "priorityclasses",
  shortNames: ["pc"],
  namespaced: false,
  validate: (one, old) => [...validateMeta(one, old, false), ...checkValue(one, old)],
  defaulted: (o) => ({ preemptionPolicy: "PreemptLowerPriority", ...o, value: o.value ?? 0 }),
  columns: [
    nameColumn,
    count("Value", ({ value = 0 }) => value),
    column("Global-Default", ({ globalDefault = false }) => globalDefault, "boolean"),
    ageColumn,
    wide("PreemptionPolicy", ({ preemptionPolicy = "" }) => preemptionPolicy),
  ],
});

function checkValue(one: PriorityClass, old?: PriorityClass): FieldError[] {
  const { name } = one.metadata;
  const errors: FieldError[] = [];
  if (name.startsWith("system-")) {
    const detail = "priority class names with 'system-' prefix are reserved for system use only";
    errors.push(
      forbidden("metadata.name", `${detail}. error: ${name} is not a known system priority class`),
    );
  } else if (one.value > valueMax) {
    const detail = `maximum allowed value of a user defined priority is ${valueMax}`;
    errors.push(forbidden("value", detail));
  }
  if (old && old.value !== one.value) {
    errors.push(forbidden("value", "may not be changed in an update."));
  }
  if (old && old.preemptionPolicy !== one.preemptionPolicy) {
    errors.push(invalidValue("preemptionPolicy", one.preemptionPolicy, "field is immutable"));
  }
  return errors;
}
