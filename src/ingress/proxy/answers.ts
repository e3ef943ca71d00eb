// Answers as they go back to the client: our own pages and what upstreams said, with the fields
// that the dialect and the filters set; and the access log's line when they are done.

import type { Clock } from "../../base/clock.ts";
import { utf8 } from "../../base/bytes.ts";
import type { Connection } from "../../net/connection.ts";
import type { HeaderField, Response } from "../../net/http/message.ts";
import type { Answer } from "../../net/http/server.ts";
import { httpDate } from "./balancer.ts";
import { rewritten } from "./answerfields.ts";
import type { Dialect } from "./dialect.ts";
import type { Exchange } from "./exchange.ts";
import { hasContent } from "./forward.ts";
import type { Outcome } from "./outcome.ts";
import { wireStatus } from "./pages.ts";
import { expand } from "./variables.ts";

/** Fields of an upstream's answer that end here. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "date",
]);

export class Answers {
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #dialect: () => Dialect;

  constructor(o: { clock: Clock; log: (line: string) => void; dialect: () => Dialect }) {
    this.#clock = o.clock;
    this.#log = o.log;
    this.#dialect = o.dialect;
  }

  /** The answer to what never became an exchange. */
  refusal(status: number, why: string): Answer {
    const page = this.#dialect().page(status);
    const headers: HeaderField[] = [["Date", httpDate(this.#clock.now())]];
    if (page) headers.push(["Content-Type", page.type], ...(page.headers ?? []));
    const reason = this.#dialect().reason(status);
    return { status, headers, body: page?.body ?? "", why, ...(reason && { reason }) };
  }

  /** An answer of the controller itself. */
  own(x: Exchange, outcome: Outcome): Answer {
    const dialect = this.#dialect();
    const status = wireStatus(outcome.status);
    const page = outcome.body === undefined ? dialect.page(outcome.status) : undefined;
    const body = outcome.body ?? page?.body ?? "";
    const given: HeaderField[] = [["Date", httpDate(this.#clock.now())]];
    if (page) given.push(["Content-Type", page.type], ...(page.headers ?? []));
    given.push(...(outcome.headers ?? []).filter(([name]) => name !== "Content-Length"));
    const headers = merged(
      given,
      [...dialect.toClient(x), ...serverFields(x), ...x.toClient],
      addedTo(x, outcome.status),
    );
    const bytes = utf8(body);
    const sent = x.request.method === "HEAD" || status === 204 ? 0 : bytes.length;
    x.bodyBytesSent = sent;
    if (outcome.fromDefault && dialect.defaultAddress !== undefined) {
      const address = dialect.defaultAddress;
      x.tries.push({ address, status: outcome.status, bytes: bytes.length, seconds: 0 });
    }
    this.#finish(x, outcome.status);
    const length: HeaderField[] = status === 204 ? [["Content-Length", "0"]] : [];
    const reason = dialect.reason(status);
    return {
      status,
      headers: [...headers, ...length, ...this.#keepAlive(x)],
      body: bytes,
      why: outcome.why,
      ...(reason && { reason }),
    };
  }

  /** An upstream's answer, its content passed on as it comes. */
  relay(x: Exchange, response: Response, body: AsyncIterable<Uint8Array>, why: string): Answer {
    const { status, reason, upgraded } = response;
    const dialect = this.#dialect();
    const passed = response.headers.filter(([name]) => {
      const key = name.toLowerCase();
      return !hopByHop.has(key) && !dialect.hidden.has(key);
    });
    const changed = rewritten(passed, x);
    const given: HeaderField[] = [["Date", httpDate(this.#clock.now())], ...changed];
    const headers = merged(
      given,
      [...dialect.toClient(x), ...serverFields(x), ...x.toClient],
      addedTo(x, status),
    );
    if (status === 101 && upgraded) {
      const upgrade: HeaderField[] = [
        ["Upgrade", response.headers.find(([name]) => /^upgrade$/i.test(name))?.[1] ?? ""],
        ["Connection", "upgrade"],
      ];
      const tunnel = (client: Connection): Promise<void> => this.#tunnel(x, client, upgraded);
      return { status, reason, headers: [...headers, ...upgrade], why, upgrade: tunnel };
    }
    const all = [...headers, ...this.#keepAlive(x)];
    if (!hasContent(x.request.method, response)) {
      const drained = this.#drained(x, body, status);
      return { status, reason, headers: all, body: drained, why };
    }
    return { status, reason, headers: all, body: this.#counted(x, body, status), why };
  }

  #keepAlive(x: Exchange): HeaderField[] {
    if (this.#dialect().keepsAlive === false) return [];
    const wants = (x.header("connection") ?? "").toLowerCase();
    const keeps = x.request.version === "HTTP/1.1" && !wants.includes("close");
    return keeps ? [["Connection", "keep-alive"]] : [];
  }

  async *#counted(
    x: Exchange,
    body: AsyncIterable<Uint8Array>,
    status: number,
  ): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of body) {
        x.bodyBytesSent += piece.length;
        yield piece;
      }
    } finally {
      this.#finish(x, status);
    }
  }

  /** Content that is none: read to its end, so that the connection can be kept. */
  #drained(x: Exchange, body: AsyncIterable<Uint8Array>, status: number): Uint8Array {
    const drain = async (): Promise<void> => {
      try {
        for await (const _ of body);
      } finally {
        this.#finish(x, status);
      }
    };
    drain().catch(() => undefined);
    return new Uint8Array(0);
  }

  /** Bytes both ways until both sides have ended. */
  async #tunnel(x: Exchange, client: Connection, upstream: Connection): Promise<void> {
    const pipe = async (from: Connection, to: Connection): Promise<void> => {
      try {
        for (let bytes; (bytes = await from.read()) !== null;) await to.write(bytes);
        to.end();
      } catch {
        to.destroy();
      }
    };
    await Promise.all([pipe(client, upstream), pipe(upstream, client)]);
    this.#finish(x, 101);
  }

  #finish(x: Exchange, status: number): void {
    for (const end of x.endings.splice(0)) end();
    if (x.trace.quiet) return;
    const line = this.#dialect().accessLine(x, status, this.#clock.now());
    if (line !== undefined) this.#log(line);
  }
}

/** `given` with `set` over fields of the same name, and `added` beside them. */
function merged(
  given: readonly HeaderField[],
  set: readonly HeaderField[],
  added: readonly HeaderField[],
): HeaderField[] {
  const names = new Set(set.map(([name]) => name.toLowerCase()));
  const kept = given.filter(([name]) => !names.has(name.toLowerCase()));
  return [...kept, ...set.filter(([, value]) => value !== ""), ...added];
}

/** Statuses on which `add_header` without `always` adds. */
const goodStatuses = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

function addedTo(x: Exchange, status: number): readonly HeaderField[] {
  return goodStatuses.has(status) ? [...x.added, ...x.addedToGood] : x.added;
}

function serverFields(x: Exchange): readonly HeaderField[] {
  return (x.server?.responseHeaders ?? []).map(([name, template]) => [name, expand(template, x)]);
}
