// Kubernetes' strategic merge patch: lists of objects are merged by a key that the schema names.
// Understands $patch (replace, delete, merge), $setElementOrder/…, $deleteFromPrimitiveList/…
// and $retainKeys. Models apimachinery pkg/util/strategicpatch/patch.go.

import { ApiError } from "./errors.ts";
import { isObject, sameValue } from "./json.ts";
import type { Kind } from "./kinds/kind.ts";

import { fieldOf, typeOfKind } from "./schema/schema.ts";
import type { FieldType } from "./schema/schema.ts";

type Json = Record<string, unknown>;

const order = "$setElementOrder/";
const deletions = "$deleteFromPrimitiveList/";

/** The patched value. Throws ApiError BadRequest for a patch that is none. */
export function strategicMergePatch(
  kind: Pick<Kind, "kind" | "group">,
  original: unknown,
  patch: unknown,
): unknown {
  if (!isObject(patch)) {
    const seen = Array.isArray(patch) ? "array" : typeof patch;
    throw bad(`json: cannot unmarshal ${seen} into Go value of type map[string]interface {}`);
  }
  return mergeObject(isObject(original) ? original : {}, patch, typeOfKind(kind));
}

function bad(message: string): ApiError {
  return new ApiError("BadRequest", message);
}

/** @param type the schema's type, or undefined below what the schema knows */
function mergeObject(original: Json, patch: Json, type: string | undefined): Json {
  const directive = patch.$patch;
  if (directive !== undefined) {
    const { $patch: _, ...rest } = patch;
    if (directive === "replace") return withoutDirectives(rest) as Json;
    if (directive === "delete") return {};
    if (directive !== "merge") {
      throw bad(`unknown patch type: ${String(directive)} in map: ${goValue(patch)}`);
    }
    patch = rest;
  }
  let out = { ...original };
  if (Array.isArray(patch.$retainKeys)) out = retained(out, patch, patch.$retainKeys);
  for (const [key, value] of Object.entries(patch)) {
    if (key === "$retainKeys" || key.startsWith(order)) continue;
    if (key.startsWith(deletions)) {
      const name = key.slice(deletions.length);
      if (Array.isArray(out[name])) out[name] = minus(out[name], asList(value, key));
      continue;
    }
    const field = type === undefined ? undefined : fieldOf(type, key);
    if (value === null) delete out[key];
    else out[key] = mergeValue(own(out, key), value, field, patch[order + key]);
  }
  for (const [key, value] of Object.entries(patch)) {
    const name = key.startsWith(order) ? key.slice(order.length) : undefined;
    if (name === undefined || Object.hasOwn(patch, name) || !Array.isArray(out[name])) continue;
    const field = type === undefined ? undefined : fieldOf(type, name);
    const current: unknown[] = out[name];
    out[name] = ordered(current, current, { wanted: asList(value, key), key: field?.keys[0] });
  }
  return out;
}

/** A value as Go's %v prints it. */
export function goValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goValue).join(" ")}]`;
  if (!isObject(value)) return value === null ? "<nil>" : String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${goValue(item)}`).join(" ")}]`;
}

function own(object: Json, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function asList(value: unknown, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw bad(`invalid patch format: expected a list in ${where}`);
}

/** Drops what is not in the list, after checking that the patch sets only what is. */
function retained(original: Json, patch: Json, keys: readonly unknown[]): Json {
  for (const key of Object.keys(patch)) {
    if (!key.startsWith("$") && !keys.includes(key)) {
      throw bad(`some keys in patch are not in $retainKeys list: ${key}`);
    }
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key)));
}

function mergeValue(
  original: unknown,
  patch: unknown,
  field: FieldType | undefined,
  wantedOrder: unknown,
): unknown {
  if (isObject(patch)) {
    const base = isObject(original) ? original : {};
    const type = field?.many === "list" ? undefined : field?.object;
    if (field?.many !== "map" || type === undefined) return mergeObject(base, patch, type);
    return mergeMap(base, patch, type);
  }
  if (!Array.isArray(patch)) return patch;
  const key = field?.keys[0];
  const base = Array.isArray(original) ? (original as unknown[]) : [];
  const wanted = wantedOrder === undefined ? undefined : asList(wantedOrder, order);
  if (field?.set) {
    const all = [...base, ...patch.filter((item) => !base.some((one) => sameValue(one, item)))];
    return ordered(all, base, { wanted: wanted ?? patch });
  }
  if (key === undefined) return withoutDirectives(patch);
  const merged = mergeList(base, patch, { key, type: field?.object });
  return ordered(merged, base, { wanted: wanted ?? patch, key });
}

function mergeMap(original: Json, patch: Json, type: string): Json {
  const out = { ...original };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else
      out[key] = isObject(value) ? mergeObject((own(out, key) as Json) ?? {}, value, type) : value;
  }
  return out;
}

function mergeList(
  original: readonly unknown[],
  patch: readonly unknown[],
  { key, type }: { key: string; type: string | undefined },
): unknown[] {
  const items = patch.filter(
    (item) => !(isObject(item) && item.$patch === "replace" && !(key in item)),
  );
  let out = items.length < patch.length ? [] : [...original];
  for (const item of items) {
    if (!isObject(item) || !(key in item)) {
      throw bad(`map: ${goValue(item)} does not contain declared merge key: ${key}`);
    }
    const same = (other: unknown): boolean => isObject(other) && sameValue(other[key], item[key]);
    if (item.$patch === "delete") {
      out = out.filter((other) => !same(other));
      continue;
    }
    const at = out.findIndex(same);
    const merged = mergeObject(at < 0 ? {} : (out[at] as Json), item, type);
    if (at < 0) out.push(merged);
    else out[at] = merged;
  }
  return out;
}

function minus(list: readonly unknown[], gone: readonly unknown[]): unknown[] {
  return list.filter((item) => !gone.some((one) => sameValue(one, item)));
}

/**
 * The items in the wanted order. Those that it does not name are let in between where they stood
 * on the server; what is new there has no place, and goes first. Models normalizeElementOrder
 * and mergeSortedSlice.
 */
function ordered(
  items: readonly unknown[],
  server: readonly unknown[],
  { wanted, key }: { wanted: readonly unknown[]; key?: string | undefined },
): unknown[] {
  const idOf = (item: unknown): unknown => (key !== undefined && isObject(item) ? item[key] : item);
  const placeIn = (list: readonly unknown[]): ((item: unknown) => number) => {
    const ids = list.map(idOf);
    return (item) => ids.findIndex((id) => sameValue(id, idOf(item)));
  };
  const rank = placeIn(wanted);
  const position = placeIn(server);
  const named = items.filter((item) => rank(item) >= 0).sort((a, b) => rank(a) - rank(b));
  const others = items.filter((item) => rank(item) < 0);
  const out: unknown[] = [];
  while (named.length > 0 && others.length > 0) {
    const before = position(others[0]) < position(named[0]);
    out.push(before ? others.shift() : named.shift());
  }
  return [...out, ...named, ...others];
}

/** A value that is new as a whole: its directives have nothing to do. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value
      .filter(
        (item) => !(isObject(item) && (item.$patch === "delete" || item.$patch === "replace")),
      )
      .map(withoutDirectives);
  }
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key, item]) => !key.startsWith("$") && item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutDirectives(item)]));
}
