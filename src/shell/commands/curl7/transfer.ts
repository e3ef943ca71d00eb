// One transfer: resolve, connect, ask, read the answer, follow redirects. Everything goes over
// the virtual network as bytes; every hop is recorded on the request's trace.

import type { Connection } from "../../../net/connection.ts";
import { NetError } from "../../../net/errors.ts";
import { HttpClient } from "../../../net/http/client.ts";
import { header, HttpError, type HeaderField, type Response } from "../../../net/http/message.ts";
import type { Trace } from "../../../net/trace.ts";
import { notHere, type Call } from "../../command.ts";
import type { CookieJar } from "./cookies.ts";
import { CurlError } from "./fault.ts";
import { addressesOf, type Addressing } from "./resolving.ts";
import { resolveUrl, type CurlUrl } from "./url.ts";

/** What one run of curl keeps for all its URLs. */
export interface Transfers {
  readonly call: Call;
  readonly addressing: Addressing;
  readonly jar: CookieJar | undefined;
  readonly connections: ConnectionCache;
  /** "* …" lines of -v. */
  info(line: string): void;
  /** "> …" and "< …" lines of -v. */
  head(mark: ">" | "<", lines: readonly string[]): void;
}

export interface Order {
  readonly url: CurlUrl;
  readonly method: string;
  readonly headers: (url: CurlUrl, first: boolean) => readonly HeaderField[];
  readonly body: Uint8Array | undefined;
  readonly follow: boolean;
  readonly redirectsMax: number;
  /** The method was given by -X: redirects keep it. */
  readonly keepMethod: boolean;
  readonly connectMsMax: number;
  /** -m; Infinity without. */
  readonly msMax: number;
  /** A new response's head has come; `followed` when a redirect will be. */
  onHead(response: Response, followed: boolean): void;
  onBody(chunk: Uint8Array): void;
}

/** What -w can tell of a transfer. Times are milliseconds since its start. */
export interface Facts {
  url: CurlUrl;
  method: string;
  response: Response | undefined;
  redirects: number;
  connects: number;
  downloaded: number;
  headerBytes: number;
  uploaded: number;
  connection: Connection | undefined;
  redirectUrl: string;
  startMs: number;
  lookupMs: number;
  connectMs: number;
  firstByteMs: number;
  totalMs: number;
}

/** Runs a transfer; throws CurlError. `facts` is filled as far as it got, even then. */
export async function transfer(transfers: Transfers, order: Order, facts: Facts): Promise<void> {
  const { clock } = transfers.call.world;
  const deadline = new Deadline(transfers.call, order.msMax);
  try {
    let { url, method, body } = order;
    for (let first = true; ; first = false) {
      facts.url = url;
      facts.method = method;
      const response = await once(transfers, { ...order, url, method, body }, facts, {
        deadline,
        first,
      });
      const next = order.follow ? redirectOf(url, response) : undefined;
      if (next === undefined) {
        facts.redirectUrl = redirectOf(url, response)?.text ?? "";
        return;
      }
      if (order.redirectsMax >= 0 && facts.redirects >= order.redirectsMax) {
        throw new CurlError(47, `Maximum (${order.redirectsMax}) redirects followed`);
      }
      facts.redirects++;
      transfers.info(`Issue another request to this URL: '${next.text}'`);
      const rewritten = rewrittenMethod(response.status, method);
      if (rewritten !== method && !order.keepMethod) {
        transfers.info(`Switch from POST to GET`);
        method = rewritten;
        body = undefined;
      }
      url = next;
    }
  } finally {
    facts.totalMs = clock.now() - facts.startMs;
    deadline.cancel();
  }
}

function redirectOf(url: CurlUrl, response: Response): CurlUrl | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  const location = header(response.headers, "location");
  return location === undefined ? undefined : resolveUrl(url, location.replaceAll(" ", "%20"));
}

/** As browsers do: 301 and 302 turn POST into GET, 303 turns all but HEAD. */
function rewrittenMethod(status: number, method: string): string {
  if (status === 303 && method !== "HEAD") return "GET";
  return (status === 301 || status === 302) && method === "POST" ? "GET" : method;
}

interface Running {
  readonly deadline: Deadline;
  readonly first: boolean;
}

