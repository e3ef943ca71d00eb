// Durations as Go writes and reads them: "90s", "1h30m", "500ms".

import { KubectlError } from "./errors.ts";

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds. A bare number counts as seconds, as kubectl's timeouts allow. */
export function parseDuration(text: string, flag = "--timeout"): number {
  if (/^-?\d+$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) {
    throw new KubectlError(
      `invalid argument "${text}" for "${flag}" flag: time: invalid duration "${text}"`,
    );
  }
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * units[unit!]!, 0);
}
