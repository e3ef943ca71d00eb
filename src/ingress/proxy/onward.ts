// The request as it goes on to the upstream: its target after rewrites, its fields, its content.

import { header, HttpError } from "../../net/http/message.ts";
import type { HeaderField } from "../../net/http/message.ts";
import type { Passing } from "../filters.ts";
import type { Route } from "../table.ts";
import type { Dialect } from "./dialect.ts";
import type { Exchange } from "./exchange.ts";
import type { Onward } from "./forward.ts";
import { escapePath } from "./uri.ts";
import { expand } from "./variables.ts";

/** Fields that end here (RFC 9110 section 7.6.1), and the framing, which is made anew. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "expect",
]);

/** Content up to this size is read whole first, so that the request can be sent again. */
const repeatableBytesMax = 16 * 1024;

/** The content was longer than allowed, which its head had not told. */
export class TooLarge extends Error {
  override name = "TooLarge";
  readonly bytes: number;

  constructor(bytes: number) {
    super(`content longer than ${bytes} bytes`);
    this.bytes = bytes;
  }
}

/** Throws TooLarge. */
export async function onwardOf(
  x: Exchange,
  route: Route,
  passing: Passing,
  dialect: Dialect,
): Promise<Onward> {
  const { method } = x.request;
  const body = await bodyOf(x, passing);
  return { method, target: targetOf(x), headers: fieldsOf(x, route, passing, dialect), body };
}

/** As it was sent, unless it was rewritten. */
function targetOf(x: Exchange): string {
  if (x.target !== undefined) return x.target;
  if (!x.rewritten) return x.uri.raw;
  return escapePath(x.path) + (x.args === "" ? "" : `?${x.args}`);
}

function fieldsOf(
  x: Exchange,
  route: Route,
  passing: Passing,
  dialect: Dialect,
): readonly HeaderField[] {
  const host = passing.hostTemplate ? expand(passing.hostTemplate, x) : x.bestHost;
  const set = new Map<string, HeaderField>();
  const put = ([name, value]: HeaderField): void => void set.set(name.toLowerCase(), [name, value]);
  put(["Host", host]);
  for (const field of dialect.toUpstream(x, route)) put(field);
  const upgrade = x.header("upgrade");
  if (upgrade !== undefined) {
    put(["Upgrade", upgrade]);
    put(["Connection", "upgrade"]);
  }
  if (passing.connection !== undefined) put(["Connection", passing.connection]);
  for (const field of x.toUpstream) put(field);
  const named = connectionOptions(x.header("connection"));
  const passed = x.request.headers.filter(([name]) => {
    const key = name.toLowerCase();
    return !hopByHop.has(key) && !named.has(key) && !set.has(key) && !key.includes("_");
  });
  return [...[...set.values()].filter(([, value]) => value !== ""), ...passed];
}

/** Fields that the Connection field names end here too. */
function connectionOptions(value: string | undefined): ReadonlySet<string> {
  return new Set((value ?? "").split(",").map((one) => one.trim().toLowerCase()));
}

async function bodyOf(x: Exchange, { bodyBytesMax }: Passing): Promise<Onward["body"]> {
  const { headers, body } = x.request;
  const length = header(headers, "content-length");
  const chunked = header(headers, "transfer-encoding") !== undefined;
  if (!chunked && (length === undefined || length === "0")) return undefined;
  if (chunked || Number(length) <= repeatableBytesMax) {
    const bytesMax = bodyBytesMax > 0 ? bodyBytesMax : undefined;
    try {
      const bytes = await body.bytes(bytesMax);
      x.bodyBytesReceived = bytes.length;
      return bytes;
    } catch (error) {
      if (error instanceof HttpError && error.status === 413) throw new TooLarge(bytesMax! + 1);
      throw error;
    }
  }
  return counted(body, x);
}

async function* counted(body: AsyncIterable<Uint8Array>, x: Exchange): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    x.bodyBytesReceived += piece.length;
    yield piece;
  }
}
