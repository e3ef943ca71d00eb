// What several of the further kinds check alike.
// Models kubernetes/pkg/apis/apps/validation/validation.go.

import type { FieldError } from "../errors.ts";
import { eachInvalid, invalidValue, nonNegative } from "../fielderrors.ts";
import { percentErrors } from "../names.ts";

/** An integer that is not negative, or a percentage of at most 100. */
export function checkIntOrPercent(field: string, value: number | string | undefined): FieldError[] {
  if (value === undefined) return [];
  if (typeof value === "number") return nonNegative(field, value);
  const wrong = percentErrors(value);
  if (wrong.length > 0) return eachInvalid(field, value, wrong);
  if (amountOf(value) <= 100) return [];
  return [invalidValue(field, value, "must not be greater than 100%")];
}

/** The number, or the one before the percent sign. */
export function amountOf(value: number | string | undefined): number {
  if (typeof value === "number") return value;
  return value !== undefined && percentErrors(value).length === 0 ? Number.parseInt(value, 10) : 0;
}
