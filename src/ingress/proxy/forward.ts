// Passes a request on to an endpoint of its upstream, tries others when one fails, and relays
// the answer. Models nginx' proxy module: proxy_next_upstream, its timeouts, what it logs.

import type { Clock } from "../../base/clock.ts";
import { isIpv4, printAddress } from "../../net/address.ts";
import type { Address } from "../../net/address.ts";
import { NetError } from "../../net/errors.ts";
import { header, HttpError } from "../../net/http/message.ts";
import type { Content, HeaderField, Response } from "../../net/http/message.ts";
import type { Host, Network } from "../../net/network.ts";
import { TlsAlert } from "../../net/tls/alerts.ts";
import type { Passing } from "../filters.ts";
import type { Endpoint, Upstream } from "../upstreams.ts";
import type { Balancer } from "./balancer.ts";
import type { Lent, UpstreamConnections } from "./connections.ts";
import type { Exchange, Try } from "./exchange.ts";

/** What came back: an answer to relay, or the status that the proxy gives instead. */
export type Forwarded =
  | { readonly response: Response; readonly body: AsyncIterable<Uint8Array>; readonly to: Endpoint }
  | { readonly status: number; readonly why: string };

export interface ForwardTools {
  readonly network: Network;
  readonly host: Host;
  readonly clock: Clock;
  readonly balancer: Balancer;
  readonly connections: UpstreamConnections;
  /** Writes a line to the error log. */
  error(message: string, x: Exchange, upstream?: string): void;
}

/** A request as it is to be sent on. */
export interface Onward {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly HeaderField[];
  readonly body: Content | undefined;
}

const idempotent = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"]);

/** How one attempt failed. */
interface Failure {
  readonly kind: "error" | "timeout" | "invalid_header";
  readonly status: 502 | 504;
  readonly message: string;
  /** The request had been sent: it may have had its effect. */
  readonly sent: boolean;
}

export class Forwarder {
  readonly #o: ForwardTools;

  constructor(tools: ForwardTools) {
    this.#o = tools;
  }

  /** Tries endpoints until one answers or the tries are used up. */
  async forward(
    x: Exchange,
    upstream: Upstream,
    asked: Passing,
    onward: Onward,
  ): Promise<Forwarded> {
    const { balancer, clock } = this.#o;
    const passing = passingTo(upstream, asked);
    const failed: Endpoint[] = [];
    const since = clock.now();
    let last: Failure | undefined;
    const left = new Promise<"left">((resolve) => x.onLeave(() => resolve("left")));
    for (let attempt = 0; attempt < Math.max(1, passing.tries); attempt++) {
      if (passing.triesMs > 0 && clock.now() - since > passing.triesMs) break;
      if (attempt > 0 && passing.waitMs) await clock.sleep(passing.waitMs);
      const leftMs = (passing.wholeMs ?? Infinity) - (clock.now() - since);
      if (leftMs <= 0) return { status: 504, why: `not answered within ${passing.wholeMs} ms` };
      const endpoint = balancer.pick(upstream, x, failed);
      if (!endpoint) break;
      const bounded = leftMs < passing.readMs ? { ...passing, readMs: leftMs } : passing;
      const asked = this.#attempt(x, endpoint, bounded, onward);
      const result = await Promise.race([asked, left]);
      if (result === "left") return abandoned(x);
      if (!("kind" in result)) {
        const status = `http_${result.response.status}`;
        const more = attempt + 1 < passing.tries && passing.tryNext.includes(status);
        if (!more || !mayRepeat(onward, passing, true)) return { ...result, to: endpoint };
        for await (const _ of result.body); // this answer goes nowhere
        failed.push(endpoint);
        continue;
      }
      last = result;
      failed.push(endpoint);
      if (!passing.tryNext.includes(result.kind)) break;
      if (!mayRepeat(onward, passing, result.sent)) break;
    }
    const tried = failed.map(({ host, port }) => `${host}:${port}`).join(", ");
    const status = last?.status ?? 503;
    return { status, why: last ? `${last.message} (tried ${tried})` : "no endpoint to try" };
  }

  /** Sends a copy of the request; what comes back, or does not, changes nothing. */
  async mirror(x: Exchange, upstream: Upstream, passing: Passing, onward: Onward): Promise<void> {
    const endpoint = this.#o.balancer.pick(upstream, x, []);
    if (!endpoint || !replayable(onward)) return;
    try {
      const address = await this.#addressOf(endpoint, x);
      const result = await this.one(x, address, passingTo(upstream, passing), onward, true);
      if (!("kind" in result)) for await (const _ of result.body);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
    }
  }

