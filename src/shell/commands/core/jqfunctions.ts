// jq's functions by name. Each takes its arguments as filters and gives a filter.

import {
  add,
  compare,
  iterate,
  recurse,
  show,
  truth,
  typeOf,
  type Filter,
  type Json,
} from "./jqvalues.ts";

const identity: Filter = (input) => [input];

/** A filter that gives one value for each. */
function each(act: (input: Json) => Json): () => Filter {
  return () => (input) => [act(input)];
}

function items(input: Json): Json[] {
  return [...iterate(input)];
}

export const functions: Readonly<Record<string, (...args: Filter[]) => Filter>> = {
  not: each((input) => !truth(input)),
  length: each((input) => {
    if (input === null) return 0;
    if (typeof input === "number") return Math.abs(input);
    return typeof input === "string" ? [...input].length : Object.keys(input).length;
  }),
  keys: each((input) =>
    Array.isArray(input) ? input.map((_, index) => index) : Object.keys(input as object).sort(),
  ),
  values: () => (input) => (input === null ? [] : [input]),
  type: each(typeOf),
  tostring: each(show),
  tonumber: each((input) => (typeof input === "string" ? Number(input) : input)),
  tojson: each((input) => JSON.stringify(input)),
  fromjson: each((input) => JSON.parse(input as string) as Json),
  first:
    (filter = iterate) =>
    (input) =>
      [...filter(input)].slice(0, 1),
  last:
    (filter = iterate) =>
    (input) =>
      [...filter(input)].slice(-1),
  add: each((input) => items(input).reduce(add, null)),
  any: each((input) => items(input).some(truth)),
  all: each((input) => items(input).every(truth)),
  sort: each((input) => items(input).sort(compare)),
  unique: each((input) =>
    items(input)
      .sort(compare)
      .filter((value, index, all) => index === 0 || compare(all[index - 1]!, value) !== 0),
  ),
  reverse: each((input) =>
    typeof input === "string" ? [...input].reverse().join("") : items(input).reverse(),
  ),
  min: each((input) => items(input).sort(compare)[0] ?? null),
  max: each((input) => items(input).sort(compare).at(-1) ?? null),
  flatten: each((input) => flatten(items(input))),
  to_entries: each((input) =>
    Object.entries(input as { [key: string]: Json }).map(([key, value]) => ({ key, value })),
  ),
  from_entries: each((input) =>
    Object.fromEntries(
      (input as { key: string; value: Json }[]).map(({ key, value }) => [key, value]),
    ),
  ),
  ascii_downcase: each((input) => show(input).toLowerCase()),
  ascii_upcase: each((input) => show(input).toUpperCase()),
  empty: () => () => [],
  recurse: () => recurse,
  select: (test = identity) =>
    function* (input) {
      for (const value of test(input)) if (truth(value)) yield input;
    },
  map:
    (filter = identity) =>
    (input) => [items(input).flatMap((item) => [...filter(item)])],
  has:
    (key = identity) =>
    (input) =>
      [...key(input)].map((one) =>
        Array.isArray(input) ? (one as number) < input.length : show(one) in (input as object),
      ),
  contains:
    (part = identity) =>
    (input) =>
      [...part(input)].map((one) => contains(input, one)),
  startswith:
    (text = identity) =>
    (input) =>
      [...text(input)].map((one) => show(input).startsWith(show(one))),
  endswith:
    (text = identity) =>
    (input) =>
      [...text(input)].map((one) => show(input).endsWith(show(one))),
  test:
    (pattern = identity) =>
    (input) =>
      [...pattern(input)].map((one) => new RegExp(show(one)).test(show(input))),
  split:
    (text = identity) =>
    (input) =>
      [...text(input)].map((one) => show(input).split(show(one))),
  join:
    (text = identity) =>
    (input) =>
      [...text(input)].map((one) =>
        items(input)
          .map((item) => (item === null ? "" : show(item)))
          .join(show(one)),
      ),
  sort_by:
    (filter = identity) =>
    (input) => [items(input).sort((a, b) => compare([...filter(a)], [...filter(b)]))],
  group_by:
    (filter = identity) =>
    (input) => {
      const groups = new Map<string, Json[]>();
      for (const item of items(input).sort((a, b) => compare([...filter(a)], [...filter(b)]))) {
        const key = JSON.stringify([...filter(item)]);
        groups.set(key, [...(groups.get(key) ?? []), item]);
      }
      return [[...groups.values()]];
    },
  "@base64d": each((input) =>
    new TextDecoder().decode(Uint8Array.from(atob(show(input)), (char) => char.charCodeAt(0))),
  ),
  "@base64": each((input) => btoa(String.fromCharCode(...new TextEncoder().encode(show(input))))),
  "@csv": each((input) =>
    items(input)
      .map((item) => (typeof item === "string" ? `"${item.replaceAll('"', '""')}"` : show(item)))
      .join(","),
  ),
  "@tsv": each((input) =>
    items(input)
      .map((item) => (item === null ? "" : show(item)))
      .join("\t"),
  ),
  "@text": each(show),
  "@json": each((input) => JSON.stringify(input)),
};

function contains(whole: Json, part: Json): boolean {
  if (typeof whole === "string" && typeof part === "string") return whole.includes(part);
  if (Array.isArray(whole) && Array.isArray(part))
    return part.every((one) => whole.some((item) => contains(item, one)));
  if (typeOf(whole) === "object" && typeOf(part) === "object") {
    return Object.entries(part as { [key: string]: Json }).every(([key, value]) => {
      const own = (whole as { [key: string]: Json })[key];
      return own !== undefined && contains(own, value);
    });
  }
  return compare(whole, part) === 0;
}

function flatten(values: readonly Json[]): Json[] {
  return values.flatMap((value) => (Array.isArray(value) ? flatten(value) : [value]));
}
