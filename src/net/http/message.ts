// HTTP messages as plain data (RFC 9110), and the contract of the two ends that exchange them
// over a Connection (RFC 9112): see server.ts and client.ts.

import type { Connection } from "../connection.ts";

/** A field line; the name keeps the case in which it was sent. */
export type HeaderField = readonly [name: string, value: string];

export type HttpVersion = "HTTP/1.0" | "HTTP/1.1";

export interface RequestHead {
  readonly method: string;
  /** The request target as sent: "/web?x=1". */
  readonly target: string;
  readonly version: HttpVersion;
  readonly headers: readonly HeaderField[];
}

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly version: HttpVersion;
  readonly headers: readonly HeaderField[];
}

/**
 * A message's content. Iterate it once, or take it whole with `bytes`; never both.
 * Nothing is read from the connection before somebody asks.
 */
export interface Body extends AsyncIterable<Uint8Array> {
  /** The whole content. Throws HttpError 413 when it is longer than `bytesMax`. */
  bytes(bytesMax?: number): Promise<Uint8Array>;
}

/** What a sender may give as content. A string is sent as UTF-8. */
export type Content = Uint8Array | string | AsyncIterable<Uint8Array>;

export interface Request extends RequestHead {
  readonly body: Body;
}

export interface Response extends ResponseHead {
  readonly body: Body;
  /** After 101 (or 2xx to CONNECT): the connection, which speaks another protocol from here. */
  readonly upgraded?: Connection;
}

/** The first value of a field, by name in any case. */
export function header(headers: readonly HeaderField[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [field, value] of headers) {
    if (field.length === wanted.length && field.toLowerCase() === wanted) return value;
  }
  return undefined;
}

/** All values of a field, in order. */
export function headerValues(headers: readonly HeaderField[], name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([field]) => field.toLowerCase() === wanted).map(([, value]) => value);
}

/** A message that breaks the protocol, or a limit. `status` is what a server answers to it. */
export class HttpError extends Error {
  override name = "HttpError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