  async #attempt(
    x: Exchange,
    endpoint: Endpoint,
    passing: Passing,
    onward: Onward,
  ): Promise<{ response: Response; body: AsyncIterable<Uint8Array> } | Failure> {
    const { clock, balancer } = this.#o;
    const startMs = clock.now();
    const attempt: Try = {
      address: `${endpoint.host}:${endpoint.port}`,
      status: 0,
      bytes: 0,
      seconds: 0,
    };
    x.tries.push(attempt);
    x.onLeave(() => void (attempt.seconds = (clock.now() - startMs) / 1000));
    const result = await this.#ask(x, endpoint, passing, onward, attempt);
    if (x.left) return gone;
    attempt.seconds = (clock.now() - startMs) / 1000;
    balancer.took(endpoint, attempt.seconds);
    if ("kind" in result) {
      attempt.status = result.status;
      const url = `${schemeOf(passing, x)}://${attempt.address}${onward.target}`;
      this.#o.error(result.message, x, url);
      return result;
    }
    attempt.status = result.response.status;
    const { body } = result;
    const finished = (): void => void (attempt.seconds = (clock.now() - startMs) / 1000);
    return { response: result.response, body: counted(body, attempt, finished) };
  }

  async #ask(
    x: Exchange,
    endpoint: Endpoint,
    passing: Passing,
    onward: Onward,
    attempt: Try,
  ): Promise<{ response: Response; body: AsyncIterable<Uint8Array> } | Failure> {
    let address: Address;
    try {
      address = await this.#addressOf(endpoint, x);
      attempt.address = printAddress(address);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const message = `${endpoint.host} could not be resolved (3: Host not found)`;
      return { kind: "error", status: 502, message, sent: false };
    }
    const once = (fresh: boolean): ReturnType<Forwarder["one"]> =>
      this.one(x, address, passing, onward, fresh);
    const first = await once(false);
    // A kept connection that the peer had closed meanwhile tells nothing about the endpoint.
    if ("kind" in first && first.stale && replayable(onward)) return once(true);
    return first;
  }

  /** One request over one connection. */
  async one(
    x: Exchange,
    address: Address,
    passing: Passing,
    onward: Onward,
    fresh: boolean,
  ): Promise<
    { response: Response; body: AsyncIterable<Uint8Array> } | (Failure & { stale?: boolean })
  > {
    const { clock, connections } = this.#o;
    const scheme = schemeOf(passing, x);
    if (scheme !== "http" && scheme !== "https") return unspoken(passing);
    const tls = scheme === "https";
    let lent: Lent;
    try {
      lent = await connections.open(address, x.trace, {
        timeoutMs: passing.connectMs,
        fresh,
        tls,
        ...(passing.verify && { verify: passing.verify }),
      });
    } catch (error) {
      if (error instanceof TlsAlert) return whileHandshaking(error);
      if (!(error instanceof NetError)) throw error;
      return tls && error.fault === "ended" ? whileHandshaking(error) : whileConnecting(error);
    }
    x.onLeave(() => lent.connection.destroy());
    const timeout = new ReadTimeout(clock, passing.readMs, () => lent.connection.destroy());
    try {
      const response = await timeout.during(lent.client.send(onward));
      const done = (): void => connections.keep(address, lent, tls);
      return { response, body: relayed(response, timeout, done) };
    } catch (error) {
      return { ...whileReading(error, timeout.over), stale: lent.reused && !timeout.over };
    }
  }

  async #addressOf({ host, port }: Endpoint, x: Exchange): Promise<Address> {
    if (isIpv4(host)) return { ip: host, port };
    const ips = await this.#o.network.resolve(this.#o.host, host, x.trace);
    return { ip: ips[0]!, port };
  }
}

/** An upstream may want TLS of its own. */
function passingTo({ tls }: Upstream, passing: Passing): Passing {
  return tls ? { ...passing, protocol: "HTTPS", verify: tls } : passing;
}

/** What becomes of an attempt that nobody waits for: nothing reads it. */
const gone: Failure = { kind: "error", status: 502, message: "the client has gone", sent: true };

