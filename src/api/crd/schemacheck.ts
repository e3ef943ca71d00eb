// A value against a schema, as kube-openapi's validator goes through it: type, combinations,
// string, format, number, list, enum, object. Properties are taken in the schema's order.
//
// Models k8s.io/kube-openapi pkg/validation/validate and, for updates, the ratcheting of
// apiextensions-apiserver pkg/apiserver/validation/ratcheting.go: what an update leaves as it
// was is not told again.

import type { FieldError } from "../errors.ts";
import { isObject, sameValue } from "../json.ts";
import { Patterns } from "./pattern.ts";
import { childPath } from "./props.ts";
import type { SchemaProps } from "./props.ts";
import {
  checkEnum,
  checkFormat,
  checkNumber,
  checkString,
  checkType,
  finding,
} from "./valuecheck.ts";
import type { Finding } from "./valuecheck.ts";

/** Checks one schema's values; patterns are compiled once. */
export class SchemaChecker {
  readonly #schema: SchemaProps;
  readonly #patterns = new Patterns();

  constructor(schema: SchemaProps) {
    this.#schema = schema;
  }

  /**
   * @param old the value before an update; absent for a new object
   * @param at the field that the value is, when it is not the whole object
   */
  check(value: unknown, old?: unknown, at = ""): FieldError[] {
    const { found } = this.#value(this.#schema, value, "", old);
    return found.map(({ sentence: _, ...error }) => {
      if (error.field === none) return error;
      const field = at === "" ? error.field : childPath(at, error.field).replace(/\.$/, "");
      return { ...error, field: field === "" ? none : field };
    });
  }

