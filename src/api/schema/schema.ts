// The shape of every type that a kind is made of: what decoding, strategic merge patches and
// /openapi/v3 go by. structure.json is generated, see generate.mjs beside it.
//
// A field's type is a short text: "s" string, "i" int32, "l" int64, "b" bool, "t" Time,
// "T" MicroTime, "q" Quantity, "x" int or string, "y" base64 of bytes, "*" anything,
// "@Name" an object of that type; before it "[]" for a list or "{}" for a map of it;
// after it "|" and how a strategic merge patch merges it (see facts.mjs).

import structure from "./structure.json" with { type: "json" };

export type Scalar = "s" | "i" | "l" | "b" | "t" | "T" | "q" | "x" | "y" | "*";

export interface FieldType {
  readonly many: "list" | "map" | undefined;
  /** Of a value, or of each value in the list or map; exactly one of the two is there. */
  readonly scalar: Scalar | undefined;
  readonly object: string | undefined;
  /** Lists of objects: what tells items apart. The first key is the strategic merge key. */
  readonly keys: readonly string[];
  /** A list of scalars that is merged as a set. */
  readonly set: boolean;
  /** `$retainKeys` is understood. */
  readonly retainKeys: boolean;
}

const types: Readonly<Record<string, Readonly<Record<string, string>>>> = structure;

/** The type of a kind: its name, with its group before it where two groups have one of that name. */
export function typeOfKind({ kind, group }: { kind: string; group: string }): string {
  const apart = `${group.split(".")[0]}/${kind}`;
  return Object.hasOwn(types, apart) ? apart : kind;
}

/** All names of types. */
export function typeNames(): string[] {
  return Object.keys(types);
}

/** The fields of a type, each in the notation above; undefined for an unknown type. */
export function fieldsOf(type: string): Readonly<Record<string, string>> | undefined {
  return Object.hasOwn(types, type) ? types[type] : undefined;
}

/** A field of a type; undefined when the type has no such field. */
export function fieldOf(type: string, name: string): FieldType | undefined {
  const fields = fieldsOf(type);
  return fields && Object.hasOwn(fields, name) ? parseField(fields[name]!) : undefined;
}

const notation = /^(\[\]|\{\})?(?:@(.+?)|(.))(?:\|(.*))?$/;

export function parseField(text: string): FieldType {
  const [, many, object, scalar, merge = ""] = notation.exec(text)!;
  const keys = merge.replace("+", "");
  return {
    many: many === "[]" ? "list" : many === "{}" ? "map" : undefined,
    scalar: scalar as Scalar | undefined,
    object,
    keys: keys === "" || keys === "*" ? [] : keys.split(","),
    set: keys === "*",
    retainKeys: merge.endsWith("+"),
  };
}
