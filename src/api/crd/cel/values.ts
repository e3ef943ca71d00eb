// JSON as CEL sees it, by its schema: integers are ints, some formats are times, properties have
// names that CEL can spell. Models apiserver pkg/cel/common/values.go and pkg/cel/escaping.go.

import { fromBase64 } from "../../../base/bytes.ts";
import { valuesOf } from "../props.ts";
import type { SchemaProps } from "../props.ts";

/** Makes durations: the expression engine's own type. */
export type MakeDuration = (text: string) => unknown;

/**
 * Converts values, each only once: rules at several levels look at the same ones.
 * What no schema speaks of is left out, as it cannot be named in an expression.
 */
export class CelValues {
  readonly #duration: MakeDuration;
  readonly #done = new Map<object, unknown>();

  constructor(duration: MakeDuration) {
    this.#duration = duration;
  }

  /** The whole resource shows its name, kind and apiVersion besides what the schema has. */
  root(schema: SchemaProps, value: unknown): unknown {
    return this.of({ ...schema, properties: { ...schema.properties, ...typeAndMeta } }, value);
  }

  of(schema: SchemaProps | undefined, value: unknown): unknown {
    if (typeof value === "string") return this.#text(schema, value);
    if (typeof value === "number") return numberOf(schema, value);
    if (typeof value !== "object" || value === null) return value;
    const done = this.#done.get(value);
    if (done !== undefined) return done;
    const made = Array.isArray(value)
      ? value.map((item: unknown) => this.of(schema?.items, item))
      : this.#object(schema, value as Record<string, unknown>);
    this.#done.set(value, made);
    return made;
  }

  #object(schema: SchemaProps | undefined, object: Record<string, unknown>): unknown {
    const embedded = schema?.["x-kubernetes-embedded-resource"] === true;
    const properties = { ...(embedded && typeAndMeta), ...schema?.properties };
    const values = schema && valuesOf(schema);
    const keep = schema === undefined || schema["x-kubernetes-preserve-unknown-fields"] === true;
    const named = schema?.properties !== undefined || embedded;
    const entries = Object.entries(object).flatMap(([name, value]): [string, unknown][] => {
      if (Object.hasOwn(properties, name)) {
        const escaped = escapedName(name);
        return escaped === undefined ? [] : [[escaped, this.of(properties[name], value)]];
      }
      if (values) return [[name, this.of(values, value)]];
      return keep && !named ? [[name, this.of(undefined, value)]] : [];
    });
    return Object.fromEntries(entries);
  }

  #text(schema: SchemaProps | undefined, text: string): unknown {
    if (schema?.type !== "string") return text;
    switch (schema.format) {
      case "byte":
        return fromBase64(text);
      case "date":
      case "date-time":
        return new Date(text);
      case "duration":
        return this.#duration(text);
      default:
        return text;
    }
  }
}

const text: SchemaProps = { type: "string" };
const typeAndMeta: Readonly<Record<string, SchemaProps>> = {
  apiVersion: text,
  kind: text,
  metadata: { type: "object", properties: { name: text, generateName: text } },
};

function numberOf(schema: SchemaProps | undefined, value: number): unknown {
  if (schema?.type === "number") return value;
  return Number.isInteger(value) ? BigInt(value) : value;
}

const reserved = new Set(
  (
    "true false null in as break const continue else for function if import let loop package " +
    "namespace return var void while"
  ).split(" "),
);

/** The name in an expression; undefined for one that has none there. */
function escapedName(name: string): string | undefined {
  if (name === "" || /^\d/.test(name) || /[^a-zA-Z0-9_./-]/.test(name)) return undefined;
  if (reserved.has(name)) return `__${name}__`;
  return name.replace(/__|[-./]/g, (part) => `__${escapes[part]}__`);
}

const escapes: Readonly<Record<string, string>> = {
  __: "underscores",
  ".": "dot",
  "-": "dash",
  "/": "slash",
};
