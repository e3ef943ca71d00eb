// One URL from its first request to the end of its last redirect. One Trace a request.

import type { HeadEvent } from "../../../net/http/decoder.ts";
import {
  header,
  headerValues,
  type HeaderField,
  type ResponseHead,
} from "../../../net/http/message.ts";
import type { Trace } from "../../../net/trace.ts";
import type { Call } from "../../command.ts";
import type { Config } from "./config.ts";
import type { CookieJar } from "./cookies.ts";
import { code, CurlError } from "./errors.ts";
import { asText, headLines } from "./exchange.ts";
import { Meter } from "./meter.ts";
import type { Messages } from "./messages.ts";
import type { Sink } from "./output.ts";
import { requestOf, type OutgoingHead, type Turn } from "./request.ts";
import { Interrupted, type Kept, type Progress, type Transport } from "./transport.ts";
import { redirected, targetOf, withoutCredentials, withQuery, type Target } from "./url.ts";
import type { Report } from "./writeout.ts";

/** What all transfers of a run share. */
export interface Run {
  readonly call: Call;
  readonly config: Config;
  readonly messages: Messages;
  readonly transport: Transport;
  /** Undefined while the cookie engine is off. */
  readonly jar: CookieJar | undefined;
  /** Takes the lines of heads that -D asks for. */
  dumpHead(line: string): void;
}

/** The transfer of one URL; make a new one for a retry. */
export class Transfer {
  readonly #run: Run;
  readonly #sink: Sink;
  readonly #typed: string;
  readonly #meter: Meter;
  readonly #progress: Progress;
  #kept: Kept | undefined;
  #target: Target | undefined;
  #request: OutgoingHead | undefined;
  #head: ResponseHead | undefined;
  #trace: Trace | undefined;
  #nextUrl: string | undefined;
  #redirects = 0;
  #expectedBytes: number | undefined;
  #receivedBytes = 0;
  #sentBytes = 0;
  #headBytes = 0;
  #requestBytes = 0;
  #firstByteAt = 0;
  /** When the first request began. */
  readonly #startedAt: number;

