// The patch that `kubectl apply` sends: what the file changes against the live object, and what
// it deletes against the last file applied. Fields that others set stay as they are.
// Models apimachinery strategicpatch.CreateThreeWayMergePatch and jsonmergepatch.

import { isObject, sameValue } from "../../../api/json.ts";
import { fieldOf, fieldsOf, type FieldType } from "../../../api/schema/schema.ts";

type Json = Record<string, unknown>;

export interface ThreeWay {
  /** As last applied; undefined when nothing was. */
  readonly original: Json | undefined;
  /** As the file has it, with the new annotation. */
  readonly modified: Json;
  /** As the server has it. */
  readonly current: Json;
}

/**
 * A strategic merge patch for kinds whose schema is known, else a JSON merge patch.
 * An empty patch: nothing to do.
 */
export function threeWayPatch(
  kind: string,
  { original = {}, modified, current }: ThreeWay,
): { patch: Json; type: "strategic-merge-patch+json" | "merge-patch+json" } {
  const type = fieldsOf(kind) === undefined ? undefined : kind;
  const patch = objectPatch({ original, modified, current }, type);
  return { patch, type: type ? "strategic-merge-patch+json" : "merge-patch+json" };
}

interface Sides {
  readonly original: Json;
  readonly modified: Json;
  readonly current: Json;
}

function objectPatch({ original, modified, current }: Sides, type: string | undefined): Json {
  const patch: Json = {};
  for (const [key, value] of Object.entries(modified)) {
    const field = type === undefined ? undefined : fieldOf(type, key);
    const live = current[key];
    const before = original[key];
    if (value === null) {
      if (live !== undefined) patch[key] = null;
    } else if (isObject(value)) {
      const sides = { original: asObject(before), modified: value, current: asObject(live) };
      // The values of a map are of one type; its keys are nobody's fields.
      const nested =
        field?.many === "map" ? mapPatch(sides, field.object) : objectPatch(sides, field?.object);
      if (Object.keys(nested).length > 0 || !isObject(live)) {
        patch[key] = field?.retainKeys
          ? { $retainKeys: Object.keys(value).sort(), ...nested }
          : nested;
      }
    } else if (Array.isArray(value)) {
      Object.assign(patch, listPatch(key, { before, value, live }, field));
    } else if (!sameValue(value, live)) patch[key] = value;
  }
  for (const key of Object.keys(original)) if (!(key in modified)) patch[key] = null;
  return patch;
}

function mapPatch(sides: Sides, type: string | undefined): Json {
  const patch: Json = {};
  for (const [key, value] of Object.entries(sides.modified)) {
    const live = sides.current[key];
    if (isObject(value)) {
      const inner = {
        original: asObject(sides.original[key]),
        modified: value,
        current: asObject(live),
      };
      const nested = objectPatch(inner, type);
      if (Object.keys(nested).length > 0 || !isObject(live)) patch[key] = nested;
    } else if (!sameValue(value, live)) patch[key] = value;
  }
  for (const key of Object.keys(sides.original)) if (!(key in sides.modified)) patch[key] = null;
  return patch;
}

function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

interface ListSides {
  readonly before: unknown;
  readonly value: readonly unknown[];
  readonly live: unknown;
}

/** The entries of a patch that turn one list into the other. */
function listPatch(
  key: string,
  { before, value, live }: ListSides,
  field: FieldType | undefined,
): Json {
  const mergeKey = field?.keys[0];
  if (field?.set) return setPatch(key, asList(before), value, asList(live));
  const keyed = mergeKey !== undefined && value.every((item) => isObject(item) && mergeKey in item);
  if (!keyed) return sameValue(value, live) ? {} : { [key]: value };
  return keyedPatch(key, mergeKey, { before: asList(before), value, live: asList(live) }, field);
}

function keyedPatch(
  key: string,
  mergeKey: string,
  sides: { before: readonly unknown[]; value: readonly unknown[]; live: readonly unknown[] },
  field: FieldType | undefined,
): Json {
  const find = (list: readonly unknown[], id: unknown): Json | undefined =>
    list.find((item): item is Json => isObject(item) && sameValue(item[mergeKey], id));
  const items: Json[] = [];
  for (const item of sides.value as Json[]) {
    const id = item[mergeKey];
    const live = find(sides.live, id);
    if (live === undefined) {
      items.push(item);
      continue;
    }
    const inner = { original: find(sides.before, id) ?? {}, modified: item, current: live };
    const nested = objectPatch(inner, field?.object);
    if (Object.keys(nested).length === 0) continue;
    const retained = field?.retainKeys ? { $retainKeys: Object.keys(item).sort() } : {};
    items.push({ ...retained, [mergeKey]: id, ...nested });
  }
  for (const item of sides.before) {
    if (!isObject(item) || find(sides.value, item[mergeKey])) continue;
    if (find(sides.live, item[mergeKey]))
      items.push({ $patch: "delete", [mergeKey]: item[mergeKey] });
  }
  const wanted = (sides.value as Json[]).map((item) => ({ [mergeKey]: item[mergeKey] }));
  const order = (sides.live as Json[])
    .filter((item) => find(sides.value, item[mergeKey]))
    .map((item) => ({ [mergeKey]: item[mergeKey] }));
  const known = wanted.filter((one) => find(sides.live, one[mergeKey]));
  if (items.length === 0 && sameValue(order, known)) return {};
  return { [`$setElementOrder/${key}`]: wanted, ...(items.length > 0 && { [key]: items }) };
}

function setPatch(
  key: string,
  before: readonly unknown[],
  value: readonly unknown[],
  live: readonly unknown[],
): Json {
  const added = value.filter((item) => !live.includes(item));
  const gone = before.filter((item) => !value.includes(item) && live.includes(item));
  if (added.length + gone.length === 0) return {};
  return {
    [`$setElementOrder/${key}`]: value,
    ...(added.length > 0 && { [key]: added }),
    ...(gone.length > 0 && { [`$deleteFromPrimitiveList/${key}`]: gone }),
  };
}
