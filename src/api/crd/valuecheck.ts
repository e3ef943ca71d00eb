// One value against what a schema says of values of its type: strings, numbers, enums.
// The sentences are kube-openapi's: pkg/validation/errors/schema.go and validate/values.go.

import type { FieldError } from "../errors.ts";
import { sameValue } from "../json.ts";
import { hasFormat, knowsFormat } from "./formats.ts";
import type { Patterns } from "./pattern.ts";
import type { SchemaProps } from "./props.ts";

/** What is wrong at a place. Its words name the path within the body, the field may be deeper. */
export interface Finding extends FieldError {
  /** Told apart by this when the same is found twice. */
  readonly sentence: string;
}

/** An Invalid (or other) finding at a path. "" is the root. */
export function finding(
  path: string,
  words: string,
  badValue: unknown,
  type: FieldError["type"] = "Invalid",
): Finding {
  const sentence = `${path} in body ${words}`;
  return { type, field: path, badValue: badValue ?? "", detail: sentence, sentence };
}

/** The JSON type of a value: "integer" is a number without a fraction. */
function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** The types that a schema allows; none means any. */
function typesOf(schema: SchemaProps): readonly string[] {
  if (schema["x-kubernetes-int-or-string"]) return ["integer", "string"];
  return schema.type ? [schema.type] : [];
}

export function checkType(schema: SchemaProps, value: unknown, path: string): Finding | undefined {
  const allowed = typesOf(schema);
  const type = typeOf(value);
  if (value === null && schema.nullable) return undefined;
  if (allowed.length === 0 || allowed.includes(type)) return undefined;
  if (type === "integer" && allowed.includes("number")) return undefined;
  const format = schema.format !== undefined && knowsFormat(schema.format);
  const numeric = allowed.includes("number") || allowed.includes("integer");
  if (format && !numeric && (type === "string" || type === "array")) return undefined;
  const words = `must be of type ${allowed.join(",")}: "${type}"`;
  return finding(path, words, type, "TypeInvalid");
}

export function checkString(
  schema: SchemaProps,
  text: string,
  path: string,
  patterns: Patterns,
): Finding | undefined {
  const { maxLength, minLength, pattern } = schema;
  const length = maxLength === undefined && minLength === undefined ? 0 : [...text].length;
  if (maxLength !== undefined && length > maxLength) {
    const sentence = `${path} in body should be at most ${maxLength} chars long`;
    const detail =
      maxLength === 1 ? "may not be more than 1 byte" : `may not be more than ${maxLength} bytes`;
    return { type: "TooLong", field: path, detail, sentence };
  }
  if (minLength !== undefined && length < minLength) {
    return finding(path, `should be at least ${minLength} chars long`, text);
  }
  if (pattern && !patterns.get(pattern).test(text)) {
    return finding(path, `should match '${pattern}'`, text);
  }
  return undefined;
}

export function checkFormat(schema: SchemaProps, text: string, path: string): Finding | undefined {
  const { format } = schema;
  if (format === undefined || hasFormat(format, text)) return undefined;
  const words = `must be of type ${format}: ${JSON.stringify(text)}`;
  return finding(path, words, text, "TypeInvalid");
}

export function checkNumber(schema: SchemaProps, value: number, path: string): Finding[] {
  const { multipleOf, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const found: Finding[] = [];
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) {
    found.push(finding(path, `should be a multiple of ${multipleOf}`, value));
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    const words = `should be greater than ${exclusiveMinimum ? "" : "or equal to "}${minimum}`;
    found.push(finding(path, words, value));
  }
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    const words = `should be less than ${exclusiveMaximum ? "" : "or equal to "}${maximum}`;
    found.push(finding(path, words, value));
  }
  return found;
}

function isMultiple(value: number, factor: number): boolean {
  const times = factor < 1 ? (1 / factor) * value : value / factor;
  return Math.abs(times - Math.round(times)) < 1e-9;
}

export function checkEnum(schema: SchemaProps, value: unknown, path: string): Finding | undefined {
  const { enum: allowed } = schema;
  if (!allowed?.length || allowed.some((one) => sameValue(one, value))) return undefined;
  const shown = allowed.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  const detail = `supported values: ${shown.map((one) => JSON.stringify(one)).join(", ")}`;
  const sentence = `${path} in body should be one of [${shown.join(" ")}]`;
  return { type: "NotSupported", field: path, badValue: value, detail, sentence };
}
