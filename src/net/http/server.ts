// The answering end of an HTTP/1.1 connection.
//
//   network.listen(host, 80, (connection) => {
//     void serveHttp(connection, { by: host.actor, handle: async (request) => ({ status: 204 }) });
//   });
//
// Requests are handled one after the other, so pipelined ones are answered in order. Each leaves
// a `request` and a `respond` hop on the trace that the connection carried when it was read.

import { assert } from "../../base/assert.ts";
import type { Connection } from "../connection.ts";
import type { Actor, Trace } from "../trace.ts";
import { plainRefusal } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { RequestDecoder } from "./decoder.ts";
import { Encoder } from "./encoder.ts";
import { Exchange } from "./exchange.ts";
import { MessageReader } from "./incoming.ts";
import type { HttpLimits } from "./limits.ts";
import { defaultLimits } from "./limits.ts";
import type { Request, RequestHead } from "./message.ts";
import { HttpError } from "./message.ts";

export type { Answer } from "./answer.ts";

/** What a handler may know of the exchange beside the request. */
export interface ExchangeContext {
  readonly connection: Connection;
  /** The request's own trace, whatever the connection carries later. */
  readonly trace: Trace;
}

export interface ServeOptions {
  readonly by: Actor;
  readonly scheme?: "http" | "https";
  /**
   * Answers a request. An HttpError thrown becomes its status, anything else 500. The content
   * of the request can be read until the answer is written.
   */
  handle(request: Request, exchange: ExchangeContext): Promise<Answer>;
  /** The answer to what cannot be handled; default: the status and the error in plain text. */
  refuse?(error: HttpError): Answer;
  /** Told of what a handler threw that was no HttpError. */
  onError?(error: unknown): void;
  readonly limits?: Partial<HttpLimits>;
}

/** Serves the connection until either side closes it, or it is upgraded. Never throws. */
export async function serveHttp(connection: Connection, options: ServeOptions): Promise<void> {
  const limits = options.limits ? { ...defaultLimits, ...options.limits } : defaultLimits;
  const decoder = new RequestDecoder(limits);
  const encoder = new Encoder();
  const reader = new MessageReader<RequestHead>(connection, decoder);
  try {
    for (;;) {
      const event = await reader.head();
      if (!event) break;
      const exchange = new Exchange({
        connection,
        decoder,
        encoder,
        reader,
        options,
        limits,
        event,
      });
      const next = await exchange.run();
      if (next === "handed over") return;
      if (next === "close") break;
    }
    connection.end();
    await discard(connection, limits.drainBytesMax);
  } catch (error) {
    // The connection broke, or what came is no HTTP: after that nothing can be trusted.
    if (error instanceof HttpError)
      await refuse({ connection, encoder }, error, { options, limits });
    else connection.destroy();
  }
}

async function refuse(
  { connection, encoder }: { connection: Connection; encoder: Encoder },
  error: HttpError,
  { options, limits }: { options: ServeOptions; limits: HttpLimits },
): Promise<void> {
  assert(error.status >= 400, `a refusal needs an error status, saw ${error.status}`);
  const answer = (options.refuse ?? plainRefusal)(error);
  try {
    await Exchange.answerUnread({ connection, encoder }, answer, options.by);
    connection.end();
    await discard(connection, limits.drainBytesMax);
  } catch {
    connection.destroy();
  }
}

/**
 * RFC 9112 section 9.6: a server that closes while bytes still come in resets the connection, and
 * the answer may be lost with it. So it ends its side and reads on for a while.
 */
async function discard(connection: Connection, bytesMax: number): Promise<void> {
  let bytes = 0;
  for (;;) {
    const piece = await connection.read();
    if (piece === null) return;
    bytes += piece.length;
    if (bytes > bytesMax) return connection.destroy();
  }
}
