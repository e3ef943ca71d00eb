import type { FieldError } from "../errors.ts";
import { invalidValue, notSupported } from "../fielderrors.ts";
import { checkMeta, checkMetaUpdate, checkSelector } from "../meta.ts";
import { nameIsSubdomain } from "../names.ts";
import type { Obj } from "../object.ts";
import type { LabelSelector } from "../selector.ts";
import { ageColumn, column, count, nameColumn } from "./columns.ts";
import { defineKind } from "./kind.ts";
import type { Kind } from "./kind.ts";
import { checkIntOrPercent } from "./morevalidation.ts";

export interface PodDisruptionBudget extends Obj {
  spec?: {
    minAvailable?: number | string;
    maxUnavailable?: number | string;
    selector?: LabelSelector;
    unhealthyPodEvictionPolicy?: "IfHealthyBudget" | "AlwaysAllow";
  };
  status?: {
    disruptionsAllowed: number;
    currentHealthy: number;
    desiredHealthy: number;
    expectedPods: number;
    observedGeneration?: number;
    disruptedPods?: Record<string, string>;
    conditions?: Record<string, unknown>[];
  };
}

export const PodDisruptionBudget: Kind<PodDisruptionBudget> = defineKind<PodDisruptionBudget>({
  kind: "PodDisruptionBudget",
  group: "policy",
  plural: "poddisruptionbudgets",
  shortNames: ["pdb"],
  namespaced: true,
  subresources: ["status"],
  validate: (budget, old) => [
    ...(old ? checkMetaUpdate(budget.metadata, old.metadata) : []),
    ...checkMeta(budget.metadata, { namespaced: true, name: nameIsSubdomain }),
    ...checkSpec(budget.spec ?? {}),
  ],
  defaulted: (o) => ({
    ...o,
    spec: o.spec ?? {},
    status: {
      currentHealthy: 0,
      desiredHealthy: 0,
      disruptionsAllowed: 0,
      expectedPods: 0,
      ...o.status,
    },
  }),
  columns: [
    nameColumn,
    column("Min Available", ({ spec }) => String(spec?.minAvailable ?? "N/A")),
    column("Max Unavailable", ({ spec }) => String(spec?.maxUnavailable ?? "N/A")),
    count("Allowed Disruptions", ({ status }) => status?.disruptionsAllowed ?? 0),
    ageColumn,
  ],
});

const policies = ["AlwaysAllow", "IfHealthyBudget"];

function checkSpec(spec: NonNullable<PodDisruptionBudget["spec"]>): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.push(invalidValue("spec", spec, "minAvailable and maxUnavailable cannot be both set"));
  }
  errors.push(
    ...checkIntOrPercent("spec.minAvailable", minAvailable),
    ...checkIntOrPercent("spec.maxUnavailable", maxUnavailable),
    ...checkSelector("spec.selector", selector ?? {}),
  );
  if (policy !== undefined && !policies.includes(policy)) {
    errors.push(notSupported("spec.unhealthyPodEvictionPolicy", policy, policies));
  }
  return errors;
}
