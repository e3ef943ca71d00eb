// How the value of a field is divided among managers: as one leaf, as a map whose entries have
// managers of their own, or as a list whose items are told apart by keys or by their value.
// Built-in kinds go by api/schema, custom resources by their CustomResourceDefinition's schema.
// Models sigs.k8s.io/structured-merge-diff/v6/schema, filled as kube-openapi does.

import type { JsonSchema, Kind } from "../../api/kinds/kind.ts";
import { isObject } from "../../api/json.ts";
import { fieldOf, typeOfKind } from "../../api/schema/schema.ts";
import type { FieldType, Scalar } from "../../api/schema/schema.ts";

export type Shape =
  /** `wants` is what validation asks for; absent when anything will do. */
  | { readonly is: "leaf"; readonly wants?: "string" | "number" | "boolean" | "map" | "list" }
  | { readonly is: "map"; field(name: string): Field | undefined }
  | { readonly is: "list"; readonly keys: readonly string[]; readonly item: Shape }
  | { readonly is: "set" }
  /** Says nothing: maps are divided, lists are not. */
  | { readonly is: "unknown" };

interface Field {
  readonly shape: Shape;
  /** A field of a struct, and not an entry of a map. */
  readonly declared: boolean;
}

const leaf: Shape = { is: "leaf" };
const unknown: Shape = { is: "unknown" };
const untyped: Shape = {
  is: "map",
  field: () => ({ shape: unknown, declared: false }),
};

/** The shape of the whole object. */
export function shapeOf(kind: Kind): Shape {
  const { schema } = kind;
  if (schema === undefined) return structShape(typeOfKind(kind));
  const meta = { shape: structShape("ObjectMeta"), declared: true };
  const text: Field = { shape: { is: "leaf", wants: "string" }, declared: true };
  const typeMeta: Readonly<Record<string, Field>> = {
    apiVersion: text,
    kind: text,
    metadata: meta,
  };
  const own = schemaShape(schema);
  return {
    is: "map",
    field: (name) =>
      Object.hasOwn(typeMeta, name)
        ? typeMeta[name]
        : own.is === "map"
          ? own.field(name)
          : undefined,
  };
}

/** What an unknown shape turns out to be for a value. */
export function resolved(shape: Shape, value: unknown): Shape {
  if (shape.is !== "unknown") return shape;
  return isObject(value) ? untyped : leaf;
}

/** What a key of an item is when it is left out. */
export function keyDefault(name: string): unknown {
  return name === "protocol" ? "TCP" : undefined;
}

/** Types that are one leaf: x-kubernetes-map-type atomic in k8s.io/api. */
const atomicTypes = new Set(
  `ConfigMapKeySelector CrossVersionObjectReference EndpointAddress EndpointPort FileKeySelector
  LabelSelector LocalObjectReference MatchResources NamedRuleWithOperations NodeSelector
  NodeSelectorTerm ObjectFieldSelector ObjectReference OwnerReference ParamKind ParamRef
  ResourceFieldSelector RoleRef ScopeSelector SecretKeySelector SecretReference
  ServiceBackendPort Subject TopologySelectorTerm TypedLocalObjectReference Variable`.split(/\s+/),
);

/** Fields whose lists and maps are not divided as a strategic merge patch divides them. */
const exceptions: Readonly<Record<string, Shape>> = {
  "ServiceSpec.selector": { is: "leaf", wants: "map" },
  "PodSpec.nodeSelector": { is: "leaf", wants: "map" },
  "Scheduling.nodeSelector": { is: "leaf", wants: "map" },
  "PodStatus.hostIPs": { is: "leaf", wants: "list" },
  "JobStatus.conditions": { is: "leaf", wants: "list" },
  "ServiceAccount.imagePullSecrets": { is: "leaf", wants: "list" },
  "Endpoint.addresses": { is: "set" },
};

function structShape(type: string): Shape {
  const bare = type.slice(type.indexOf("/") + 1);
  return {
    is: "map",
    field(name) {
      const field = fieldOf(type, name);
      if (field === undefined) return undefined;
      return { shape: exceptions[`${bare}.${name}`] ?? fieldShape(field), declared: true };
    },
  };
}

function fieldShape(field: FieldType): Shape {
  if (field.many === "list") {
    if (field.set) return { is: "set" };
    if (field.keys.length === 0) return { is: "leaf", wants: "list" };
    return { is: "list", keys: [...field.keys].sort(), item: oneShape(field) };
  }
  if (field.many !== "map") return oneShape(field);
  const entry = { shape: oneShape(field), declared: false };
  return { is: "map", field: () => entry };
}

const scalarWants: Readonly<Partial<Record<Scalar, "string" | "number" | "boolean">>> = {
  s: "string",
  t: "string",
  T: "string",
  y: "string",
  i: "number",
  l: "number",
  b: "boolean",
};

function oneShape({ object, scalar }: FieldType): Shape {
  if (object === undefined) {
    if (scalar === "*") return unknown;
    const wants = scalarWants[scalar!];
    return wants === undefined ? leaf : { is: "leaf", wants };
  }
  const bare = object.slice(object.indexOf("/") + 1);
  return atomicTypes.has(bare) ? { is: "leaf", wants: "map" } : structShape(object);
}

function schemaShape(schema: JsonSchema): Shape {
  if (schema["x-kubernetes-int-or-string"]) return leaf;
  switch (schema.type) {
    case "array": {
      const kind = schema["x-kubernetes-list-type"];
      if (kind === "set") return { is: "set" };
      if (kind !== "map") return { is: "leaf", wants: "list" };
      const keys = [...(schema["x-kubernetes-list-map-keys"] ?? [])].sort();
      return { is: "list", keys, item: schemaShape(schema.items ?? {}) };
    }
    case "object":
      return objectShape(schema);
    case "string":
      return { is: "leaf", wants: "string" };
    case "integer":
    case "number":
      return { is: "leaf", wants: "number" };
    case "boolean":
      return { is: "leaf", wants: "boolean" };
    default:
      return unknown;
  }
}

function objectShape(schema: JsonSchema): Shape {
  if (schema["x-kubernetes-map-type"] === "atomic") return { is: "leaf", wants: "map" };
  const { properties = {}, additionalProperties: more } = schema;
  const open = more === true || schema["x-kubernetes-preserve-unknown-fields"] === true;
  const entry = isObject(more)
    ? { shape: schemaShape(more as JsonSchema), declared: false }
    : open
      ? { shape: unknown, declared: false }
      : undefined;
  return {
    is: "map",
    field: (name) =>
      Object.hasOwn(properties, name)
        ? { shape: schemaShape(properties[name]!), declared: true }
        : entry,
  };
}
