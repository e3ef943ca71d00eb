// Whether a schema is structural: a type everywhere, and nothing but value checks inside allOf,
// anyOf, oneOf and not. Models apiextensions-apiserver pkg/apiserver/schema/{validation,complete}.go.

import type { FieldError } from "../errors.ts";
import { forbidden, invalidValue, required } from "../fielderrors.ts";
import { fieldErrorText } from "../invalid.ts";
import { sameValue } from "../json.ts";
import { goRegExp } from "./pattern.ts";
import type { SchemaProps } from "./props.ts";

type Level = "root" | "item" | "field";

/** @param path where the schema stands: "spec.versions[0].schema.openAPIV3Schema" */
export function checkStructural(schema: SchemaProps, path: string): FieldError[] {
  const errors = [...invariants(schema, "root", path), ...complete(schema, schema, path, path)];
  return errors.sort((a, b) => (fieldErrorText(a) < fieldErrorText(b) ? -1 : 1));
}

const noType: Readonly<Record<Level, string>> = {
  root: "must not be empty at the root",
  item: "must not be empty for specified array items",
  field: "must not be empty for specified object fields",
};

function invariants(schema: SchemaProps, level: Level, path: string): FieldError[] {
  const { type = "", items, properties = {}, additionalProperties: more } = schema;
  const errors: FieldError[] = [];
  if (type === "array" && !items) errors.push(required(`${path}.items`, "must be specified"));
  if (items) errors.push(...invariants(items, "item", `${path}.items`));
  for (const [name, property] of Object.entries(properties)) {
    errors.push(...invariants(property, "field", `${path}.properties[${name}]`));
  }
  if (more !== undefined) {
    const at = `${path}.additionalProperties`;
    if (level === "root") errors.push(forbidden(at, "must not be used at the root"));
    if (typeof more === "object") errors.push(...invariants(more, "field", at));
  }
  return [
    ...errors,
    ...exclusive(schema, path),
    ...values(schema, path, isIntOrString(schema.anyOf), isIntOrString(schema.allOf?.[0]?.anyOf)),
    ...typed(schema, level, path),
    ...metadataOnly(schema, level, path),
  ];
}

function exclusive(schema: SchemaProps, path: string): FieldError[] {
  if (!schema["x-kubernetes-int-or-string"]) return [];
  const others = [
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
  ] as const;
  return others
    .filter((name) => schema[name])
    .map((name) =>
      invalidValue(`${path}.${name}`, true, "must be false if x-kubernetes-int-or-string is true"),
    );
}

function typed(schema: SchemaProps, level: Level, path: string): FieldError[] {
  const { type = "", additionalProperties } = schema;
  const embedded = schema["x-kubernetes-embedded-resource"];
  const free =
    schema["x-kubernetes-int-or-string"] || schema["x-kubernetes-preserve-unknown-fields"];
  const at = `${path}.type`;
  const errors: FieldError[] = [];
  if (embedded && type !== "object") {
    const detail = "must be object if x-kubernetes-embedded-resource is true";
    errors.push(type === "" ? required(at, detail) : invalidValue(at, type, detail));
  } else if (type === "" && !free) errors.push(required(at, noType[level]));
  if (embedded && additionalProperties !== undefined) {
    const detail = "must not be used if x-kubernetes-embedded-resource is set";
    errors.push(forbidden(`${path}.additionalProperties`, detail));
  }
  if (level === "root" && type !== "" && type !== "object") {
    errors.push(invalidValue(at, type, "must be object at the root"));
  }
  return errors;
}

function metadataOnly(schema: SchemaProps, level: Level, path: string): FieldError[] {
  const { properties = {} } = schema;
  const embedded = schema["x-kubernetes-embedded-resource"];
  const errors: FieldError[] = [];
  if (level === "root" || embedded) {
    for (const name of ["kind", "apiVersion"]) {
      const type = properties[name]?.type ?? "";
      if (!properties[name] || type === "string") continue;
      errors.push(invalidValue(`${path}.properties[${name}].type`, type, "must be string"));
    }
    const { metadata } = properties;
    const at = `${path}.properties[metadata]`;
    if (metadata && metadata.type !== "object") {
      errors.push(invalidValue(`${at}.type`, metadata.type ?? "", "must be object"));
    }
    if (metadata && level === "root" && !namesOnly(metadata)) {
      const detail =
        "must not specify anything other than name and generateName, " +
        "but metadata is implicitly specified";
      errors.push(forbidden(at, detail));
    }
  }
  const unknown = schema["x-kubernetes-preserve-unknown-fields"];
  if (embedded && !unknown && Object.keys(properties).length === 0) {
    const detail =
      "must not be empty if x-kubernetes-embedded-resource is true without " +
      "x-kubernetes-preserve-unknown-fields";
    errors.push(required(`${path}.properties`, detail));
  }
  return errors;
}

