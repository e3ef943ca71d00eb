// Durations as Gateway API writes them (GEP-2257): "1h30m", "500ms", "0s".

/** In milliseconds; 0 for none. */
export function durationMs(text: string | undefined): number {
  let ms = 0;
  for (const [, amount, unit] of (text ?? "").matchAll(/(\d+)(ms|h|m|s)/g)) {
    ms += Number(amount) * { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }[unit as "h"];
  }
  return ms;
}
