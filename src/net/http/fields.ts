// Field lines (RFC 9112 section 5): text to fields.

import type { HeaderField } from "./message.ts";
import { HttpError } from "./message.ts";
import { isOws, isToken, trimOws } from "./syntax.ts";

/**
 * The fields of a section's lines from offset `at`; each line ends with CRLF.
 *
 * From a server (`lenient`) white space before the colon is dropped and a folded line is joined
 * with a space, as sections 5.1 and 5.2 ask of whoever receives a response. From a client both
 * are refused: a server in front that reads them differently is how requests are smuggled.
 */
export function parseFields(
  lines: string,
  at: number,
  { lenient, malformed }: { lenient: boolean; malformed: number },
): HeaderField[] {
  const fields: HeaderField[] = [];
  while (at < lines.length) {
    const end = lines.indexOf("\r\n", at);
    const colon = lines.indexOf(":", at);
    if (isOws(lines.charCodeAt(at))) {
      if (!lenient || fields.length === 0) {
        throw new HttpError(malformed, `folded header line: ${shown(lines.slice(at, end))}`);
      }
      const [name, value] = fields.pop()!;
      fields.push([name, trimOws(`${value} ${trimOws(lines.slice(at, end))}`)]);
    } else {
      if (colon < 0 || colon > end) {
        throw new HttpError(
          malformed,
          `header line without a colon: ${shown(lines.slice(at, end))}`,
        );
      }
      let nameEnd = colon;
      if (lenient) while (nameEnd > at && isOws(lines.charCodeAt(nameEnd - 1))) nameEnd--;
      if (!isToken(lines, at, nameEnd)) {
        throw new HttpError(malformed, `invalid header name: ${shown(lines.slice(at, colon))}`);
      }
      fields.push([lines.slice(at, nameEnd), valueOf(lines, colon + 1, end)]);
    }
    at = end + 2;
  }
  return fields;
}

/** A received text for an error message: quoted, and short. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function valueOf(lines: string, start: number, end: number): string {
  while (start < end && isOws(lines.charCodeAt(start))) start++;
  while (end > start && isOws(lines.charCodeAt(end - 1))) end--;
  return lines.slice(start, end);
}
