// openssl s_client: shakes hands with a server, says what it showed and what is wrong with it,
// and then carries lines (apps/s_client.c).

import { concat, utf8 } from "../../../base/bytes.ts";
import { isIpv4 } from "../../../net/address.ts";
import { NetError } from "../../../net/errors.ts";
import { alertCodes, TlsAlert } from "../../../net/tls/alerts.ts";
import type { TlsClientConfig, TlsEvent } from "../../../net/tls/contract.ts";
import { connectTls, type SecureConnection } from "../../../net/tls/secure.ts";
import type { Trace } from "../../../net/trace.ts";
import type { Certificate } from "../../../net/x509/certificate.ts";
import { matchesName } from "../../../net/x509/hostname.ts";
import { printName } from "../../../net/x509/name.ts";
import { printTime } from "../../../net/x509/print.ts";
import { examine, type Disbelief } from "../../../net/x509/verify.ts";
import { CommandError, type Call } from "../../command.ts";
import { lookUp } from "../net/hosts.ts";
import { loadCertificates, loadKey, queueLine } from "./load.ts";
import { parseOptions, type Options } from "./options.ts";
import { brief, sessionBlock, summary, type Shaken } from "./handshakewords.ts";
import { trustedOf } from "./verify.ts";
import { alertError, ownError, unexpectedEof, verifyWords, wrongVersion } from "./words.ts";
import { CountedConnection } from "./counted.ts";

const spec = {
  flags:
    "noservername showcerts tls1_2 tls1_3 no_tls1_2 no_tls1_3 brief quiet verify_return_error " +
    "verify_quiet partial_chain ign_eof no_ign_eof crlf no-CAfile no-CApath nocommands 4 help",
  values:
    "connect host port servername alpn CAfile CApath trusted cert key verify verify_hostname " +
    "verify_ip attime ciphersuites cipher groups curves nameopt pass",
  absent:
    "tls1 tls1_1 ssl3 dtls starttls msg debug state trace tlsextdebug status sess_out sess_in " +
    "reconnect proxy unix 6 bind keylogfile early_data psk prexit nbio async xmpphost name " +
    "certform keyform cert_chain build_chain CAstore verifyCAfile chainCAfile no_ticket sigalgs " +
    "min_protocol max_protocol security_debug keymatexport crl_check nextprotoneg",
  operands: 1,
};

export async function sClient(call: Call, args: readonly string[]): Promise<number> {
  const options = parseOptions("s_client", args, spec);
  const { host, port } = target(options);
  const trusted = trustedOf(call, options, () => "");
  const config = await configOf(call, options, host);
  const trace = call.world.startTrace({
    method: "TLS",
    url: `https://${host}:${port}/`,
    from: "openssl",
  });
  try {
    const raw = await dial(call, { host, port }, trace);
    return await new Client(call, options, raw, trusted).run(config);
  } finally {
    call.world.finishTrace(trace);
  }
}

function target(options: Options): { host: string; port: number } {
  const [operand] = options.operands;
  const connect = options.value("connect") ?? operand;
  if (connect !== undefined) {
    const [, host = "", port = ""] = /^(.*?)(?::(\d+|https))?$/.exec(connect) ?? [];
    return { host: host || "localhost", port: port === "https" ? 443 : Number(port || 4433) };
  }
  const host = options.value("host") ?? "localhost";
  return { host, port: Number(options.value("port") ?? 4433) };
}

async function configOf(
  call: Call,
  options: Options,
  host: string,
): Promise<Omit<TlsClientConfig, "check">> {
  const { random, clock } = call.world;
  const named = options.value("servername") ?? host;
  const only12 = options.has("tls1_2") || options.has("no_tls1_3");
  const only13 = options.has("tls1_3") || options.has("no_tls1_2");
  const alpn = options.value("alpn")?.split(",");
  const suites = options.value("ciphersuites")?.split(":");
  const certificate = options.value("cert");
  const identity = certificate === undefined ? undefined : await identityOf(call, options);
  return {
    random,
    now: () => clock.now(),
    revealSecrets: true,
    ...(!options.has("noservername") && { serverName: named }),
    ...(only12 && { versions: ["TLSv1.2"] }),
    ...(only13 && { versions: ["TLSv1.3"] }),
    ...(alpn && { alpn }),
    ...(suites && { suites }),
    ...(identity && { identity }),
  };
}

async function identityOf(
  call: Call,
  options: Options,
): Promise<NonNullable<TlsClientConfig["identity"]>> {
  const file = options.value("cert");
  const chain = await loadCertificates(call, file, "client certificate");
  const key = await loadKey(call, options.value("key") ?? file, {
    what: "client certificate private key",
  });
  return { chain, key };
}

