// What an object consists of, and what a write changed in it, as sets of fields.
// Models sigs.k8s.io/structured-merge-diff/v6/typed: tofieldset.go and compare.go.

import { isObject, sameValue } from "../../api/json.ts";
import { FieldSet, fieldElement, keyElement, valueElement } from "./fieldset.ts";
import { keyDefault, resolved } from "./shape.ts";
import type { Shape } from "./shape.ts";

export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

const nothing: Comparison = {
  removed: FieldSet.empty,
  modified: FieldSet.empty,
  added: FieldSet.empty,
};

/** All fields of a value. */
export function fieldsIn(shape: Shape, value: unknown): FieldSet {
  const of = resolved(shape, value);
  const children = new Map<string, FieldSet>();
  if (of.is === "map" && isObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      if (item === undefined) continue;
      const { shape: inner, declared } = of.field(name) ?? { shape, declared: false };
      const below = fieldsIn(inner, item);
      const bare = item === null || (isObject(item) && Object.keys(item).length === 0);
      const self = below.self || bare || !declared;
      if (self || !below.isEmpty) {
        children.set(fieldElement(name), new FieldSet(self, below.children));
      }
    }
    return new FieldSet(false, children);
  }
  if ((of.is === "list" || of.is === "set") && Array.isArray(value)) {
    for (const [element, item] of itemsOf(of, value)) {
      const below = of.is === "list" ? fieldsIn(of.item, item) : FieldSet.empty;
      children.set(element, new FieldSet(true, below.children));
    }
    return new FieldSet(false, children);
  }
  const absent = value === null && of.is !== "leaf";
  return absent ? FieldSet.empty : new FieldSet(true, children);
}

/** The difference of two values; undefined is one that is not there. */
export function compare(shape: Shape, old: unknown, now: unknown): Comparison {
  if (old === now) return nothing;
  const of = resolved(shape, now ?? old);
  const parts = of.is === "leaf" ? undefined : partsOf(of, old, now);
  if (parts === undefined) return leafComparison(old, now);
  const removed = new Map<string, FieldSet>();
  const modified = new Map<string, FieldSet>();
  const added = new Map<string, FieldSet>();
  for (const [element, [before, after, inner]] of parts) {
    const below = compare(inner, before, after);
    if (!below.removed.isEmpty) removed.set(element, below.removed);
    if (!below.modified.isEmpty) modified.set(element, below.modified);
    if (!below.added.isEmpty) added.set(element, below.added);
  }
  return {
    removed: new FieldSet(now === undefined, removed),
    modified: new FieldSet(false, modified),
    added: new FieldSet(old === undefined, added),
  };
}

function leafComparison(old: unknown, now: unknown): Comparison {
  const self = new FieldSet(true, new Map());
  if (old === undefined) return { ...nothing, added: self };
  if (now === undefined) return { ...nothing, removed: self };
  return sameValue(old, now) ? nothing : { ...nothing, modified: self };
}

type Parts = Map<string, [old: unknown, now: unknown, shape: Shape]>;

/** What is compared one by one; undefined when the whole is compared, as empty things are. */
function partsOf(
  of: Exclude<Shape, { is: "leaf" }>,
  old: unknown,
  now: unknown,
): Parts | undefined {
  const parts: Parts = new Map();
  if (of.is === "map") {
    const [a, b] = [isObject(old) ? old : {}, isObject(now) ? now : {}];
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    for (const name of names) {
      const inner = of.field(name)?.shape ?? { is: "unknown" };
      parts.set(fieldElement(name), [a[name], b[name], inner]);
    }
    return names.size === 0 ? undefined : parts;
  }
  if (of.is === "unknown") return undefined;
  const item: Shape = of.is === "list" ? of.item : { is: "leaf" };
  for (const [element, one] of itemsOf(of, old)) parts.set(element, [one, undefined, item]);
  for (const [element, one] of itemsOf(of, now)) {
    parts.set(element, [parts.get(element)?.[0], one, item]);
  }
  return parts.size === 0 ? undefined : parts;
}

/** The items of a list by their elements; of several with the same keys the first. */
export function itemsOf(
  of: Extract<Shape, { is: "list" | "set" }>,
  list: unknown,
): Map<string, unknown> {
  const items = new Map<string, unknown>();
  for (const item of Array.isArray(list) ? (list as unknown[]) : []) {
    const element = of.is === "set" ? valueElement(item) : keyElement(keysOf(of.keys, item));
    if (!items.has(element)) items.set(element, item);
  }
  return items;
}

/** The keys of an item that it has, or has by default. */
export function keysOf(keys: readonly string[], item: unknown): Record<string, unknown> {
  const given = isObject(item) ? item : {};
  const found = keys.map((name) => [name, given[name] ?? keyDefault(name)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}
