// Request lines and status lines (RFC 9112 sections 3 and 4).

import { shown } from "./fields.ts";
import type { HttpVersion } from "./message.ts";
import { HttpError } from "./message.ts";
import { isHost, isTargetText, isToken } from "./syntax.ts";

export interface RequestLine {
  readonly method: string;
  readonly target: string;
  readonly version: HttpVersion;
}

/** Exactly one space between the three parts. Throws HttpError 400 or 505. */
export function parseRequestLine(line: string): RequestLine {
  const first = line.indexOf(" ");
  const second = line.indexOf(" ", first + 1);
  if (first < 0 || second < 0 || line.indexOf(" ", second + 1) >= 0) {
    throw new HttpError(400, `expected "method target version", saw ${shown(line)}`);
  }
  const method = line.slice(0, first);
  const target = line.slice(first + 1, second);
  const version = versionOf(line.slice(second + 1), { malformed: 400, unsupported: 505 });
  if (!isToken(method)) throw new HttpError(400, `invalid method: ${shown(method)}`);
  if (!isTarget(method, target)) {
    throw new HttpError(400, `invalid target for ${method}: ${shown(target)}`);
  }
  return { method, target, version };
}

export interface StatusLine {
  readonly version: HttpVersion;
  readonly status: number;
  readonly reason: string;
}

/** The reason may be empty, and its space missing with it. Throws HttpError 502. */
export function parseStatusLine(line: string): StatusLine {
  const version = versionOf(line.slice(0, 8), { malformed: 502, unsupported: 502 });
  const rest = line.slice(8);
  if (!/^ [1-9]\d\d(?: |$)/.test(rest)) {
    throw new HttpError(502, `expected "version status reason", saw ${shown(line)}`);
  }
  return { version, status: Number(rest.slice(1, 4)), reason: rest.slice(5) };
}

/** A minor version above 1 is processed as 1.1 (RFC 9110 section 2.5). */
function versionOf(
  text: string,
  { malformed, unsupported }: { malformed: number; unsupported: number },
): HttpVersion {
  if (text === "HTTP/1.1") return "HTTP/1.1";
  if (text === "HTTP/1.0") return "HTTP/1.0";
  if (!/^HTTP\/\d\.\d$/.test(text)) {
    throw new HttpError(malformed, `expected an HTTP version, saw ${shown(text)}`);
  }
  if (text.charCodeAt(5) === 0x31) return "HTTP/1.1";
  throw new HttpError(unsupported, `${text} is not supported`);
}

/** The four forms of RFC 9112 section 3.2. */
function isTarget(method: string, target: string): boolean {
  if (!isTargetText(target)) return false;
  if (method === "CONNECT") return /:\d+$/.test(target) && isHost(target);
  if (target.startsWith("/")) return true;
  if (target === "*") return method === "OPTIONS";
  const authority = authorityOf(target);
  return authority !== undefined && authority !== "" && isHost(authority);
}

/** The authority of an absolute-form target: "example.com:8080" of "http://example.com:8080/a". */
function authorityOf(target: string): string | undefined {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)/.exec(target)?.[1];
}
