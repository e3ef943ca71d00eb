// What the API server does to an object of a kind beyond storing it: what a writer may not set,
// when the generation moves, how it dies. Models the strategy.go of each resource in
// kubernetes/pkg/registry.

import type { DeleteOptions } from "../api/client.ts";
import type { CustomResourceDefinition } from "../api/kinds/customresourcedefinition.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type { Namespace } from "../api/kinds/namespace.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { Obj } from "../api/object.ts";
import { sameJson } from "../api/json.ts";
import { qosClassOf } from "./qos.ts";

/** An object seen loosely: most kinds have a spec and a status. */
export type Loose = Obj & { spec?: unknown; status?: unknown };

export interface Strategy {
  /** Whether a change counts in `metadata.generation`; absent for kinds that have none. */
  readonly counts?: ((object: Loose, old: Loose) => boolean) | undefined;
  /** The object as it may be created: what only the system may set is replaced. */
  create(object: Loose): Loose;
  /** The object as it may replace `old` through the main resource. */
  update(object: Loose, old: Loose): Loose;
  /** Seconds that the object lives on after its deletion; 0 when it goes at once. */
  graceSeconds(object: Loose, options: DeleteOptions): number;
}

/** Status is written through /status only. */
const withStatus: Strategy = {
  counts: specDiffers,
  create: ({ status: _, ...object }) => object,
  update: keepStatus,
  graceSeconds: () => 0,
};

const plain: Strategy = {
  create: (object) => object,
  update: (object) => object,
  graceSeconds: () => 0,
};

const strategies: Readonly<Record<string, Partial<Strategy>>> = {
  "/Namespace": { counts: undefined, create: newNamespace, update: keepPhase },
  "/Node": { counts: undefined, create: (object) => object },
  "/Pod": { create: newPod, graceSeconds: podGraceSeconds },
  "/Service": { counts: undefined },
  "/PersistentVolume": { counts: undefined },
  "/PersistentVolumeClaim": { counts: undefined },
  "networking.k8s.io/NetworkPolicy": { counts: specDiffers },
  "apps/Deployment": { counts: specOrAnnotationsDiffer },
  "networking.k8s.io/IngressClass": { counts: specDiffers },
  "discovery.k8s.io/EndpointSlice": { counts: contentDiffers },
  "apiextensions.k8s.io/CustomResourceDefinition": { create: newDefinition, update: keepStored },
};

export function strategyOf(kind: Kind): Strategy {
  const base = kind.subresources.includes("status") ? withStatus : plain;
  if (kind.custom) return { ...base, counts: contentDiffers };
  const own = { ...base, ...strategies[`${kind.group}/${kind.kind}`] };
  const { atCreation, atUpdate } = kind as Kind<Loose>;
  return {
    ...own,
    ...(atCreation && { create: (object: Loose) => atCreation(own.create(object)) }),
    ...(atUpdate && { update: (now: Loose, old: Loose) => atUpdate(own.update(now, old), old) }),
  };
}

function specDiffers(object: Loose, old: Loose): boolean {
  return !sameJson(object.spec, old.spec);
}

function specOrAnnotationsDiffer(object: Loose, old: Loose): boolean {
  const changed = !sameJson(object.metadata.annotations ?? {}, old.metadata.annotations ?? {});
  return changed || specDiffers(object, old);
}

function contentDiffers(object: Loose, old: Loose): boolean {
  return !sameJson({ ...object, metadata: undefined }, { ...old, metadata: undefined });
}

function keepStatus(object: Loose, old: Loose): Loose {
  const { status: _, ...rest } = object;
  return old.status === undefined ? rest : { ...rest, status: old.status };
}

function newNamespace(object: Loose): Loose {
  return { ...object, spec: { finalizers: ["kubernetes"] }, status: { phase: "Active" } };
}

/** Its finalizers change through /finalize only. */
function keepPhase(object: Loose, old: Loose): Loose {
  const { spec, status } = old as Namespace;
  return { ...object, spec, status } as Loose;
}

/** Models customresourcedefinition/strategy.go: which version is stored is remembered. */
function newDefinition({ status: _, ...object }: Loose): Loose {
  return withStored({ ...object, status: {} } as unknown as CustomResourceDefinition);
}

function keepStored(object: Loose, old: Loose): Loose {
  return withStored({ ...object, status: old.status } as CustomResourceDefinition);
}

function withStored(definition: CustomResourceDefinition): Loose {
  const { spec, status = {} } = definition;
  const storage = spec.versions?.find((one) => one.storage)?.name;
  const known = status.storedVersions ?? [];
  const storedVersions = !storage || known.includes(storage) ? known : [...known, storage];
  return { ...definition, status: { ...status, storedVersions } };
}

function newPod(object: Loose): Loose {
  const status = { phase: "Pending", qosClass: qosClassOf(object as Pod) };
  return { ...object, status } as Loose;
}

/** Models podStrategy.CheckGracefulDelete: nobody waits for what does not run. */
function podGraceSeconds(object: Loose, options: DeleteOptions): number {
  const { spec, status } = object as Pod;
  if (spec.nodeName === undefined || spec.nodeName === "") return 0;
  if (status?.phase === "Succeeded" || status?.phase === "Failed") return 0;
  return options.graceSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
}
