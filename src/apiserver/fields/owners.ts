// From a Ledger to metadata.managedFields, when somebody asks: see ledger.ts.

import type { Kind } from "../../api/kinds/kind.ts";
import { timestamp } from "../../api/object.ts";
import type { Obj } from "../../api/object.ts";
import type { Ledger } from "../ledger.ts";
import { emptyOf } from "./empty.ts";
import { afterUpdate, printEntries, readEntry } from "./managers.ts";
import type { Manager } from "./managers.ts";
import { shapeOf } from "./shape.ts";

export { serverSideApply } from "./serverside.ts";
export { printEntries } from "./managers.ts";

/** The managers of an object by its ledger. */
export function managersOf(
  kind: Kind,
  ledger: Ledger | undefined,
  object: Obj,
): readonly Manager[] {
  if (ledger === undefined) return [];
  if ("entries" in ledger) return ledger.entries.map(readEntry);
  const { base, before, given, manager, subresource, atMs } = ledger;
  const known = base && before ? managersOf(kind, base, before) : [];
  if (known.length === 0 && before !== undefined) return []; // tracking was given up
  return afterUpdate(known, {
    shape: shapeOf(kind),
    old: before ?? emptyOf(kind),
    now: given ?? object,
    writer: {
      manager: manager || "unknown",
      operation: "Update",
      apiVersion: kind.apiVersion,
      subresource,
      time: timestamp(atMs),
    },
  });
}

/** The object as the API shows it. */
export function withManagedFields<T extends Obj>(
  kind: Kind,
  ledger: Ledger | undefined,
  object: T,
): T {
  const managedFields = printEntries(managersOf(kind, ledger, object));
  if (managedFields.length === 0) return object;
  return { ...object, metadata: { ...object.metadata, managedFields } };
}
