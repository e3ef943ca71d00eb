// Content on its way in: a Body that pulls from the connection when somebody asks, and not before.

import { noBytes } from "../../base/bytes.ts";
import type { Connection } from "../connection.ts";
import type { BodyEvent } from "./chunked.ts";
import type { HeadEvent, MessageEvent } from "./decoder.ts";
import type { Body, HeaderField } from "./message.ts";
import { HttpError } from "./message.ts";

/** What `bytes()` takes when its caller names no bound: 16 MiB. */
const bodyBytesMax = 16 * 1024 * 1024;

/** A message decoder as this file needs it. */
interface Decoder<Head> {
  push(bytes: Uint8Array): void;
  finish(): void;
  next(): MessageEvent<Head> | undefined;
}

/** Feeds a decoder from a connection, as far as somebody asks. */
export class MessageReader<Head> {
  readonly #connection: Connection;
  readonly #decoder: Decoder<Head>;
  readonly #onWait: (() => void) | undefined;
  #pending: Promise<Uint8Array | null> | undefined;
  #ended = false;

  /** @param onWait called whenever a wait for the peer begins. */
  constructor(connection: Connection, decoder: Decoder<Head>, onWait?: () => void) {
    this.#connection = connection;
    this.#decoder = decoder;
    this.#onWait = onWait;
  }

  /** The next head; undefined when the peer ended between two messages. */
  async head(): Promise<HeadEvent<Head> | undefined> {
    for (;;) {
      const event = this.#decoder.next();
      if (event?.type === "head") return event;
      if (event === undefined && !(await this.more())) return undefined;
    }
  }

  /** The next of the content under way. */
  async content(): Promise<BodyEvent> {
    for (;;) {
      const event = this.#decoder.next();
      if (event !== undefined) return event as BodyEvent;
      // At the peer's end `next` tells what that means: an end, or an error.
      await this.more();
    }
  }

  /** Waits for bytes; false when there will be none any more. */
  async more(): Promise<boolean> {
    if (this.#ended) return false;
    this.#onWait?.();
    const bytes = await this.ahead();
    this.#pending = undefined;
    if (bytes === null) {
      this.#ended = true;
      this.#decoder.finish();
    } else this.#decoder.push(bytes);
    return true;
  }

  /** Drops what `ahead` gave: nobody decodes it any more. */
  forget(): void {
    this.#pending = undefined;
  }

  /** Starts the next read before somebody needs it, to learn early that the peer has gone. */
  ahead(): Promise<Uint8Array | null> {
    return (this.#pending ??= this.#connection.read());
  }
}

/** The content of one message. */
export class IncomingBody implements Body {
  readonly #pull: () => Promise<BodyEvent>;
  readonly #onEnd: (() => void) | undefined;
  #failure: unknown;
  #complete = false;
  #started = false;
  #stopped = false;
  #trailers: readonly HeaderField[] = [];

  /** @param onEnd called once, when the content was read to its end. */
  constructor(pull: () => Promise<BodyEvent>, onEnd?: () => void) {
    this.#pull = pull;
    this.#onEnd = onEnd;
  }

  /** Whether it was read to its end. */
  get complete(): boolean {
    return this.#complete;
  }

  /** What reading it threw, if it did. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Whether anybody asked for it. */
  get started(): boolean {
    return this.#started;
  }

  /** The trailer fields, once complete. They are never merged into the headers. */
  get trailers(): readonly HeaderField[] {
    return this.#trailers;
  }

  /** Nobody may read it from here on. */
  stop(): void {
    this.#stopped = true;
  }

  /** The next piece; undefined at the end. Throws what the connection or the decoder threw. */
  async next(): Promise<Uint8Array | undefined> {
    this.#started = true;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#complete) return undefined;
    if (this.#stopped) throw new HttpError(400, "content is not available any more");
    try {
      const event = await this.#pull();
      if (event.type === "data") return event.bytes;
      this.#trailers = event.trailers;
    } catch (error) {
      this.#failure = error;
      throw error;
    }
    this.#complete = true;
    this.#onEnd?.();
    return undefined;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (let piece; (piece = await this.next()) !== undefined;) yield piece;
  }

  async bytes(bytesMax = bodyBytesMax): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for (let piece; (piece = await this.next()) !== undefined;) {
      length += piece.length;
      if (length > bytesMax) throw new HttpError(413, `content longer than ${bytesMax} bytes`);
      pieces.push(piece);
    }
    return joined(pieces, length);
  }
}

/** The content of a message that has none. */
export const emptyBody: Body = Object.freeze({
  bytes: () => Promise.resolve(noBytes),
  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {},
});

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const out = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
