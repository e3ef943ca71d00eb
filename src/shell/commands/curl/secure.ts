// The handshake of https: from a TCP connection to one that speaks TLS, as curl does it with
// OpenSSL and tells it with -v.

import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { Address } from "../../../net/address.ts";
import type { Connection } from "../../../net/connection.ts";
import { NetError } from "../../../net/errors.ts";
import { TlsAlert, type AlertName } from "../../../net/tls/alerts.ts";
import type { TlsVersion } from "../../../net/tls/codes.ts";
import type {
  ResumableSession,
  TlsClientConfig,
  TlsEvent,
  TlsSession,
} from "../../../net/tls/contract.ts";
import { connectTls, type SecureConnection } from "../../../net/tls/secure.ts";
import type { Trace } from "../../../net/trace.ts";
import type { Certificate } from "../../../net/x509/certificate.ts";
import { verifyChain } from "../../../net/x509/verify.ts";
import { notHere } from "../../command.ts";
import { defaultAuthorities, defaultAuthoritiesFolder } from "../authorities.ts";
import { CountedConnection } from "../openssl/counted.ts";
import { printTime } from "../../../net/x509/print.ts";
import {
  alertError,
  opensslVersion,
  ownError,
  unexpectedEof,
  verifyWords,
  wrongVersion,
} from "../openssl/words.ts";
import type { Config } from "./config.ts";
import { code, CurlError } from "./errors.ts";
import type { Messages } from "./messages.ts";
import { authoritiesOf, identityOf, type ReadFile } from "./tlsfiles.ts";
import { matchHost, nameWords, TlsTalk } from "./tlstalk.ts";

export interface SecureOptions {
  /** Of the URL: whom the certificate must be for. */
  readonly host: string;
  /** What the connection was made to, for the words of a failure. */
  readonly port: number;
  readonly config: Config;
  readonly messages: Messages;
  readonly clock: Clock;
  readonly random: Random;
  readonly read: ReadFile;
  /** Sessions of earlier connections, by host and port. */
  readonly sessions: Map<string, ResumableSession>;
}

/** A connection that speaks TLS, and talks about it. */
export interface CurlTls extends Connection {
  readonly session: TlsSession | undefined;
  /** OpenSSL's number for what is wrong with the server's certificate; 0 for nothing. */
  readonly verifyResult: number;
  /** Between two requests nothing is said of what arrives; it is said once it is asked for. */
  idle: boolean;
  /** No more talk: the program ends. */
  silent: boolean;
}

/** Shakes hands over `connection`. `opened` is called first; throws CurlError. */
export async function secure(
  connection: Connection,
  o: SecureOptions,
  opened: (tls: CurlTls) => void,
): Promise<CurlTls> {
  const versions = versionsOf(o.config.tls);
  const { tls, version } = o.config;
  const { alpn: usesAlpn = true } = tls;
  const first = version === "HTTP/1.0" ? ["http/1.0"] : ["h2", "http/1.1"];
  const alpn = tls.http11 ? ["http/1.1"] : first;
  if (usesAlpn) o.messages.info(`ALPN: offers ${alpn.join(",")}`);
  const identity = identityOf(tls, o.read);
  const key = `${o.host.toLowerCase()}:${o.port}`;
  const resume = o.sessions.get(key);
  if (resume) o.messages.info("SSL re-using session ID");
  const handshake = new Handshake(connection, o, versions[0]!);
  opened(handshake);
  await handshake.shake({
    random: o.random,
    now: () => o.clock.now(),
    serverName: o.host.replace(/\.$/, ""),
    versions,
    ...(usesAlpn && { alpn }),
    ...(identity && { identity }),
    ...(resume && { resume }),
  });
  return handshake;
}

/** --tlsv1.2, --tlsv1.3 and --tls-max as versions, best first. */
function versionsOf({ min, max }: Config["tls"]): readonly TlsVersion[] {
  if (min !== undefined && max !== undefined && max < min) {
    const words = "CURL_SSLVERSION_MAX incompatible with CURL_SSLVERSION";
    throw new CurlError(code.sslConnectError, words);
  }
  if (max !== undefined && max < 1.2) {
    const words = notHere(`TLS ${max.toFixed(1)} (no server of today speaks it)`);
    throw new CurlError(code.sslConnectError, words);
  }
  const all: readonly TlsVersion[] = ["TLSv1.3", "TLSv1.2"];
  return all.filter((one) => {
    const number = Number(one.slice(4));
    return number >= (min ?? 1.2) && number <= (max ?? 1.3);
  });
}