/** The client went away during the last of the tries: its connection was closed with it. */
function abandoned({ tries }: Exchange): { status: number; why: string } {
  const last = tries.at(-1);
  const tried = tries.map(({ address }) => address).join(", ");
  const waited = last ? `; ${last.address} was waited for ${last.seconds.toFixed(3)} s` : "";
  return { status: 499, why: `the client closed the connection first (tried ${tried})${waited}` };
}

/** Whether the request can be sent a second time: its content is here, or it has none. */
function replayable({ body }: Onward): boolean {
  return body === undefined || typeof body === "string" || body instanceof Uint8Array;
}

/** Requests that are not idempotent are repeated only when they were never sent. */
function mayRepeat(onward: Onward, passing: Passing, sent: boolean): boolean {
  if (!sent) return true;
  if (!replayable(onward)) return false;
  return idempotent.has(onward.method) || passing.tryNext.includes("non_idempotent");
}

function whileConnecting({ fault }: NetError): Failure {
  if (fault === "timeout") {
    const message = "upstream timed out (110: Operation timed out) while connecting to upstream";
    return { kind: "timeout", status: 504, message, sent: false };
  }
  const errno = fault === "unreachable" ? "113: Host is unreachable" : "111: Connection refused";
  const message = `connect() failed (${errno}) while connecting to upstream`;
  return { kind: "error", status: 502, message, sent: false };
}

function whileHandshaking(error: Error): Failure {
  const wrongVersion = "error:0A00010B:SSL routines::wrong version number";
  const said =
    error instanceof TlsAlert ? wrongVersion : "error:0A000126:SSL routines::unexpected eof";
  const message = `SSL_do_handshake() failed (SSL: ${said}) while SSL handshaking to upstream`;
  return { kind: "error", status: 502, message, sent: false };
}

/** What this hotel does not speak to upstreams: HTTP/2 and FastCGI. */
function unspoken({ protocol }: Passing): Failure {
  const message = `backend-protocol ${protocol} is not spoken in this hotel; ingress-nginx would`;
  return { kind: "invalid_header", status: 502, message, sent: false };
}

/** The scheme of `proxy_pass`, `grpc_pass` or `fastcgi_pass`. */
function schemeOf({ protocol }: Passing, x: Exchange): string {
  if (protocol === "AUTO_HTTP") return x.scheme;
  return protocol === "FCGI" ? "fastcgi" : protocol.toLowerCase();
}

function whileReading(error: unknown, timedOut: boolean): Failure {
  const reading = "while reading response header from upstream";
  if (timedOut) {
    const message = `upstream timed out (110: Operation timed out) ${reading}`;
    return { kind: "timeout", status: 504, message, sent: true };
  }
  if (error instanceof HttpError) {
    const message = `upstream sent invalid header: "${error.message}" ${reading}`;
    return { kind: "invalid_header", status: 502, message, sent: true };
  }
  if (!(error instanceof NetError)) throw error;
  const message =
    error.fault === "reset"
      ? `recv() failed (104: Connection reset by peer) ${reading}`
      : `upstream prematurely closed connection ${reading}`;
  return { kind: "error", status: 502, message, sent: true };
}

/** Bounds the silence of an upstream: each read anew. */
class ReadTimeout {
  over = false;
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #onOver: () => void;

  constructor(clock: Clock, ms: number, onOver: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#onOver = onOver;
  }

  async during<T>(work: Promise<T>): Promise<T> {
    const timer = this.#clock.after(this.#ms, () => {
      this.over = true;
      this.#onOver();
    });
    try {
      return await work;
    } finally {
      timer.cancel();
    }
  }
}

/** The answer's content; `done` runs when it was read to its end. */
async function* relayed(
  response: Response,
  timeout: ReadTimeout,
  done: () => void,
): AsyncGenerator<Uint8Array> {
  const pieces = response.body[Symbol.asyncIterator]();
  for (;;) {
    const { done: over, value } = await timeout.during(pieces.next());
    if (over) break;
    yield value;
  }
  done();
}

async function* counted(
  body: AsyncIterable<Uint8Array>,
  attempt: Try,
  finished: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of body) {
      attempt.bytes += piece.length;
      yield piece;
    }
  } finally {
    finished();
  }
}

/** Whether an answer to the method and status has content at all. */
export function hasContent(method: string, { status, headers }: Response): boolean {
  if (method === "HEAD" || status === 204 || status === 304 || status < 200) return false;
  return header(headers, "content-length") !== "0";
}
