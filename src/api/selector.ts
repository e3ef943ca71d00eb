// Label selectors: the structured ones of workloads and the text of `kubectl -l`.

import type { Labels } from "./object.ts";

export interface LabelSelector {
  matchLabels?: Labels;
  matchExpressions?: {
    key: string;
    operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    values?: string[];
  }[];
}
