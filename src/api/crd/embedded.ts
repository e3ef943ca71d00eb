// Objects inside objects: x-kubernetes-embedded-resource asks for kind, apiVersion and good
// metadata. Models apiextensions-apiserver pkg/apiserver/schema/objectmeta/validation.go.

import type { FieldError } from "../errors.ts";
import { invalidValue, required } from "../fielderrors.ts";
import { isObject } from "../json.ts";
import { checkMeta } from "../meta.ts";
import { nameIsDns1035Label, pathSegmentErrors } from "../names.ts";
import type { ObjectMeta } from "../object.ts";
import { childPath, valuesOf } from "./props.ts";
import type { SchemaProps } from "./props.ts";

export function checkEmbedded(
  schema: SchemaProps | undefined,
  value: unknown,
  path = "",
): FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => checkEmbedded(schema.items, item, `${path}[${i}]`));
  }
  if (!isObject(value)) return [];
  const values = valuesOf(schema);
  const embedded = schema["x-kubernetes-embedded-resource"] === true;
  return [
    ...(embedded ? checkResource(value, path) : []),
    ...Object.entries(value).flatMap(([name, one]) => {
      const property = schema.properties?.[name];
      if (property) return checkEmbedded(property, one, childPath(path, name));
      return checkEmbedded(values, one, `${path}[${name}]`);
    }),
  ];
}

function checkResource(object: Record<string, unknown>, path: string): FieldError[] {
  const { apiVersion, kind, metadata } = object;
  const errors: FieldError[] = [];
  for (const name of ["apiVersion", "kind"] as const) {
    const field = `${path}.${name}`;
    const value = object[name];
    if (value === undefined) errors.push(required(field));
    else if (typeof value !== "string") errors.push(invalidValue(field, value, "must be a string"));
    else if (value === "") errors.push(invalidValue(field, "", "must not be empty"));
  }
  if (typeof apiVersion === "string" && apiVersion.split("/").length > 2) {
    const detail = `unexpected GroupVersion string: ${apiVersion}`;
    errors.push(invalidValue(`${path}.apiVersion`, apiVersion, detail));
  }
  if (typeof kind === "string" && kind !== "") {
    const wrong = nameIsDns1035Label(kind.toLowerCase(), false);
    const detail = `may have mixed case, but should otherwise match: ${wrong.join(",")}`;
    if (wrong.length > 0) errors.push(invalidValue(`${path}.kind`, kind, detail));
  }
  return isObject(metadata) ? [...errors, ...checkMetadata(metadata, path)] : errors;
}

function checkMetadata(metadata: Partial<ObjectMeta>, path: string): FieldError[] {
  const named = { ...metadata, name: metadata.name || "fakename" };
  const namespaced = Boolean(metadata.namespace);
  return checkMeta(named, { namespaced, name: pathSegmentErrors }).map((error) => ({
    ...error,
    field: `${path}.${error.field}`,
  }));
}
