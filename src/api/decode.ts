// From a JSON value to an object of a kind: as the API server reads a body into a Go struct.
// Unknown fields are refused, warned of or dropped; a wrong type is always refused; nulls and
// empty lists and maps count as absent. What comes out has the types that its kind declares.
//
// Models apiserver pkg/endpoints/handlers/{rest,create}.go and sigs.k8s.io/json.

import { ApiError } from "./errors.ts";
import { isObject } from "./json.ts";
import type { Kind } from "./kinds/kind.ts";
import type { Obj } from "./object.ts";
import { decodeScalar, Mismatch, typeOfJson } from "./scalar.ts";
import { fieldOf, fieldsOf, parseField, typeOfKind } from "./schema/schema.ts";
import type { FieldType } from "./schema/schema.ts";

/** The values of the `fieldValidation` parameter. */
export type FieldValidation = "Strict" | "Warn" | "Ignore";

export interface Decoded<T> {
  readonly object: T;
  /** What the `Warning` headers shall say; only with "Warn". */
  readonly warnings: readonly string[];
}

/** Strict errors beyond these are not told. */
const strictErrorsMax = 100;

/** Throws ApiError BadRequest. The value itself is not changed. */
export function decode<T extends Obj>(
  kind: Kind<T>,
  value: unknown,
  fieldValidation: FieldValidation = "Strict",
): Decoded<T> {
  let read: { object: unknown; unknown: readonly string[] };
  try {
    read = kind.custom ? kind.custom.read(asObject(value)) : readAs(typeOfKind(kind), value);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw refusal(kind, error.message);
  }
  const { object } = read;
  const unknown = read.unknown.slice(0, strictErrorsMax);
  if (fieldValidation === "Strict" && unknown.length > 0) {
    throw refusal(kind, `strict decoding error: ${unknown.join(", ")}`);
  }
  const metadata = (object as Partial<Obj>).metadata ?? {};
  return {
    object: { ...(object as T), apiVersion: kind.apiVersion, kind: kind.kind, metadata },
    warnings: fieldValidation === "Warn" ? unknown : [],
  };
}

/**
 * A value as one of the artefact's types, and `unknown field "a.b"` for each field that it has
 * not. `path` is where it stands. Throws Mismatch.
 */
export function readAs(
  type: string,
  value: unknown,
  path = "",
): { object: unknown; unknown: readonly string[] } {
  const decoder = new Decoder();
  const object = decoder.object(type, value ?? {}, { go: [], strict: path });
  return { object, unknown: decoder.unknown };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (isObject(value ?? {})) return (value ?? {}) as Record<string, unknown>;
  const seen = typeOfJson(value);
  throw new Mismatch(
    `json: cannot unmarshal ${seen} into Go value of type map[string]interface {}`,
  );
}

function refusal({ kind, version }: Kind, why: string): ApiError {
  return new ApiError(
    "BadRequest",
    `${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`,
  );
}

/** Where a value stands, in the two spellings of Go's JSON package. */
interface Where {
  /** Names of the fields on the way; lists and maps add nothing. */
  readonly go: readonly string[];
  /** "spec.rules[0].host" */
  readonly strict: string;
  /** The type that has the field. */
  readonly owner?: string;
}

class Decoder {
  /** `unknown field "spec.bogus"` */
  readonly unknown: string[] = [];

