// The request as curl writes it: which fields, in which order. What -H says is sent as it was
// typed, right or wrong, so that a server's answer to a malformed request can be seen.

import { base64, concat, latin1, noBytes, utf8 } from "../../../base/bytes.ts";
import type { Config } from "./config.ts";
import { inferredMethod } from "./options.ts";
import type { Target } from "./url.ts";

/** What this curl is called in User-Agent. */
export const version = "8.5.0";

/** What changes from one request of a transfer to the next. */
export interface Turn {
  readonly target: Target;
  /** Redirects may drop the content and turn POST into GET. */
  readonly sendsData: boolean;
  /** Whether a redirect led away from the host that credentials were given for. */
  readonly foreign: boolean;
  readonly referer: string | undefined;
  /** What the cookie engine has for this target: "a=b; c=d". */
  readonly cookies: string;
  /** Whether a redirect switched the method to GET (-X is kept all the same). */
  readonly switchedToGet: boolean;
}

export interface OutgoingHead {
  readonly method: string;
  /** Request line and fields with the empty line, one character a byte. */
  readonly head: string;
  readonly content: Uint8Array;
  /** The user that is shown for `Authorization: Basic`. */
  readonly basicUser: string | undefined;
  /** Wait for 100 Continue before the content. */
  readonly expectsContinue: boolean;
}

/** Content longer than this is announced with `Expect: 100-continue`. */
const expectBytesMin = 1024 * 1024;

export function requestOf(config: Config, turn: Turn): OutgoingHead {
  const { target } = turn;
  const custom = new CustomHeaders(config, turn);
  const posts = turn.sendsData && config.data !== undefined && !config.get;
  const method = config.method ?? (turn.switchedToGet ? "GET" : inferredMethod(config));
  const lines: string[] = [];
  const unlessCustom = (name: string, value: string | undefined): void => {
    if (value !== undefined && !custom.has(name)) lines.push(`${name}: ${value}`);
  };
  const host = custom.has("Host") ? custom.host : `Host: ${target.authority}`;
  if (host !== undefined) lines.push(host);
  const credentials = turn.foreign ? undefined : (config.user ?? target.credentials);
  const basic = credentials === undefined || custom.has("Authorization") ? undefined : credentials;
  unlessCustom("Authorization", basic && `Basic ${base64(utf8(basic))}`);
  const range = config.range;
  if (posts) unlessCustom("Content-Range", range && `bytes ${range}/${config.data!.length}`);
  else unlessCustom("Range", range && `bytes=${range}`);
  unlessCustom("User-Agent", (config.userAgent ?? `curl/${version}`) || undefined);
  unlessCustom("Accept", config.json ? undefined : "*/*");
  unlessCustom("Referer", turn.referer);
  const given = turn.foreign ? "" : config.cookies.join(";");
  const cookies = [turn.cookies, given].filter((one) => one !== "").join("; ");
  unlessCustom("Cookie", cookies || undefined);
  lines.push(...custom.lines);
  if (config.json) {
    unlessCustom("Content-Type", "application/json");
    unlessCustom("Accept", "application/json");
  }
  const chunked = posts && /\bchunked\b/i.test(custom.value("Transfer-Encoding") ?? "");
  const data = posts ? config.data! : noBytes;
  if (posts && !chunked) unlessCustom("Content-Length", String(data.length));
  if (posts && !config.json) unlessCustom("Content-Type", "application/x-www-form-urlencoded");
  const large = config.version === "HTTP/1.1" && data.length > expectBytesMin;
  if (large) unlessCustom("Expect", "100-continue");
  const line = `${method} ${config.requestTarget ?? target.target} ${config.version}`;
  return {
    method,
    head: latin1(utf8(`${[...lines, ""].join("\r\n")}\r\n`)).replace(/^/, `${line}\r\n`),
    content: chunked ? asChunks(data) : data,
    basicUser: basic?.slice(0, basic.indexOf(":")),
    expectsContinue: /100-continue/i.test(custom.value("Expect") ?? (large ? "100-continue" : "")),
  };
}

/** One chunk and the last one (RFC 9112 section 7.1). */
function asChunks(data: Uint8Array): Uint8Array {
  const last = utf8("0\r\n\r\n");
  if (data.length === 0) return last;
  return concat(utf8(`${data.length.toString(16)}\r\n`), data, utf8("\r\n"), last);
}

/** What -H says. */
class CustomHeaders {
  /** To be sent as they are, without Host. */
  readonly lines: string[] = [];
  /** The Host line to be sent, if any. */
  readonly host: string | undefined;
  readonly #values = new Map<string, string>();

  constructor({ headers, locationTrusted }: Config, { foreign }: Turn) {
    for (const header of headers) {
      const found = /^([^:;]*)([:;])(.*)$/s.exec(header);
      if (!found) continue;
      const [, rawName = "", sign, rawValue = ""] = found;
      const name = rawName.trim().toLowerCase();
      const value = rawValue.trim();
      // "Name;" sends the name with nothing behind it, "Name:" sends no such field at all.
      if (sign === ";" && value !== "") continue;
      const secret = name === "authorization" || name === "cookie";
      if (foreign && !locationTrusted && (secret || name === "host")) continue;
      const line = sign === ";" ? `${rawName}:` : value === "" ? undefined : header;
      if (!this.#values.has(name)) this.#values.set(name, value);
      if (name === "host") this.host ??= line;
      else if (line !== undefined) this.lines.push(line);
    }
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  value(name: string): string | undefined {
    return this.#values.get(name.toLowerCase());
  }
}
