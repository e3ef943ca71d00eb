// What a CustomResourceDefinition's schema may say, node by node, and whether its defaults and
// rules are any. Models ValidateCustomResourceDefinitionOpenAPISchema.

import type { FieldError } from "../errors.ts";
import { forbidden, invalidValue, notSupported, required } from "../fielderrors.ts";
import type { Cel } from "./cel/environment.ts";
import type { Rule, SchemaProps } from "./props.ts";
import { summaryOf } from "./rules.ts";
import { SchemaChecker } from "./schemacheck.ts";

/** @param cel absent when the schema's types are not known well enough to look at rules */
export function checkSchema(schema: SchemaProps, path: string, cel?: Cel): FieldError[] {
  return new SchemaReader(cel).node(schema, path, { root: true, uncorrelated: undefined });
}

interface Around {
  readonly root?: boolean;
  /** Why no default may stand here. */
  readonly noDefault?: string;
  /** The list or map whose items cannot be told apart between two versions of an object. */
  readonly uncorrelated: string | undefined;
}

class SchemaReader {
  readonly #cel: Cel | undefined;

  constructor(cel: Cel | undefined) {
    this.#cel = cel;
  }

  node(schema: SchemaProps, path: string, around: Around): FieldError[] {
    const errors = [...checkNode(schema, path, around), ...this.#below(schema, path, around)];
    const lists = [...checkMapType(schema, path), ...checkListType(schema, path)];
    const rules = schema["x-kubernetes-validations"] ?? [];
    const words = rules.flatMap((rule, i) =>
      checkWords(rule, `${path}.x-kubernetes-validations[${i}]`),
    );
    const all = [...errors, ...lists, ...words];
    if (all.length > 0 || !this.#cel) return all;
    return rules.flatMap((rule, i) =>
      this.#rule(rule, `${path}.x-kubernetes-validations[${i}]`, around),
    );
  }

  #below(schema: SchemaProps, path: string, around: Around): FieldError[] {
    const { properties = {}, additionalProperties: more, items } = schema;
    const { uncorrelated } = around;
    const errors: FieldError[] = [];
    if (typeof more === "object") {
      errors.push(...this.node(more, `${path}.additionalProperties`, { uncorrelated }));
    }
    for (const [name, property] of Object.entries(properties)) {
      const meta = around.root && ["metadata", "kind", "apiVersion"].includes(name);
      const inside = { uncorrelated, ...(meta && { noDefault: `in top-level ${name}` }) };
      errors.push(...this.node(property, `${path}.properties[${name}]`, inside));
    }
    if (items) {
      const told = schema["x-kubernetes-list-type"] === "map";
      const inside = { uncorrelated: uncorrelated ?? (told ? undefined : path) };
      errors.push(...this.node(items, `${path}.items`, inside));
    }
    return errors;
  }

  #rule(rule: Rule, path: string, { uncorrelated }: Around): FieldError[] {
    const errors: FieldError[] = [];
    const compiles = (expression: string, field: string): void => {
      try {
        this.#cel!.compile(expression);
      } catch (error) {
        const detail = `compilation failed: ${compilerWords(error, expression)}`;
        errors.push(invalidValue(field, rule, detail));
      }
    };
    compiles(rule.rule, `${path}.rule`);
    if (rule.messageExpression) compiles(rule.messageExpression, `${path}.messageExpression`);
    const usesOldSelf = /\boldSelf\b/.test(rule.rule);
    if (usesOldSelf && uncorrelated !== undefined) {
      const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
      errors.push(invalidValue(`${path}.rule`, rule.rule, detail));
    } else if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
      const detail = "may not be set if oldSelf is not used in rule";
      errors.push(invalidValue(`${path}.optionalOldSelf`, rule.optionalOldSelf, detail));
    }
    return errors;
  }
}

/** As cel-go shows an error: the place, the line, and a caret below. */
function compilerWords(error: unknown, expression: string): string {
  const { range } = error as { range?: { start: number } };
  const start = range?.start ?? 0;
  const before = expression.slice(0, start).split("\n");
  const line = expression.split("\n")[before.length - 1] ?? "";
  const column = before.at(-1)!.length;
  const place = `${before.length}:${column + 1}`;
  return `ERROR: <input>:${place}: ${celWords(summaryOf(error))}\n | ${line}\n | ${".".repeat(column)}^`;
}

function celWords(summary: string): string {
  const [, name] = /^Unknown variable: (.*)$/.exec(summary) ?? [];
  return name === undefined ? summary : `undeclared reference to '${name}' (in container '')`;
}

const types = ["array", "boolean", "integer", "number", "object", "string"];

