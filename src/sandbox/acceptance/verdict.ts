// What running one case came to.

export interface Verdict {
  readonly id: string;
  readonly title: string;
  readonly verdict: "passed" | "failed" | "skipped";
  /** What differs, a sentence each. */
  readonly complaints: readonly string[];
}

/** Passed when nobody complained. */
export function verdictOf(
  { id, title }: { id: string; title: string },
  complaints: readonly string[],
): Verdict {
  return { id, title, verdict: complaints.length === 0 ? "passed" : "failed", complaints };
}

/** Nothing when the two are equal as JSON. */
export function unlike(what: string, seen: unknown, wanted: unknown): string[] {
  const [a, b] = [JSON.stringify(seen), JSON.stringify(wanted)];
  return a === b ? [] : [`${what}: wanted ${b}, saw ${a}`];
}

/** What broke, as a complaint. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
