// One request and its answer over an open connection. The bytes out are what request.ts says,
// malformed or not: that is why this is not src/net/http/client.ts, which refuses to send what
// breaks the protocol. The way back is the same decoder as everybody's.

import { concat, noBytes, text } from "../../../base/bytes.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Connection } from "../../../net/connection.ts";
import { NetError } from "../../../net/errors.ts";
import { ResponseDecoder, type HeadEvent, type MessageEvent } from "../../../net/http/decoder.ts";
import { HttpError, type ResponseHead } from "../../../net/http/message.ts";
import { code, CurlError } from "./errors.ts";
import type { OutgoingHead } from "./request.ts";

/** How long the content waits for 100 Continue. */
const continueMsMax = 1000;

/** What an exchange tells as it goes on. What these throw ends it. */
export interface ExchangeEvents {
  /** Called for every head, interim ones too. */
  onHead(event: HeadEvent<ResponseHead>): void;
  onContent(bytes: Uint8Array): void;
  onSentContent(bytes: number): void;
  info(words: string): void;
}

/** A connection that requests are sent over, one after the other. */
export class Line {
  readonly connection: Connection;
  readonly #clock: Clock;
  readonly #decoder = new ResponseDecoder();
  /** Whether another request may be sent. */
  reusable = true;
  #ahead: Promise<Uint8Array | null> | undefined;
  #ended = false;
  /** The first bytes of the answer under way. */
  #start: Uint8Array = noBytes;

  constructor(connection: Connection, clock: Clock) {
    this.connection = connection;
    this.#clock = clock;
  }

  /**
   * Sends a request and reads its answer to the end. Throws CurlError.
   * @param noContent the answer to HEAD has none, whatever its fields say.
   */
  async exchange(
    request: OutgoingHead,
    { noContent }: { noContent: boolean },
    events: ExchangeEvents,
  ): Promise<void> {
    this.reusable = false;
    this.#start = noBytes;
    this.#decoder.expect(noContent ? "HEAD" : "GET");
    const head = await this.#answerTo(request, events);
    await this.#content(head, events);
    if (head.persists && this.#decoder.phase === "idle") this.#keep();
  }

  async #answerTo(
    { head, content, expectsContinue }: OutgoingHead,
    events: ExchangeEvents,
  ): Promise<HeadEvent<ResponseHead>> {
    const bytes = Uint8Array.from(head, (char) => char.charCodeAt(0));
    const waits = expectsContinue && content.length > 0;
    void this.connection.write(waits ? bytes : concat(bytes, content));
    if (content.length === 0) return this.#finalHead(this.#head(), events);
    const sendContent = (): void => {
      if (waits) void this.connection.write(content);
      events.onSentContent(content.length);
      if (waits) events.info("We are completely uploaded and fine");
    };
    if (!waits) {
      sendContent();
      return this.#finalHead(this.#head(), events);
    }
    // RFC 9110 section 10.1.1: the content waits until the server asks for it, or for a second.
    const answer = this.#head();
    answer.catch(() => undefined);
    const late = this.#clock.sleep(continueMsMax).then(() => "late" as const);
    const first = await Promise.race([answer, late]);
    if (first === "late") events.info("Done waiting for 100-continue");
    if (first === "late" || first.interim) sendContent();
    return this.#finalHead(answer, events);
  }

  async #finalHead(
    first: Promise<HeadEvent<ResponseHead>>,
    events: ExchangeEvents,
  ): Promise<HeadEvent<ResponseHead>> {
    for (let event = await first; ; event = await this.#head()) {
      events.onHead(event);
      if (!event.interim) return event;
    }
  }

  async #head(): Promise<HeadEvent<ResponseHead>> {
    try {
      const event = await this.#next();
      if (event?.type === "head") return event;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      if (!this.#ended && !text(this.#start).startsWith("HTTP/")) {
        throw new CurlError(code.unsupportedProtocol, "Received HTTP/0.9 when not allowed");
      }
      if (!this.#ended) throw new CurlError(code.weirdServerReply, "Weird server reply");
    }
    throw new CurlError(code.gotNothing, "Empty reply from server");
  }

  async #content(head: HeadEvent<ResponseHead>, events: ExchangeEvents): Promise<void> {
    const { framing } = head;
    let left = framing.by === "length" ? framing.bytes : 0;
    if (framing.by === "tunnel") return this.#tunnel(events);
    try {
      for (let event; (event = await this.#next()) && event.type === "data";) {
        left -= event.bytes.length;
        events.onContent(event.bytes);
      }
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      if (!this.#ended) {
        const words = "Illegal or missing hexadecimal sequence in chunked-encoding";
        throw new CurlError(code.recvError, words);
      }
      const missing = framing.by === "length" ? `${left} bytes remaining to read` : outstanding;
      throw new CurlError(code.partialFile, `transfer closed with ${missing}`);
    }
  }

  /** After 101: whatever comes, until the connection ends. */
  async #tunnel(events: ExchangeEvents): Promise<void> {
    const first = this.#decoder.rest();
    if (first.length > 0) events.onContent(first);
    for (let bytes; (bytes = await this.#read()) !== null;) events.onContent(bytes);
  }

  /** The next event; undefined once the peer has ended between two messages. */
  async #next(): Promise<MessageEvent<ResponseHead> | undefined> {
    for (;;) {
      const event = this.#decoder.next();
      if (event || this.#ended) return event;
      const bytes = await this.#read();
      if (bytes === null) {
        this.#ended = true;
        this.#decoder.finish();
        continue;
      }
      if (this.#start.length < 5) this.#start = concat(this.#start, bytes.subarray(0, 5));
      this.#decoder.push(bytes);
    }
  }

  async #read(): Promise<Uint8Array | null> {
    const pending = this.#ahead ?? this.connection.read();
    this.#ahead = undefined;
    try {
      return await pending;
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      throw new CurlError(code.recvError, "Recv failure: Connection reset by peer");
    }
  }

  /** Another request may follow, unless the peer ends meanwhile. */
  #keep(): void {
    this.reusable = true;
    const gone = (): void => void (this.reusable = false);
    this.#ahead = this.connection.read();
    this.#ahead.then((bytes) => bytes === null && gone(), gone);
  }
}

const outstanding = "outstanding read data remaining";

/** A head's first line and fields, each with its line end, one character a byte. */
export function headLines({ version, status, reason, headers }: ResponseHead): string[] {
  const first = `${version} ${status}${reason === "" ? "" : ` ${reason}`}\r\n`;
  return [first, ...headers.map(([name, value]) => `${name}: ${value}\r\n`)];
}

/** One character a byte, as UTF-8 text: what a terminal shows of a field. */
export function asText(line: string): string {
  return text(Uint8Array.from(line, (char) => char.charCodeAt(0)));
}
