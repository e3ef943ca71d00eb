import { humanDuration } from "../age.ts";
import type { FieldError } from "../errors.ts";
import { invalidValue, nonNegative, notSupported, required } from "../fielderrors.ts";
import { quote } from "../invalid.ts";
import { checkImmutable, checkMeta, checkMetaUpdate, checkSelector } from "../meta.ts";
import { dnsLabelErrors, nameIsSubdomain } from "../names.ts";
import type { Obj } from "../object.ts";
import type { LabelSelector } from "../selector.ts";
import { ageColumn, column, nameColumn, workloadColumns } from "./columns.ts";
import { defineKind } from "./kind.ts";
import type { Kind } from "./kind.ts";
import type { PodTemplate } from "./pod.ts";
import { defaultedTemplate } from "./poddefaults.ts";
import { checkSelects, checkStamp } from "./podvalidation.ts";

export interface Job extends Obj {
  spec: JobSpec;
  status?: {
    conditions?: JobCondition[];
    startTime?: string;
    completionTime?: string;
    active?: number;
    succeeded?: number;
    failed?: number;
    terminating?: number;
    ready?: number;
    uncountedTerminatedPods?: { succeeded?: string[]; failed?: string[] };
    completedIndexes?: string;
    failedIndexes?: string;
  };
}

export interface JobSpec {
  parallelism?: number;
  completions?: number;
  activeDeadlineSeconds?: number;
  backoffLimit?: number;
  backoffLimitPerIndex?: number;
  maxFailedIndexes?: number;
  selector?: LabelSelector;
  manualSelector?: boolean;
  template: PodTemplate;
  ttlSecondsAfterFinished?: number;
  completionMode?: "NonIndexed" | "Indexed";
  suspend?: boolean;
  podReplacementPolicy?: "TerminatingOrFailed" | "Failed";
  podFailurePolicy?: { rules: Record<string, unknown>[] };
  successPolicy?: { rules: Record<string, unknown>[] };
  managedBy?: string;
}

interface JobCondition {
  type: "Complete" | "Failed" | "Suspended" | "FailureTarget" | "SuccessCriteriaMet";
  status: "True" | "False" | "Unknown";
  lastProbeTime?: string;
  lastTransitionTime?: string;
  reason?: string;
  message?: string;
}

export const Job: Kind<Job> = defineKind<Job>({
  kind: "Job",
  group: "batch",
  plural: "jobs",
  categories: ["all"],
  namespaced: true,
  subresources: ["status"],
  selectableFields: ["metadata.name", "metadata.namespace", "status.successful"],
  validate,
  defaulted: (o) => {
    const { labels } = o.spec?.template?.metadata ?? {};
    const own = Object.keys(o.metadata.labels ?? {}).length > 0;
    return {
      ...o,
      ...(labels && !own && { metadata: { ...o.metadata, labels } }),
      spec: defaultedJobSpec(o.spec),
      status: o.status ?? {},
    };
  },
  atCreation: selected,
  columns: [
    nameColumn,
    column("Status", statusOf),
    column("Completions", ({ spec, status }) => {
      const done = status?.succeeded ?? 0;
      if (spec?.completions !== undefined) return `${done}/${spec.completions}`;
      const parallelism = spec?.parallelism ?? 0;
      return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
    }),
    column("Duration", ({ status }, now) => {
      const { startTime, completionTime } = status ?? {};
      if (!startTime) return "";
      return humanDuration(
        (completionTime ? Date.parse(completionTime) : now) - Date.parse(startTime),
      );
    }),
    ageColumn,
    ...workloadColumns<Obj & { spec: { selector: LabelSelector; template?: PodTemplate } }>(),
  ] as Kind<Job>["columns"],
});

