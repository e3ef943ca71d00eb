// Words that several kinds of claim share, and the error for what cannot be read.

/** How a request ended, as a claim wants it. */
export type Outcome = string;

/** A claim that cannot be read: the message says what was expected and what was seen. */
export class ClaimError extends Error {
  override name = "ClaimError";
}

const outcomes = /^([1-5]\d\d|[1-5]xx|refused|timeout|unresolved|untrusted|reset|served|failed)$/;

/** "namespace/name" or "name"; each part may hold *. */
export const key = /^[a-z0-9.*-]+(\/[a-z0-9.*-]+)?$/;

/** Cuts at the arrow. Throws ClaimError when there is none. */
export function arrow(text: string): [before: string, after: string] {
  const at = text.search(/→|->/);
  if (at < 0) throw expected("… → outcome", text);
  return [text.slice(0, at).trim(), text.slice(at).replace(/^(→|->)\s*/, "")];
}

export function outcomeOf(word: string): Outcome {
  if (outcomes.test(word)) return word;
  throw expected(
    "a status, 4xx, refused, timeout, unresolved, untrusted, reset, served or failed",
    word,
  );
}

export function unquote(text: string): string {
  return /^".*"$/.test(text) ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
}

export function expected(wanted: string, saw: string): ClaimError {
  return new ClaimError(`expected ${wanted}, saw "${saw}"`);
}
