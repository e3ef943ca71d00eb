// The asking end of an HTTP/1.1 connection, one request at a time.
//
//   const client = new HttpClient(await network.dial(host, address, trace));
//   const response = await client.send({ method: "GET", target: "/", headers: [["Host", "a"]] });
//   const page = await response.body.bytes();
//   if (client.reusable) keep(client); // else the connection was ended already
//
// A further request's trace is put on the connection before `send`.

import { assert } from "../../base/assert.ts";
import { noBytes } from "../../base/bytes.ts";
import type { Connection } from "../connection.ts";
import { NetError } from "../errors.ts";
import { ResponseDecoder } from "./decoder.ts";
import type { HeadEvent } from "./decoder.ts";
import { Encoder } from "./encoder.ts";
import { emptyBody, IncomingBody, MessageReader } from "./incoming.ts";
import type { HttpLimits } from "./limits.ts";
import type { Content, HeaderField, Response, ResponseHead } from "./message.ts";
import { header } from "./message.ts";
import { outgoing, togetherBytesMax, writeStream } from "./outgoing.ts";
import type { Outgoing } from "./outgoing.ts";
import { equalsIgnoreCase } from "./syntax.ts";
import { UpgradedConnection } from "./upgraded.ts";

/** A request to send. Host is the caller's to give; the framing fields are added. */
export interface OutgoingRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly HeaderField[];
  readonly body?: Content;
}

export interface SendOptions {
  /** Told of each 1xx head that comes before the answer. */
  onInterim?(head: ResponseHead): void;
  /** With `Expect: 100-continue`: sends the content when this settles, even without a 100. */
  readonly continueAfter?: Promise<unknown>;
}

export class HttpClient {
  readonly #connection: Connection;
  readonly #encoder = new Encoder();
  readonly #decoder: ResponseDecoder;
  readonly #reader: MessageReader<ResponseHead>;
  #busy = false;
  #spent = false;
  #sending = false;

  constructor(connection: Connection, limits?: Partial<HttpLimits>) {
    this.#connection = connection;
    this.#decoder = new ResponseDecoder(limits);
    this.#reader = new MessageReader(connection, this.#decoder);
  }

  /**
   * Whether another request may be sent: the last answer was read to its end, both sides want
   * to go on, and the peer has not gone meanwhile.
   */
  get reusable(): boolean {
    return !this.#busy && !this.#spent && this.#decoder.phase === "idle";
  }

  /** Ends the connection; for a client that is not needed any more. */
  close(): void {
    if (this.#busy) this.#connection.destroy();
    else if (!this.#spent) this.#spend();
    this.#spent = true;
  }

  /**
   * Sends a request and gives the answer's head; its content is read as it is asked for.
   * Throws HttpError 400 before anything is sent when the request cannot be encoded, HttpError
   * 502 for an answer that is no HTTP, NetError for a connection that broke: `ended` when the
   * peer ended without a word.
   */
  async send(request: OutgoingRequest, options: SendOptions = {}): Promise<Response> {
    assert(!this.#busy && !this.#spent, "HttpClient.send while it is not reusable");
    const { method, target, headers, body } = request;
    const message = outgoing(headers, body, { streamBy: "chunks", invalid: 400 });
    const waits = (message.stream || message.known.length > 0) && expectsContinue(headers);
    const together = waits || message.known.length > togetherBytesMax ? noBytes : message.known;
    const head = this.#encoder.requestHead(method, target, message.headers, together);
    this.#busy = true;
    this.#decoder.expect(method);
    try {
      void this.#connection.write(head);
      if (waits) return this.#response(await this.#sendExpecting(message, options));
      // A server may answer before it has everything, so nobody waits for the writing.
      if (together.length < message.known.length) void this.#connection.write(message.known);
      if (message.stream) this.#upload(message);
      return this.#response(await this.#finalHead(options));
    } catch (error) {
      this.#spent = true;
      this.#connection.destroy();
      throw error;
    }
  }

  /** RFC 9110 section 10.1.1: the content waits until the server asks for it, or answers. */
  async #sendExpecting(message: Outgoing, options: SendOptions): Promise<HeadEvent<ResponseHead>> {
    let asked = (): void => {};
    const continued = new Promise<void>((resolve) => (asked = resolve));
    const onInterim = (interim: ResponseHead): void => {
      options.onInterim?.(interim);
      if (interim.status === 100) asked();
    };
    const answer = this.#finalHead({ onInterim });
    const waits: Promise<unknown>[] = [answer, continued];
    if (options.continueAfter) waits.push(options.continueAfter);
    let answered = false;
    const mark = (): void => void (answered = true);
    answer.then(mark, mark);
    await Promise.race(waits);
    if (answered) this.#spent = true;
    else if (message.stream) this.#upload(message);
    else void this.#connection.write(message.known);
    return answer;
  }

  /** Writes streamed content beside the reading of the answer. */
  #upload(message: Outgoing): void {
    this.#sending = true;
    writeStream(this.#connection, this.#encoder, message).then(
      () => (this.#sending = false),
      () => {
        // The request is cut off: the server must not take it for complete.
        this.#spent = true;
        this.#connection.destroy();
      },
    );
  }

  async #finalHead({ onInterim }: SendOptions): Promise<HeadEvent<ResponseHead>> {
    for (;;) {
      const event = await this.#reader.head();
      if (!event) throw new NetError("ended", "the server ended the connection without an answer");
      if (!event.interim) return event;
      onInterim?.(event.head);
    }
  }

  #response({ head, framing, persists }: HeadEvent<ResponseHead>): Response {
    const { status, reason, version, headers } = head;
    if (framing.by === "tunnel") {
      this.#spent = true;
      const upgraded = new UpgradedConnection(this.#connection, this.#decoder.rest());
      return { status, reason, version, headers, body: emptyBody, upgraded };
    }
    if (framing.by === "none") {
      this.#decoder.next();
      this.#done(persists);
      return { status, reason, version, headers, body: emptyBody };
    }
    const pull = (): ReturnType<MessageReader<ResponseHead>["content"]> => this.#reader.content();
    const body = new IncomingBody(pull, () => this.#done(persists));
    return { status, reason, version, headers, body };
  }

  #done(persists: boolean): void {
    this.#busy = false;
    if (!persists || this.#sending) return this.#spend();
    // Bytes or an end while nothing is asked: this connection answers no further request.
    const spend = (): void => {
      if (!this.#busy) this.#spend();
    };
    this.#reader.ahead().then(spend, spend);
  }

  #spend(): void {
    this.#spent = true;
    if (this.#sending) this.#connection.destroy();
    else this.#connection.end();
  }
}

function expectsContinue(headers: readonly HeaderField[]): boolean {
  return equalsIgnoreCase(header(headers, "expect") ?? "", "100-continue");
}
