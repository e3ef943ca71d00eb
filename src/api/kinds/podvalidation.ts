// What a Pod and a workload's template may say.
// Models ValidatePodSpec and ValidatePodTemplateSpec in
// kubernetes/pkg/apis/core/validation/validation.go. Not checked here, because nothing in this
// hotel acts on it: affinity, topology spread, security contexts, Windows, resource claims.

import type { FieldError } from "../errors.ts";
import {
  duplicate,
  eachInvalid,
  forbidden,
  invalidValue,
  nonNegative,
  notSupported,
  oneOf,
  required,
} from "../fielderrors.ts";
import { sameJson } from "../json.ts";
import { checkAnnotations, checkLabels, checkMeta, checkMetaUpdate } from "../meta.ts";
import {
  configKeyErrors,
  dnsLabelErrors,
  nameIsSubdomain,
  qualifiedNameErrors,
  rangeErrors,
} from "../names.ts";
import type { LabelSelector } from "../selector.ts";
import { matches, requirementsOf } from "../selector.ts";
import { checkContainers, checkInitContainers } from "./containervalidation.ts";
import type { Pod, PodSpec, PodTemplate, Toleration, Volume } from "./pod.ts";

export function validatePod(pod: Pod, old?: Pod): FieldError[] {
  const errors = [
    ...(old ? checkMetaUpdate(pod.metadata, old.metadata) : []),
    ...checkMeta(pod.metadata, { namespaced: true, name: nameIsSubdomain }),
    ...checkPodSpec("spec", pod.spec ?? {}),
  ];
  return old ? [...errors, ...checkPodUpdate(pod.spec, old.spec)] : errors;
}

/** A running Pod is what it is: only its images, its deadline and its tolerations may change. */
function checkPodUpdate(now: PodSpec, old: PodSpec): FieldError[] {
  if (now.containers.length !== old.containers.length) {
    return [forbidden("spec.containers", "pod updates may not add or remove containers")];
  }
  if ((now.initContainers ?? []).length !== (old.initContainers ?? []).length) {
    return [forbidden("spec.initContainers", "pod updates may not add or remove containers")];
  }
  const masked: PodSpec = {
    ...now,
    containers: now.containers.map((one, i) => withImageOf(one, old.containers[i]!)),
    ...(now.initContainers && {
      initContainers: now.initContainers.map((one, i) => withImageOf(one, old.initContainers![i]!)),
    }),
    ...pick(old, "activeDeadlineSeconds"),
    ...pick(old, "tolerations"),
    ...pick(old, "nodeName"), // set once, by the scheduler's binding
  };
  if (sameJson(masked, old)) return [];
  const detail =
    "pod updates may not change fields other than `spec.containers[*].image`," +
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`," +
    "`spec.tolerations` (only additions to existing tolerations)," +
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
  return [forbidden("spec", detail)];
}

function withImageOf<T extends { image?: string }>(one: T, other: T): T {
  return { ...one, ...pick(other, "image") };
}

function pick<T extends object, K extends keyof T>(object: T, key: K): { [P in K]: T[P] } {
  return { [key]: object[key] } as { [P in K]: T[P] };
}

/**
 * A template together with the selector that must find what it stamps.
 * Models ValidatePodTemplateSpecForReplicaSet.
 */
export function checkTemplate(
  field: string,
  template: PodTemplate | undefined,
  { selector, owner }: { selector: LabelSelector | undefined; owner: string },
): FieldError[] {
  if (!template) return [required(field)];
  return [
    ...checkSelects(`${field}.metadata.labels`, template, selector),
    ...checkStamp(field, template),
    ...checkAlways(field, template, owner),
  ];
}

/** The selector finds what the template stamps. */
export function checkSelects(
  field: string,
  { metadata }: PodTemplate,
  selector: LabelSelector | undefined,
): FieldError[] {
  const requirements = selector && requirementsOf(selector);
  if (requirements && matches(requirements, metadata?.labels)) return [];
  const detail = "`selector` does not match template `labels`";
  return [invalidValue(field, metadata?.labels ?? null, detail)];
}

/** Models ValidatePodTemplateSpec. */
export function checkStamp(field: string, { metadata, spec }: PodTemplate): FieldError[] {
  return [
    ...checkLabels(`${field}.labels`, metadata?.labels),
    ...checkAnnotations(`${field}.annotations`, metadata?.annotations),
    ...checkPodSpec(`${field}.spec`, spec ?? {}),
  ];
}

/** What runs for ever is restarted always and has no deadline. */
export function checkAlways(field: string, { spec }: PodTemplate, owner: string): FieldError[] {
  const errors: FieldError[] = [];
  if (spec?.restartPolicy !== "Always") {
    errors.push(notSupported(`${field}.spec.restartPolicy`, spec?.restartPolicy, ["Always"]));
  }
  if (spec?.activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${owner} is not Supported`;
    errors.push(forbidden(`${field}.spec.activeDeadlineSeconds`, detail));
  }
  return errors;
}

const dnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

function checkPodSpec(field: string, given: Partial<PodSpec>): FieldError[] {
  const { volumes = [], activeDeadlineSeconds, tolerations = [], readinessGates = [] } = given;
  const names = new Set(volumes.map(({ name }) => name));
  const errors = [
    ...checkVolumes(`${field}.volumes`, volumes),
    ...checkContainers(`${field}.containers`, given, names),
    ...checkInitContainers(`${field}.initContainers`, given, names),
    ...oneOf(`${field}.restartPolicy`, given.restartPolicy, ["Always", "OnFailure", "Never"]),
    ...oneOf(`${field}.dnsPolicy`, given.dnsPolicy, dnsPolicies),
    ...checkLabels(`${field}.nodeSelector`, given.nodeSelector),
  ];
  readinessGates.forEach(({ conditionType = "" }, i) => {
    const at = `${field}.readinessGates[${i}].conditionType`;
    errors.push(...eachInvalid(at, conditionType, qualifiedNameErrors(conditionType)));
  });
  for (const name of ["serviceAccountName", "nodeName"] as const) {
    const value = given[name] ?? "";
    if (value === "") continue;
    errors.push(...eachInvalid(`${field}.${name}`, value, nameIsSubdomain(value, false)));
  }
  if (activeDeadlineSeconds !== undefined) {
    const wrong = rangeErrors(activeDeadlineSeconds, 1, 2 ** 31 - 1);
    errors.push(...eachInvalid(`${field}.activeDeadlineSeconds`, activeDeadlineSeconds, wrong));
  }
  for (const name of ["hostname", "subdomain"] as const) {
    const value = given[name] ?? "";
    if (value !== "") errors.push(...eachInvalid(`${field}.${name}`, value, dnsLabelErrors(value)));
  }
  const grace = given.terminationGracePeriodSeconds;
  errors.push(...nonNegative(`${field}.terminationGracePeriodSeconds`, grace));
  return [...errors, ...checkTolerations(`${field}.tolerations`, tolerations)];
}

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

function checkTolerations(field: string, tolerations: readonly Toleration[]): FieldError[] {
  return tolerations.flatMap((toleration, i) => {
    const at = `${field}[${i}]`;
    const { key = "", operator = "", value = "", effect = "", tolerationSeconds } = toleration;
    const errors = key === "" ? [] : eachInvalid(`${at}.key`, key, qualifiedNameErrors(key));
    if (key === "" && operator !== "Exists") {
      const detail =
        'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalidValue(`${at}.operator`, operator, detail));
    }
    if (tolerationSeconds !== undefined && effect !== "NoExecute") {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(invalidValue(`${at}.effect`, effect, detail));
    }
    if (operator === "Exists" && value !== "") {
      const detail = "value must be empty when `operator` is 'Exists'";
      errors.push(invalidValue(`${at}.operator`, toleration, detail));
    } else if (operator !== "" && (operator as string) !== "Exists" && operator !== "Equal") {
      errors.push(notSupported(`${at}.operator`, operator, ["Equal", "Exists"]));
    }
    if (effect !== "" && !effects.includes(effect)) {
      errors.push(notSupported(`${at}.effect`, effect, effects));
    }
    return errors;
  });
}

function checkVolumes(field: string, volumes: readonly Volume[]): FieldError[] {
  const names = new Set<string>();
  return volumes.flatMap((volume, i) => {
    const at = `${field}[${i}]`;
    const { name = "", ...sources } = volume as Partial<Volume>;
    const errors = checkSources(at, sources);
    if (name === "") errors.push(required(`${at}.name`));
    else errors.push(...eachInvalid(`${at}.name`, name, dnsLabelErrors(name)));
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    return errors;
  });
}

function checkSources(field: string, sources: Partial<Volume>): FieldError[] {
  const [first, ...others] = Object.keys(sources);
  if (first === undefined) return [required(field, "must specify a volume type")];
  const errors = others.map((name) =>
    forbidden(`${field}.${name}`, "may not specify more than 1 volume type"),
  );
  const { secret, configMap, hostPath, persistentVolumeClaim: claim } = sources;
  if (secret && !secret.secretName) errors.push(required(`${field}.secret.secretName`));
  if (configMap && !configMap.name) errors.push(required(`${field}.configMap.name`));
  if (hostPath && !hostPath.path) errors.push(required(`${field}.hostPath.path`));
  if (claim && !claim.claimName) errors.push(required(`${field}.persistentVolumeClaim.claimName`));
  for (const [name, source] of Object.entries({ secret, configMap })) {
    (source?.items ?? []).forEach(({ key = "", path = "" }, i) => {
      const at = `${field}.${name}.items[${i}]`;
      if (key === "") errors.push(required(`${at}.key`));
      else errors.push(...eachInvalid(`${at}.key`, key, configKeyErrors(key)));
      if (path === "") errors.push(required(`${at}.path`));
    });
  }
  return errors;
}
