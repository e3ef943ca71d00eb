// One request and its answer on the server's side: see server.ts.

import { noBytes, utf8 } from "../../base/bytes.ts";
import type { Connection } from "../connection.ts";
import { NetError } from "../errors.ts";
import type { Actor, Trace } from "../trace.ts";
import type { Answer } from "./answer.ts";
import { isStream, plainRefusal, reasonOf } from "./answer.ts";
import type { HeadEvent, RequestDecoder } from "./decoder.ts";
import type { Encoder } from "./encoder.ts";
import { emptyBody, IncomingBody } from "./incoming.ts";
import type { MessageReader } from "./incoming.ts";
import type { HttpLimits } from "./limits.ts";
import type { HeaderField, Request, RequestHead } from "./message.ts";
import { header, HttpError } from "./message.ts";
import type { Outgoing } from "./outgoing.ts";
import { outgoing, togetherBytesMax, writeStream } from "./outgoing.ts";
import type { ExchangeContext, ServeOptions } from "./server.ts";
import { equalsIgnoreCase, listMembers } from "./syntax.ts";
import { UpgradedConnection } from "./upgraded.ts";

const continueHead = utf8("HTTP/1.1 100 Continue\r\n\r\n");

interface ExchangeOptions {
  readonly connection: Connection;
  readonly decoder: RequestDecoder;
  readonly encoder: Encoder;
  readonly reader: MessageReader<RequestHead>;
  readonly options: ServeOptions;
  readonly limits: HttpLimits;
  readonly event: HeadEvent<RequestHead>;
}

/** An answer ready to be written. */
interface Prepared {
  readonly answer: Answer;
  readonly message: Outgoing;
  readonly head: Uint8Array;
  /** Known content that does not travel with the head. */
  readonly rest: Uint8Array;
}

export class Exchange implements ExchangeContext {
  readonly connection: Connection;
  readonly trace: Trace;
  readonly #o: ExchangeOptions;
  readonly #body: IncomingBody | undefined;
  /** The client waits for a 100 before it sends its content. */
  #continueDue = false;
  #answering = false;

  constructor(o: ExchangeOptions) {
    this.#o = o;
    this.connection = o.connection;
    this.trace = o.connection.trace;
    if (o.event.framing.by === "none") o.decoder.next();
    else this.#body = new IncomingBody(() => this.#content());
  }

  /** Whether bytes of the answer were written, or are about to be. */
  get answering(): boolean {
    return this.#answering;
  }

  onGone(gone: (fault: NetError | undefined) => void): void {
    if (this.#body && !this.#body.complete) return;
    this.#o.reader.ahead().then(
      (bytes) => {
        if (bytes === null && !this.#answering) gone(undefined);
      },
      (error: unknown) => {
        if (error instanceof NetError && !this.#answering) gone(error);
      },
    );
  }

  /** Handles the request and writes the answer. Throws only when the connection broke. */
  async run(): Promise<"next" | "close" | "handed over"> {
    const { head, fields } = this.#o.event;
    this.#traceRequest(head);
    let answer: Answer;
    if (fields.expects.length === 0 || this.#continueExpected()) {
      const { method, target, version, headers } = head;
      const body = this.#body ?? emptyBody;
      answer = await this.#handled({ method, target, version, headers, body });
    } else answer = this.#refusal(new HttpError(417, "expectation not understood"));
    this.#answering = true;
    return this.#answer(answer);
  }

  /** Answers what could not be read as a request, and says that the connection closes. */
  static async answerUnread(
    { connection, encoder }: Pick<ExchangeOptions, "connection" | "encoder">,
    answer: Answer,
    by: Actor,
  ): Promise<void> {
    const { trace } = connection;
    const given: HeaderField[] = [...(answer.headers ?? []), ["Connection", "close"]];
    const message = outgoing(given, answer.body, { streamBy: "close", invalid: 500 });
    const { status } = answer;
    const head = encoder.responseHead(status, reasonOf(answer), message.headers, message.known);
    traceAnswer(trace, by, answer, message, message.known.length);
    await connection.write(head);
    if (message.stream) await writeStream(connection, encoder, message);
  }

  /** Content for the handler; the first asking sends the 100 that the client waits for. */
  async #content(): ReturnType<MessageReader<RequestHead>["content"]> {
    if (this.#continueDue) {
      this.#continueDue = false;
      void this.connection.write(continueHead);
    }
    return this.#o.reader.content();
  }

  /** RFC 9110 section 10.1.1: HTTP/1.0 clients do not know it, and it is ignored from them. */
  #continueExpected(): boolean {
    const { head, fields } = this.#o.event;
    if (!fields.expects.every((one) => equalsIgnoreCase(one, "100-continue"))) return false;
    this.#continueDue = this.#body !== undefined && head.version === "HTTP/1.1";
    return true;
  }

  async #handled(request: Request): Promise<Answer> {
    try {
      return await this.#o.options.handle(request, this);
    } catch (error) {
      if (error instanceof HttpError) return this.#refusal(error);
      if (error === this.#body?.failure) throw error; // the client has gone
      this.#o.options.onError?.(error);
      return this.#refusal(new HttpError(500, "the handler failed"));
    }
  }

  #refusal(error: HttpError): Answer {
    return (this.#o.options.refuse ?? plainRefusal)(error);
  }

