// Durations as Go writes them ("2160h", "1h30m"), and when a certificate is renewed.
// Models pkg/util/pki/renewaltime.go.

import type { Certificate } from "./kinds.ts";

const unitsMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
};

/** 90 days. */
const durationMsDefault = 90 * 86_400_000;

/** Milliseconds; undefined for what is no duration. */
export function durationMs(written: string | undefined): number | undefined {
  if (!written || !/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(written)) return undefined;
  let sum = 0;
  for (const [, value, unit] of written.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)) {
    sum += Number(value) * unitsMs[unit!]!;
  }
  return sum;
}

/** Upstream's webhook refuses less; without it, less is taken for this. */
const durationMsMin = 3_600_000;

/** How long a certificate shall be valid. */
export function lifetimeMs({ duration }: { duration?: string }): number {
  return Math.max(durationMs(duration) ?? durationMsDefault, durationMsMin);
}

/** When to renew: `renewBefore` ahead of the end, else after two thirds of the lifetime. */
export function renewalMs(
  { notBeforeMs, notAfterMs }: { notBeforeMs: number; notAfterMs: number },
  { renewBefore, renewBeforePercentage = 0 }: Certificate["spec"],
): number {
  const whole = notAfterMs - notBeforeMs;
  const chosen = durationMs(renewBefore) ?? 0;
  let aheadMs = whole / 3;
  if (chosen > 0 && chosen < whole) aheadMs = chosen;
  else if (renewBeforePercentage > 0 && renewBeforePercentage < 100) {
    aheadMs = (whole * renewBeforePercentage) / 100;
  }
  return Math.floor((notAfterMs - aheadMs) / 1000) * 1000;
}

/** As Go prints one: "2160h0m0s". */
export function printDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h > 0) return `${h}h${m}m${s}s`;
  return m > 0 ? `${m}m${s}s` : `${s}s`;
}
