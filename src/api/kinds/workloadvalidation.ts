// What a Deployment and a ReplicaSet may say.
// Models kubernetes/pkg/apis/apps/validation/validation.go.

import type { FieldError } from "../errors.ts";
import {
  eachInvalid,
  forbidden,
  invalidValue,
  nonNegative,
  notSupported,
  required,
} from "../fielderrors.ts";
import { checkImmutable, checkMeta, checkMetaUpdate, checkSelector } from "../meta.ts";
import { nameIsSubdomain, percentErrors } from "../names.ts";
import type { ObjectMeta } from "../object.ts";
import type { LabelSelector } from "../selector.ts";
import type { Deployment } from "./deployment.ts";
import { checkTemplate } from "./podvalidation.ts";
import type { ReplicaSet } from "./replicaset.ts";

interface Workload {
  readonly metadata: ObjectMeta;
  readonly spec: { readonly selector: LabelSelector };
}

export function validateDeployment(deployment: Deployment, old?: Deployment): FieldError[] {
  const spec = (deployment.spec ?? {}) as Partial<Deployment["spec"]>;
  const { minReadySeconds = 0, progressDeadlineSeconds: deadline } = spec;
  const errors = [
    ...checkBefore(deployment, old),
    ...nonNegative("spec.replicas", spec.replicas),
    ...checkSelection(spec.selector),
    ...checkTemplate("spec.template", spec.template, { selector: spec.selector, owner }),
    ...checkStrategy("spec.strategy", spec.strategy ?? {}),
    ...nonNegative("spec.minReadySeconds", spec.minReadySeconds),
    ...nonNegative("spec.revisionHistoryLimit", spec.revisionHistoryLimit),
    ...nonNegative("spec.progressDeadlineSeconds", deadline),
  ];
  if (deadline !== undefined && deadline <= minReadySeconds) {
    const detail = "must be greater than minReadySeconds";
    errors.push(invalidValue("spec.progressDeadlineSeconds", deadline, detail));
  }
  return [...errors, ...checkSameSelector(deployment, old)];
}

export function validateReplicaSet(set: ReplicaSet, old?: ReplicaSet): FieldError[] {
  const spec = (set.spec ?? {}) as Partial<ReplicaSet["spec"]>;
  return [
    ...checkBefore(set, old),
    ...nonNegative("spec.replicas", spec.replicas),
    ...nonNegative("spec.minReadySeconds", spec.minReadySeconds),
    ...checkSelection(spec.selector),
    ...checkTemplate("spec.template", spec.template, { selector: spec.selector, owner }),
    ...checkSameSelector(set, old),
  ];
}

/** Upstream names the ReplicaSet for both. */
const owner = "ReplicaSet";

function checkBefore(workload: Workload, old: Workload | undefined): FieldError[] {
  return [
    ...(old ? checkMetaUpdate(workload.metadata, old.metadata) : []),
    ...checkMeta(workload.metadata, { namespaced: true, name: nameIsSubdomain }),
  ];
}

function checkSelection(selector: LabelSelector | undefined): FieldError[] {
  if (!selector) return [required("spec.selector")];
  const errors = checkSelector("spec.selector", selector);
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) {
    const detail = "empty selector is invalid for deployment";
    errors.push(invalidValue("spec.selector", selector, detail));
  }
  return errors;
}

function checkSameSelector(workload: Workload, old: Workload | undefined): FieldError[] {
  if (!old) return [];
  return checkImmutable("spec.selector", workload.spec?.selector, old.spec.selector);
}

type Strategy = NonNullable<Deployment["spec"]["strategy"]>;

function checkStrategy(field: string, strategy: Strategy): FieldError[] {
  const { type, rollingUpdate } = strategy;
  if (type === "Recreate") {
    if (!rollingUpdate) return [];
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    return [forbidden(`${field}.rollingUpdate`, detail)];
  }
  if (type !== "RollingUpdate") {
    return [notSupported(field, strategy, ["Recreate", "RollingUpdate"])];
  }
  if (!rollingUpdate) {
    const detail = "this should be defaulted and never be nil";
    return [required(`${field}.rollingUpdate`, detail)];
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const at = `${field}.rollingUpdate`;
  const errors = [
    ...checkAmount(`${at}.maxUnavailable`, maxUnavailable),
    ...checkAmount(`${at}.maxSurge`, maxSurge),
  ];
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0) {
    const detail = "may not be 0 when `maxSurge` is 0";
    errors.push(invalidValue(`${at}.maxUnavailable`, maxUnavailable, detail));
  }
  if (typeof maxUnavailable === "string" && amountOf(maxUnavailable) > 100) {
    const detail = "must not be greater than 100%";
    errors.push(invalidValue(`${at}.maxUnavailable`, maxUnavailable, detail));
  }
  return errors;
}

function checkAmount(field: string, amount: number | string): FieldError[] {
  if (typeof amount === "number") return nonNegative(field, amount);
  return eachInvalid(field, amount, percentErrors(amount));
}

/** A number, or the number before the percent sign; 0 for what is neither. */
function amountOf(amount: number | string): number {
  if (typeof amount === "number") return amount;
  return percentErrors(amount).length === 0 ? Number.parseInt(amount, 10) : 0;
}
