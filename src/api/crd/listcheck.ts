// Lists that are sets or maps hold nothing twice.
// Models apiextensions-apiserver pkg/apiserver/schema/listtype/validation.go.

import type { FieldError } from "../errors.ts";
import { duplicate, invalidValue } from "../fielderrors.ts";
import { goJson } from "../invalid.ts";
import { isObject } from "../json.ts";
import { childPath, valuesOf } from "./props.ts";
import type { SchemaProps } from "./props.ts";

export function checkLists(
  schema: SchemaProps | undefined,
  value: unknown,
  path = "",
): FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    return [
      ...checkList(schema, value, path),
      ...value.flatMap((item, i) => checkLists(schema.items, item, `${path}[${i}]`)),
    ];
  }
  if (!isObject(value)) return [];
  const values = valuesOf(schema);
  return Object.entries(value).flatMap(([name, one]) => {
    const property = schema.properties?.[name];
    if (property) return checkLists(property, one, childPath(path, name));
    return checkLists(values, one, `${path}[${name}]`);
  });
}

function checkList(schema: SchemaProps, list: readonly unknown[], path: string): FieldError[] {
  switch (schema["x-kubernetes-list-type"]) {
    case "set":
      return repeated(list).map((i) => duplicate(`${path}[${i}]`, list[i]));
    case "map": {
      const odd = list.findIndex((item) => item !== null && !isObject(item));
      if (odd >= 0) {
        const detail = "must be an object for an array of list-type map";
        return [invalidValue(`${path}[${odd}]`, list[odd], detail)];
      }
      const names = schema["x-kubernetes-list-map-keys"] ?? [];
      const keys = list.map((item) => keyOf(item, names));
      return repeated(keys).map((i) => duplicate(`${path}[${i}]`, keys[i]));
    }
    default:
      return [];
  }
}

function keyOf(item: unknown, names: readonly string[]): Record<string, unknown> {
  if (!isObject(item)) return {};
  const present = names.filter((name) => Object.hasOwn(item, name));
  return Object.fromEntries(present.map((name) => [name, item[name]]));
}

/** Where each value that is there more than once stands for the second time. */
function repeated(values: readonly unknown[]): number[] {
  const times = new Map<string, number>();
  return values.flatMap((value, i) => {
    const text = goJson(sorted(value));
    const before = times.get(text) ?? 0;
    times.set(text, before + 1);
    return before === 1 ? [i] : [];
  });
}

/** With the keys of maps in order, as Go's JSON has them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, sorted(one)]));
}