class Handshake implements CurlTls {
  readonly #raw: CountedConnection;
  readonly #o: SecureOptions;
  readonly #talk: TlsTalk;
  #secure: SecureConnection | undefined;
  #trusted: readonly Certificate[] = [];
  #alert: AlertName | undefined;
  /** What came while nobody asked for it. */
  #waiting: TlsEvent[] = [];
  /** Read ahead here, but not by curl: it meets the end when it reads on, or when it closes. */
  #farewell: TlsEvent | undefined;
  #begun = false;
  #over = false;
  #idle = false;
  verifyResult = 0;
  silent = false;

  constructor(connection: Connection, o: SecureOptions, best: TlsVersion) {
    this.#raw = new CountedConnection(connection);
    this.#o = o;
    this.#talk = new TlsTalk(o.messages, best);
  }

  get session(): TlsSession | undefined {
    return this.#secure?.session;
  }

  get local(): Address {
    return this.#raw.local;
  }

  get remote(): Address {
    return this.#raw.remote;
  }

  get trace(): Trace {
    return this.#raw.trace;
  }

  set trace(trace: Trace) {
    this.#raw.trace = trace;
  }

  get idle(): boolean {
    return this.#idle;
  }

  set idle(idle: boolean) {
    this.#idle = idle;
    if (!idle) this.#catchUp();
  }

  async shake(config: Omit<TlsClientConfig, "check">): Promise<void> {
    const { insecure } = this.#o.config.tls;
    let refused: number | undefined;
    const check: TlsClientConfig["check"] = (chain) => {
      const { clock } = this.#o;
      const trusted = this.#trusted;
      const o = { chain, trusted, nowMs: clock.now(), purpose: "server", strong: true } as const;
      const result = verifyChain(o);
      this.verifyResult = result.ok ? 0 : result.code;
      if (result.ok || insecure) return undefined;
      refused = result.code;
      return result.reason;
    };
    try {
      const onEvent = (event: TlsEvent): void => this.#onEvent(event);
      this.#secure = await connectTls(this.#raw, { ...config, check }, { onEvent });
    } catch (error) {
      this.#over = true;
      if (error instanceof CurlError) this.#raw.destroy();
      if (refused === undefined) throw this.#failure(error);
      const words = `SSL certificate problem: ${verifyWords(refused)}`;
      throw new CurlError(code.peerFailedVerification, words);
    }
    if (config.resume) this.verifyResult = this.#verifyAgain(this.#secure.session.peerChain);
    this.#introduce(this.#secure.session);
  }

