// How long a message's content is, and whether the connection outlives it: RFC 9112 sections
// 6.1 to 6.3 and 9.3, with no leniency where two readers could disagree.

import { shown } from "./fields.ts";
import type { HeaderField, HttpVersion } from "./message.ts";
import { HttpError } from "./message.ts";
import { equalsIgnoreCase, listMembers } from "./syntax.ts";

/** How the content is delimited. */
export type Framing =
  | { readonly by: "none" }
  | { readonly by: "length"; readonly bytes: number }
  | { readonly by: "chunks" }
  /** Responses only: until the server closes the connection. */
  | { readonly by: "close" }
  /** After 101, and after 2xx to CONNECT: the connection speaks another protocol now. */
  | { readonly by: "tunnel" };

export const noContent: Framing = { by: "none" };
const chunks: Framing = { by: "chunks" };
const untilClose: Framing = { by: "close" };
const tunnel: Framing = { by: "tunnel" };

/** The fields that decide over the connection, gathered in one pass. */
export interface ConnectionFields {
  readonly contentLengths: readonly string[];
  readonly transferEncodings: readonly string[];
  readonly hosts: readonly string[];
  readonly expects: readonly string[];
  /** Members of Connection, in lower case. */
  readonly options: readonly string[];
  /** Members of Upgrade as sent; only those announced by `Connection: upgrade`. */
  readonly upgrades: readonly string[];
}

const none: readonly string[] = [];

export function connectionFields(headers: readonly HeaderField[]): ConnectionFields {
  let contentLengths = none;
  let transferEncodings = none;
  let hosts = none;
  let expects = none;
  let connections = none;
  let upgrades = none;
  for (const [name, value] of headers) {
    // The length first: most fields are none of these.
    if (name.length === 4 && equalsIgnoreCase(name, "host")) hosts = [...hosts, value];
    else if (name.length === 6 && equalsIgnoreCase(name, "expect")) expects = [...expects, value];
    else if (name.length === 7 && equalsIgnoreCase(name, "upgrade")) {
      upgrades = [...upgrades, value];
    } else if (name.length === 10 && equalsIgnoreCase(name, "connection")) {
      connections = [...connections, value.toLowerCase()];
    } else if (name.length === 14 && equalsIgnoreCase(name, "content-length")) {
      contentLengths = [...contentLengths, value];
    } else if (name.length === 17 && equalsIgnoreCase(name, "transfer-encoding")) {
      transferEncodings = [...transferEncodings, value];
    }
  }
  const options = connections === none ? none : listMembers(connections);
  const announced = upgrades !== none && options.includes("upgrade");
  return {
    contentLengths,
    transferEncodings,
    hosts,
    expects,
    options,
    upgrades: announced ? listMembers(upgrades) : none,
  };
}

/** Whether the connection may carry another message (RFC 9112 section 9.3). */
export function persists(version: HttpVersion, { options }: ConnectionFields): boolean {
  if (options.length === 0) return version === "HTTP/1.1";
  if (options.includes("close")) return false;
  return version === "HTTP/1.1" || options.includes("keep-alive");
}

/** RFC 9112 section 6.3 for a request. Throws HttpError 400, or 501 for a foreign coding. */
export function requestFraming(version: HttpVersion, fields: ConnectionFields): Framing {
  const { contentLengths, transferEncodings } = fields;
  if (transferEncodings.length > 0) {
    if (contentLengths.length > 0) {
      throw new HttpError(400, "both Transfer-Encoding and Content-Length");
    }
    if (version === "HTTP/1.0") throw new HttpError(400, "Transfer-Encoding in HTTP/1.0");
    const codings = listMembers(transferEncodings);
    if (!equalsIgnoreCase(codings.at(-1) ?? "", "chunked")) {
      const seen = shown(transferEncodings.join(", "));
      throw new HttpError(400, `the last transfer coding must be chunked, saw ${seen}`);
    }
    const foreign = codings.find((coding) => !equalsIgnoreCase(coding, "chunked"));
    if (foreign !== undefined) {
      throw new HttpError(501, `transfer coding ${shown(foreign)} is not implemented`);
    }
    if (codings.length > 1) throw new HttpError(400, "chunked applied twice");
    return chunks;
  }
  return lengthFraming(contentLengths, 400) ?? noContent;
}

/** RFC 9112 section 6.3 for the response to a `method` request. Throws HttpError 502. */
export function responseFraming(o: {
  method: string;
  status: number;
  version: HttpVersion;
  fields: ConnectionFields;
}): Framing {
  const { method, status, version, fields } = o;
  if (status === 101) return tunnel;
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return noContent;
  if (method === "CONNECT" && status < 300) return tunnel;
  const { contentLengths, transferEncodings } = fields;
  if (transferEncodings.length > 0) {
    if (contentLengths.length > 0) {
      throw new HttpError(502, "both Transfer-Encoding and Content-Length in the response");
    }
    if (version === "HTTP/1.0") throw new HttpError(502, "Transfer-Encoding in HTTP/1.0");
    const codings = listMembers(transferEncodings);
    if (codings.length === 1 && equalsIgnoreCase(codings[0]!, "chunked")) return chunks;
    throw new HttpError(502, `transfer coding ${shown(transferEncodings.join(", "))}`);
  }
  return lengthFraming(contentLengths, 502) ?? untilClose;
}

/** Refuses every repetition: RFC 9110 section 8.6 allows that even when the values agree. */
function lengthFraming(values: readonly string[], malformed: number): Framing | undefined {
  if (values.length === 0) return undefined;
  if (values.length > 1) throw new HttpError(malformed, "more than one Content-Length");
  const value = values[0]!;
  const bytes = contentLength(value);
  if (bytes === undefined) {
    throw new HttpError(malformed, `invalid Content-Length: ${shown(value)}`);
  }
  return bytes === 0 ? noContent : { by: "length", bytes };
}

/** The number of bytes, or undefined unless `value` is digits that a number holds exactly. */
export function contentLength(value: string): number | undefined {
  if (!/^\d+$/.test(value)) return undefined;
  const bytes = Number(value);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
