// Pods from a workload's template, and what workloads ask of their Pods.

import type { PodTemplate, Pod } from "../../api/kinds/pod.ts";
import { controlledBy, controllerOf, makeKey } from "../../api/object.ts";
import type { Key, Obj } from "../../api/object.ts";
import { namespaceOf } from "../context.ts";

/** Models GetPodFromTemplate; `name` ends with "-" when the API server is to complete it. */
export function podFrom(owner: Obj, template: PodTemplate, name: string): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const named = name.endsWith("-") ? { name: "", generateName: name } : { name };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...named,
      namespace: namespaceOf(owner),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controlledBy(owner)],
    },
    spec: template.spec,
  };
}

/** The key of the owner of that kind, for a watch on Pods or on Jobs. */
export function ownerKeys(object: Obj, kind: string): Key[] {
  const owner = controllerOf(object);
  return owner?.kind === kind ? [makeKey(namespaceOf(object), owner.name)] : [];
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
