// Merge patches of the cluster's own making: counts of events, finalizers. They need no schema,
// which patching.ts does.

import { mergePatch } from "../api/mergepatch.ts";
import type { Obj } from "../api/object.ts";
import { badRequest } from "./refusals.ts";

/** The object that shall replace the stored one, which is not changed. */
export function merged<T extends Obj>(old: T, patch: unknown): T {
  return anchored(old, mergePatch(old, patch) as T | null);
}

/** Whatever a patch takes away, the object is the one that was named. */
export function anchored<T extends Obj>(old: Pick<Obj, "metadata">, object: T | null): T {
  const { name, namespace } = old.metadata;
  const given = object?.metadata ?? { name };
  const wrong =
    (given.name && given.name !== name && ["name", given.name, name]) ||
    (given.namespace && given.namespace !== namespace && ["namespace", given.namespace, namespace]);
  if (wrong) {
    const [what, seen, wanted] = wrong;
    throw badRequest(
      `the ${what} of the object (${seen}) does not match the ${what} on the URL (${wanted})`,
    );
  }
  const metadata = { ...given, name, ...(namespace !== undefined && { namespace }) };
  return { ...(object as T), metadata };
}
