import type { LabelSelector } from "../selector.ts";
import type { Obj } from "../object.ts";
import type { PodTemplate } from "./pod.ts";

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
