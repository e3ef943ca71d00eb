// Who manages which fields of an object: metadata.managedFields, kept up with each write, and
// server-side apply, which goes by it.
// Models apimachinery pkg/util/managedfields and structured-merge-diff/v6/merge/update.go.

import type { ManagedFieldsEntry } from "../../api/object.ts";
import { compare, fieldsIn } from "./compare.ts";
import type { Comparison } from "./compare.ts";
import { FieldSet } from "./fieldset.ts";
import type { Shape } from "./shape.ts";

/** One entry of managedFields, read. */
export interface Manager {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  /** "" for the main resource. */
  readonly subresource: string;
  readonly time: string;
  readonly fields: FieldSet;
}

/** Who writes now: an entry without fields. */
export type Writer = Omit<Manager, "fields">;

/** What tells one manager's entry from another's. Appliers have one entry in all versions. */
export function identity({ manager, operation, apiVersion, subresource }: Writer): string {
  const version = operation === "Apply" ? {} : { apiVersion };
  const part = subresource === "" ? {} : { subresource };
  return JSON.stringify({ manager, operation, ...version, ...part });
}

export function readEntry(entry: ManagedFieldsEntry): Manager {
  return {
    manager: entry.manager ?? "",
    operation: entry.operation ?? "Update",
    apiVersion: entry.apiVersion ?? "",
    subresource: entry.subresource ?? "",
    time: entry.time ?? "",
    fields: FieldSet.fromJson(entry.fieldsV1),
  };
}

/** In upstream's order: appliers first, then by time and name. */
export function printEntries(managers: readonly Manager[]): ManagedFieldsEntry[] {
  const rank = (one: Manager): string[] => [
    one.operation,
    one.time,
    one.manager,
    one.apiVersion,
    one.subresource,
  ];
  const sorted = managers.map((one) => ({ one, by: rank(one) })).sort((a, b) => order(a.by, b.by));
  return sorted.map(({ one: { manager, operation, apiVersion, time, fields, subresource } }) => ({
    manager,
    operation,
    apiVersion,
    ...(time !== "" && { time }),
    fieldsType: "FieldsV1",
    fieldsV1: fields.toJson(),
    ...(subresource !== "" && { subresource }),
  }));
}

function order(a: readonly string[], b: readonly string[]): number {
  const i = a.findIndex((one, at) => one !== b[at]);
  return i < 0 ? 0 : a[i]! < b[i]! ? -1 : 1;
}

/** More managers by Update than these are folded into "ancient-changes". */
const updateManagersMax = 10;

/** The managers after a write that was no apply: whoever changes a field gets it. */
export function afterUpdate(
  managers: readonly Manager[],
  change: { shape: Shape; old: unknown; now: unknown; writer: Writer },
): readonly Manager[] {
  const { shape, old, now, writer } = change;
  const { removed, modified, added } = relevant(compare(shape, old, now), writer.subresource);
  const taken = modified.union(added);
  const left = managers.map((one) => ({ ...one, fields: one.fields.minus(taken).minus(removed) }));
  const mine = taken.minus(unmanaged);
  if (mine.isEmpty) return left.filter(({ fields }) => !fields.isEmpty);
  const id = identity(writer);
  const before = left.find((one) => identity(one) === id)?.fields ?? FieldSet.empty;
  const others = left.filter((one) => identity(one) !== id && !one.fields.isEmpty);
  return capped([...others, { ...writer, fields: before.union(mine) }]);
}

/** Status has writers of its own, and is no part of what the others write. */
export function relevant(change: Comparison, subresource: string): Comparison {
  if (subresource === "scale") return change;
  const hidden = subresource === "status" ? "f:spec" : "f:status";
  const { removed, modified, added } = change;
  return {
    removed: removed.without(hidden),
    modified: modified.without(hidden),
    added: added.without(hidden),
  };
}

/** The fields of a configuration that its applier will manage. */
export function managedIn(shape: Shape, configuration: unknown, subresource: string): FieldSet {
  const hidden = subresource === "status" ? "f:spec" : "f:status";
  return fieldsIn(shape, configuration).without(hidden);
}

const systemMetadata = [
  "name",
  "namespace",
  "creationTimestamp",
  "selfLink",
  "uid",
  "clusterName",
  "generation",
  "managedFields",
  "resourceVersion",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
];

/** Fields that nobody manages. */
export const unmanaged = FieldSet.of([
  ["f:apiVersion"],
  ["f:kind"],
  ["f:metadata"],
  ...systemMetadata.map((name) => ["f:metadata", `f:${name}`]),
]);

function capped(managers: readonly Manager[]): readonly Manager[] {
  const updaters = managers
    .filter(({ operation }) => operation === "Update")
    .sort((a, b) => order([a.time, identity(a)], [b.time, identity(b)]));
  const excess = updaters.length - updateManagersMax;
  if (excess <= 0) return managers;
  const folded = updaters.slice(0, excess + 1);
  const fields = folded.reduce((all, one) => all.union(one.fields), FieldSet.empty);
  const { apiVersion, time } = folded.at(-1)!;
  const bucket: Manager = {
    manager: "ancient-changes",
    operation: "Update",
    apiVersion,
    subresource: "",
    time,
    fields,
  };
  return [...managers.filter((one) => !folded.includes(one)), bucket];
}
