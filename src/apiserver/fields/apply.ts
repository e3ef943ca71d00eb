// Server-side apply: a configuration merged into the object, its fields given to the applier,
// what the applier no longer names taken out, and a conflict where others manage other values.
// Models structured-merge-diff/v6/merge/update.go and apimachinery pkg/util/managedfields.

import { ApiError } from "../../api/errors.ts";
import { isObject, sameValue } from "../../api/json.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import { compare, fieldsIn } from "./compare.ts";
import { emptyOf } from "./empty.ts";
import { printPath } from "./fieldset.ts";
import type { Path, FieldSet } from "./fieldset.ts";
import { afterUpdate, identity, managedIn, relevant, unmanaged } from "./managers.ts";
import type { Manager, Writer } from "./managers.ts";
import { merged, misfits, removed, withParents } from "./merge.ts";
import { shapeOf } from "./shape.ts";
import type { Shape } from "./shape.ts";

export interface Application {
  readonly kind: Kind;
  /** As it stands; undefined when the configuration creates it. */
  readonly live: unknown;
  readonly configuration: unknown;
  readonly managers: readonly Manager[];
  readonly writer: Writer;
  readonly force: boolean;
}

export interface Applied {
  /** Not yet decoded, defaulted or validated. */
  readonly object: unknown;
  readonly managers: readonly Manager[];
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Throws ApiError: a misfit of the configuration, or Conflict with a cause for each field. */
export function applyConfiguration(o: Application): Applied {
  const { kind, configuration, writer } = o;
  const shape = shapeOf(kind);
  checkFits(kind, shape, configuration);
  const live = o.live ?? emptyOf(kind);
  let { managers } = o;
  if (managers.length === 0 && o.live !== undefined) {
    const first: Writer = { ...writer, manager: "before-first-apply", operation: "Update" };
    const change = { shape, old: emptyOf(kind), now: live, writer: first };
    managers = afterUpdate([], change);
  }
  const { object, rest, mine, conflicts } = attempt(shape, { ...o, live, managers });
  const fought = o.force ? [] : disputed(shape, conflicts, live, writer.manager);
  if (fought.length > 0) throw conflictError(fought);
  const own: Manager[] = mine.isEmpty ? [] : [{ ...writer, fields: mine }];
  return { object: annotated(object, configuration, writer.manager), managers: [...rest, ...own] };
}

function checkFits({ kind, apiVersion, group }: Kind, shape: Shape, configuration: unknown): void {
  const errors = misfits(shape, configuration);
  if (errors.length === 0) return;
  const { metadata } = configuration as { metadata?: { namespace?: string; name?: string } };
  const version = group === "" ? `/${apiVersion}` : apiVersion;
  const what = `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}; ${version}, Kind=${kind}`;
  const why = errors.length === 1 ? errors[0]! : ["errors:", ...errors].join("\n  ");
  throw new ApiError("", `failed to create typed patch object (${what}): ${why}`);
}

interface Conflict {
  readonly with: Manager;
  readonly path: Path;
}

function attempt(
  shape: Shape,
  o: Application,
): { object: unknown; rest: Manager[]; mine: FieldSet; conflicts: Conflict[] } {
  const { live, configuration, managers, writer } = o;
  const id = identity(writer);
  const last = managers.find((one) => identity(one) === id)?.fields;
  const others = managers.filter((one) => identity(one) !== id);
  const mine = managedIn(shape, configuration, writer.subresource);
  const both = merged(shape, live, configuration);
  const all = others.reduce((set, one) => set.union(one.fields), mine);
  const object = last === undefined ? both : pruned(shape, both, { last, managed: all });
  const change = relevant(compare(shape, live, object), writer.subresource);
  const taken = change.modified.union(change.added);
  const conflicts = others.flatMap((one) => {
    const paths = [...one.fields.intersection(taken).paths()];
    return paths.map((path) => ({ with: one, path }));
  });
  const rest = others
    .map((one) => ({ ...one, fields: one.fields.minus(taken).minus(change.removed) }))
    .filter(({ fields }) => !fields.isEmpty);
  return { object, rest, mine: mine.minus(unmanaged), conflicts };
}

/** Without what the applier named last time, names no longer, and nobody else manages. */
function pruned(
  shape: Shape,
  both: unknown,
  { last, managed }: { last: FieldSet; managed: FieldSet },
): unknown {
  const everything = withParents(shape, fieldsIn(shape, both));
  const left = (value: unknown): FieldSet => withParents(shape, fieldsIn(shape, value));
  const without = (set: FieldSet): unknown => removed(shape, both, set) ?? {};
  const bare = without(withParents(shape, last));
  const kept = left(bare).union(withParents(shape, managed));
  const owned = without(everything.minus(kept));
  return without(everything.minus(left(owned)).intersection(withParents(shape, last)));
}

/**
 * Whoever comes from client-side apply does not fight with what it wrote itself: the fields of
 * its last configuration that still stand. Models lastappliedmanager.go.
 */
function disputed(
  shape: Shape,
  conflicts: readonly Conflict[],
  live: unknown,
  manager: string,
): readonly Conflict[] {
  const text = annotationsOf(live)[lastApplied];
  if (manager !== "kubectl" || typeof text !== "string" || text === "") return conflicts;
  let before: unknown;
  try {
    before = JSON.parse(text);
  } catch {
    return conflicts;
  }
  const { removed: gone, modified, added } = compare(shape, before, live);
  const own = fieldsIn(shape, before).minus(modified).minus(added).minus(gone);
  return conflicts.filter(({ path }) => !own.has(path));
}

/** Keeps client-side apply's annotation true. Models lastappliedupdater.go. */
function annotated(object: unknown, configuration: unknown, manager: string): unknown {
  const annotations = annotationsOf(object);
  if (manager !== "kubectl" || !annotations[lastApplied] || !isObject(object)) return object;
  const given = configuration as { metadata?: Record<string, unknown> };
  const { [lastApplied]: _, ...others } = annotationsOf(configuration);
  const metadata = { ...given.metadata };
  if (Object.keys(others).length > 0) metadata["annotations"] = others;
  else delete metadata["annotations"];
  const text = `${JSON.stringify(sortedKeys({ ...given, metadata }))}\n`;
  const own = object["metadata"] as object;
  const next = { ...annotations, [lastApplied]: text };
  return { ...object, metadata: { ...own, annotations: next } };
}

function annotationsOf(value: unknown): Record<string, unknown> {
  const metadata = isObject(value) ? value["metadata"] : undefined;
  const annotations = isObject(metadata) ? metadata["annotations"] : undefined;
  return isObject(annotations) ? annotations : {};
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortedKeys(item)]));
}