  async read(): Promise<Uint8Array | null> {
    try {
      const bytes = await this.#secure!.read();
      if (this.#idle) return bytes;
      if (bytes === null) this.#sayFarewell();
      else if (!this.silent) this.#talk.record("{");
      return bytes;
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      if (this.#alert) throw readError(alertError(this.#alert));
      if (this.#raw.ended) throw readError(unexpectedEof);
      throw error;
    }
  }

  write(bytes: Uint8Array): void | Promise<void> {
    return this.#secure!.write(bytes);
  }

  end(): void {
    if (this.#over) return this.#raw.end();
    this.#over = true;
    this.#catchUp();
    this.#sayFarewell();
    if (this.#secure) this.#secure.end();
    else this.#raw.end();
  }

  destroy(fault?: NetError): void {
    this.#over = true;
    this.#raw.destroy(fault);
  }

  #onEvent(event: TlsEvent): void {
    const alerted = event.type === "alert" && event.direction === "received";
    if (alerted && event.alert !== "close_notify") this.#alert = event.alert as AlertName;
    if (alerted && event.alert === "close_notify") this.#farewell = event;
    else if (this.#idle) this.#waiting.push(event);
    else this.#tell(event);
    if (event.type === "message" && event.name === "client_hello" && !this.#begun) {
      this.#begun = true;
      this.#readAuthorities();
    }
  }

  #catchUp(): void {
    for (const event of this.#waiting.splice(0)) this.#tell(event);
  }

  #sayFarewell(): void {
    if (this.#farewell) this.#tell(this.#farewell);
    this.#farewell = undefined;
  }

  #tell(event: TlsEvent): void {
    if (event.type === "ticket") return this.#keepSession(event.session);
    // Whoever speaks no TLS is not sent an alert.
    const vain = event.type === "alert" && event.direction === "sent" && this.#raw.noTls;
    if (!this.silent && !vain) this.#talk.tell(event);
  }

  #keepSession(session: ResumableSession): void {
    const { sessions, host, port, messages } = this.#o;
    const key = `${host.toLowerCase()}:${port}`;
    if (sessions.has(key) && !this.silent) {
      messages.info("old SSL session ID is stale, removing");
    }
    sessions.set(key, session);
  }

  /** OpenSSL's store is filled when the first message is on its way. */
  #readAuthorities(): void {
    const { config, messages, read } = this.#o;
    const { insecure, cacert, capath } = config.tls;
    try {
      this.#trusted = authoritiesOf(config.tls, read);
    } catch (error) {
      if (insecure) return;
      if (error instanceof CurlError) messages.info(error.message);
      throw error;
    }
    if (insecure) return;
    messages.info(` CAfile: ${cacert ?? defaultAuthorities}`);
    messages.info(` CApath: ${capath ?? defaultAuthoritiesFolder}`);
  }

  #verifyAgain(chain: readonly Certificate[]): number {
    const [leaf, ...others] = chain;
    if (!leaf) return 0;
    const result = verifyChain({
      chain: [leaf, ...others],
      trusted: this.#trusted,
      nowMs: this.#o.clock.now(),
      purpose: "server",
      strong: true,
    });
    return result.ok ? 0 : result.code;
  }

  /** What was agreed, and with whom. Throws CurlError 60 when that is somebody else. */
  #introduce(session: TlsSession): void {
    const { messages, config, host } = this.#o;
    const { insecure, alpn: usesAlpn = true } = config.tls;
    const say = (words: string): void => messages.info(words);
    say(`SSL connection using ${session.version} / ${session.suite.opensslName}`);
    if (usesAlpn && session.alpn !== undefined) say(`ALPN: server accepted ${session.alpn}`);
    else if (usesAlpn) say("ALPN: server did not agree on a protocol. Uses default.");
    const leaf = session.peerChain[0]!;
    say("Server certificate:");
    say(` subject: ${nameWords(leaf.subject)}`);
    say(` start date: ${printTime(leaf.notBeforeMs)}`);
    say(` expire date: ${printTime(leaf.notAfterMs)}`);
    if (!insecure) {
      const match = matchHost(leaf, host.replace(/\.$/, ""));
      if (match.talk !== undefined) say(match.talk);
      if (!match.matched) throw new CurlError(code.peerFailedVerification, match.error);
    }
    say(` issuer: ${nameWords(leaf.issuer)}`);
    const result = this.verifyResult;
    const fault = `${verifyWords(result)} (${result}), continuing anyway.`;
    if (result === 0) say(" SSL certificate verify ok.");
    else say(` SSL certificate verify result: ${fault}`);
    if (session.alpn === "h2") {
      throw new CurlError(code.sslConnectError, notHere("HTTP/2; ask with --http1.1"));
    }
    if (usesAlpn) say(`using HTTP/1.${session.alpn === undefined ? "x" : session.alpn.slice(-1)}`);
  }

  #failure(error: unknown): unknown {
    const failed = (words: string, talk?: string): CurlError =>
      new CurlError(code.sslConnectError, words, { ...(talk !== undefined && { talk }) });
    if (this.#raw.noTls) {
      this.#talk.record("{");
      return failed(queued(wrongVersion));
    }
    if (error instanceof TlsAlert) {
      if (error.from === "here") return failed(queued(ownError(error.alert)));
      const words = queued(alertError(error.alert));
      return error.alert === "certificate_required"
        ? new CurlError(code.sslClientcert, words)
        : failed(words);
    }
    if (!(error instanceof NetError)) return error;
    const where = `in connection to ${this.#o.host}:${this.#o.port} `;
    if (error.fault === "ended") {
      return failed(`OpenSSL SSL_connect: SSL_ERROR_SYSCALL ${where}`);
    }
    const reset = "Recv failure: Connection reset by peer";
    this.#o.messages.info(reset);
    return failed(reset, `OpenSSL SSL_connect: Connection reset by peer ${where}`);
  }
}

function queued(error: string): string {
  return `OpenSSL/${opensslVersion}: ${error}`;
}

function readError(error: string): CurlError {
  const words = `OpenSSL SSL_read: ${queued(error)}, errno 0`;
  return new CurlError(code.recvError, words);
}