  async #answer(answer: Answer): Promise<"next" | "close" | "handed over"> {
    if (answer.upgrade && this.#upgradable(answer.status)) {
      return this.#handOver(answer, answer.upgrade);
    }
    const keep = this.#keeps(answer);
    const version = this.#o.event.head.version;
    const streamBy = version === "HTTP/1.1" ? "chunks" : "close";
    let prepared: Prepared;
    try {
      prepared = this.#prepared(answer, { keep, streamBy });
    } catch (error) {
      // The handler's answer would break the protocol; nothing of it was sent.
      if (!(error instanceof HttpError)) throw error;
      prepared = this.#prepared(plainRefusal(error), { keep, streamBy });
    }
    const { message, head } = prepared;
    if (!message.stream) {
      traceAnswer(this.trace, this.#o.options.by, prepared.answer, message, message.known.length);
      let written = this.connection.write(head);
      if (prepared.rest.length > 0) written = this.connection.write(prepared.rest);
      if (written) await written;
    } else await this.#stream(prepared.answer, message, head);
    if (!keep || (message.stream && message.by === "close")) return "close";
    return (await this.#bodyDone()) ? "next" : "close";
  }

  #prepared(
    answer: Answer,
    { keep, streamBy }: { keep: boolean; streamBy: "chunks" | "close" },
  ): Prepared {
    const { method, version } = this.#o.event.head;
    const { status } = answer;
    if (status < 200 || answer.upgrade) {
      throw new HttpError(500, `status ${status} is not an answer to ${method}`);
    }
    const bodiless = method === "HEAD" || status === 204 || status === 304;
    const streams = answer.body !== undefined && isStream(answer.body);
    const closes = !keep || (streams && streamBy === "close" && !bodiless);
    const given = withConnection(answer.headers ?? [], { closes, version });
    // Without a length the client would wait for content until the connection ends.
    const body = status === 204 ? undefined : (answer.body ?? (bodiless ? undefined : ""));
    const message = outgoing(given, body, { streamBy, bodiless, invalid: 500 });
    const together = message.known.length <= togetherBytesMax;
    const content = together ? message.known : noBytes;
    const { encoder } = this.#o;
    const head = encoder.responseHead(status, reasonOf(answer), message.headers, content);
    return { answer, message, head, rest: together ? noBytes : message.known };
  }

  /** Streams the content. A stream that fails tears the connection down: the answer is cut. */
  async #stream(answer: Answer, message: Outgoing, head: Uint8Array): Promise<void> {
    const { by } = this.#o.options;
    await this.connection.write(head);
    const written = { bytes: 0 };
    try {
      await writeStream(this.connection, this.#o.encoder, message, written);
      traceAnswer(this.trace, by, answer, message, written.bytes);
    } catch (error) {
      const why = `${answer.why ?? ""} (cut off: ${String(error)})`.trimStart();
      traceAnswer(this.trace, by, { ...answer, why }, message, written.bytes);
      throw new NetError("reset", `answer cut off after ${written.bytes} bytes`);
    }
  }

  /** Whether the connection is worth keeping, as far as is known before the answer is sent. */
  #keeps(answer: Answer): boolean {
    const { event, limits } = this.#o;
    if (!event.persists) return false;
    const options = header(answer.headers ?? [], "connection");
    if (options !== undefined && listMembers([options.toLowerCase()]).includes("close")) {
      return false;
    }
    const body = this.#body;
    if (!body || body.complete) return true;
    // A client told to go on may or may not send its content now, so what follows is unclear.
    if (this.#continueDue || body.started) return false;
    return event.framing.by !== "length" || event.framing.bytes <= limits.drainBytesMax;
  }

  /** Reads what the handler left, so that the next request begins at its first byte. */
  async #bodyDone(): Promise<boolean> {
    const body = this.#body;
    if (!body || body.complete) return true;
    if (body.started) return false;
    body.stop();
    let bytes = 0;
    while (bytes <= this.#o.limits.drainBytesMax) {
      const event = await this.#o.reader.content();
      if (event.type === "end") return true;
      bytes += event.bytes.length;
    }
    return false;
  }

  async #handOver(answer: Answer, upgrade: NonNullable<Answer["upgrade"]>): Promise<"handed over"> {
    const { decoder, encoder, options } = this.#o;
    const head = encoder.responseHead(answer.status, reasonOf(answer), answer.headers ?? []);
    const message = outgoing(answer.headers ?? [], undefined, { streamBy: "close", invalid: 500 });
    traceAnswer(this.trace, options.by, answer, message, 0);
    void this.connection.write(head);
    await upgrade(new UpgradedConnection(this.connection, decoder.rest()));
    return "handed over";
  }

  /** RFC 9110 section 7.8: only what the client offered, and only behind its whole request. */
  #upgradable(status: number): boolean {
    const { head, fields, framing } = this.#o.event;
    if (framing.by !== "none") return false;
    if (status === 101) return fields.upgrades.length > 0 && head.version === "HTTP/1.1";
    return head.method === "CONNECT" && status >= 200 && status < 300;
  }

  #traceRequest({ method, target, headers }: RequestHead): void {
    if (!this.trace.on) return;
    const { by, scheme = "http" } = this.#o.options;
    const host = header(headers, "host") ?? "";
    this.trace.add(by, { did: "request", method, scheme, host, target, headers });
  }
}

function traceAnswer(
  trace: Trace,
  by: Actor,
  answer: Answer,
  { headers }: Outgoing,
  bodyBytes: number,
): void {
  if (!trace.on) return;
  const { status, why = "" } = answer;
  trace.add(by, { did: "respond", status, why, headers, bodyBytes });
}

/** The fields with the Connection option that tells what we are going to do. */
function withConnection(
  headers: readonly HeaderField[],
  { closes, version }: { closes: boolean; version: RequestHead["version"] },
): readonly HeaderField[] {
  const wanted = closes ? "close" : version === "HTTP/1.0" ? "keep-alive" : undefined;
  if (wanted === undefined) return headers;
  const given = header(headers, "connection");
  if (given !== undefined && listMembers([given.toLowerCase()]).includes(wanted)) return headers;
  return [...headers, ["Connection", wanted]];
}
