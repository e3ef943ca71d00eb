// How an object goes: at once, after a grace period, or when its last finalizer is taken off.
// Models apiserver pkg/registry/rest/delete.go and generic/registry/store.go Delete.

import type { DeleteOptions } from "../api/client.ts";
import type { Namespace } from "../api/kinds/namespace.ts";
import type { Kind } from "../api/kinds/kind.ts";
import { timestamp } from "../api/object.ts";
import type { Obj, ObjectMeta } from "../api/object.ts";
import { conflict } from "./refusals.ts";
import type { Loose, Strategy } from "./strategy.ts";

/** DeleteOptions as REST has them: a resourceVersion may be demanded as well. */
export interface Deletion extends DeleteOptions {
  resourceVersion?: string;
}

/** Taken off by apiserver/customresources.ts. */
export const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

/** The finalizers that the garbage controller takes off when it has dealt with the dependents. */
const orphanFinalizer = "orphan";
const foregroundFinalizer = "foregroundDeletion";

/**
 * What stands in the store after a DELETE: undefined when the object is gone, `old` itself
 * when nothing changes, else the object with its deletionTimestamp.
 */
export function afterDeletion<T extends Obj>(
  kind: Kind<T>,
  old: T,
  options: Deletion,
  o: { strategy: Strategy; nowMs: number },
): T | undefined {
  checkPreconditions(kind, old, options);
  const finalizers = finalizersFor(kind, old.metadata, options);
  const grace = o.strategy.graceSeconds(old as Loose, options);
  const waits = finalizers.length > 0 || holdsNamespace(kind, old);
  if (grace === 0 && !waits) return undefined;

  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = old.metadata;
  const sameFinalizers = finalizers.length === (old.metadata.finalizers?.length ?? 0);
  const shorter = deletionTimestamp === undefined || grace < deletionGracePeriodSeconds;
  if (!shorter && sameFinalizers) return old;
  const metadata: ObjectMeta = { ...old.metadata, finalizers };
  if (finalizers.length === 0) delete metadata.finalizers;
  if (shorter) {
    metadata.deletionTimestamp = timestamp(o.nowMs + 1_000 * grace);
    metadata.deletionGracePeriodSeconds = grace;
    if (metadata.generation !== undefined) metadata.generation++;
  }
  return terminated(kind, { ...old, metadata });
}

/** Whether an object whose deletion was asked for has nothing left to wait for. */
export function mayGo(kind: Kind, object: Obj): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (deletionTimestamp === undefined || (deletionGracePeriodSeconds ?? 0) > 0) return false;
  return (finalizers?.length ?? 0) === 0 && !holdsNamespace(kind, object);
}

function checkPreconditions(kind: Kind, { metadata }: Obj, wanted: Deletion): void {
  const { uid, resourceVersion } = wanted;
  let why: string | undefined;
  if (uid !== undefined && uid !== metadata.uid) {
    why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
  } else if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    why =
      `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ` +
      `ResourceVersion in object meta: ${metadata.resourceVersion}`;
  }
  if (why !== undefined) throw conflict(kind, metadata.name, why);
}

function finalizersFor(kind: Kind, metadata: ObjectMeta, { propagation }: Deletion): string[] {
  const others = (metadata.finalizers ?? []).filter((one) => {
    if (propagation === undefined) return true;
    return one !== orphanFinalizer && one !== foregroundFinalizer;
  });
  if (propagation === "Orphan") others.push(orphanFinalizer);
  if (propagation === "Foreground") others.push(foregroundFinalizer);
  // A definition waits until its custom resources are gone; asked once, not again and again.
  const first = metadata.deletionTimestamp === undefined;
  if (isDefinition(kind) && first && !others.includes(cleanupFinalizer)) {
    others.push(cleanupFinalizer);
  }
  return others;
}

function isDefinition({ kind, group }: Kind): boolean {
  return kind === "CustomResourceDefinition" && group === "apiextensions.k8s.io";
}

/** A Namespace stays until the namespace controller has emptied and finalized it. */
function holdsNamespace(kind: Kind, object: Obj): boolean {
  if (kind.kind !== "Namespace" || kind.group !== "") return false;
  return ((object as Namespace).spec?.finalizers?.length ?? 0) > 0;
}

function terminated<T extends Obj>(kind: Kind<T>, object: T): T {
  if (kind.kind !== "Namespace" || kind.group !== "") return object;
  return { ...object, status: { ...(object as Namespace).status, phase: "Terminating" } };
}
