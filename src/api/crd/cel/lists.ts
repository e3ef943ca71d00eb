// Functions of lists: apiserver pkg/cel/library/lists.go, cel-go ext/{lists,sets}.go.

import { sameValue } from "../../json.ts";
import type { CelFunctions } from "./environment.ts";

class Sets {}

type List = readonly unknown[];

export const listFunctions: CelFunctions = {
  types: { Sets },
  constants: { sets: ["Sets", new Sets()] },
  functions: {
    "list.isSorted(): bool": (list: List) =>
      list.every((item, i) => i === 0 || !less(item, list[i - 1])),
    "list.sum(): dyn": (list: List) => list.reduce(plus, list.length === 0 ? 0n : undefined),
    "list.min(): dyn": (list: List) => chosen("min", list, (a, b) => less(b, a)),
    "list.max(): dyn": (list: List) => chosen("max", list, less),
    "list.indexOf(dyn): int": (list: List, wanted: unknown) =>
      BigInt(list.findIndex((item) => equal(item, wanted))),
    "list.lastIndexOf(dyn): int": (list: List, wanted: unknown) =>
      BigInt(list.findLastIndex((item) => equal(item, wanted))),
    "list.distinct(): list": (list: List) =>
      list.filter((item, i) => !list.slice(0, i).some((other) => equal(other, item))),
    "list.flatten(): list": (list: List) => list.flat(),
    "list.reverse(): list": (list: List) => [...list].reverse(),
    "list.slice(int, int): list": (list: List, from: bigint, to: bigint) =>
      list.slice(Number(from), Number(to)),
    "list.sort(): list": (list: List) =>
      [...list].sort((a, b) => (less(a, b) ? -1 : less(b, a) ? 1 : 0)),
    "Sets.contains(list, list): bool": (_: object, all: List, some: List) => contains(all, some),
    "Sets.equivalent(list, list): bool": (_: object, a: List, b: List) =>
      contains(a, b) && contains(b, a),
    "Sets.intersects(list, list): bool": (_: object, a: List, b: List) =>
      a.some((item) => contains(b, [item])),
  },
};

function contains(all: List, some: List): boolean {
  return some.every((item) => all.some((other) => equal(other, item)));
}

/** Ints and doubles of one value are equal, as in CEL. */
function equal(a: unknown, b: unknown): boolean {
  return isNumber(a) && isNumber(b) ? a == b : sameValue(a, b);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function less(a: unknown, b: unknown): boolean {
  return (a as number) < (b as number);
}

function plus(a: unknown, b: unknown): unknown {
  return a === undefined ? b : (a as number) + (b as number);
}

function chosen(name: string, list: List, worse: (a: unknown, b: unknown) => boolean): unknown {
  if (list.length === 0) throw new Error(`${name} called on empty list`);
  return list.reduce((a, b) => (worse(a, b) ? b : a));
}
