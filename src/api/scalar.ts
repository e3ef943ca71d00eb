// Scalar values as Go reads them from JSON: numbers that fit, times, quantities, base64.

import { canonicalQuantity } from "./quantity.ts";
import type { Scalar } from "./schema/schema.ts";

/** A value of a wrong type; caught in decode.ts, which puts it into words for the client. */
export class Mismatch extends Error {}

/** "string", "number", "object", …: what Go's JSON package calls a value. */
export function typeOfJson(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

/**
 * The value as it is stored. `mismatch` makes the error for a value of another type, told as
 * "bool" or "number 1.5"; other errors are those of the Go types' own parsers.
 */
export function decodeScalar(
  type: Scalar,
  value: unknown,
  mismatch: (seen: string) => Mismatch,
): unknown {
  switch (type) {
    case "*":
      return value;
    case "s":
      if (typeof value === "string") return value;
      break;
    case "b":
      if (typeof value === "boolean") return value;
      break;
    case "i":
    case "l":
      if (typeof value !== "number") break;
      if (fits(value, type)) return value;
      throw mismatch(`number ${value}`);
    case "x":
      return intOrString(value);
    case "y":
      if (typeof value === "string") return checkedBase64(value);
      break;
    case "q":
      return quantity(value);
    case "t":
    case "T":
      return time(value, type === "T");
  }
  throw mismatch(typeOfJson(value));
}

function fits(value: number, type: "i" | "l"): boolean {
  const limit = type === "i" ? 2 ** 31 : 2 ** 63;
  return Number.isInteger(value) && value >= -limit && value < limit;
}

function intOrString(value: unknown): unknown {
  if (typeof value === "string" || (typeof value === "number" && fits(value, "i"))) return value;
  const seen = typeof value === "number" ? `number ${value}` : typeOfJson(value);
  throw new Mismatch(`json: cannot unmarshal ${seen} into Go value of type int32`);
}

function quantity(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const { canonical, error } = canonicalQuantity(text);
  if (error !== undefined) throw new Mismatch(error);
  return canonical;
}

/** Models base64.StdEncoding.Decode: line breaks are skipped, padding is required. */
function checkedBase64(text: string): string {
  let at = 0;
  let inGroup = 0;
  let padding = 0;
  let groupStart = 0;
  for (; at < text.length; at++) {
    const char = text[at]!;
    if (char === "\n" || char === "\r") continue;
    if (inGroup === 0) {
      if (padding > 0) throw badBase64(at);
      groupStart = at;
    }
    if (char === "=" && inGroup >= 2) padding++;
    else if (padding > 0 || !/[A-Za-z0-9+/]/.test(char)) throw badBase64(at);
    inGroup = (inGroup + 1) % 4;
  }
  if (inGroup !== 0) throw badBase64(padding > 0 ? at : groupStart);
  return text.replace(/[\r\n]/g, "");
}

function badBase64(at: number): Mismatch {
  return new Mismatch(`illegal base64 data at input byte ${at}`);
}

/** RFC 3339 in UTC: whole seconds for a Time, microseconds for a MicroTime. */
function time(value: unknown, micro: boolean): string {
  if (typeof value !== "string") {
    const seen = typeOfJson(value);
    throw new Mismatch(`json: cannot unmarshal ${seen} into Go value of type string`);
  }
  const parts = rfc3339.exec(value);
  const ms = parts ? Date.parse(`${value.slice(0, 19)}${parts[2]}`) : NaN;
  if (!parts || Number.isNaN(ms)) throw badTime(value, micro);
  const seconds = new Date(ms).toISOString().slice(0, 19);
  return micro ? `${seconds}.${(parts[1] ?? "").padEnd(6, "0").slice(0, 6)}Z` : `${seconds}Z`;
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

/** Go names the first part of its layout that the text does not follow. */
function badTime(text: string, micro: boolean): Mismatch {
  const layout = micro ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00";
  let rest = text;
  for (const [part, pattern] of timeParts) {
    const found = pattern.exec(rest);
    if (!found) {
      return new Mismatch(
        `parsing time ${JSON.stringify(text)} as "${layout}": ` +
          `cannot parse ${JSON.stringify(rest)} as "${part}"`,
      );
    }
    rest = rest.slice(found[0].length);
  }
  const what = rest === "" ? "day out of range" : `extra text: ${JSON.stringify(rest)}`;
  return new Mismatch(`parsing time ${JSON.stringify(text)}: ${what}`);
}

const timeParts: readonly (readonly [string, RegExp])[] = [
  ["2006", /^\d{4}/],
  ["-", /^-/],
  ["01", /^\d\d/],
  ["-", /^-/],
  ["02", /^\d\d/],
  ["T", /^T/],
  ["15", /^\d\d/],
  [":", /^:/],
  ["04", /^\d\d/],
  [":", /^:/],
  ["05", /^\d\d(?:\.\d+)?/],
  ["Z07:00", /^(?:Z|[+-]\d\d:\d\d)/],
];