async function dial(
  call: Call,
  { host, port }: { host: string; port: number },
  trace: Trace,
): Promise<CountedConnection> {
  const { network, laptop } = call.world;
  try {
    const [ip = ""] = await lookUp(call.world, host, trace);
    return new CountedConnection(await network.dial(laptop, { ip, port }, trace));
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    if (error.fault === "unresolved") {
      const queue = queueLine(
        "10080002",
        "BIO routines:BIO_lookup_ex",
        "system lib",
        "../crypto/bio/bio_addr.c:746:Name or service not known",
      );
      throw new CommandError(`${queue}connect:errno=0\n`);
    }
    const [errno, code, words] =
      error.fault === "timeout"
        ? ([110, "8000006E", "Connection timed out"] as const)
        : error.fault === "unreachable"
          ? ([113, "80000071", "No route to host"] as const)
          : ([111, "8000006F", "Connection refused"] as const);
    const at = "../crypto/bio/bio_sock2.c";
    const queue =
      queueLine(code, "system library:BIO_connect", words, `${at}:117:calling connect()`) +
      queueLine("10000067", "BIO routines:BIO_connect", "connect error", `${at}:119:`);
    throw new CommandError(`${queue}connect:errno=${errno}\n`);
  }
}

/** One run, from the handshake to the last byte. */
class Client {
  readonly #call: Call;
  readonly #options: Options;
  readonly #raw: CountedConnection;
  readonly #trusted: readonly Certificate[];
  readonly #events: TlsEvent[] = [];
  #chain: readonly Certificate[] = [];
  #verifyResult = 0;
  /** What of the certificate covers the name that -verify_hostname asks for. */
  #peerName: string | undefined;
  #talking = false;

  constructor(
    call: Call,
    options: Options,
    raw: CountedConnection,
    trusted: readonly Certificate[],
  ) {
    this.#call = call;
    this.#options = options;
    this.#raw = raw;
    this.#trusted = trusted;
  }

