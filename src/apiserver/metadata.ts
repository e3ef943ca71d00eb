// What the API server writes into an object's metadata, whoever sent it.
// Models apiserver pkg/registry/rest create.go and update.go.

import type { Kind } from "../api/kinds/kind.ts";
import { timestamp } from "../api/object.ts";
import type { ObjectMeta } from "../api/object.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { FieldError } from "../api/errors.ts";
import { badRequest } from "./refusals.ts";
import type { Loose, Strategy } from "./strategy.ts";

/** names.SimpleNameGenerator: names fit a label, whatever the base. */
const generatedNameLengthMax = 63;
const suffixLength = 5;

/** The metadata of a new object. `taken` tells whether a generated name is in use. */
export function newMetadata(
  kind: Kind,
  object: Loose,
  o: { clock: Clock; random: Random; taken(name: string): boolean; counted: boolean },
): ObjectMeta {
  const { resourceVersion, generation: _, namespace, ...given } = object.metadata;
  const {
    deletionTimestamp: __,
    deletionGracePeriodSeconds: ___,
    managedFields: ____,
    ...rest
  } = given;
  if (resourceVersion) {
    throw badRequest("resourceVersion should not be set on objects to be created");
  }
  if (kind.namespaced && !namespace) {
    throw badRequest("an empty namespace may not be set during creation");
  }
  return {
    ...rest,
    name: rest.name || generatedName(rest.generateName, o),
    ...(kind.namespaced && { namespace }),
    uid: o.random.uuid(),
    ...(o.counted && { generation: 1 }),
    creationTimestamp: timestamp(o.clock.now()),
  } as ObjectMeta;
}

function generatedName(
  base: string | undefined,
  o: { random: Random; taken(name: string): boolean },
): string {
  if (!base) return ""; // refused by validation: name or generateName is required
  const stem = base.slice(0, generatedNameLengthMax - suffixLength);
  let name = stem + o.random.suffix(suffixLength);
  for (let attempts = 1; attempts < 8 && o.taken(name); attempts++) {
    name = stem + o.random.suffix(suffixLength);
  }
  return name;
}

/** The metadata of an object that replaces `old`: what only the system writes stays. */
export function keptMetadata(given: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const kept: ObjectMeta = { ...given, name: old.name };
  delete kept.managedFields; // they stand in the ledger
  for (const field of systemFields) {
    if (old[field] === undefined) delete kept[field];
    else Object.assign(kept, { [field]: old[field] });
  }
  return kept;
}

const systemFields = [
  "namespace",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
] as const;

/** One more than before when something changed that counts. */
export function withGeneration(strategy: Strategy, object: Loose, old: Loose): Loose {
  if (!strategy.counts?.(object, old)) return object;
  const generation = (old.metadata.generation ?? 0) + 1;
  return { ...object, metadata: { ...object.metadata, generation } };
}

/** Models apimachinery ValidateFinalizersUpdate: nobody may hold back what is going already. */
export function checkFinalizers(given: ObjectMeta, old: ObjectMeta): FieldError[] {
  if (old.deletionTimestamp === undefined) return [];
  const added = (given.finalizers ?? []).filter((one) => !old.finalizers?.includes(one));
  if (added.length === 0) return [];
  const list = added.map((one) => JSON.stringify(one)).join(", ");
  const detail =
    "no new finalizers can be added if the object is being deleted, " +
    `found new finalizers []string{${list}}`;
  return [{ type: "Forbidden", field: "metadata.finalizers", detail }];
}
