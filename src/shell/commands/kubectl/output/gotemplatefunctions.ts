// The functions of Go templates: those of text/template, and kubectl's exists and base64decode.

import { fromBase64, text } from "../../../../base/bytes.ts";
import { TemplateError } from "./gotemplatesyntax.ts";

/** Go's idea of truth: not empty, not zero. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** As fmt prints it with %v. */
export function display(value: unknown): string {
  if (value === undefined) return "<no value>";
  if (value === null) return "<nil>";
  return inner(value);
}

function inner(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(inner).join(" ")}]`;
  if (typeof value !== "object") return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, one]) => `${key}:${inner(one)}`).join(" ")}]`;
}

export function callFunction(name: string, values: readonly unknown[]): unknown {
  const run = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (run === undefined) throw new TemplateError(`function "${name}" not defined`);
  return run(values);
}

const compare =
  (holds: (a: number | string, b: number | string) => boolean) =>
  ([a, b]: readonly unknown[]): boolean => {
    if (typeof a !== typeof b) throw new TemplateError("incompatible types for comparison");
    return holds(a as number | string, b as number | string);
  };

const functions: Readonly<Record<string, (values: readonly unknown[]) => unknown>> = {
  and: (values) => values.find((one) => !isTrue(one)) ?? values.at(-1),
  or: (values) => values.find(isTrue) ?? values.at(-1),
  not: ([value]) => !isTrue(value),
  eq: ([first, ...rest]) => rest.some((one) => one === first),
  ne: ([a, b]) => a !== b,
  lt: compare((a, b) => a < b),
  le: compare((a, b) => a <= b),
  gt: compare((a, b) => a > b),
  ge: compare((a, b) => a >= b),
  len: ([value]) => {
    if (typeof value === "string" || Array.isArray(value)) return value.length;
    if (typeof value === "object" && value !== null) return Object.keys(value).length;
    throw new TemplateError(`error calling len: len of nil pointer`);
  },
  index: ([value, ...keys]) => keys.reduce(indexed, value),
  slice: ([value, from = 0, to]) =>
    (value as string).slice(Number(from), to === undefined ? undefined : Number(to)),
  print: (values) => values.map(inner).join(""),
  println: (values) => `${values.map(inner).join(" ")}\n`,
  printf: ([format, ...values]) => printf(String(format), values),
  html: ([value]) => inner(value).replace(/[<>&'"]/g, (char) => `&#${char.charCodeAt(0)};`),
  urlquery: (values) => encodeURIComponent(values.map(inner).join("")),
  js: ([value]) => inner(value).replace(/['"\\]/g, "\\$&"),
  base64decode: ([value]) => text(fromBase64(String(value))),
  exists: ([value, ...keys]) => {
    let at = value;
    for (const key of keys) {
      if (typeof at !== "object" || at === null || !Object.hasOwn(at, String(key))) return false;
      at = (at as Record<string, unknown>)[String(key)];
    }
    return true;
  },
};

function indexed(value: unknown, key: unknown): unknown {
  if (Array.isArray(value)) {
    if (typeof key === "number" && key >= 0 && key < value.length) return value[key];
    throw new TemplateError(`error calling index: index out of range: ${inner(key)}`);
  }
  if (typeof value === "object" && value !== null) {
    return Object.hasOwn(value, String(key))
      ? (value as Record<string, unknown>)[String(key)]
      : undefined;
  }
  throw new TemplateError("error calling index: index of untyped nil");
}

function printf(format: string, values: readonly unknown[]): string {
  let next = 0;
  return format.replace(
    /%(-?)(\d*)(?:\.(\d+))?([vsdqtxf%])/g,
    (_, left, width, precision, verb) => {
      if (verb === "%") return "%";
      const value = values[next++];
      const shown =
        verb === "q"
          ? JSON.stringify(inner(value))
          : verb === "f"
            ? Number(value).toFixed(precision === undefined ? 6 : Number(precision))
            : verb === "x"
              ? Number(value).toString(16)
              : inner(value);
      return left ? shown.padEnd(Number(width)) : shown.padStart(Number(width));
    },
  );
}