  /** @param o.again whether it was tried before. */
  constructor(run: Run, typed: string, { sink, again }: { sink: Sink; again: boolean }) {
    this.#run = run;
    this.#typed = typed;
    this.#sink = sink;
    const { clock } = run.call.world;
    const now = clock.now();
    this.#progress = {
      stage: "resolving",
      startedAt: now,
      resolvedAt: now,
      connectedAt: now,
      securedAt: now,
      connects: 0,
      over: false,
    };
    this.#startedAt = now;
    const { config, call } = run;
    const shown = config.progressMeter && !config.silent && !sink.onTerminal;
    this.#meter = new Meter({
      clock,
      again,
      write: shown ? (text) => call.stderr.write(text) : undefined,
      moved: () => ({
        expectedBytes: this.#expectedBytes,
        receivedBytes: this.#receivedBytes,
        sentBytes: this.#sentBytes,
      }),
    });
  }

  /** Of the last answer; 0 without one. */
  get status(): number {
    return this.#head?.status ?? 0;
  }

  get headers(): readonly HeaderField[] {
    return this.#head?.headers ?? [];
  }

  /** Runs it. Throws CurlError; what was begun is ended in any case. */
  async run(): Promise<void> {
    const { config, call } = this.#run;
    const limit = new TimeLimit(this.#run, () => this.#timeoutWords());
    let failure: CurlError | undefined;
    try {
      await Promise.race([this.#follow(), limit.reached]);
    } catch (error) {
      if (error instanceof CurlError) this.#failed((failure = error));
      throw error;
    } finally {
      this.#progress.over = true;
      limit.cancel();
      this.#meter.stop();
      const error = failure && `(${failure.code}) ${failure.message}`;
      if (this.#trace) call.world.finishTrace(this.#trace, error);
      this.#sink.finish({ evenEmpty: config.fail === "no" && this.status > 0 });
    }
  }

  /** What -w may ask for. */
  report(urlNumber: number, error: CurlError | undefined): Report {
    const { resolvedAt, connectedAt, securedAt, connects } = this.#progress;
    const tls = this.#kept?.tls ?? this.#run.transport.lastTls;
    const since = (at: number): number => Math.max(0, at - this.#startedAt);
    const connection = this.#kept?.line.connection;
    return {
      url: this.#typed,
      effectiveUrl: this.#target?.url ?? this.#typed,
      urlNumber,
      scheme: this.#target?.scheme,
      method: this.#request?.method ?? "GET",
      status: this.status,
      version: this.#head?.version,
      headers: this.headers,
      redirectUrl: this.#nextUrl,
      redirects: this.#redirects,
      connects,
      local: connection?.local,
      remote: this.#kept && { ip: this.#kept.ip, port: this.#kept.port },
      referer: this.#run.config.referer,
      file: this.#sink.file,
      exitCode: error?.code ?? 0,
      error: error?.message,
      headBytes: this.#headBytes,
      requestBytes: this.#requestBytes,
      receivedBytes: this.#receivedBytes,
      sentBytes: this.#sentBytes,
      lookupMs: since(resolvedAt),
      connectMs: since(connectedAt),
      secureMs: tls?.session ? since(securedAt) : 0,
      beginMs: since(Math.max(connectedAt, tls?.session ? securedAt : 0)),
      verifyResult: tls?.verifyResult ?? 0,
      certificates: tls?.session?.peerChain.length ?? 0,
      firstByteMs: since(this.#firstByteAt),
      redirectMs: this.#redirects > 0 ? since(this.#progress.startedAt) : 0,
      totalMs: since(this.#run.call.world.clock.now()),
    };
  }

  async #follow(): Promise<void> {
    const { config, messages } = this.#run;
    const first = this.#firstTarget();
    this.#run.transport.readResolve();
    let turn: Turn = this.#turn(first, {
      sendsData: true,
      switchedToGet: false,
      referer: config.referer,
      foreign: false,
    });
    for (;;) {
      await this.#send(turn);
      if (!config.location || this.#nextUrl === undefined) return;
      if (config.maxRedirs >= 0 && this.#redirects >= config.maxRedirs) {
        const words = `Maximum (${config.maxRedirs}) redirects followed`;
        messages.info(words);
        throw new CurlError(code.tooManyRedirects, words);
      }
      turn = this.#redirect(first, turn, this.#nextUrl);
    }
  }

  #firstTarget(): Target {
    const { config } = this.#run;
    const target = targetOf(this.#typed, config);
    const fromData = config.get && config.data ? [new TextDecoder().decode(config.data)] : [];
    return [...fromData, ...config.urlQuery].reduce(withQuery, target);
  }

  #turn(target: Target, o: Omit<Turn, "target" | "cookies">): Turn {
    return { ...o, target, cookies: this.#run.jar?.fieldFor(target) ?? "" };
  }

  /** RFC 9110 section 15.4, with what curl makes of POST on the way. */
  #redirect(first: Target, turn: Turn, url: string): Turn {
    const { config, messages } = this.#run;
    const { target: from } = turn;
    const target = targetOf(url, { pathAsIs: config.pathAsIs, redirect: true });
    const away = (one: Target): boolean =>
      target.host.toLowerCase() !== one.host.toLowerCase() ||
      target.port !== one.port ||
      target.scheme !== one.scheme;
    const secrets = config.user !== undefined || first.credentials !== undefined;
    if (secrets && !config.locationTrusted && away(from) && !turn.foreign) {
      const change =
        target.port === from.port
          ? `scheme from ${from.scheme} to ${target.scheme}`
          : `port from ${from.port} to ${target.port}`;
      if (target.port !== from.port || target.scheme !== from.scheme) {
        messages.info(`Clear auth, redirects to ${change}`);
      }
    }
    messages.info(`Issue another request to this URL: '${this.#withUser(target.url)}'`);
    this.#redirects++;
    const posted = config.data !== undefined && !config.get && !turn.switchedToGet;
    const status = this.status;
    const toGet = posted && [301, 302, 303].includes(status) && !config.keepPost.has(status);
    if (toGet) messages.info(status === 303 ? "Switch to GET" : "Switch from POST to GET");
    return this.#turn(target, {
      sendsData: turn.sendsData && !toGet,
      switchedToGet: turn.switchedToGet || toGet,
      referer: config.autoReferer ? withoutCredentials(from.url) : turn.referer,
      foreign: !config.locationTrusted && away(first),
    });
  }

  /** A redirect within the host shows -u in its URL, as curl keeps both in one place. */
  #withUser(url: string): string {
    const { user } = this.#run.config;
    const location = header(this.headers, "location") ?? "";
    if (user === undefined || /^[a-z][a-z0-9+.-]*:\/\//i.test(location)) return url;
    const [name = "", ...password] = user.split(":").map(encodeURIComponent);
    return url.replace(/:\/\/([^/?#@]*@)?/, `://${name}:${password.join("%3A")}@`);
  }

  async #send(turn: Turn): Promise<void> {
    const { config, call, messages, transport } = this.#run;
    const { world } = call;
    const request = requestOf(config, turn);
    this.#target = turn.target;
    this.#request = request;
    this.#expectedBytes = undefined;
    this.#receivedBytes = this.#sentBytes = 0;
    messages.tellsContent = !this.#sink.onTerminal;
    const trace = world.startTrace({ method: request.method, url: turn.target.url, from: "curl" });
    this.#trace = trace;
    this.#meter.start();
    this.#progress.startedAt = world.clock.now();
    const kept = await transport.open(turn.target, trace, this.#progress);
    this.#kept = kept;
    this.#progress.stage = "transferring";
    if (request.basicUser !== undefined) {
      messages.info(`Server auth using Basic with user '${request.basicUser}'`);
    }
    if (kept.tls) messages.content("}", 5); // the record's header
    messages.head(">", asText(request.head));
    this.#requestBytes += request.head.length + request.content.length;
    const ignores = (): boolean => config.location && this.#nextUrl !== undefined;
    await kept.line.exchange(
      request,
      { noContent: config.head },
      {
        onHead: (event) => this.#onHead(event, turn),
        onContent: (bytes) => this.#onContent(bytes, ignores()),
        onSentContent: (bytes) => {
          this.#sentBytes += bytes;
          messages.content("}", bytes);
        },
        info: (words) => messages.info(words),
      },
    );
    this.#meter.done();
    transport.giveBack(turn.target, kept);
    world.finishTrace(trace);
    this.#trace = undefined;
    this.#failWithBody();
  }

  #onHead({ head, framing, interim }: HeadEvent<ResponseHead>, turn: Turn): void {
    const { config, messages, jar } = this.#run;
    const [first = "", ...fields] = headLines(head);
    this.#firstByteAt ||= this.#run.call.world.clock.now();
    if (!interim) {
      this.#head = head;
      this.#nextUrl = nextUrl(head, turn.target);
      this.#expectedBytes = framing.by === "length" ? framing.bytes : undefined;
    }
    const resends = turn.sendsData && config.data !== undefined && !config.get;
    this.#headLine(first);
    for (const [index, line] of fields.entries()) {
      const [name = "", value = ""] = head.headers[index]!;
      const lower = name.toLowerCase();
      if (lower === "set-cookie") {
        const words = jar?.take(value, turn.target);
        if (words !== undefined) messages.info(words);
      }
      if (lower === "location" && config.location && resends && this.#nextUrl !== undefined) {
        messages.info("Please rewind output before next send");
      }
      this.#headLine(line);
    }
    if (!interim && config.fail === "without body" && head.status >= 400) {
      throw new CurlError(code.httpReturnedError, this.#failWords());
    }
    if (framing.by === "close") {
      messages.info("no chunk, no close, no size. Assume close to signal end");
    }
    this.#headLine("\r\n", { talk: !interim });
    const ignored = config.location && this.#nextUrl !== undefined;
    if (ignored && !interim && framing.by !== "none") messages.info("Ignoring the response-body");
  }

  /** @param o.talk whether -v shows it too. */
  #headLine(line: string, { talk = true }: { talk?: boolean } = {}): void {
    const { config, messages, dumpHead } = this.#run;
    const shown = asText(line);
    this.#headBytes += line.length;
    if (talk) messages.head("<", shown);
    if (config.include || config.head) this.#sink.headLine(shown);
    dumpHead(shown);
  }

  #onContent(bytes: Uint8Array, ignored: boolean): void {
    const { messages } = this.#run;
    this.#receivedBytes += bytes.length;
    messages.content("{", bytes.length);
    if (!ignored) this.#sink.content(bytes);
  }

  #failWithBody(): void {
    if (this.#run.config.fail !== "with body" || this.status < 400) return;
    throw new CurlError(code.httpReturnedError, this.#failWords());
  }

  #failWords(): string {
    return `The requested URL returned error: ${this.status}`;
  }

  /** Says why with -v, draws the meter's last line, and ends the connection that was in use. */
  #failed(error: CurlError): void {
    const { messages, transport, config } = this.#run;
    const { stage } = this.#progress;
    const settled = error.code === code.tooManyRedirects || config.fail === "with body";
    if (stage === "transferring" && settled) return;
    if (!error.told) messages.info(error.talk);
    if (error.code !== code.couldntResolveHost) this.#meter.done();
    if (stage === "transferring" && this.#kept) transport.close(this.#kept);
    else transport.giveUp();
    // OpenSSL's store is asked for once more.
    if (error.code === code.sslCacertBadfile) messages.info(error.talk);
  }

  #timeoutWords(): string {
    const { stage, startedAt } = this.#progress;
    const ms = Math.floor(this.#run.call.world.clock.now() - startedAt);
    if (stage === "resolving") return `Resolving timed out after ${ms} milliseconds`;
    if (stage === "connecting") return `Connection timed out after ${ms} milliseconds`;
    const of = this.#expectedBytes === undefined ? "" : ` out of ${this.#expectedBytes}`;
    const received = `${this.#receivedBytes}${of} bytes received`;
    return `Operation timed out after ${ms} milliseconds with ${received}`;
  }
}

/** --max-time, and Ctrl+C. */
class TimeLimit {
  /** Rejects when the time is over, or the learner has had enough. */
  readonly reached: Promise<never>;
  readonly cancel: () => void;

  constructor({ call, config }: Run, words: () => string) {
    const { signal, world } = call;
    let stop = (_: Error): void => {};
    this.reached = new Promise((_, reject) => (stop = reject));
    this.reached.catch(() => undefined);
    const interrupted = (): void => stop(new Interrupted("interrupted"));
    if (signal.aborted) interrupted();
    signal.addEventListener("abort", interrupted, { once: true });
    const { maxTimeMs } = config;
    const late = (): void => stop(new CurlError(code.operationTimedout, words()));
    const timer = maxTimeMs ? world.clock.after(maxTimeMs, late) : undefined;
    this.cancel = () => {
      timer?.cancel();
      signal.removeEventListener("abort", interrupted);
    };
  }
}

/** Where a 3xx answer with a Location leads; undefined for any other. */
function nextUrl({ status, headers }: ResponseHead, from: Target): string | undefined {
  const location = header(headers, "location");
  if (status < 300 || status > 399 || location === undefined || location === "") return undefined;
  return redirected(from, headerValues(headers, "location")[0]!);
}
