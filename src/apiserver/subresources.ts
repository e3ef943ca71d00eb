// What a writer through a subresource may change, and what stays as it is.

import type { Namespace } from "../api/kinds/namespace.ts";
import { Pod } from "../api/kinds/pod.ts";
import type { PodCondition } from "../api/kinds/pod.ts";
import { timestamp } from "../api/object.ts";
import { conflict } from "./refusals.ts";
import type { Subresource } from "./registry.ts";
import type { Loose } from "./strategy.ts";

/**
 * The stored object with that part of the given one. Annotations may come with the status, as in
 * upstream: that is how a Deployment gets its revision.
 */
export function partOf(given: Loose, old: Loose, subresource: Subresource, nowMs: number): Loose {
  switch (subresource) {
    case "status": {
      const { annotations = old.metadata.annotations } = given.metadata;
      const metadata = { ...old.metadata, ...(annotations && { annotations }) };
      return { ...old, metadata, status: given.status };
    }
    case "finalize": {
      const { finalizers } = (given as Namespace).spec ?? {};
      return { ...old, spec: { ...(old.spec as object), finalizers } };
    }
    case "binding":
      return bound(given as Pod, old as Pod, nowMs);
  }
}

/** Models assignPod in kubernetes/pkg/registry/core/pod/storage/storage.go. */
function bound(given: Pod, old: Pod, nowMs: number): Pod {
  const { name } = old.metadata;
  if (old.metadata.deletionTimestamp !== undefined) {
    throw conflict(Pod, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  }
  if (old.spec.nodeName) {
    const why = `pod ${name} is already assigned to node "${old.spec.nodeName}"`;
    throw conflict(Pod, name, why);
  }
  const { nodeName } = given.spec;
  const scheduled: PodCondition = {
    type: "PodScheduled",
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: timestamp(nowMs),
  };
  const others = old.status?.conditions?.filter(({ type }) => type !== "PodScheduled") ?? [];
  const spec = { ...old.spec, ...(nodeName !== undefined && { nodeName }) };
  return { ...old, spec, status: { ...old.status, conditions: [...others, scheduled] } };
}
