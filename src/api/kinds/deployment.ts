import type { LabelSelector } from "../selector.ts";
import type { Obj } from "../object.ts";
import type { PodTemplate } from "./pod.ts";
import { defineKind } from "./kind.ts";
import { ageColumn, column, count, nameColumn, workloadColumns } from "./columns.ts";
import type { Kind } from "./kind.ts";
import { validateDeployment } from "./workloadvalidation.ts";
import { defaultedTemplate } from "./poddefaults.ts";

export interface Deployment extends Obj {
  spec: {
    replicas?: number;
    selector: LabelSelector;
    template: PodTemplate;
    strategy?: {
      type?: "RollingUpdate" | "Recreate";
      rollingUpdate?: { maxUnavailable?: number | string; maxSurge?: number | string };
    };
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
    paused?: boolean;
    progressDeadlineSeconds?: number;
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    terminatingReplicas?: number;
    conditions?: DeploymentCondition[];
    collisionCount?: number;
  };
}

export interface DeploymentCondition {
  type: "Available" | "Progressing" | "ReplicaFailure";
  status: "True" | "False" | "Unknown";
  lastUpdateTime?: string;
  lastTransitionTime?: string;
  reason?: string;
  message?: string;
}

export const Deployment: Kind<Deployment> = defineKind<Deployment>({
  kind: "Deployment",
  group: "apps",
  plural: "deployments",
  shortNames: ["deploy"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status", "scale"],
  validate: validateDeployment,
  defaulted: (o) => ({ ...o, spec: defaultedSpec(o.spec), status: o.status ?? {} }),
  columns: [
    nameColumn,
    column("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    count("Up-to-date", ({ status }) => status?.updatedReplicas ?? 0),
    count("Available", ({ status }) => status?.availableReplicas ?? 0),
    ageColumn,
    ...workloadColumns<Deployment>(),
  ],
});

/** Models SetDefaults_Deployment in kubernetes/pkg/apis/apps/v1/defaults.go. */
function defaultedSpec(spec: Deployment["spec"]): Deployment["spec"] {
  const strategy = { ...spec?.strategy, type: spec?.strategy?.type || ("RollingUpdate" as const) };
  if (strategy.type === "RollingUpdate") {
    strategy.rollingUpdate = { maxSurge: "25%", maxUnavailable: "25%", ...strategy.rollingUpdate };
  }
  return {
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    ...spec,
    strategy,
    template: defaultedTemplate(spec?.template),
  };
}