/** One request and its answer. */
async function once(
  transfers: Transfers,
  order: Order,
  facts: Facts,
  running: Running,
): Promise<Response> {
  const { world } = transfers.call;
  const { url, method } = order;
  const trace = world.startTrace({ method, url: url.text, from: world.laptop.actor });
  try {
    const client = await connected(transfers, order, facts, trace, running);
    return await exchange(transfers, order, facts, client, running);
  } finally {
    world.finishTrace(trace);
  }
}

async function connected(
  transfers: Transfers,
  order: Order,
  facts: Facts,
  trace: Trace,
  { deadline }: Running,
): Promise<CachedConnection> {
  const { call, connections, info } = transfers;
  const { clock, network, laptop } = call.world;
  const { url } = order;
  if (url.scheme === "https") {
    throw new CurlError(
      1,
      notHere("https, yet: sealed letters come in a later chapter; use http://"),
    );
  }
  if (url.scheme !== "http") {
    throw new CurlError(1, `Protocol "${url.scheme}" not supported or disabled in libcurl`);
  }
  const kept = connections.take(url);
  if (kept !== undefined) {
    info(`Found bundle for host: ${kept.bundle} [serially]`);
    info("Can not multiplex, even if we wanted to");
    info(`Re-using existing connection #${kept.number} with host ${url.host}`);
    kept.connection.trace = trace;
    return kept;
  }
  const startMs = clock.now();
  const { ips, port, shownHost } = await deadline.race(addressesOf(transfers, url, trace));
  facts.lookupMs = clock.now() - facts.startMs;
  let failure: NetError | undefined;
  for (const ip of ips) {
    info(`  Trying ${ip}:${port}...`);
    try {
      const limitMs = Math.min(order.connectMsMax, 130_000);
      const dialling = network.dial(laptop, { ip, port }, trace, { timeoutMs: limitMs });
      const connection = await deadline.race(dialling, "connect");
      facts.connectMs = clock.now() - facts.startMs;
      facts.connects++;
      facts.connection = connection;
      deadline.onEnd = () => connection.destroy();
      const number = connections.next();
      info(`Connected to ${shownHost} (${ip}) port ${port} (#${number})`);
      return {
        connection,
        client: new HttpClient(connection),
        number,
        host: shownHost,
        key: keyOf(url),
        bundle: "0x55d0c0ffee00",
      };
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      failure = error;
      if (error.fault === "timeout" && order.connectMsMax < 130_000) {
        throw new CurlError(28, `Connection timed out after ${clock.now() - startMs} milliseconds`);
      }
      info(`connect to ${ip} port ${port} failed: ${systemWords(error)}`);
    }
  }
  const words = `Failed to connect to ${shownHost} port ${port} after ${Math.round(clock.now() - startMs)} ms: Couldn't connect to server`;
  info(words);
  throw new CurlError(failure?.fault === "timeout" ? 28 : 7, words);
}

function systemWords(error: NetError): string {
  if (error.fault === "timeout") return "Connection timed out";
  return error.fault === "unreachable" ? "No route to host" : "Connection refused";
}

