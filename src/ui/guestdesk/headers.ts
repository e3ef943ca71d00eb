// Reads header lines as people write them.

export interface ReadHeaders {
  readonly headers: readonly (readonly [string, string])[];
  /** What is wrong with the first bad line; empty when all is well. */
  readonly problem: string;
}

/** A field name is a token (RFC 9110 section 5.6.2). */
const line = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/;

/** "Host: example.com\nX-Id: 7" → pairs. Empty lines are skipped. */
export function readHeaders(text: string): ReadHeaders {
  const headers: (readonly [string, string])[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (raw.trim() === "") continue;
    const read = line.exec(raw.trim());
    if (!read) {
      const problem = `header line ${index + 1}: wanted "Name: value", saw "${raw.trim()}"`;
      return { headers: [], problem };
    }
    headers.push([read[1]!, read[2]!]);
  }
  return { headers, problem: "" };
}