  object(type: string, value: unknown, where: Where): unknown {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw mismatch(typeOfJson(value), `v1.${bare(type)}`, where);
    }
    const out: Record<string, unknown> = {};
    // In the order in which kubectl sends them: sorted.
    for (const name of Object.keys(value).sort()) {
      const strict = where.strict === "" ? name : `${where.strict}.${name}`;
      const field = fieldOf(type, name);
      const given = (value as Record<string, unknown>)[name];
      if (!field) this.unknown.push(`unknown field "${strict}"`);
      else if (given !== null && given !== undefined) {
        const decoded = this.#field(field, given, {
          go: [...where.go, name],
          strict,
          owner: type,
        });
        // An empty list of managedFields says something: forget who manages what.
        if (!isEmptyCollection(field, decoded) || name === "managedFields") out[name] = decoded;
      }
    }
    return out;
  }

  #field(field: FieldType, value: unknown, where: Where): unknown {
    if (field.many === undefined) return this.#one(field, value, where);
    if (field.many === "list") {
      if (!Array.isArray(value)) throw mismatch(typeOfJson(value), `[]${goType(field)}`, where);
      return value.map((item, i) =>
        this.#one(field, item ?? zeroOf(field), { ...where, strict: `${where.strict}[${i}]` }),
      );
    }
    if (typeof value !== "object" || Array.isArray(value)) {
      throw mismatch(typeOfJson(value), `map[string]${goType(field)}`, where);
    }
    const entries = Object.entries(value as object).map(([key, item]: [string, unknown]) => {
      const at = { ...where, strict: `${where.strict}.${key}` };
      return [key, this.#one(field, item ?? zeroOf(field), at)];
    });
    return Object.fromEntries(entries);
  }

  #one(field: FieldType, value: unknown, where: Where): unknown {
    if (field.object !== undefined) return this.object(field.object, value, where);
    const inside = where.go.at(-1)!;
    return decodeScalar(field.scalar!, value, (seen) =>
      mismatch(seen, enums[`${where.owner}.${inside}`] ?? goType(field), where),
    );
  }
}

function mismatch(seen: string, wanted: string, { go, owner }: Where): Mismatch {
  const place = owner === undefined ? "value" : `struct field ${bare(owner)}.${go.join(".")}`;
  return new Mismatch(`json: cannot unmarshal ${seen} into Go ${place} of type ${wanted}`);
}

/** Types of one name in several groups are told apart by "group/"; Go says the name alone. */
function bare(type: string): string {
  return type.slice(type.indexOf("/") + 1);
}

const goScalars = {
  s: "string",
  i: "int32",
  l: "int64",
  b: "bool",
  t: "v1.Time",
  T: "v1.MicroTime",
  q: "resource.Quantity",
  x: "intstr.IntOrString",
  y: "[]uint8",
  "*": "interface {}",
} as const;

function goType({ object, scalar }: FieldType): string {
  return object === undefined ? goScalars[scalar!] : `v1.${bare(object)}`;
}

/** Strings whose Go type has a name of its own: those that learners get wrong. */
const enums: Readonly<Record<string, string>> = {
  "HTTPIngressPath.pathType": "v1.PathType",
  "ServiceSpec.type": "v1.ServiceType",
  "ServicePort.protocol": "v1.Protocol",
  "ContainerPort.protocol": "v1.Protocol",
  "Container.imagePullPolicy": "v1.PullPolicy",
  "PodSpec.restartPolicy": "v1.RestartPolicy",
  "PodSpec.dnsPolicy": "v1.DNSPolicy",
  "Secret.type": "v1.SecretType",
};

/** What Go has where a list or a map holds null. */
function zeroOf(field: FieldType): unknown {
  if (field.object !== undefined) return {};
  return { s: "", y: "", i: 0, l: 0, x: 0, q: "0", b: false, t: "", T: "", "*": null }[
    field.scalar!
  ];
}

function isEmptyCollection({ many }: FieldType, value: unknown): boolean {
  return many !== undefined && Object.keys(value as object).length === 0;
}

/** Whether a path like "spec.rules[0].host" names a field that objects of this kind can have. */
export function hasField(kind: Kind, path: string): boolean {
  let type: string | undefined = typeOfKind(kind);
  let inMap = false;
  for (const name of path.replace(/\[\d*\]/g, "").split(".")) {
    if (inMap) return true;
    const fields = type === undefined ? undefined : fieldsOf(type);
    if (!fields || !Object.hasOwn(fields, name)) return false;
    const field = parseField(fields[name]!);
    inMap = field.many === "map" || field.scalar === "*";
    type = field.object;
  }
  return true;
}