  async run(config: Omit<TlsClientConfig, "check">): Promise<number> {
    const { stdout, stderr, signal } = this.#call;
    const abort = (): void => this.#raw.destroy();
    signal.addEventListener("abort", abort, { once: true });
    const quiet = this.#options.has("quiet");
    const terse = this.#options.has("brief");
    if (!quiet && !terse) stdout.write("CONNECTED(00000003)\n");
    const unnamed = config.serverName !== undefined && isIpv4(config.serverName);
    if (unnamed) stderr.write("Can't use SSL_get_servername\n");
    try {
      const check: TlsClientConfig["check"] = (chain) => this.#check(chain);
      const onEvent = (event: TlsEvent): void => this.#note(event);
      const secure = await connectTls(this.#raw, { ...config, check }, { onEvent });
      if (terse) stderr.write(brief(this.#shaken(secure)));
      else if (!quiet) stdout.write(summary(this.#shaken(secure), this.#showCerts()));
      this.#talking = !terse && !quiet;
      return await this.#carry(secure);
    } catch (error) {
      if (!(error instanceof TlsAlert) && !(error instanceof NetError)) throw error;
      if (signal.aborted) return 130;
      stderr.write(this.#queue(error));
      if (!terse && !quiet) stdout.write(summary(this.#shaken(undefined), this.#showCerts()));
      return 1;
    } finally {
      signal.removeEventListener("abort", abort);
      this.#raw.end();
    }
  }

  #showCerts(): boolean {
    return this.#options.has("showcerts");
  }

  #shaken(secure: SecureConnection | undefined): Shaken {
    return {
      session: secure?.session,
      chain: this.#chain,
      events: this.#events,
      verifyResult: this.#verifyResult,
      peerName: this.#peerName,
      read: this.#raw.readBytes,
      written: this.#raw.writtenBytes,
      nowMs: this.#call.world.clock.now(),
    };
  }

  /** Judges the chain, aloud, and goes on in spite of it unless it was asked not to. */
  #check(chain: readonly [Certificate, ...Certificate[]]): Disbelief | undefined {
    const options = this.#options;
    this.#chain = chain;
    const host = options.value("verify_hostname") ?? options.value("verify_ip");
    const at = options.number("attime");
    const names = chain[0].altNames?.dns ?? [];
    this.#peerName = names.find((pattern) => host !== undefined && matchesName(pattern, host));
    const steps = examine({
      chain,
      trusted: this.#trusted,
      nowMs: at === undefined ? this.#call.world.clock.now() : at * 1000,
      purpose: "server",
      strong: true,
      partialChain: options.has("partial_chain"),
      ...(host !== undefined && { host }),
    });
    const quiet = options.has("brief") || options.has("verify_quiet");
    for (const { problem, code, depth, at: where } of steps) {
      if (problem) this.#verifyResult = code;
      const stops = problem !== undefined && options.has("verify_return_error");
      if (problem || !quiet) this.#call.stderr.write(told({ problem, code, depth, where }));
      this.#call.stderr.write(this.#date(where));
      if (stops) return problem;
      if (!quiet) this.#call.stderr.write("verify return:1\n");
    }
    return undefined;
  }

  /** The date that an error is about, told with every certificate from then on. */
  #date({ notBeforeMs, notAfterMs }: Certificate): string {
    if (this.#verifyResult === 9) return `notBefore=${printTime(notBeforeMs)}\n`;
    if (this.#verifyResult === 10) return `notAfter=${printTime(notAfterMs)}\n`;
    return "";
  }

  #note(event: TlsEvent): void {
    this.#events.push(event);
    if (event.type !== "ticket" || !this.#talking) return;
    const block = sessionBlock(this.#shaken(undefined), event.session);
    this.#call.stdout.write(
      `---\nPost-Handshake New Session Ticket arrived:\n${block}---\nread R BLOCK\n`,
    );
  }

  #queue(error: TlsAlert | NetError): string {
    const line = (words: string, where: string, source: string): string => {
      const [, code = "", why = ""] = /^error:(\w+):SSL routines::(.*)$/.exec(words) ?? [];
      return queueLine(code, `SSL routines:${where}`, why, source);
    };
    if (this.#raw.noTls) {
      return line(wrongVersion, "ssl3_get_record", "../ssl/record/ssl3_record.c:350:");
    }
    if (error instanceof NetError) {
      return error.fault === "ended"
        ? line(unexpectedEof, "ssl3_read_n", "../ssl/record/rec_layer_s3.c:318:")
        : "write:errno=104\n";
    }
    if (error.from === "peer") {
      const source = `../ssl/record/rec_layer_s3.c:1601:SSL alert number ${alertCodes[error.alert]}`;
      return line(alertError(error.alert), "ssl3_read_bytes", source);
    }
    const failed = "error:0A000086:SSL routines::certificate verify failed";
    const at = "../ssl/statem/statem_clnt.c:1889:";
    if (this.#verifyResult !== 0) return line(failed, "tls_post_process_server_certificate", at);
    return line(ownError(error.alert), "ossl_statem_client_process_message", at);
  }

  /** Lines of stdin to the server, and what it says to stdout, until one of them ends. */
  async #carry(secure: SecureConnection): Promise<number> {
    const waits = this.#options.has("ign_eof") || this.#options.has("quiet");
    const stays = waits && !this.#options.has("no_ign_eof");
    const heard = this.#hear(secure);
    heard.catch(() => undefined);
    const said = this.#say(secure);
    const first = await Promise.race([said, heard.then(() => "closed" as const)]);
    if (first === "closed") return 0;
    if (first === "end" && stays) {
      await heard;
      return 0;
    }
    secure.end();
    this.#call.stderr.write("DONE\n");
    return 0;
  }

  async #hear(secure: SecureConnection): Promise<void> {
    const { stdout, stderr } = this.#call;
    try {
      for (let bytes; (bytes = await secure.read()) !== null;) stdout.write(bytes);
      if (this.#talking) stdout.write("closed\n");
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const alert = this.#events.findLast(
        (event) => event.type === "alert" && event.direction === "received",
      );
      const fatal = alert?.type === "alert" && alert.alert !== "close_notify";
      if (fatal && alert.alert in alertCodes) {
        stderr.write(this.#queue(new TlsAlert(alert.alert as keyof typeof alertCodes, "", "peer")));
      } else stderr.write(this.#queue(new NetError("ended", "")));
      if (this.#talking) stdout.write("closed\n");
    }
  }

  async #say(secure: SecureConnection): Promise<"end" | "quit"> {
    const { stdin } = this.#call;
    const commands = !this.#options.has("quiet") && !this.#options.has("nocommands");
    for (let bytes; (bytes = await stdin.read()) !== null;) {
      if (commands && bytes[0] === "Q".charCodeAt(0)) return "quit";
      const crlf = this.#options.has("crlf");
      void secure.write(crlf ? withCarriageReturns(bytes) : bytes);
    }
    return "end";
  }
}

function told(o: {
  problem: Disbelief | undefined;
  code: number;
  depth: number;
  where: Certificate;
}): string {
  const first = `depth=${o.depth} ${printName(o.where.subject)}\n`;
  if (!o.problem) return first;
  const issuer = o.code === 2 ? `issuer= ${printName(o.where.issuer)}\n` : "";
  return `${first}verify error:num=${o.code}:${verifyWords(o.code)}\n${issuer}`;
}

function withCarriageReturns(bytes: Uint8Array): Uint8Array {
  const parts = [...bytes].map((byte) => (byte === 0x0a ? utf8("\r\n") : Uint8Array.of(byte)));
  return concat(...parts);
}
