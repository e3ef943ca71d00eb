// One request from the street, all the way: look the name up, dial, speak HTTP, read the
// answer. The guest desk and the lesson checks send theirs with it; curl has its own.

import type { Clock } from "../base/clock.ts";
import { joined, text } from "../base/bytes.ts";
import { HttpClient } from "../net/http/client.ts";
import { header, HttpError, type HeaderField } from "../net/http/message.ts";
import type { Random } from "../base/random.ts";
import type { Connection } from "../net/connection.ts";
import { NetError, type NetFault } from "../net/errors.ts";
import type { Host, Network } from "../net/network.ts";
import type { Trace } from "../net/trace.ts";
import type { Badge } from "./badge.ts";

export interface Order {
  readonly method: string;
  readonly url: string;
  readonly headers?: readonly HeaderField[];
  readonly body?: string;
  /** https: goes on though the certificate is not believed. */
  readonly proceed?: boolean;
  /** https: "home" or a Secret's key, whose certificates are believed beside the usual ones. */
  readonly trusting?: string;
}

/** How it ended: with a status, or with what happened instead. */
export type Ending =
  | {
      readonly status: number;
      readonly headers: readonly HeaderField[];
      /** As text, cut at `bodyBytesMax`. */
      readonly body: string;
      /** What the server's certificate was worth; only with https. */
      readonly badge?: Badge;
    }
  | {
      readonly fault: NetFault | "protocol" | "unsupported" | "certificate";
      readonly message: string;
      readonly badge?: Badge;
    };

/** What a visitor needs. */
export interface Street {
  readonly network: Network;
  readonly clock: Clock;
  /** The machine that sends. */
  readonly from: Host;
  readonly userAgent: string;
  /** How long it waits for the whole answer. */
  readonly patienceMs: number;
  /** For handshakes. */
  readonly random: Random;
  /** PEM: the authorities that this machine believes. */
  readonly trusted: string;
}

const bodyBytesMax = 256 * 1024;
const connectMsMax = 15_000;

/** Sends `order` and records its hops on `trace`. Never throws: the ending says what happened. */
export async function visit(street: Street, order: Order, trace: Trace): Promise<Ending> {
  const url = parseUrl(order.url);
  if (!url) return { fault: "unsupported", message: `wanted a URL, saw "${order.url}"` };
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    const message = `the guest desk speaks http and https, saw "${url.protocol}"`;
    return { fault: "unsupported", message };
  }
  try {
    return await exchange(street, order, url, trace);
  } catch (error) {
    if (error instanceof NetError) return { fault: error.fault, message: error.message };
    if (error instanceof HttpError) return { fault: "protocol", message: error.message };
    throw error;
  }
}

/** The URL that somebody typed; "example.com/web" counts as http. */
function parseUrl(typed: string): URL | undefined {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${typed}`;
  return URL.canParse(full) ? new URL(full) : undefined;
}

async function exchange(street: Street, order: Order, url: URL, trace: Trace): Promise<Ending> {
  const { network, clock, from } = street;
  const [ip = ""] = await network.resolve(from, url.hostname, trace);
  const sealed = url.protocol === "https:";
  const to = { ip, port: url.port === "" ? (sealed ? 443 : 80) : Number(url.port) };
  const timeoutMs = Math.min(connectMsMax, street.patienceMs);
  const connection = await network.dial(from, to, trace, { timeoutMs });
  let gaveUp = false;
  const late = clock.after(street.patienceMs, () => {
    gaveUp = true;
    connection.destroy();
  });
  try {
    const letter = sealed ? await sealedBy(street, order, url, connection) : { connection };
    if ("fault" in letter) return letter;
    const client = new HttpClient(letter.connection);
    const headers = order.headers ?? [];
    const has = (name: string): boolean => header(headers, name) !== undefined;
    const response = await client.send({
      method: order.method,
      target: url.pathname + url.search,
      headers: [
        ...(has("host") ? [] : [["Host", url.host] as const]),
        ...(has("user-agent") ? [] : [["User-Agent", street.userAgent] as const]),
        ...(has("accept") ? [] : [["Accept", "*/*"] as const]),
        ...headers,
      ],
      ...(order.body !== undefined && { body: order.body }),
    });
    const body = text(await beginning(response.body));
    const { badge } = letter;
    const { status, headers: fields } = response;
    return { status, headers: fields, body, ...(badge && { badge }) };
  } catch (error) {
    if (!gaveUp) throw error;
    return { fault: "timeout", message: `no answer within ${street.patienceMs / 1000} s` };
  } finally {
    late.cancel();
    connection.destroy();
  }
}

/** The first `bodyBytesMax` bytes; a visitor who has seen enough leaves. */
async function beginning(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= bodyBytesMax) break;
  }
  return joined(chunks).subarray(0, bodyBytesMax);
}

type Failure = Extract<Ending, { fault: unknown }>;

/** The handshake; what makes it is fetched for the first https address only. */
async function sealedBy(
  { clock, random, trusted }: Street,
  { proceed = false }: Order,
  { hostname }: URL,
  connection: Connection,
): Promise<{ connection: Connection; badge?: Badge } | Failure> {
  const { seal, Sealless } = await clock.during(import("./sealed.ts"));
  try {
    return await seal(connection, { host: hostname, clock, random, trusted, proceed });
  } catch (error) {
    if (!(error instanceof Sealless)) throw error;
    const { message, badge } = error;
    return { fault: badge ? "certificate" : "protocol", message, ...(badge && { badge }) };
  }
}
