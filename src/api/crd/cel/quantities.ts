// Quantities as expressions work with them: apiserver pkg/cel/library/quantity.go.

import { canonicalQuantity, compareQuantities, milliValue } from "../../quantity.ts";
import type { CelFunctions } from "./environment.ts";

class Quantity {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export const quantityFunctions: CelFunctions = {
  types: { Quantity },
  functions: {
    "quantity(string): Quantity": (text: string) => {
      const { canonical, error } = canonicalQuantity(text);
      if (error !== undefined) throw new Error(error);
      return new Quantity(canonical);
    },
    "isQuantity(string): bool": (text: string) => canonicalQuantity(text).error === undefined,
    "Quantity.sign(): int": (q: Quantity) => BigInt(Math.sign(milliValue(q.text))),
    "Quantity.isGreaterThan(Quantity): bool": (a: Quantity, b: Quantity) => compared(a, b) > 0,
    "Quantity.isLessThan(Quantity): bool": (a: Quantity, b: Quantity) => compared(a, b) < 0,
    "Quantity.compareTo(Quantity): int": (a: Quantity, b: Quantity) => BigInt(compared(a, b)),
    "Quantity.asApproximateFloat(): double": (q: Quantity) => milliValue(q.text) / 1000,
    "Quantity.asInteger(): int": (q: Quantity) => {
      if (!isWhole(q)) throw new Error("cannot convert value to integer");
      return BigInt(milliValue(q.text) / 1000);
    },
    "Quantity.isInteger(): bool": isWhole,
    "Quantity.add(Quantity): Quantity": (a: Quantity, b: Quantity) =>
      ofMilli(milliValue(a.text) + milliValue(b.text)),
    "Quantity.add(int): Quantity": (a: Quantity, b: bigint) =>
      ofMilli(milliValue(a.text) + 1000 * Number(b)),
    "Quantity.sub(Quantity): Quantity": (a: Quantity, b: Quantity) =>
      ofMilli(milliValue(a.text) - milliValue(b.text)),
    "Quantity.sub(int): Quantity": (a: Quantity, b: bigint) =>
      ofMilli(milliValue(a.text) - 1000 * Number(b)),
  },
};

function compared(a: Quantity, b: Quantity): number {
  return Math.sign(compareQuantities(a.text, b.text));
}

function isWhole(q: Quantity): boolean {
  return Number.isInteger(milliValue(q.text) / 1000);
}

function ofMilli(milli: number): Quantity {
  return new Quantity(canonicalQuantity(`${milli}m`).canonical ?? "0");
}
