// URLs as curl reads them: a scheme is guessed, the port has a default, dots in the path are
// squeezed out, brackets and braces make several URLs.

export interface CurlUrl {
  readonly scheme: string;
  /** As given; without brackets for IPv6. */
  readonly host: string;
  readonly port: number;
  /** Whether the port is the scheme's own. */
  readonly defaultPort: boolean;
  /** Path and query, as they are sent. */
  readonly target: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** As `%{url_effective}` prints it. */
  readonly text: string;
}

/** Undefined for what curl calls "bad/illegal format or missing URL". */
export function parseUrl(
  text: string,
  { asIs = false, scheme: fallback = "http" } = {},
): CurlUrl | undefined {
  // eslint-disable-next-line no-control-regex -- control characters are what makes a URL bad
  if (text === "" || /[\x00-\x20\x7f]/.test(text)) return undefined;
  const found = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):\/\/)?([^/?#]*)([^#]*)/.exec(text)!;
  const [, given, authority = "", rest = ""] = found;
  const scheme = (given ?? fallback).toLowerCase();
  const at = authority.lastIndexOf("@");
  const [user, password] = at < 0 ? [] : splitOnce(authority.slice(0, at), ":");
  const place = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]*)(?::(\d*))?$/.exec(authority.slice(at + 1));
  if (place === null) return undefined;
  const [, rawHost = "", rawPort = ""] = place;
  if (rawHost === "" || /[\s"<>^`{|}\\]/.test(rawHost)) return undefined;
  const usual = scheme === "https" ? 443 : 80;
  const port = rawPort === "" ? usual : Number(rawPort);
  if (port > 65535) return undefined;
  const host = rawHost.replace(/^\[|\]$/g, "");
  const [path = "", query] = splitOnce(rest, "?");
  const clean = asIs ? path || "/" : squeeze(path || "/");
  const target = query === undefined ? clean : `${clean}?${query}`;
  const shownPort = rawPort === "" ? "" : `:${port}`;
  const credentials = at < 0 ? "" : `${authority.slice(0, at)}@`;
  return {
    scheme,
    host,
    port,
    defaultPort: port === usual,
    target,
    user: user === undefined ? undefined : decodeURIComponent(user),
    password: password === undefined ? undefined : decodeURIComponent(password),
    text: `${scheme}://${credentials}${rawHost}${shownPort}${target}`,
  };
}

/** A redirect's target, seen from the URL that gave it (RFC 3986 section 5). */
export function resolveUrl(base: CurlUrl, location: string): CurlUrl | undefined {
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(location)) return parseUrl(location);
  const root = base.text.slice(0, base.text.length - base.target.length);
  if (location.startsWith("//")) return parseUrl(`${base.scheme}:${location}`);
  if (location.startsWith("/")) return parseUrl(root + location);
  const [path = "/"] = splitOnce(base.target, "?");
  if (location.startsWith("?")) return parseUrl(root + path + location);
  return parseUrl(root + path.slice(0, path.lastIndexOf("/") + 1) + location);
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Removes "." and ".." (RFC 3986 section 5.2.4); doubled slashes stay. */
function squeeze(path: string): string {
  const out: string[] = [];
  const parts = path.split("/").slice(1);
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (part === "..") {
      out.pop();
      if (last) out.push("");
    } else if (part === ".") {
      if (last) out.push("");
    } else out.push(part);
  }
  return `/${out.join("/")}`;
}

/** The most URLs that one pattern makes. */
const urlsMax = 10_000;

/** "{a,b}" and "[1-3]": one URL each. */
export function expandUrl(pattern: string): string[] {
  const braces = /\{([^{}]*)\}/.exec(pattern);
  const range = /\[(\d+)-(\d+)(?::(\d+))?\]|\[([a-z])-([a-z])\]/i.exec(pattern);
  const first = [braces, range].filter((one) => one !== null).sort((a, b) => a.index - b.index)[0];
  if (first === undefined) return [pattern];
  const choices = first === braces ? first[1]!.split(",") : rangeOf(first);
  const before = pattern.slice(0, first.index);
  const after = pattern.slice(first.index + first[0].length);
  return choices.flatMap((choice) => expandUrl(before + choice + after)).slice(0, urlsMax);
}

function rangeOf(found: RegExpExecArray): string[] {
  const [, from, to, step = "1", first, last] = found;
  const letters = first !== undefined && last !== undefined;
  const start = letters ? first.charCodeAt(0) : Number(from);
  const end = letters ? last.charCodeAt(0) : Number(to);
  const out: string[] = [];
  for (let at = start; at <= end && out.length < urlsMax; at += Number(step) || 1) {
    out.push(letters ? String.fromCharCode(at) : String(at).padStart(from!.length, "0"));
  }
  return out;
}
