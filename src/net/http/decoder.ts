// HTTP/1.1 messages out of bytes: state machines that do no I/O.
//
//   const decoder = new RequestDecoder();
//   decoder.push(bytes);
//   for (let event; (event = decoder.next()); ) …   // head, data…, end, head, …
//
// Pull: nothing is decoded before `next` asks, so whoever is not ready for the next request just
// does not ask. Malformed input throws HttpError (400, 414, 431, 501, 505 from requests, 502 from
// responses) from `next`; the decoder is of no use afterwards.

import type { BodyEvent } from "./chunked.ts";
import { ChunkedDecoder } from "./chunked.ts";
import { parseFields } from "./fields.ts";
import { connectionFields, noContent, persists } from "./framing.ts";
import { requestFraming, responseFraming } from "./framing.ts";
import type { ConnectionFields, Framing } from "./framing.ts";
import { Inbox } from "../inbox.ts";
import type { HttpLimits } from "./limits.ts";
import { defaultLimits } from "./limits.ts";
import { SectionScanner } from "./lines.ts";
import type { HeaderField, RequestHead, ResponseHead } from "./message.ts";
import { HttpError } from "./message.ts";
import { parseRequestLine, parseStatusLine } from "./start-line.ts";
import { isHost } from "./syntax.ts";

/** A head, with what it means for the connection. */
export interface HeadEvent<Head> {
  readonly type: "head";
  readonly head: Head;
  readonly framing: Framing;
  /** Whether another message may follow on the connection, as far as this one says. */
  readonly persists: boolean;
  readonly fields: ConnectionFields;
  /** A 1xx response other than 101: no `end` follows, the final head does. */
  readonly interim: boolean;
}

export type MessageEvent<Head> = HeadEvent<Head> | BodyEvent;

const noTrailers: readonly HeaderField[] = [];
const end: BodyEvent = { type: "end", trailers: noTrailers };

/** What requests and responses have in common. */
abstract class MessageDecoder<Head> {
  readonly #inbox = new Inbox();
  readonly #scanner: SectionScanner;
  readonly #limits: HttpLimits;
  readonly #malformed: number;
  #framing: Framing | undefined;
  #left = 0;
  #chunked: ChunkedDecoder | undefined;
  #finished = false;

  constructor(limits: Partial<HttpLimits> | undefined, malformed: number) {
    this.#limits = limits ? { ...defaultLimits, ...limits } : defaultLimits;
    this.#malformed = malformed;
    this.#scanner = new SectionScanner({ limits: this.#limits, hasStartLine: true, malformed });
  }

  /** More bytes from the peer. The array must not be changed afterwards. */
  push(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#inbox.push(bytes);
  }

  /** The peer will send no more. */
  finish(): void {
    this.#finished = true;
  }

