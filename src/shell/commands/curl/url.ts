// URLs in curl's words: taken apart, refused, and resolved against the page that redirected.

import { latin1, utf8 } from "../../../base/bytes.ts";
import { parseUrl, withoutDots, type UrlProblem } from "../../../net/url.ts";
import { notHere } from "../../command.ts";
import { code, CurlError } from "./errors.ts";

export interface Target {
  readonly scheme: "http" | "https";
  /** As it was typed; an IPv6 literal without its brackets. */
  readonly host: string;
  readonly port: number;
  /** What the Host header says. */
  readonly authority: string;
  /** Path and query, one character a byte. */
  readonly target: string;
  /** "user:password" out of the URL itself. */
  readonly credentials: string | undefined;
  /** The whole URL, as %{url_effective} and -v show it. */
  readonly url: string;
}

/** Throws CurlError: (3) for what is no URL, (1) for another protocol than http and https. */
export function targetOf(
  typed: string,
  { pathAsIs, redirect = false }: { pathAsIs: boolean; redirect?: boolean },
): Target {
  const full = withScheme(typed);
  const parsed = parseUrl(full);
  if ("problem" in parsed) throw rejected(parsed, redirect);
  const [, scheme = "", authority = "", rest = ""] = /^(.*?):\/\/([^/?#]*)(.*)$/s.exec(full)!;
  const place = authority.slice(authority.lastIndexOf("@") + 1);
  const host = place.replace(/:\d*$/, "").replace(/^\[|\]$/g, "");
  const own = parsed.port === (parsed.scheme === "https" ? 443 : 80);
  const shown = host.includes(":") ? `[${host}]` : host;
  const [path = "", query = ""] = splitPath(rest);
  const keptPath = encodedPath(pathAsIs ? path || "/" : withoutDots(path));
  return {
    scheme: parsed.scheme,
    host,
    port: parsed.port,
    authority: own ? shown : `${shown}:${parsed.port}`,
    target: latin1(utf8(keptPath + query.replace(/#.*$/s, ""))),
    credentials: parsed.credentials,
    url: `${scheme.toLowerCase()}://${authority}${keptPath}${query}`,
  };
}

/** The target with more behind its query: -G and --url-query. */
export function withQuery(target: Target, more: string): Target {
  if (more === "") return target;
  const joined = (text: string): string =>
    /[?&]$/.test(text) ? text + more : `${text}${text.includes("?") ? "&" : "?"}${more}`;
  const [, url = "", fragment = ""] = /^([^#]*)(.*)$/s.exec(target.url)!;
  return { ...target, target: joined(target.target), url: joined(url) + fragment };
}

/** Where a Location header leads, seen from `base` (RFC 3986 section 5.2). */
export function redirected(base: Target, location: string): string {
  const to = location.replaceAll(" ", "%20");
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(to)) return to;
  const [, origin = "", rest = ""] = /^(.*?:\/\/[^/?#]*)([^#]*)/s.exec(base.url)!;
  if (to.startsWith("//")) return `${base.scheme}:${to}`;
  if (to.startsWith("/")) return origin + to;
  const path = rest.replace(/\?.*$/s, "") || "/";
  if (to.startsWith("?")) return origin + path + to;
  if (to.startsWith("#")) return origin + rest + to;
  return origin + withoutDots(path.slice(0, path.lastIndexOf("/") + 1) + to);
}

/** The URL without a name and password in it: what a Referer may tell. */
export function withoutCredentials(url: string): string {
  return url.replace(/:\/\/[^/?#@]*@/, "://").replace(/#.*$/s, "");
}

/** "http://" where there is no scheme; between one and three slashes behind one that is there. */
function withScheme(typed: string): string {
  const given = /^([A-Za-z][A-Za-z0-9+.-]*):(\/{1,3})(?!\/)(.*)$/s.exec(typed);
  if (given) return `${given[1]}://${given[3]}`;
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(typed) ? typed : `http://${typed}`;
}

/** Characters beyond ASCII are percent-encoded in a path, and sent as they are in a query. */
function encodedPath(path: string): string {
  return path.replace(/[\u0080-\u{10ffff}]+/gu, (some) => encodeURIComponent(some).toLowerCase());
}

function splitPath(rest: string): [path: string, query: string] {
  const end = rest.search(/[?#]/);
  return end < 0 ? [rest, ""] : [rest.slice(0, end), rest.slice(end)];
}

/** The other protocols of a full curl. */
const elsewhere = new Set(
  (
    "dict file ftp ftps gopher gophers imap imaps ldap ldaps mqtt pop3 pop3s rtmp rtmpe rtmps " +
    "rtmpt rtmpte rtmpts rtsp scp sftp smb smbs smtp smtps telnet tftp ws wss"
  ).split(" "),
);

function rejected({ problem, seen }: UrlProblem, redirect: boolean): CurlError {
  const target = "The redirect target URL could not be parsed";
  if (problem !== "scheme") {
    const what = redirect ? target : "URL rejected";
    return new CurlError(code.urlMalformat, `${what}: ${problemWords[problem]}`);
  }
  const words = elsewhere.has(seen)
    ? notHere(`the protocol ${seen} (the real curl has it); http and https are`)
    : redirect
      ? `${target}: Unsupported URL scheme`
      : `Protocol "${seen}" not supported or disabled in libcurl`;
  return new CurlError(code.unsupportedProtocol, words);
}

/** lib/strerror.c, curl_url_strerror. */
const problemWords: Readonly<Record<Exclude<UrlProblem["problem"], "scheme">, string>> = {
  "no host": "No host part in the URL",
  "bad host": "Bad hostname",
  "bad port": "Port number was not a decimal number between 0 and 65535",
  malformed: "Malformed input to a URL function",
};
