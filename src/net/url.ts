// http and https URLs as clients take them apart (RFC 3986, with curl's leniencies).
//
//   const url = parseUrl("example.com/web?x=1#top");
//   if ("problem" in url) …   // decide by problem; the words a tool prints live in that tool
//   dial(url.host, url.port); send({ target: url.target, headers: [["Host", url.authority]] })

import { latin1, utf8 } from "../base/bytes.ts";
import { isHost } from "./http/syntax.ts";

export interface Url {
  readonly scheme: "http" | "https";
  /** In lower case; an IPv6 literal without its brackets. */
  readonly host: string;
  /** The given port, else 80 or 443. */
  readonly port: number;
  /** What the Host header says: the host, and the port unless it is the scheme's own. */
  readonly authority: string;
  /** Path and query as they go on the request line, one character a byte; never empty. */
  readonly target: string;
  /** "user:password" as given, percent-decoded. */
  readonly credentials: string | undefined;
  /** What follows "#"; never sent. */
  readonly fragment: string | undefined;
}

export interface UrlProblem {
  readonly problem:
    | "scheme" //     a scheme other than http and https; `seen` is the scheme
    | "no host" //    nothing where the host should be
    | "bad host" //   characters that no host has
    | "bad port" //   not a number from 0 to 65535
    | "malformed"; // a space or control character
  /** The part that is wrong. */
  readonly seen: string;
}

/**
 * Takes a URL apart. Without a scheme it is taken for http. Dot segments are resolved, as curl
 * does without --path-as-is.
 */
export function parseUrl(text: string): Url | UrlProblem {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const control = /[\x00-\x20\x7f]/.exec(text);
  if (control) return { problem: "malformed", seen: control[0] };
  const given = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(text);
  const scheme = given ? given[1]!.toLowerCase() : "http";
  if (scheme !== "http" && scheme !== "https") return { problem: "scheme", seen: scheme };
  const [, authority = "", rest = ""] = /^([^/?#]*)(.*)$/s.exec(given ? given[2]! : text)!;
  const at = authority.lastIndexOf("@");
  const place = hostAndPort(authority.slice(at + 1));
  if ("problem" in place) return place;
  const own = scheme === "https" ? 443 : 80;
  const port = place.port ?? own;
  const hash = rest.indexOf("#");
  const shownHost = place.host.includes(":") ? `[${place.host}]` : place.host;
  return {
    scheme,
    host: place.host,
    port,
    authority: port === own ? shownHost : `${shownHost}:${port}`,
    target: targetOf(hash < 0 ? rest : rest.slice(0, hash)),
    credentials: at < 0 ? undefined : percentDecoded(authority.slice(0, at)),
    fragment: hash < 0 ? undefined : rest.slice(hash + 1),
  };
}

function hostAndPort(text: string): { host: string; port: number | undefined } | UrlProblem {
  const split = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(text);
  if (!split) return { problem: "bad port", seen: text.slice(text.indexOf(":") + 1) };
  const [, name = "", digits = ""] = split;
  if (name === "") return { problem: "no host", seen: text };
  const host = percentDecoded(name).toLowerCase();
  if (!isHost(host) || (host.includes(":") && !host.startsWith("["))) {
    return { problem: "bad host", seen: name };
  }
  if (!/^\d*$/.test(digits) || Number(digits) > 65_535)
    return { problem: "bad port", seen: digits };
  return { host: host.replace(/^\[|\]$/g, ""), port: digits === "" ? undefined : Number(digits) };
}

function targetOf(pathAndQuery: string): string {
  const bytes = latin1(utf8(pathAndQuery));
  const mark = bytes.indexOf("?");
  const path = mark < 0 ? bytes : bytes.slice(0, mark);
  return withoutDots(path) + (mark < 0 ? "" : bytes.slice(mark));
}

/** RFC 3986 section 5.2.4. */
export function withoutDots(path: string): string {
  if (!path.includes("/.")) return path === "" ? "/" : path;
  const out: string[] = [];
  const segments = path.split("/").slice(1);
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === "..") out.pop();
    else if (segment !== ".") out.push(segment);
    if (last && (segment === "." || segment === "..")) out.push("");
  }
  return `/${out.join("/")}`;
}

/** Percent-decoded as UTF-8; left as it is when that is impossible. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