  #value(schema: SchemaProps, value: unknown, path: string, old: unknown): Outcome {
    const outcome = new Outcome();
    if (old !== undefined && sameValue(old, value)) return outcome;
    if (schema.type || schema["x-kubernetes-int-or-string"] || schema.format) {
      outcome.add(checkType(schema, value, path), 2);
    }
    if (value === null) return outcome.add(checkEnum(schema, value, path), 1);
    outcome.merge(this.#combinations(schema, value, path, old), 1);
    if (typeof value === "string") {
      outcome.add(checkString(schema, value, path, this.#patterns), 1);
      outcome.add(checkFormat(schema, value, path), 1);
    }
    if (typeof value === "number") outcome.add(checkNumber(schema, value, path), 2);
    if (Array.isArray(value)) outcome.merge(this.#list(schema, value, path, old), 1);
    outcome.add(checkEnum(schema, value, path), 1);
    if (isObject(value)) outcome.merge(this.#object(schema, value, path, old), 1);
    return outcome.add(undefined, 1);
  }

  #combinations(schema: SchemaProps, value: unknown, path: string, old: unknown): Outcome {
    const outcome = new Outcome();
    const each = (all: readonly SchemaProps[] = []): Outcome[] =>
      all.map((one) => this.#value(one, value, path, old));
    const anyOf = each(schema.anyOf);
    if (anyOf.length > 0) {
      const valid = anyOf.find((one) => one.valid);
      if (!valid) outcome.add(whole(`"${path}" must validate at least one schema (anyOf)`));
      outcome.merge(valid ?? best(anyOf));
    }
    const oneOf = each(schema.oneOf);
    if (oneOf.length > 0) {
      const valid = oneOf.filter((one) => one.valid);
      if (valid.length !== 1) {
        const many = valid.length === 0 ? "none valid" : `${valid.length} valid alternatives`;
        const words = `must validate one and only one schema (oneOf). Found ${many}`;
        outcome.add(whole(`"${path}" ${words}`));
      }
      if (valid.length <= 1) outcome.merge(valid[0] ?? best(oneOf));
    }
    const allOf = each(schema.allOf);
    for (const one of allOf) outcome.merge(one);
    const valid = allOf.filter((one) => one.valid).length;
    if (valid !== allOf.length) {
      const more = valid === 0 ? ". None validated" : "";
      outcome.add(whole(`"${path}" must validate all the schemas (allOf)${more}`));
    }
    if (schema.not && this.#value(schema.not, value, path, undefined).valid) {
      outcome.add(whole(`"${path}" must not validate the schema (not)`));
    }
    return outcome.add(undefined, 1);
  }

  #list(schema: SchemaProps, list: readonly unknown[], path: string, old: unknown): Outcome {
    const outcome = new Outcome();
    const { items, minItems, maxItems, uniqueItems } = schema;
    if (items) {
      const before = matching(schema, old);
      list.forEach((item, i) => {
        outcome.merge(this.#value(items, item, `${path}[${i}]`, before(item)));
      });
    }
    if (minItems !== undefined && list.length < minItems) {
      outcome.add(finding(path, `should have at least ${minItems} items`, list.length));
    }
    if (maxItems !== undefined && list.length > maxItems) {
      outcome.add(tooMany(path, list.length, maxItems, "items"));
    }
    const repeats = (item: unknown, i: number): boolean =>
      list.slice(0, i).some((other) => sameValue(other, item));
    if (uniqueItems && list.some(repeats)) {
      outcome.add(finding(path, "shouldn't contain duplicates", undefined));
    }
    return outcome.add(undefined, 1);
  }

  #object(
    schema: SchemaProps,
    object: Readonly<Record<string, unknown>>,
    path: string,
    old: unknown,
  ): Outcome {
    const outcome = new Outcome();
    const { minProperties, maxProperties, properties = {}, additionalProperties: more } = schema;
    const count = Object.keys(object).length;
    if (minProperties !== undefined && count < minProperties) {
      const words = `should have at least ${minProperties} properties`;
      return outcome.add(finding(path, words, minProperties));
    }
    if (maxProperties !== undefined && count > maxProperties) {
      return outcome.add(tooMany(path, maxProperties, -1, "properties"));
    }
    const before = isObject(old) ? old : {};
    for (const [name, value] of Object.entries(object)) {
      if (Object.hasOwn(properties, name)) continue;
      if (more === false) {
        outcome.add(forbiddenProperty(path, name));
      } else if (typeof more === "object") {
        outcome.merge(this.#value(more, value, `${path}.${name}`, before[name]));
      }
    }
    for (const [name, property] of Object.entries(properties)) {
      if (!Object.hasOwn(object, name)) continue;
      const at = childPath(path, name);
      outcome.merge(this.#value(property, object[name], at, before[name]));
    }
    for (const name of schema.required ?? []) {
      if (Object.hasOwn(object, name)) continue;
      const field = childPath(path, name);
      const sentence = `${path}.${name} in body is required`;
      outcome.add({ type: "Required", field, detail: "", sentence });
    }
    return outcome;
  }
}

/** How Go prints a field that is none: the whole object. */
const none = "<nil>";

/** Findings, each only once, and how many checks were made: the best of several has the most. */
class Outcome {
  readonly found: Finding[] = [];
  checks = 0;

  get valid(): boolean {
    return this.found.length === 0;
  }

  add(more: Finding | readonly Finding[] | undefined, checks = 0): this {
    this.checks += checks;
    for (const one of Array.isArray(more) ? more : more ? [more as Finding] : []) {
      if (!this.found.some(({ sentence }) => sentence === one.sentence)) this.found.push(one);
    }
    return this;
  }

  merge(other: Outcome, checks = 0): this {
    return this.add(other.found, checks + other.checks);
  }
}

/** The failure with most checks; the first of equals. */
function best(all: readonly Outcome[]): Outcome {
  return all.reduce((a, b) => (b.checks > a.checks ? b : a));
}

/** A finding that names no field: those of oneOf, anyOf, allOf and not. */
function whole(sentence: string): Finding {
  return { type: "Invalid", field: none, badValue: "", detail: sentence, sentence };
}

/** field.TooMany; upstream gives the number of properties where that of items belongs. */
function tooMany(path: string, seen: number, max: number, what: string): Finding {
  const detail =
    max < 0
      ? "has too many items"
      : max === 1
        ? "must have at most 1 item"
        : `must have at most ${max} items`;
  const sentence = `${path} in body should have at most ${max} ${what}`;
  return { type: "TooMany", field: path, badValue: seen, detail, sentence };
}

function forbiddenProperty(path: string, name: string): Finding {
  const sentence = `${path}.${name} in body is a forbidden property`;
  return { type: "Invalid", field: path, badValue: name, detail: sentence, sentence };
}

/** The old item for a new one: only lists of type map can tell. */
export function matching(schema: SchemaProps, old: unknown): (item: unknown) => unknown {
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  if (!Array.isArray(old) || schema["x-kubernetes-list-type"] !== "map") return () => undefined;
  return (item) =>
    old.find(
      (one: unknown) =>
        isObject(one) && isObject(item) && keys.every((key) => sameValue(one[key], item[key])),
    );
}