async function exchange(
  transfers: Transfers,
  order: Order,
  facts: Facts,
  kept: CachedConnection,
  { deadline, first }: Running,
): Promise<Response> {
  const { info, head, jar, connections } = transfers;
  const { clock } = transfers.call.world;
  const { url, method, body } = order;
  const headers = order.headers(url, first);
  head(">", [
    `${method} ${url.target} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]);
  if (body && body.length > 0) facts.uploaded += body.length;
  let response: Response;
  let received = 0;
  try {
    response = await deadline.race(
      kept.client.send(
        { method, target: url.target, headers, ...(body && { body }) },
        {
          continueAfter: clock.sleep(1_000),
          onInterim: (interim) =>
            head("<", [`${interim.version} ${interim.status} ${interim.reason}`]),
        },
      ),
      () => ({ received, expected: undefined }),
    );
  } catch (error) {
    throw withoutAnswer(error, info);
  }
  facts.response = response;
  facts.firstByteMs = clock.now() - facts.startMs;
  const lines = [
    `${response.version} ${response.status} ${response.reason}`,
    ...response.headers.map(([name, value]) => `${name}: ${value}`),
  ];
  facts.headerBytes += lines.reduce((sum, line) => sum + line.length + 2, 2);
  for (const line of jar?.receive(url, response.headers, clock.now()) ?? []) info(line);
  head("<", lines);
  const followed = order.follow && redirectOf(url, response) !== undefined;
  order.onHead(response, followed);
  if (followed) info("Ignoring the response-body");
  const length = header(response.headers, "content-length");
  const expected = length === undefined ? undefined : Number(length);
  try {
    const chunks = response.body[Symbol.asyncIterator]();
    for (;;) {
      const { value, done } = await deadline.race(chunks.next(), () => ({ received, expected }));
      if (done) break;
      received += value.length;
      if (followed) continue;
      facts.downloaded += value.length;
      order.onBody(value);
    }
  } catch (error) {
    throw cutShort(error, received, expected);
  }
  if (kept.client.reusable) {
    connections.keep(kept);
    info(`Connection #${kept.number} to host ${kept.host} left intact`);
  } else info(`Closing connection ${kept.number}`);
  return response;
}

/** The connection broke before there was an answer. */
function withoutAnswer(error: unknown, info: (line: string) => void): unknown {
  if (error instanceof HttpError) {
    return error.status === 502
      ? new CurlError(1, "Received HTTP/0.9 when not allowed")
      : new CurlError(43, error.message);
  }
  if (!(error instanceof NetError)) return error;
  if (error.fault === "reset") {
    info("Recv failure: Connection reset by peer");
    return new CurlError(56, "Recv failure: Connection reset by peer");
  }
  info("Empty reply from server");
  return new CurlError(52, "Empty reply from server");
}

function cutShort(error: unknown, received: number, expected: number | undefined): unknown {
  if (error instanceof NetError && error.fault === "reset") {
    return new CurlError(56, "Recv failure: Connection reset by peer");
  }
  if (!(error instanceof NetError) && !(error instanceof HttpError)) return error;
  if (expected === undefined)
    return new CurlError(18, "transfer closed with outstanding read data remaining");
  return new CurlError(18, `transfer closed with ${expected - received} bytes remaining to read`);
}

/** A connection that may serve another request. */
export interface CachedConnection {
  readonly connection: Connection;
  readonly client: HttpClient;
  readonly number: number;
  readonly host: string;
  readonly key: string;
  readonly bundle: string;
}

function keyOf(url: CurlUrl): string {
  return `${url.scheme}://${url.host}:${url.port}`;
}

/** Connections kept for the next URL of the same command. */
export class ConnectionCache {
  readonly #idle = new Map<string, CachedConnection>();
  #count = 0;

  next(): number {
    return this.#count++;
  }

  keep(one: CachedConnection): void {
    this.#idle.set(one.key, one);
  }

  take(url: CurlUrl): CachedConnection | undefined {
    const found = this.#idle.get(keyOf(url));
    this.#idle.delete(keyOf(url));
    return found?.client.reusable ? found : undefined;
  }

  close(): void {
    for (const { client } of this.#idle.values()) client.close();
    this.#idle.clear();
  }
}

type Progress = () => { received: number; expected: number | undefined };

/** -m: the time that a whole transfer may take; and Ctrl+C. */
class Deadline {
  /** Called when the time is up or the learner interrupts. */
  onEnd: (() => void) | undefined;
  readonly #ended: Promise<never>;
  readonly #startMs: number;
  readonly #call: Call;
  readonly #timer: { cancel(): void } | undefined;
  #doing: "connect" | Progress = "connect";

  constructor(call: Call, msMax: number) {
    this.#call = call;
    this.#startMs = call.world.clock.now();
    let fail = (_: Error): void => undefined;
    this.#ended = new Promise((_, reject) => (fail = reject));
    this.#ended.catch(() => undefined);
    const end = (error: Error): void => {
      fail(error);
      this.onEnd?.();
    };
    if (msMax < Infinity) this.#timer = call.world.clock.after(msMax, () => end(this.#timedOut()));
    call.signal.addEventListener("abort", () => end(new CurlError(130, "")), { once: true });
  }

  race<T>(work: Promise<T>, doing: "connect" | Progress = "connect"): Promise<T> {
    this.#doing = doing;
    return Promise.race([work, this.#ended]);
  }

  cancel(): void {
    this.#timer?.cancel();
    this.onEnd = undefined;
  }

  #timedOut(): CurlError {
    const ms = Math.round(this.#call.world.clock.now() - this.#startMs);
    if (this.#doing === "connect")
      return new CurlError(28, `Connection timed out after ${ms} milliseconds`);
    const { received, expected } = this.#doing();
    const of = expected === undefined ? "" : ` out of ${expected}`;
    return new CurlError(
      28,
      `Operation timed out after ${ms} milliseconds with ${received}${of} bytes received`,
    );
  }
}
