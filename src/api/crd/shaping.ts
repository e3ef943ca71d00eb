// What becomes of a custom resource on its way in: unknown fields are told and pruned, nulls
// that nobody allows are dropped, defaults are filled in.
//
// Models apiextensions-apiserver pkg/apiserver/schema/{pruning,defaulting}/algorithm.go.

import { isObject } from "../json.ts";
import { childPath, propertyOf, valuesOf } from "./props.ts";
import type { SchemaProps } from "./props.ts";

const metaFields = new Set(["apiVersion", "kind", "metadata"]);

/**
 * The value with the schema's fields alone. `unknown` is told the path of each that went.
 * @param keep whether unknown fields stay, here and in the lists here
 */
export function pruned(
  value: unknown,
  schema: SchemaProps | undefined,
  path: string,
  unknown: (path: string) => void,
  keep = schema?.["x-kubernetes-preserve-unknown-fields"] === true,
): unknown {
  if (schema === undefined && keep) return value;
  if (Array.isArray(value)) {
    return value.map((item: unknown, i) =>
      pruned(item, schema?.items, `${path}[${i}]`, unknown, keep || undefined),
    );
  }
  if (!isObject(value)) return value;
  const embedded = path === "" || schema?.["x-kubernetes-embedded-resource"] === true;
  const kept = Object.entries(value).flatMap(([name, given]): [string, unknown][] => {
    if (embedded && metaFields.has(name)) return [[name, given]];
    const at = childPath(path, name);
    const property = schema && propertyOf(schema, name);
    if (property) return [[name, pruned(given, property, at, unknown)]];
    if (keep) return [[name, given]];
    unknown(at);
    return [];
  });
  return Object.fromEntries(kept);
}

/** The value with defaults; what is there already is shared, not copied. */
export function defaulted(value: unknown, schema: SchemaProps | undefined): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => filled(item, schema.items));
  if (!isObject(value)) return value;
  const out: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(value)) {
    const own = ownProperty(schema, name);
    const property = own ?? valuesOf(schema);
    if (given === null && own && !own.nullable && own.default === undefined) continue;
    out[name] = filled(given, property);
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (Object.hasOwn(out, name) || property.default === undefined) continue;
    out[name] = defaulted(property.default, property);
  }
  return out;
}

function filled(given: unknown, schema: SchemaProps | undefined): unknown {
  const missing = given === null && schema !== undefined && !schema.nullable;
  return defaulted(missing && schema.default !== undefined ? schema.default : given, schema);
}

function ownProperty({ properties = {} }: SchemaProps, name: string): SchemaProps | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
