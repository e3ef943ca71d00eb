import type { LabelSelector } from "../selector.ts";
import type { Obj } from "../object.ts";
import type { PodTemplate } from "./pod.ts";
import { defineKind } from "./kind.ts";
import { ageColumn, count, nameColumn, workloadColumns } from "./columns.ts";
import type { Kind } from "./kind.ts";
import { validateReplicaSet } from "./workloadvalidation.ts";
import { defaultedTemplate } from "./poddefaults.ts";

export interface ReplicaSet extends Obj {
  spec: {
    replicas?: number;
    minReadySeconds?: number;
    selector: LabelSelector;
    template?: PodTemplate;
  };
  status?: {
    replicas: number;
    fullyLabeledReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    terminatingReplicas?: number;
    observedGeneration?: number;
    conditions?: Record<string, unknown>[];
  };
}

export const ReplicaSet: Kind<ReplicaSet> = defineKind<ReplicaSet>({
  kind: "ReplicaSet",
  group: "apps",
  plural: "replicasets",
  shortNames: ["rs"],
  categories: ["all"],
  namespaced: true,
  selectableFields: ["metadata.name", "metadata.namespace", "status.replicas"],
  subresources: ["status", "scale"],
  validate: validateReplicaSet,
  defaulted: (o) => ({
    ...o,
    spec: { replicas: 1, ...o.spec, template: defaultedTemplate(o.spec?.template) },
    status: { replicas: 0, ...o.status },
  }),
  columns: [
    nameColumn,
    count("Desired", ({ spec }) => spec?.replicas ?? 0),
    count("Current", ({ status }) => status?.replicas ?? 0),
    count("Ready", ({ status }) => status?.readyReplicas ?? 0),
    ageColumn,
    ...workloadColumns<ReplicaSet>(),
  ],
});
