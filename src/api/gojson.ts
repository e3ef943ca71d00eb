// JSON as Go prints it with an indentation of four: keys sorted, <, > and & escaped.

/** The text of `-o json`, with a final line feed. */
export function printJson(value: unknown): string {
  return `${escapeHtml(JSON.stringify(sortKeys(value), null, 4))}\n`;
}

/** On one line, as the last-applied annotation holds it. */
export function compactJson(value: unknown): string {
  return escapeHtml(JSON.stringify(sortKeys(value)));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .map((key) => [key, sortKeys(object[key])]),
  );
}

function escapeHtml(json: string): string {
  const codes: Record<string, string> = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
  };
  return json.replace(/[<>&\u2028\u2029]/g, (char) => codes[char]!);
}
