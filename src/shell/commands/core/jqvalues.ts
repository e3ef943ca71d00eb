// jq's values: how they compare, add and print.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A program that cannot be compiled, or a value that a filter cannot take. In jq's words. */
export class JqError extends Error {
  override name = "JqError";
}

export type Filter = (input: Json) => Iterable<Json>;

export function typeOf(value: Json): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

export function truth(value: Json): boolean {
  return value !== null && value !== false;
}

export function number(value: Json, act: string): number {
  if (typeof value !== "number")
    throw new JqError(`${typeOf(value)} (${JSON.stringify(value)}) cannot be ${act}`);
  return value;
}

export function show(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const order = ["null", "boolean", "number", "string", "array", "object"];

export function compare(a: Json, b: Json): number {
  const kinds = order.indexOf(typeOf(a)) - order.indexOf(typeOf(b));
  if (kinds !== 0) return kinds;
  if (typeof a === "number") return a - (b as number);
  const [left, right] = [
    typeof a === "string" ? a : JSON.stringify(a),
    typeof b === "string" ? b : JSON.stringify(b),
  ];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function add(a: Json, b: Json): Json {
  if (a === null) return b;
  if (b === null) return a;
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (typeof a === "string" && typeof b === "string") return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (typeOf(a) === "object" && typeOf(b) === "object")
    return { ...(a as object), ...(b as object) };
  throw new JqError(
    `${typeOf(a)} (${JSON.stringify(a)}) and ${typeOf(b)} (${JSON.stringify(b)}) cannot be added`,
  );
}

/** .[]: the values of an array or object. */
export function* iterate(input: Json): Iterable<Json> {
  if (input === null || typeof input !== "object") {
    throw new JqError(
      `Cannot iterate over ${typeOf(input)}${input === null ? "" : ` (${JSON.stringify(input)})`}`,
    );
  }
  yield* Object.values(input);
}

/** ..: a value and everything inside it. */
export function* recurse(input: Json): Iterable<Json> {
  yield input;
  if (input !== null && typeof input === "object")
    for (const value of Object.values(input)) yield* recurse(value);
}
