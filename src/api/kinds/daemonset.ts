import type { FieldError } from "../errors.ts";
import { invalidValue, nonNegative, notSupported, required } from "../fielderrors.ts";
import { sameValue } from "../json.ts";
import { checkImmutable, checkMeta, checkMetaUpdate, checkSelector } from "../meta.ts";
import { nameIsSubdomain } from "../names.ts";
import type { Obj } from "../object.ts";
import type { LabelSelector } from "../selector.ts";
import { ageColumn, column, count, nameColumn, workloadColumns } from "./columns.ts";
import { defineKind } from "./kind.ts";
import type { Kind } from "./kind.ts";
import { amountOf, checkIntOrPercent } from "./morevalidation.ts";
import type { PodTemplate } from "./pod.ts";
import { defaultedTemplate } from "./poddefaults.ts";
import { checkAlways, checkSelects, checkStamp } from "./podvalidation.ts";

export interface DaemonSet extends Obj {
  spec: {
    selector: LabelSelector;
    template: PodTemplate;
    updateStrategy?: {
      type?: "RollingUpdate" | "OnDelete";
      rollingUpdate?: { maxUnavailable?: number | string; maxSurge?: number | string };
    };
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
  };
  status?: {
    currentNumberScheduled: number;
    numberMisscheduled: number;
    desiredNumberScheduled: number;
    numberReady: number;
    observedGeneration?: number;
    updatedNumberScheduled?: number;
    numberAvailable?: number;
    numberUnavailable?: number;
    collisionCount?: number;
    conditions?: Record<string, unknown>[];
  };
}

/** Counts the changes of the template, for clients of long ago. */
const generationAnnotation = "deprecated.daemonset.template.generation";

export const DaemonSet: Kind<DaemonSet> = defineKind<DaemonSet>({
  kind: "DaemonSet",
  group: "apps",
  plural: "daemonsets",
  shortNames: ["ds"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status"],
  validate,
  defaulted: (o) => ({
    ...o,
    spec: defaultedSpec(o.spec),
    status: {
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
      ...o.status,
    },
  }),
  atCreation: (o) => counted(o, 1),
  atUpdate: (o, old) => {
    const before = Number(old.metadata.annotations?.[generationAnnotation] ?? 1);
    return counted(o, sameValue(o.spec?.template, old.spec.template) ? before : before + 1);
  },
  columns: [
    nameColumn,
    count("Desired", ({ status }) => status?.desiredNumberScheduled ?? 0),
    count("Current", ({ status }) => status?.currentNumberScheduled ?? 0),
    count("Ready", ({ status }) => status?.numberReady ?? 0),
    count("Up-to-date", ({ status }) => status?.updatedNumberScheduled ?? 0),
    count("Available", ({ status }) => status?.numberAvailable ?? 0),
    column("Node Selector", ({ spec }) => labelText(spec?.template?.spec?.nodeSelector)),
    ageColumn,
    ...workloadColumns<DaemonSet>(),
  ],
});

function counted(o: DaemonSet, generation: number): DaemonSet {
  const annotations = { ...o.metadata.annotations, [generationAnnotation]: String(generation) };
  return { ...o, metadata: { ...o.metadata, annotations } };
}

/** labels.FormatLabels: as the Set prints, or `<none>`. */
function labelText(labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return pairs.length > 0 ? pairs.sort().join(",") : "<none>";
}

/** Models SetDefaults_DaemonSet in kubernetes/pkg/apis/apps/v1/defaults.go. */
function defaultedSpec(spec: DaemonSet["spec"] | undefined): DaemonSet["spec"] {
  const type = spec?.updateStrategy?.type || ("RollingUpdate" as const);
  const rollingUpdate = { maxSurge: 0, maxUnavailable: 1, ...spec?.updateStrategy?.rollingUpdate };
  const rolls = type === "RollingUpdate";
  return {
    revisionHistoryLimit: 10,
    ...(spec as DaemonSet["spec"]),
    updateStrategy: { ...spec?.updateStrategy, type, ...(rolls && { rollingUpdate }) },
    template: defaultedTemplate(spec?.template),
  };
}

function validate(set: DaemonSet, old?: DaemonSet): FieldError[] {
  const spec = (set.spec ?? {}) as Partial<DaemonSet["spec"]>;
  const { selector, template = {} as PodTemplate } = spec;
  const errors = [
    ...(old ? checkMetaUpdate(set.metadata, old.metadata) : []),
    ...checkMeta(set.metadata, { namespaced: true, name: nameIsSubdomain }),
    ...(old ? checkImmutable("spec.selector", selector, old.spec.selector) : []),
    ...checkSelector("spec.selector", selector ?? {}),
    ...checkSelects("spec.template.metadata.labels", template, selector),
  ];
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  if (selector && Object.keys(matchLabels).length + matchExpressions.length === 0) {
    const detail = "empty selector is invalid for daemonset";
    errors.push(invalidValue("spec.selector", selector, detail));
  }
  return [
    ...errors,
    ...checkStamp("spec.template", template),
    ...checkAlways("spec.template", template, "DaemonSet"),
    ...nonNegative("spec.minReadySeconds", spec.minReadySeconds),
    ...checkStrategy(spec.updateStrategy),
    ...nonNegative("spec.revisionHistoryLimit", spec.revisionHistoryLimit),
  ];
}

function checkStrategy(strategy: DaemonSet["spec"]["updateStrategy"] = {}): FieldError[] {
  const field = "spec.updateStrategy";
  const { type, rollingUpdate } = strategy;
  if (type === "OnDelete") return [];
  if (type !== "RollingUpdate") {
    return [notSupported(`${field}.type`, type ?? "", ["RollingUpdate", "OnDelete"])];
  }
  if (!rollingUpdate) return [required(`${field}.rollingUpdate`)];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const at = `${field}.rollingUpdate`;
  const errors = [
    ...checkIntOrPercent(`${at}.maxUnavailable`, maxUnavailable),
    ...checkIntOrPercent(`${at}.maxSurge`, maxSurge),
  ];
  const [unavailable, surge] = [amountOf(maxUnavailable) !== 0, amountOf(maxSurge) !== 0];
  if (unavailable && surge) {
    const detail = "may not be set when maxUnavailable is non-zero";
    errors.push(invalidValue(`${at}.maxSurge`, maxSurge, detail));
  } else if (!unavailable && !surge) {
    errors.push(required(`${at}.maxUnavailable`, "cannot be 0 when maxSurge is 0"));
  }
  return errors;
}
