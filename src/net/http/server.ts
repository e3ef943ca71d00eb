// The answering end of an HTTP/1.1 connection.
//
//   network.listen(host, 80, (connection) => {
//     void serveHttp(connection, { by: host.actor, handle: async (request) => ({ status: 204 }) });
//   });
//
// Requests are handled one after the other, so pipelined ones are answered in order. Each leaves
// a `request` and a `respond` hop on the trace that the connection carried when it was read.

import type { Clock } from "../../base/clock.ts";
import type { Connection } from "../connection.ts";
import type { NetError } from "../errors.ts";
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
import { Patience } from "./patience.ts";
import type { Awaited, PatienceLimits } from "./patience.ts";

export type { Answer } from "./answer.ts";

/** What a handler may know of the exchange beside the request. */
export interface ExchangeContext {
  readonly connection: Connection;
  /** The request's own trace, whatever the connection carries later. */
  readonly trace: Trace;
  /**
   * Calls `gone` when the client ends (undefined) or tears down the connection before the answer
   * is written. A client may end its side and still wait for the answer; most that do have gone.
   * Without effect while the request's content is not read: reading that tells it.
   */
  onGone(gone: (fault: NetError | undefined) => void): void;
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
  /** With it, clients that keep the server waiting are given up, after `patience`. */
  readonly clock?: Clock;
  readonly patience?: Partial<PatienceLimits>;
}

/** Serves the connection until either side closes it, or it is upgraded. Never throws. */
export async function serveHttp(connection: Connection, options: ServeOptions): Promise<void> {
  const server = new ServedConnection(connection, options);
  try {
    await server.serve();
  } catch (error) {
    // The connection broke, or what came is no HTTP: after that nothing can be trusted.
    if (error instanceof HttpError) await server.refuse(error);
    else connection.destroy();
  } finally {
    server.stop();
  }
}

class ServedConnection {
  readonly #connection: Connection;
  readonly #options: ServeOptions;
  readonly #limits: HttpLimits;
  readonly #decoder: RequestDecoder;
  readonly #encoder = new Encoder();
  readonly #reader: MessageReader<RequestHead>;
  readonly #patience: Patience | undefined;
  #exchange: Exchange | undefined;

  constructor(connection: Connection, options: ServeOptions) {
    const { clock, limits, patience } = options;
    this.#connection = connection;
    this.#options = options;
    this.#limits = limits ? { ...defaultLimits, ...limits } : defaultLimits;
    this.#decoder = new RequestDecoder(this.#limits);
    const expire = (awaited: Awaited): void => this.#giveUp(awaited);
    this.#patience = clock && new Patience({ clock, limits: patience, expire });
    const onWait = this.#patience && (() => this.#patience?.await(this.#decoder.phase));
    this.#reader = new MessageReader<RequestHead>(connection, this.#decoder, onWait);
  }

  async serve(): Promise<void> {
    for (;;) {
      const event = await this.#reader.head();
      this.#patience?.rest();
      if (!event) break;
      this.#exchange = new Exchange({
        connection: this.#connection,
        decoder: this.#decoder,
        encoder: this.#encoder,
        reader: this.#reader,
        options: this.#options,
        limits: this.#limits,
        event,
      });
      const next = await this.#exchange.run();
      this.#exchange = undefined;
      if (next === "handed over") return;
      if (next === "close") break;
    }
    await this.#close();
  }

  /** Answers what is no HTTP, and closes. */
  async refuse(error: HttpError): Promise<void> {
    this.#patience?.rest();
    try {
      const answer = (this.#options.refuse ?? plainRefusal)(error);
      const ends = { connection: this.#connection, encoder: this.#encoder };
      await Exchange.answerUnread(ends, answer, this.#options.by);
      await this.#close();
    } catch {
      this.#connection.destroy();
    }
  }

  stop(): void {
    this.#patience?.stop();
  }

  /**
   * RFC 9112 section 9.6: a server that closes while bytes still come in resets the connection,
   * and the answer may be lost with it. So it ends its side and reads on for a while.
   */
  async #close(): Promise<void> {
    this.#connection.end();
    this.#patience?.await("linger");
    let bytes = 0;
    while (bytes <= this.#limits.drainBytesMax) {
      const piece = await this.#reader.ahead();
      if (piece === null) return;
      bytes += piece.length;
      this.#reader.forget();
    }
    this.#connection.destroy();
  }

  /** The client kept us waiting: a read is under way, which ends with the connection. */
  #giveUp(awaited: Awaited): void {
    const { by, refuse = plainRefusal } = this.#options;
    const close = (): void => {
      this.#connection.end();
      this.#patience?.await("linger");
    };
    const destroy = (): void => this.#connection.destroy();
    if (awaited === "idle") return close();
    if (awaited === "linger" || this.#exchange?.answering) return destroy();
    const answer = refuse(new HttpError(408, "the client sent nothing for too long"));
    const ends = { connection: this.#connection, encoder: this.#encoder };
    Exchange.answerUnread(ends, answer, by).then(close, destroy);
  }
}
