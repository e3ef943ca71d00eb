// What the API server, kubectl and the controllers know of a kind. The value is also the typed
// token for it: `client.get(Ingress, key)` returns an Ingress.

import type { FieldError } from "../errors.ts";
import type { Obj } from "../object.ts";
import { checkMeta, checkMetaUpdate } from "../meta.ts";
import { nameIsSubdomain } from "../names.ts";
import { ageColumn, nameColumn } from "./columns.ts";

/** A column of `kubectl get`. */
export interface Column<T extends Obj> {
  /** As upstream's printers name it: "Ready". */
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "date" | "boolean";
  readonly format?: string;
  readonly description: string;
  /** 0 always; more with -o wide only. */
  readonly priority: number;
  /**
   * @param now cluster time in milliseconds, for ages
   * @param clipped whether load balancers' addresses are cut to 16 characters, as printers do
   *   that are not the API server's
   */
  cell(object: T, now: number, clipped?: boolean): string | number | boolean | null;
}

/** apiextensions.k8s.io/v1 JSONSchemaProps, as far as its parts are looked at by name. */
export interface JsonSchema {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: "atomic" | "granular";
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-embedded-resource"?: boolean;
  /** Bounds, defaults, enums, CEL rules … */
  readonly [keyword: string]: unknown;
}

export interface Kind<T extends Obj = Obj> {
  /** "Ingress" */
  readonly kind: string;
  /** "networking.k8s.io/v1", or "v1" for the core group. */
  readonly apiVersion: string;
  /** "networking.k8s.io", or "" for the core group. */
  readonly group: string;
  readonly version: string;
  /** "ingresses": the resource's name in paths. */
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly subresources: readonly ("status" | "scale" | "log")[];
  /**
   * Of a kind that a CustomResourceDefinition declares: its openAPIV3Schema. The fields of all
   * other kinds stand in api/schema.
   */
  readonly schema?: JsonSchema;
  /** What `--field-selector` may name. */
  readonly selectableFields: readonly string[];
  /**
   * The object with upstream's defaults filled in; the argument is not changed. Structs that
   * Go always prints (`spec`, `status`) are present afterwards, as are lists that are required.
   */
  defaulted(object: T): T;
  /** What the API server adds to a new object once it has a name and a uid. */
  atCreation?(object: T): T;
  /** What it adds when an object is replaced. */
  atUpdate?(object: T, old: T): T;
  /** Upstream's validation, in upstream's order. `old` is given for updates. */
  validate(object: T, old?: T): FieldError[];
  /** Upstream's validation of a write to the status subresource. */
  validateStatus(object: T, old: T): FieldError[];
  readonly columns: readonly Column<T>[];
  /** What a write is let through with, but warned of. `old` is given for updates. */
  warnings?(object: T, old?: T): string[];
  /** Why an object has nothing left to do: its row's condition Completed. */
  completed?(object: T): string | undefined;
  /** Only of kinds that a CustomResourceDefinition made. */
  readonly custom?: CustomKind<T>;
  /**
   * Only of kinds whose objects are kept as those of another: further versions of a custom
   * resource. The two functions turn an object of one into that of the other.
   */
  readonly stored?: {
    readonly as: Kind;
    to(object: T): Obj;
    from(object: Obj): T;
  };
}

/** What a schema of its own says of a kind, in place of the schema artefact. */
interface CustomKind<T extends Obj> {
  /** Where `/scale` finds its numbers: ".spec.replicas". */
  readonly scale?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    readonly labelSelectorPath?: string;
  };
  /**
   * An object from a value that a client sent: fields that the schema does not have are dropped
   * and named. Throws Mismatch for metadata of a wrong type.
   */
  read(value: Readonly<Record<string, unknown>>): { object: T; unknown: string[] };
}

type Optional =
  | "group"
  | "version"
  | "singular"
  | "shortNames"
  | "categories"
  | "subresources"
  | "selectableFields";
type Behaviour = "defaulted" | "validate" | "validateStatus" | "columns";

/** A kind from what is particular about it; the rest is what most kinds have. */
export function defineKind<T extends Obj>(
  o: Omit<Kind<T>, "apiVersion" | Optional | Behaviour> &
    Partial<Pick<Kind<T>, Optional | Behaviour>>,
): Kind<T> {
  const { group = "", version = "v1" } = o;
  return {
    shortNames: [],
    categories: [],
    subresources: [],
    selectableFields: o.namespaced ? ["metadata.name", "metadata.namespace"] : ["metadata.name"],
    singular: o.kind.toLowerCase(),
    defaulted: (object) => object,
    validate: (object, old) => validateMeta(object, old, o.namespaced),
    validateStatus: (object, old) => checkMetaUpdate(object.metadata, old.metadata),
    columns: [nameColumn, ageColumn],
    ...o,
    group,
    version,
    apiVersion: group === "" ? version : `${group}/${version}`,
  };
}

/** What holds for every kind: metadata, with the usual rule for names. */
export function validateMeta(
  object: Obj,
  old: Obj | undefined,
  namespaced: boolean,
  name = nameIsSubdomain,
): FieldError[] {
  return [
    ...(old ? checkMetaUpdate(object.metadata, old.metadata) : []),
    ...checkMeta(object.metadata, { namespaced, name }),
  ];
}