  /** Between two messages, within a head, or within content. */
  get phase(): "idle" | "head" | "content" {
    if (this.#framing !== undefined) return "content";
    return this.#inbox.size === 0 ? "idle" : "head";
  }

  /** What follows the last message that was decoded; after an upgrade it is not HTTP. */
  rest(): Uint8Array {
    return this.#inbox.take(this.#inbox.size);
  }

  /**
   * The next event; undefined when more bytes are needed, or none can come. Throws HttpError
   * when the input is malformed, or over in the middle of a message.
   */
  next(): MessageEvent<Head> | undefined {
    const framing = this.#framing;
    switch (framing?.by) {
      case undefined:
        return this.#nextHead();
      case "none":
        return this.#end(end);
      case "length":
        return this.#nextOfLength();
      case "chunks":
        return this.#nextChunk();
      case "close":
        if (this.#inbox.size > 0) return { type: "data", bytes: this.#inbox.take(Infinity) };
        return this.#finished ? this.#end(end) : undefined;
      case "tunnel":
        return undefined;
    }
  }

  /** A head out of its lines. */
  protected abstract head(lines: string): HeadEvent<Head>;

  /** Called before the first byte of a head; may take empty lines away. */
  protected abstract beforeHead(inbox: Inbox): void;

  #nextHead(): HeadEvent<Head> | undefined {
    if (this.#inbox.size > 0) this.beforeHead(this.#inbox);
    const lines = this.#scanner.take(this.#inbox);
    if (lines === undefined) {
      if (this.#finished && this.#inbox.size > 0) throw this.#incomplete("in its head");
      return undefined;
    }
    const event = this.head(lines);
    if (!event.interim) {
      this.#framing = event.framing;
      if (event.framing.by === "length") this.#left = event.framing.bytes;
      if (event.framing.by === "chunks") {
        this.#chunked = new ChunkedDecoder({ limits: this.#limits, malformed: this.#malformed });
      }
    }
    return event;
  }

  #nextOfLength(): BodyEvent | undefined {
    if (this.#left === 0) return this.#end(end);
    if (this.#inbox.size > 0) {
      const bytes = this.#inbox.take(this.#left);
      this.#left -= bytes.length;
      return { type: "data", bytes };
    }
    if (this.#finished) throw this.#incomplete(`${this.#left} bytes before its end`);
    return undefined;
  }

  #nextChunk(): BodyEvent | undefined {
    const event = this.#chunked!.next(this.#inbox);
    if (event?.type === "end") return this.#end(event);
    if (!event && this.#finished) throw this.#incomplete("before its last chunk");
    return event;
  }

  #end(event: BodyEvent): BodyEvent {
    this.#framing = undefined;
    this.#chunked = undefined;
    return event;
  }

  #incomplete(where: string): HttpError {
    return new HttpError(this.#malformed, `message cut off ${where}`);
  }
}

/** Decodes what a client sends. */
export class RequestDecoder extends MessageDecoder<RequestHead> {
  #skippedEmptyLine = false;

  constructor(limits?: Partial<HttpLimits>) {
    super(limits, 400);
  }

  /** One empty line before a request line is ignored (RFC 9112 section 2.2). */
  protected beforeHead(inbox: Inbox): void {
    const { bytes, start } = inbox;
    if (this.#skippedEmptyLine || bytes[start] !== 0x0d || bytes[start + 1] !== 0x0a) return;
    if (inbox.size < 2) return;
    inbox.start += 2;
    this.#skippedEmptyLine = true;
  }

  protected head(lines: string): HeadEvent<RequestHead> {
    this.#skippedEmptyLine = false;
    const lineEnd = lines.indexOf("\r\n");
    const { method, target, version } = parseRequestLine(lines.slice(0, lineEnd));
    const headers = parseFields(lines, lineEnd + 2, { lenient: false, malformed: 400 });
    const fields = connectionFields(headers);
    if (fields.hosts.length > 1) throw new HttpError(400, "more than one Host header");
    const host = fields.hosts[0];
    if (host === undefined && version === "HTTP/1.1") throw new HttpError(400, "no Host header");
    if (host !== undefined && !isHost(host)) throw new HttpError(400, "invalid Host header");
    return {
      type: "head",
      head: { method, target, version, headers },
      framing: requestFraming(version, fields),
      persists: persists(version, fields),
      fields,
      interim: false,
    };
  }
}

/** Decodes what a server sends. Tell it each request's method, in order, with `expect`. */
export class ResponseDecoder extends MessageDecoder<ResponseHead> {
  readonly #methods: string[] = [];

  constructor(limits?: Partial<HttpLimits>) {
    super(limits, 502);
  }

  /** A request was sent: the next response that nobody waited for yet answers it. */
  expect(method: string): void {
    this.#methods.push(method);
  }

  protected beforeHead(): void {
    if (this.#methods.length === 0) throw new HttpError(502, "response without a request");
  }

  protected head(lines: string): HeadEvent<ResponseHead> {
    const lineEnd = lines.indexOf("\r\n");
    const { version, status, reason } = parseStatusLine(lines.slice(0, lineEnd));
    const headers = parseFields(lines, lineEnd + 2, { lenient: true, malformed: 502 });
    const fields = connectionFields(headers);
    const interim = status < 200 && status !== 101;
    const method = interim ? "" : this.#methods.shift()!;
    const framing = interim ? noContent : responseFraming({ method, status, version, fields });
    return {
      type: "head",
      head: { status, reason, version, headers },
      framing,
      persists: framing.by !== "close" && persists(version, fields),
      fields,
      interim,
    };
  }
}
