// Hostnames of listeners and routes: "" for all, "*.example.com" for any number of labels before
// the suffix, everything else for itself (Hostname in apis/v1/shared_types.go).

/** What both name: the more specific of the two; undefined when they have nothing in common. */
export function intersection(a: string, b: string): string | undefined {
  if (covers(a, b)) return b;
  return covers(b, a) ? a : undefined;
}

/** Whether every host of `narrow` is one of `wide`. */
export function covers(wide: string, narrow: string): boolean {
  if (wide === "" || wide === narrow) return true;
  return wide.startsWith("*.") && narrow.endsWith(wide.slice(1)) && narrow.length >= wide.length;
}

/** Negative when `a` goes before `b`: whole names first, then by length, none at all last. */
export function bySpecificity(a: string, b: string): number {
  const whole = Number(isWildcard(a)) - Number(isWildcard(b));
  return whole || b.length - a.length;
}

export function isWildcard(hostname: string): boolean {
  return hostname === "" || hostname.startsWith("*.");
}

/** The most specific of those that cover a host. */
export function mostSpecific<T extends { readonly hostname: string }>(
  all: readonly T[],
  host: string,
): T | undefined {
  let best: T | undefined;
  for (const one of all) {
    if (!covers(one.hostname, host)) continue;
    if (!best || bySpecificity(one.hostname, best.hostname) < 0) best = one;
  }
  return best;
}