function namesOnly({ properties = {}, type: _, default: __, ...rest }: SchemaProps): boolean {
  const names = Object.keys(properties);
  const known = names.every((name) => name === "name" || name === "generateName");
  return known && Object.keys(rest).length === 0;
}

function isIntOrString(anyOf: readonly SchemaProps[] | undefined): boolean {
  return sameValue(anyOf, [{ type: "integer" }, { type: "string" }]);
}

/** What checks values: combinations, and the pattern. */
function values(
  schema: SchemaProps,
  path: string,
  skipAnyOf = false,
  skipFirstAllOf = false,
): FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  const each = (all: readonly SchemaProps[], name: string): FieldError[] =>
    all.flatMap((one, i) => {
      const skip = name === "allOf" && skipFirstAllOf && i === 0;
      return nested(one, `${path}.${name}[${i}]`, skip);
    });
  return [
    ...(skipAnyOf ? [] : each(anyOf, "anyOf")),
    ...each(allOf, "allOf"),
    ...each(oneOf, "oneOf"),
    ...(not ? nested(not, `${path}.not`) : []),
    ...(pattern ? checkPattern(pattern, `${path}.pattern`) : []),
  ];
}

function checkPattern(pattern: string, path: string): FieldError[] {
  try {
    goRegExp(pattern);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const detail = `must be a valid regular expression, but isn't: ${why}`;
    return [invalidValue(path, pattern, detail)];
  }
}

/** Each with what upstream says of it where only values may be checked. */
const notNested: readonly (readonly [name: keyof SchemaProps, words: string])[] = [
  ["type", "must be empty to be structural"],
  ["additionalProperties", "must be undefined to be structural"],
  ["default", "must be undefined to be structural"],
  ["title", "must be empty to be structural"],
  ["description", "must be empty to be structural"],
  ["nullable", "must be false to be structural"],
  ["x-kubernetes-preserve-unknown-fields", "must be false to be structural"],
  ["x-kubernetes-embedded-resource", "must be false to be structural"],
  ["x-kubernetes-int-or-string", "must be false to be structural"],
  ["x-kubernetes-list-map-keys", "must be empty to be structural"],
  ["x-kubernetes-list-type", "must be undefined to be structural"],
  ["x-kubernetes-map-type", "must be undefined to be structural"],
  ["x-kubernetes-validations", "must be empty to be structural"],
];

function nested(schema: SchemaProps, path: string, skipAnyOf = false): FieldError[] {
  const { items, properties = {} } = schema;
  const errors = [
    ...values(schema, path, skipAnyOf),
    ...(items ? nested(items, `${path}.items`) : []),
    ...Object.entries(properties).flatMap(([name, one]) =>
      nested(one, `${path}.properties[${name}]`),
    ),
  ];
  for (const [name, words] of notNested) {
    if (schema[name]) errors.push(forbidden(`${path}.${name}`, words));
  }
  if (properties["metadata"]) {
    const at = `${path}.properties[metadata]`;
    errors.push(forbidden(at, "must not be specified in a nested context"));
  }
  return errors;
}

/** Whatever a combination speaks of is specified outside of it too. */
function complete(
  checks: SchemaProps,
  schema: SchemaProps,
  path: string,
  from: string,
): FieldError[] {
  const { not, allOf = [], anyOf = [], oneOf = [] } = checks;
  const each = (all: readonly SchemaProps[], name: string): FieldError[] =>
    all.flatMap((one, i) => specified(one, schema, path, `${from}.${name}[${i}]`));
  return [
    ...(not ? specified(not, schema, path, `${from}.not`) : []),
    ...each(allOf, "allOf"),
    ...each(anyOf, "anyOf"),
    ...each(oneOf, "oneOf"),
  ];
}

function specified(
  checks: SchemaProps,
  schema: SchemaProps | undefined,
  path: string,
  from: string,
): FieldError[] {
  if (!schema) return [required(path, `because it is defined in ${from}`)];
  const { items, properties = {} } = checks;
  return [
    ...complete(checks, schema, path, from),
    ...(items ? specified(items, schema.items, `${path}.items`, `${from}.items`) : []),
    ...Object.entries(properties).flatMap(([name, one]) => {
      const at = `.properties[${name}]`;
      return specified(one, schema.properties?.[name], path + at, from + at);
    }),
  ];
}
