// A request target as nginx sees it: `$request_uri` as it was sent, `$uri` decoded and with
// doubled slashes and dot segments resolved, `$args` behind the question mark.
// Models ngx_http_parse_complex_uri. Rules are matched against the normalised path.

export interface RequestUri {
  /** As it was sent, without scheme and authority: "/a//b?x=1". */
  readonly raw: string;
  /** Normalised, percent-decoded byte by byte: "/a/b". */
  readonly path: string;
  /** Without the question mark. */
  readonly args: string;
  /** The authority of an absolute target, which goes before the Host field. */
  readonly authority: string | undefined;
}

/** Undefined for a target that nginx answers with 400. */
export function parseTarget(target: string): RequestUri | undefined {
  let raw = target;
  let authority: string | undefined;
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target);
  if (absolute) {
    authority = absolute[1]!;
    raw = target.slice(absolute[0].length) || "/";
    if (raw.startsWith("?")) raw = `/${raw}`;
  }
  if (!raw.startsWith("/")) return undefined;
  const hash = raw.indexOf("#");
  const sent = hash < 0 ? raw : raw.slice(0, hash);
  const mark = sent.indexOf("?");
  const path = normalise(mark < 0 ? sent : sent.slice(0, mark));
  if (path === undefined) return undefined;
  return { raw: sent, path, args: mark < 0 ? "" : sent.slice(mark + 1), authority };
}

const plainPath = /^(\/[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9._~!$&'()*+,;=:@-]*)*\/?$/;

/** The path with %XX decoded, slashes merged and dots resolved; undefined above the root. */
function normalise(path: string): string | undefined {
  if (plainPath.test(path)) return path;
  const decoded = path.replace(/%([0-9a-fA-F]{2})?/g, (_, digits: string | undefined) =>
    digits === undefined ? "\u0000" : String.fromCharCode(parseInt(digits, 16)),
  );
  if (decoded.includes("\u0000")) return undefined;
  const out: string[] = [];
  const segments = decoded.split("/").slice(1);
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    if (segment === "..") {
      if (out.pop() === undefined) return undefined;
      if (last) out.push("");
    } else if (segment === "." || segment === "") {
      if (last) out.push("");
    } else out.push(segment);
  }
  return `/${out.join("/")}`;
}

/** A normalised path as nginx writes it into a request line (NGX_ESCAPE_URI). */
export function escapePath(path: string): string {
  return path.replace(/[^!-~]|[#%?]/g, percent);
}

/** A text as a query parameter's value (set_escape_uri): all but unreserved characters. */
export function escapeComponent(text: string): string {
  return text.replace(/[^A-Za-z0-9_.~-]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