function statusOf({ metadata, status }: Job): string {
  const has = (type: JobCondition["type"]): boolean =>
    status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false;
  if (has("Complete")) return "Complete";
  if (has("Failed")) return "Failed";
  if (metadata.deletionTimestamp) return "Terminating";
  if (has("Suspended")) return "Suspended";
  if (has("FailureTarget")) return "FailureTarget";
  return has("SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";
}

const backoffLimitMax = 2 ** 31 - 1;

/** Models SetDefaults_Job in kubernetes/pkg/apis/batch/v1/defaults.go. */
export function defaultedJobSpec(given: JobSpec | undefined): JobSpec {
  const spec = (given ?? {}) as JobSpec;
  const { completions, parallelism } = spec;
  const single = completions === undefined && parallelism === undefined;
  return {
    ...(single && { completions: 1 }),
    parallelism: 1,
    backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : backoffLimitMax,
    completionMode: "NonIndexed",
    suspend: false,
    podReplacementPolicy: spec.podFailurePolicy ? "Failed" : "TerminatingOrFailed",
    manualSelector: false,
    ...spec,
    template: defaultedTemplate(spec.template),
  };
}

/** A Job finds its Pods by its own uid, unless it wants otherwise. Models generateSelector. */
function selected(o: Job): Job {
  if (o.spec?.manualSelector) return o;
  const { name, uid = "" } = o.metadata;
  const { template, selector } = o.spec;
  const labels = {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
    ...template?.metadata?.labels,
  };
  const matchLabels = { "batch.kubernetes.io/controller-uid": uid, ...selector?.matchLabels };
  return {
    ...o,
    spec: {
      ...o.spec,
      selector: { ...selector, matchLabels },
      template: { ...template, metadata: { ...template?.metadata, labels } },
    },
  };
}

function validate(job: Job, old?: Job): FieldError[] {
  const spec = (job.spec ?? {}) as Partial<JobSpec>;
  const { selector, template = {} as PodTemplate, completions, completionMode } = spec;
  const errors = [
    ...(old ? checkMetaUpdate(job.metadata, old.metadata) : []),
    ...checkMeta(job.metadata, { namespaced: true, name: nameIsSubdomain }),
    ...checkJobSpec("spec", spec),
    ...(selector ? checkSelector("spec.selector", selector) : [required("spec.selector")]),
    ...checkSelects("spec.template.metadata.labels", template, selector),
  ];
  if (completionMode === "Indexed" && (completions ?? 0) > 0) {
    const host = `${job.metadata.name}-${completions! - 1}`;
    if (dnsLabelErrors(host).length > 0) {
      const detail = `will not able to create pod with invalid DNS label: ${host}`;
      errors.push(invalidValue("metadata.name", job.metadata.name, detail));
    }
  }
  if (!old) return errors;
  const fixed = ["completions", "selector", "template", "completionMode"] as const;
  const suspended = old.spec.suspend === true;
  return [
    ...errors,
    ...fixed.flatMap((name) => {
      const free = name === "template" && suspended;
      return free ? [] : checkImmutable(`spec.${name}`, spec[name], old.spec[name]);
    }),
  ];
}

const restarts = ["OnFailure", "Never"];

/** Models validateJobSpec. */
export function checkJobSpec(field: string, spec: Partial<JobSpec>): FieldError[] {
  const { template = {} as PodTemplate, completionMode = "NonIndexed" } = spec;
  const numbers = [
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
  ] as const;
  const errors = numbers.flatMap((name) => nonNegative(`${field}.${name}`, spec[name]));
  const at = `${field}.completionMode`;
  if (completionMode === "Indexed") {
    if (spec.completions === undefined) {
      errors.push(required(`${field}.completions`, "when completion mode is Indexed"));
    }
  } else if (completionMode !== "NonIndexed") {
    errors.push(notSupported(at, completionMode, ["NonIndexed", "Indexed"]));
  } else {
    for (const name of ["backoffLimitPerIndex", "maxFailedIndexes"] as const) {
      if (spec[name] === undefined) continue;
      errors.push(invalidValue(`${field}.${name}`, spec[name], "requires indexed completion mode"));
    }
  }
  errors.push(...checkStamp(`${field}.template`, template));
  const policy: string = template.spec?.restartPolicy ?? "";
  const restart = `${field}.template.spec.restartPolicy`;
  if (policy === "" || policy === "Always") {
    errors.push(required(restart, `valid values: ${restarts.map(quote).join(", ")}`));
  } else if (!restarts.includes(policy)) errors.push(notSupported(restart, policy, restarts));
  return errors;
}
