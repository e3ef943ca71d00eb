import type { FieldError } from "../errors.ts";
import {
  eachInvalid,
  forbidden,
  invalidValue,
  nonNegative,
  notSupported,
  required,
} from "../fielderrors.ts";
import { sameValue } from "../json.ts";
import { checkMeta, checkMetaUpdate, checkSelector } from "../meta.ts";
import { dnsLabelErrors, nameIsLabel } from "../names.ts";
import type { Obj } from "../object.ts";
import type { LabelSelector } from "../selector.ts";
import { ageColumn, column, nameColumn, workloadColumns } from "./columns.ts";
import { defineKind } from "./kind.ts";
import type { Kind } from "./kind.ts";
import { amountOf, checkIntOrPercent } from "./morevalidation.ts";
import { checkClaimSpec, defaultedClaim } from "./persistentvolumeclaim.ts";
import type { PersistentVolumeClaim } from "./persistentvolumeclaim.ts";
import type { PodTemplate } from "./pod.ts";
import { defaultedTemplate } from "./poddefaults.ts";
import { checkAlways, checkSelects, checkStamp } from "./podvalidation.ts";

export interface StatefulSet extends Obj {
  spec: {
    replicas?: number;
    selector: LabelSelector;
    template: PodTemplate;
    serviceName?: string;
    volumeClaimTemplates?: Omit<PersistentVolumeClaim, "apiVersion" | "kind">[];
    podManagementPolicy?: "OrderedReady" | "Parallel";
    updateStrategy?: {
      type?: "RollingUpdate" | "OnDelete";
      rollingUpdate?: { partition?: number; maxUnavailable?: number | string };
    };
    revisionHistoryLimit?: number;
    minReadySeconds?: number;
    persistentVolumeClaimRetentionPolicy?: {
      whenDeleted?: "Retain" | "Delete";
      whenScaled?: "Retain" | "Delete";
    };
    ordinals?: { start?: number };
  };
  status?: {
    observedGeneration?: number;
    replicas: number;
    readyReplicas?: number;
    currentReplicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    currentRevision?: string;
    updateRevision?: string;
    collisionCount?: number;
    conditions?: Record<string, unknown>[];
  };
}