function checkNode(schema: SchemaProps, path: string, around: Around): FieldError[] {
  const { type, default: value, additionalProperties: more, properties = {} } = schema;
  const errors: FieldError[] = [];
  if (type && !types.includes(type)) errors.push(notSupported(`${path}.type`, type, types));
  if (value !== undefined && around.noDefault) {
    errors.push(forbidden(`${path}.default`, `must not be set ${around.noDefault}`));
  } else if (value !== undefined) {
    const found = new SchemaChecker(schema).check(value, undefined, `${path}.default`);
    errors.push(...found.map((error) => ({ ...error, field: error.field.replace(/\.$/, "") })));
  }
  if (schema.uniqueItems) {
    const detail =
      "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    errors.push(forbidden(`${path}.uniqueItems`, detail));
  }
  if (more !== undefined && more !== true && Object.keys(properties).length > 0) {
    const detail = "additionalProperties and properties are mutual exclusive";
    errors.push(forbidden(`${path}.additionalProperties`, detail));
  }
  if (schema["x-kubernetes-preserve-unknown-fields"] === false) {
    const field = `${path}.x-kubernetes-preserve-unknown-fields`;
    errors.push(invalidValue(field, false, "must be true or undefined"));
  }
  return errors;
}

function checkMapType(schema: SchemaProps, path: string): FieldError[] {
  const map = schema["x-kubernetes-map-type"];
  if (map === undefined) return [];
  const errors = mustBe(schema, "object", "x-kubernetes-map-type", path);
  if (["atomic", "granular"].includes(map)) return errors;
  return [...errors, notSupported(`${path}.x-kubernetes-map-type`, map, ["atomic", "granular"])];
}

function mustBe(
  { type }: SchemaProps,
  wanted: string,
  because: string,
  path: string,
): FieldError[] {
  if (type === wanted) return [];
  const detail = `must be ${wanted} if ${because} is specified`;
  return [type ? invalidValue(`${path}.type`, type, detail) : required(`${path}.type`, detail)];
}

const listTypes = ["atomic", "set", "map"];

function checkListType(schema: SchemaProps, path: string): FieldError[] {
  const list = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const at = `${path}.x-kubernetes-list-type`;
  const errors: FieldError[] = [];
  if (list !== undefined) {
    errors.push(...mustBe(schema, "array", "x-kubernetes-list-type", path));
    if (!listTypes.includes(list)) errors.push(notSupported(at, list, listTypes));
  }
  if (keys.length > 0 && list !== "map") {
    const detail = "must be map if x-kubernetes-list-map-keys is non-empty";
    errors.push(list === undefined ? required(at, detail) : invalidValue(at, list, detail));
  }
  return list === "map" ? [...errors, ...checkKeys(schema, keys, path)] : errors;
}

function checkKeys({ items }: SchemaProps, keys: readonly string[], path: string): FieldError[] {
  const at = `${path}.x-kubernetes-list-map-keys`;
  const errors: FieldError[] = [];
  if (keys.length === 0) {
    errors.push(required(at, "must not be empty if x-kubernetes-list-type is map"));
  }
  if (!items) {
    const detail = "must have a schema if x-kubernetes-list-type is map";
    return [...errors, required(`${path}.items`, detail)];
  }
  if (items.type !== "object") {
    const detail = "must be object if parent array's x-kubernetes-list-type is map";
    return [...errors, invalidValue(`${path}.items.type`, items.type ?? "", detail)];
  }
  for (const key of keys) {
    const property = items.properties?.[key];
    const field = `${path}.items.properties[${key}]`;
    if (!property) {
      errors.push(invalidValue(at, keys, "entries must all be names of item properties"));
      continue;
    }
    if (property.type === "array" || property.type === "object") {
      const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalidValue(`${field}.type`, items.type, detail));
    }
    if (!items.required?.includes(key) && property.default === undefined) {
      const detail =
        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a " +
        "required property";
      errors.push(required(`${field}.default`, detail));
    }
  }
  if (new Set(keys).size < keys.length) {
    errors.push(invalidValue(at, keys, "must not contain duplicate entries"));
  }
  return errors;
}

const reasons = [
  "FieldValueDuplicate",
  "FieldValueForbidden",
  "FieldValueInvalid",
  "FieldValueRequired",
];

function checkWords(rule: Rule, path: string): FieldError[] {
  const { rule: text = "", message, messageExpression, reason } = rule;
  const errors: FieldError[] = [];
  if (text.trim() === "") errors.push(required(`${path}.rule`, "rule is not specified"));
  else if (message && message.trim() === "") {
    errors.push(invalidValue(`${path}.message`, message, "must be non-empty if specified"));
  } else if (message && /[\n\r]/.test(message.trim())) {
    errors.push(invalidValue(`${path}.message`, message, "must not contain line breaks"));
  } else if (/[\n\r]/.test(text.trim()) && !message?.trim()) {
    const detail = "message must be specified if rule contains line breaks";
    errors.push(required(`${path}.message`, detail));
  }
  if (messageExpression && messageExpression.trim() === "") {
    const detail = "messageExpression must be non-empty if specified";
    errors.push(required(`${path}.messageExpression`, detail));
  }
  if (reason !== undefined && !reasons.includes(reason)) {
    errors.push(notSupported(`${path}.reason`, reason, reasons));
  }
  return errors;
}
