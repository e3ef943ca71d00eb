// One HTTP request out of a program written in Go: name, connection, TLS, answer; with the words
// that net/http has for what goes wrong on the way.

import { text } from "../../base/bytes.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { printAddress } from "../address.ts";
import type { Connection } from "../connection.ts";
import { NetError } from "../errors.ts";
import { HttpClient } from "../http/client.ts";
import { header, HttpError } from "../http/message.ts";
import type { HeaderField } from "../http/message.ts";
import type { Host, Network } from "../network.ts";
import { TlsAlert } from "../tls/alerts.ts";
import { connectTls } from "../tls/secure.ts";
import { Trace } from "../trace.ts";
import { parseUrl } from "../url.ts";
import type { Url } from "../url.ts";
import type { Certificate } from "../x509/certificate.ts";
import { verifyChain } from "../x509/verify.ts";

export interface Visitor {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly host: Host;
  readonly userAgent: string;
}

export interface Errand {
  readonly method: "GET" | "POST" | "HEAD";
  readonly url: string;
  readonly headers?: readonly HeaderField[];
  readonly body?: string;
  /** Whose certificates are believed; undefined: anybody's, as before a certificate is there. */
  readonly trusted?: readonly Certificate[];
}

export interface Reply {
  readonly status: number;
  readonly headers: readonly HeaderField[];
  readonly body: string;
  /** Where it came from, after redirects. */
  readonly url: string;
  readonly ip: string;
}

/** No answer. The message is what Go's client says, without `Get "URL": `. */
export class VisitFault extends Error {
  override name = "VisitFault";
  readonly at: "lookup" | "refused" | "timeout" | "tls" | "broken";
  /** The address that was tried, when it came to that. */
  readonly ip: string | undefined;

  constructor(at: VisitFault["at"], message: string, ip?: string) {
    super(message);
    this.at = at;
    this.ip = ip;
  }
}

const redirectsMax = 10;
const patienceMs = 10_000;

/** Follows redirects. Throws VisitFault. */
export async function visit(visitor: Visitor, errand: Errand): Promise<Reply> {
  let { url } = errand;
  for (let i = 0; i <= redirectsMax; i++) {
    const reply = await once(visitor, { ...errand, url });
    const location = header(reply.headers, "location");
    if (errand.method === "POST" || location === undefined) return reply;
    if (![301, 302, 303, 307, 308].includes(reply.status)) return reply;
    url = new URL(location, url).href;
  }
  throw new VisitFault("broken", `stopped after ${redirectsMax} redirects`);
}

async function once(visitor: Visitor, errand: Errand): Promise<Reply> {
  const { network, clock, host } = visitor;
  const url = parseUrl(errand.url);
  if ("problem" in url) throw new VisitFault("lookup", `unsupported protocol scheme ""`);
  const trace = new Trace({ id: "acme", now: () => clock.now(), on: false });
  let ip = "";
  let over = false;
  let connection: Connection | undefined;
  const timer = clock.after(patienceMs, () => {
    over = true;
    connection?.destroy();
  });
  try {
    [ip = ""] = await network.resolve(host, url.host, trace);
    const to = { ip, port: url.port };
    connection = await network.dial(host, to, trace, { timeoutMs: patienceMs });
    return await exchange(visitor, errand, url, connection, ip);
  } catch (error) {
    if (over) throw new VisitFault("timeout", "context deadline exceeded", ip);
    throw faultOf(error, url, ip);
  } finally {
    timer.cancel();
  }
}

async function exchange(
  visitor: Visitor,
  { method, url: asked, headers = [], body, trusted }: Errand,
  url: Url,
  plain: Connection,
  ip: string,
): Promise<Reply> {
  const stream = url.scheme === "https" ? await sealed(visitor, plain, url, trusted) : plain;
  const client = new HttpClient(stream);
  const response = await client.send({
    method,
    target: url.target,
    headers: [
      ["Host", url.authority],
      ["User-Agent", visitor.userAgent],
      ...headers,
      ["Accept-Encoding", "gzip"],
      ["Connection", "close"],
    ],
    ...(body !== undefined && { body }),
  });
  const content = text(await response.body.bytes());
  client.close();
  return { status: response.status, headers: response.headers, body: content, url: asked, ip };
}

async function sealed(
  { random, clock }: Visitor,
  plain: Connection,
  { host }: Url,
  trusted: readonly Certificate[] | undefined,
): Promise<Connection> {
  let disbelieved = false;
  const check = (
    chain: readonly [Certificate, ...Certificate[]],
  ): ReturnType<Parameters<typeof connectTls>[1]["check"]> => {
    if (!trusted) return undefined;
    const result = verifyChain({ chain, trusted, nowMs: clock.now(), purpose: "server", host });
    disbelieved = !result.ok;
    return result.ok ? undefined : result.reason;
  };
  const config = { random, now: () => clock.now(), serverName: host, alpn: ["http/1.1"], check };
  return connectTls(plain, config).catch((error: unknown) => {
    if (!disbelieved) throw error;
    const why = "x509: certificate signed by unknown authority";
    throw new VisitFault("tls", `tls: failed to verify certificate: ${why}`);
  });
}

function faultOf(error: unknown, { host, port }: Url, ip: string): VisitFault {
  if (error instanceof VisitFault) return error;
  if (error instanceof TlsAlert) {
    return new VisitFault("tls", `remote error: tls: ${error.message}`, ip);
  }
  if (error instanceof HttpError) return new VisitFault("broken", error.message, ip);
  if (!(error instanceof NetError)) throw error;
  if (error.fault === "unresolved") {
    return new VisitFault("lookup", `dial tcp: lookup ${host} on 10.96.0.10:53: no such host`);
  }
  const dial = `dial tcp ${printAddress({ ip, port })}`;
  if (error.fault === "refused") {
    return new VisitFault("refused", `${dial}: connect: connection refused`, ip);
  }
  if (error.fault === "timeout") return new VisitFault("timeout", `${dial}: i/o timeout`, ip);
  return new VisitFault("broken", "EOF", ip);
}
