// Short ways to say what is wrong with a field. Models apimachinery pkg/util/validation/field.

import type { FieldError } from "./errors.ts";
import { quote } from "./invalid.ts";

export function required(field: string, detail = ""): FieldError {
  return { type: "Required", field, detail };
}

export function invalidValue(field: string, badValue: unknown, detail: string): FieldError {
  return { type: "Invalid", field, badValue, detail };
}

/** One Invalid for each sentence about the value, in order. */
export function eachInvalid(
  field: string,
  badValue: unknown,
  details: readonly string[],
): FieldError[] {
  return details.map((detail) => invalidValue(field, badValue, detail));
}

/** @param supported in the order in which they are told */
export function notSupported(
  field: string,
  badValue: unknown,
  supported: readonly string[],
): FieldError {
  const detail = `supported values: ${supported.map(quote).join(", ")}`;
  return { type: "NotSupported", field, badValue, detail };
}

export function forbidden(field: string, detail: string): FieldError {
  return { type: "Forbidden", field, detail };
}

export function duplicate(field: string, badValue: unknown): FieldError {
  return { type: "Duplicate", field, badValue, detail: "" };
}

export function notFound(field: string, badValue: unknown): FieldError {
  return { type: "NotFound", field, badValue, detail: "" };
}

export function tooLong(field: string, bytesMax: number): FieldError {
  return { type: "TooLong", field, detail: `may not be more than ${bytesMax} bytes` };
}

export function tooMany(field: string, seen: number, itemsMax: number): FieldError {
  return { type: "TooMany", field, badValue: seen, detail: `must have at most ${itemsMax} items` };
}

export function nonNegative(field: string, value: number | undefined): FieldError[] {
  if (value === undefined || value >= 0) return [];
  return [invalidValue(field, value, "must be greater than or equal to 0")];
}

/** Required when the value is empty, NotSupported when it is none of those. */
export function oneOf(
  field: string,
  value: string | undefined,
  supported: readonly string[],
): FieldError[] {
  if (value === undefined || value === "") return [required(field)];
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}