export const StatefulSet: Kind<StatefulSet> = defineKind<StatefulSet>({
  kind: "StatefulSet",
  group: "apps",
  plural: "statefulsets",
  shortNames: ["sts"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status", "scale"],
  validate,
  defaulted: (o) => ({
    ...o,
    spec: defaultedSpec(o.spec),
    status: { availableReplicas: 0, replicas: 0, ...o.status },
  }),
  columns: [
    nameColumn,
    column("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    ageColumn,
    ...workloadColumns<StatefulSet>().slice(0, 2),
  ],
});

/** Models SetDefaults_StatefulSet in kubernetes/pkg/apis/apps/v1/defaults.go. */
function defaultedSpec(given: StatefulSet["spec"] | undefined): StatefulSet["spec"] {
  const spec = (given ?? {}) as StatefulSet["spec"];
  const type = spec.updateStrategy?.type || ("RollingUpdate" as const);
  const rolling =
    spec.updateStrategy?.rollingUpdate ?? (spec.updateStrategy?.type ? undefined : {});
  const rollingUpdate = rolling && { partition: 0, ...rolling };
  const kept = { whenDeleted: "Retain", whenScaled: "Retain" } as const;
  const claims = spec.volumeClaimTemplates?.map((claim) => defaultedClaim(claim));
  return {
    podManagementPolicy: "OrderedReady",
    replicas: 1,
    revisionHistoryLimit: 10,
    ...spec,
    serviceName: spec.serviceName ?? "",
    updateStrategy: {
      ...spec.updateStrategy,
      type,
      ...(type === "RollingUpdate" && rollingUpdate && { rollingUpdate }),
    },
    persistentVolumeClaimRetentionPolicy: { ...kept, ...spec.persistentVolumeClaimRetentionPolicy },
    template: defaultedTemplate(spec.template),
    ...(claims && { volumeClaimTemplates: claims }),
  };
}

const mayChange = [
  "replicas",
  "template",
  "updateStrategy",
  "minReadySeconds",
  "ordinals",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
] as const;

function validate(set: StatefulSet, old?: StatefulSet): FieldError[] {
  const errors = [
    ...(old
      ? checkMetaUpdate(set.metadata, old.metadata)
      : checkMeta(set.metadata, { namespaced: true, name: nameIsLabel })),
    ...checkSpec(set.spec ?? {}, old !== undefined),
  ];
  if (!old) return errors;
  const same: Record<string, unknown> = { ...set.spec };
  for (const name of mayChange) {
    if (old.spec[name] === undefined) delete same[name];
    else same[name] = old.spec[name];
  }
  if (sameValue(same, old.spec)) return errors;
  const detail =
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', " +
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and " +
    "'minReadySeconds' are forbidden";
  return [...errors, forbidden("spec", detail)];
}

function checkSpec(spec: Partial<StatefulSet["spec"]>, update: boolean): FieldError[] {
  const { selector, serviceName = "", template = {} as PodTemplate, ordinals } = spec;
  const errors = [
    ...checkManagement(spec.podManagementPolicy),
    ...checkStrategy(spec.updateStrategy),
    ...checkRetention(spec.persistentVolumeClaimRetentionPolicy),
    ...(update
      ? []
      : (spec.volumeClaimTemplates ?? []).flatMap((claim, i) =>
          checkClaimSpec(`spec.volumeClaimTemplates[${i}].spec`, claim.spec ?? {}),
        )),
    ...nonNegative("spec.replicas", spec.replicas),
    ...nonNegative("spec.minReadySeconds", spec.minReadySeconds),
    ...nonNegative("spec.ordinals.start", ordinals?.start),
  ];
  if (!update && serviceName !== "") {
    errors.push(...eachInvalid("spec.serviceName", serviceName, dnsLabelErrors(serviceName)));
  }
  if (!selector) errors.push(required("spec.selector"));
  else {
    errors.push(...checkSelector("spec.selector", selector));
    const { matchLabels = {}, matchExpressions = [] } = selector;
    if (Object.keys(matchLabels).length + matchExpressions.length === 0) {
      const detail = "empty selector is invalid for statefulset";
      errors.push(invalidValue("spec.selector", selector, detail));
    }
  }
  const stamp = withClaims(template, spec.volumeClaimTemplates);
  const field = "spec.template";
  return [
    ...errors,
    ...(selector ? checkSelects(`${field}.metadata.labels`, stamp, selector) : []),
    ...checkStamp(field, stamp),
    ...checkAlways(field, stamp, "StatefulSet"),
  ];
}

/** Each claim is a volume that containers may mount. */
function withClaims(
  template: PodTemplate,
  claims: StatefulSet["spec"]["volumeClaimTemplates"] = [],
): PodTemplate {
  if (claims.length === 0) return template;
  const names = claims.map(({ metadata }) => metadata.name);
  const own = (template.spec?.volumes ?? []).filter(({ name }) => !names.includes(name));
  const added = names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return { ...template, spec: { ...template.spec, volumes: [...added, ...own] } } as PodTemplate;
}

function checkManagement(policy = ""): FieldError[] {
  if (policy === "") return [required("spec.podManagementPolicy")];
  if (["OrderedReady", "Parallel"].includes(policy)) return [];
  const detail = "must be 'OrderedReady' or 'Parallel'";
  return [invalidValue("spec.podManagementPolicy", policy, detail)];
}

function checkStrategy(strategy: StatefulSet["spec"]["updateStrategy"] = {}): FieldError[] {
  const field = "spec.updateStrategy";
  const { type, rollingUpdate } = strategy;
  if (!type) return [required(field)];
  if (type === "OnDelete") {
    if (!rollingUpdate) return [];
    const detail = "only allowed for updateStrategy 'RollingUpdate'";
    return [invalidValue(`${field}.rollingUpdate`, rollingUpdate, detail)];
  }
  if (type !== "RollingUpdate") {
    return [invalidValue(field, strategy, "must be 'RollingUpdate' or 'OnDelete'")];
  }
  const { partition, maxUnavailable } = rollingUpdate ?? {};
  const at = `${field}.rollingUpdate.maxUnavailable`;
  const errors = nonNegative(`${field}.rollingUpdate.partition`, partition);
  if (maxUnavailable === undefined) return errors;
  errors.push(...checkIntOrPercent(at, maxUnavailable));
  if (amountOf(maxUnavailable) === 0) {
    errors.push(invalidValue(at, maxUnavailable, "cannot be 0"));
  }
  return errors;
}

type Retention = NonNullable<StatefulSet["spec"]["persistentVolumeClaimRetentionPolicy"]>;

function checkRetention(policy: Retention | undefined): FieldError[] {
  if (!policy) return [];
  return (["whenDeleted", "whenScaled"] as const).flatMap((name) => {
    const value = policy[name] ?? "";
    if (value === "Retain" || value === "Delete") return [];
    const field = `spec.persistentVolumeClaimRetentionPolicy.${name}`;
    return [notSupported(field, value, ["Retain", "Delete"])];
  });
}
