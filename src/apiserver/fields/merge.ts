// Merging an applied configuration into an object, taking fields out of one, and checking that a
// configuration fits the schema.
// Models sigs.k8s.io/structured-merge-diff/v6/typed: merge.go, remove.go and validate.go.

import { isObject } from "../../api/json.ts";
import { itemsOf, keysOf } from "./compare.ts";
import { FieldSet, fieldElement, keyElement, printPath, valueElement } from "./fieldset.ts";
import type { Path } from "./fieldset.ts";
import { resolved } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** `live` with everything that `applied` says; undefined where neither says anything. */
export function merged(shape: Shape, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  const of = resolved(shape, applied ?? live);
  if (of.is === "map" && isObject(applied) && isObject(live)) {
    const out: Record<string, unknown> = { ...live };
    for (const [name, value] of Object.entries(applied)) {
      const inner = of.field(name)?.shape ?? { is: "unknown" };
      out[name] = merged(inner, live[name], value);
    }
    return out;
  }
  if ((of.is === "list" || of.is === "set") && Array.isArray(applied) && Array.isArray(live)) {
    return mergedList(of, live, applied);
  }
  return applied;
}

/**
 * The applied order rules among the applied items; what only the live list has keeps its place
 * between the items that both have in one order.
 */
function mergedList(
  of: Extract<Shape, { is: "list" | "set" }>,
  live: readonly unknown[],
  applied: readonly unknown[],
): unknown[] {
  const before = itemsOf(of, live);
  const wanted = itemsOf(of, applied);
  const item: Shape = of.is === "list" ? of.item : { is: "leaf" };
  const left = [...before.keys()];
  const right = [...wanted.keys()];
  const shared = right.filter((element) => before.has(element));
  const placed = new Set<string>();
  const out: unknown[] = [];
  const take = (element: string): void => {
    placed.add(element);
    out.push(merged(item, before.get(element), wanted.get(element)));
    if (element === shared[0]) shared.shift();
  };
  while (left.length > 0 || right.length > 0) {
    const [mine, wants] = [left[0], right[0]];
    if (mine !== undefined && mine === wants) {
      take(left.shift()!);
      right.shift();
    } else if (mine !== undefined && !wanted.has(mine)) out.push(before.get(left.shift()!));
    else if (mine !== undefined && (placed.has(mine) || (wants && shared[0] !== mine)))
      left.shift();
    else if (wants !== undefined) take(right.shift()!);
    else left.shift();
  }
  return out;
}

/** The value without the fields of the set; undefined when nothing is left of it. */
export function removed(shape: Shape, value: unknown, set: FieldSet): unknown {
  const of = resolved(shape, value);
  if (of.is === "map" && isObject(value)) {
    const kept = Object.entries(value).flatMap(([name, item]) => {
      const gone = set.children.get(fieldElement(name));
      if (gone?.self) return [];
      const inner = of.field(name)?.shape ?? { is: "unknown" };
      const left = gone === undefined ? item : removed(inner, item, gone);
      return left === undefined ? [] : [[name, left] as const];
    });
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  }
  if ((of.is === "list" || of.is === "set") && Array.isArray(value)) {
    const kept = value.flatMap((item: unknown) => {
      const gone = set.children.get(elementOf(of, item));
      if (gone?.self) return [];
      const left = gone && of.is === "list" ? removed(of.item, item, gone) : item;
      return left === undefined ? [] : [left];
    });
    return kept.length === 0 ? undefined : kept;
  }
  return of.is === "leaf" && isLeafValue(value) ? value : undefined;
}

/** Atomic maps and lists go with the first field that is taken from below them. */
function isLeafValue(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

/** The set with every named field that leads to one of its fields. */
export function withParents(shape: Shape, set: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) {
    const named = element.startsWith("f:");
    const field = shape.is === "map" && named ? shape.field(element.slice(2)) : undefined;
    const inner: Shape = field?.shape ?? (shape.is === "list" ? shape.item : { is: "unknown" });
    const below = withParents(inner, child);
    const self = below.self || (field?.declared === true && child.children.size > 0);
    children.set(element, new FieldSet(self, below.children));
  }
  return new FieldSet(set.self, children);
}

function elementOf(of: Extract<Shape, { is: "list" | "set" }>, item: unknown): string {
  return of.is === "set" ? valueElement(item) : keyElement(keysOf(of.keys, item));
}

/** What does not fit, each with its path: ".spec.bogus: field not declared in schema". */
export function misfits(shape: Shape, value: unknown, path: Path = []): string[] {
  const at = (detail: string, where = path): string =>
    where.length === 0 ? detail : `${printPath(where)}: ${detail}`;
  if (value === null || value === undefined || shape.is === "unknown") return [];
  switch (shape.is) {
    case "leaf":
      return leafMisfit(shape.wants, value).map((detail) => at(detail));
    case "map":
      if (!isObject(value)) return [at(`expected map, got &{${goText(value)}}`)];
      return Object.keys(value)
        .sort()
        .flatMap((name) => {
          const below = [...path, fieldElement(name)];
          const field = shape.field(name);
          if (field === undefined) return [at("field not declared in schema", below)];
          return misfits(field.shape, value[name], below);
        });
    case "list":
    case "set": {
      if (!Array.isArray(value)) return [at(`expected list, got &{${goText(value)}}`)];
      return itemMisfits(shape, value, path, at);
    }
  }
}

function itemMisfits(
  of: Extract<Shape, { is: "list" | "set" }>,
  list: readonly unknown[],
  path: Path,
  at: (detail: string, where?: Path) => string,
): string[] {
  const seen = new Set<string>();
  return list.flatMap((item, i) => {
    if (of.is === "list") {
      if (item === null) {
        return [at(`element ${i}: associative list with keys may not have a null element`)];
      }
      if (!isObject(item)) {
        return [at(`element ${i}: associative list with keys may not have non-map elements`)];
      }
      if (Object.keys(keysOf(of.keys, item)).length === 0) {
        const keys = of.keys.map((key) => JSON.stringify(key)).join(" ");
        return [
          at(
            `element ${i}: associative list with keys has an element that omits all key fields ` +
              `[${keys}] (and doesn't have default values for any key fields)`,
          ),
        ];
      }
    }
    const element = elementOf(of, item);
    const again = seen.has(element)
      ? [at(`duplicate entries for key ${printPath([element])}`)]
      : [];
    seen.add(element);
    const below = of.is === "list" ? misfits(of.item, item, [...path, element]) : [];
    return [...again, ...below];
  });
}

function leafMisfit(wants: string | undefined, value: unknown): string[] {
  switch (wants) {
    case "string":
      if (typeof value === "string") return [];
      return [`expected string, got &value.valueUnstructured{Value:${goText(value)}}`];
    case "number":
      if (typeof value === "number") return [];
      return [`expected numeric (int or float), got ${goTypeName(value)}`];
    case "boolean":
      return typeof value === "boolean" ? [] : [`expected boolean, got &{${goText(value)}}`];
    case "map":
      return isObject(value) ? [] : [`expected map, got &{${goText(value)}}`];
    case "list":
      return Array.isArray(value) ? [] : [`expected list, got &{${goText(value)}}`];
    default:
      return [];
  }
}

function goTypeName(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (isObject(value)) return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** As Go's %v prints it. */
function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isObject(value)) return value === null ? "<nil>" : String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${goText(item)}`).join(" ")}]`;
}