/** The 409 from which kubectl prints its long advice. */
function conflictError(conflicts: readonly Conflict[]): ApiError {
  const sorted = [...conflicts].sort((a, b) =>
    identity(a.with) < identity(b.with) ? -1 : identity(a.with) > identity(b.with) ? 1 : 0,
  );
  const causes = sorted.map((one) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${printManager(one.with)}`,
    field: printPath(one.path),
  }));
  return new ApiError("Conflict", conflictMessage(sorted), { causes });
}

function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1) {
    const { with: manager, path } = first!;
    const what = `${printManager(manager)}: ${printPath(path)}`;
    return `Apply failed with 1 conflict: conflict with ${what}`;
  }
  const managers = [...new Set(conflicts.map((one) => one.with))];
  const lines = managers.flatMap((manager) => [
    `conflicts with ${printManager(manager)}:`,
    ...conflicts.filter((one) => one.with === manager).map(({ path }) => `- ${printPath(path)}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join("\n")}`;
}

function printManager({ manager, operation, apiVersion, subresource }: Manager): string {
  const part = subresource === "" ? "" : ` with subresource "${subresource}"`;
  const how = operation === "Update" ? ` using ${apiVersion}` : "";
  return `${JSON.stringify(manager)}${part}${how}`;
}

/** Whether two states of the managers differ in more than times. */
export function sameManagers(a: readonly Manager[], b: readonly Manager[]): boolean {
  const plain = (managers: readonly Manager[]): unknown =>
    Object.fromEntries(
      managers.map((one) => [identity(one), { at: one.apiVersion, fields: one.fields.toJson() }]),
    );
  return sameValue(plain(a), plain(b));
}
