// hey: many requests at once, and what came of them. Every one of them is a real one, over the
// network to a Pod; only their traces are off, or the stage would be full.

import { base64, utf8 } from "../../../base/bytes.ts";
import { NetError } from "../../../net/errors.ts";
import { HttpClient } from "../../../net/http/client.ts";
import { header, HttpError, type HeaderField } from "../../../net/http/message.ts";
import { parseUrl, type Url } from "../../../net/url.ts";
import { CommandError, notHere, readFileText, type Call } from "../../command.ts";
import { pause } from "../pause.ts";
import { quietTrace, resolverOf } from "./dns.ts";
import { csv, summary, type Outcome, type Timing } from "./heyreport.ts";
import { lookUp } from "./hosts.ts";

export const heyUsage =
  "Usage: hey [options...] <url>\n\nOptions:\n" +
  "  -n  Number of requests to run. Default is 200.\n" +
  "  -c  Number of workers to run concurrently. Default is 50.\n" +
  "  -q  Rate limit, in queries per second (QPS) per worker. Default is no rate limit.\n" +
  "  -z  Duration of application to send requests. Examples: -z 10s -z 3m.\n" +
  '  -o  Output type. "csv" is the only one beside the summary.\n' +
  "  -m  HTTP method, one of GET, POST, PUT, DELETE, HEAD, OPTIONS.\n" +
  "  -H  Custom HTTP header. You can specify as many as needed by repeating the flag.\n" +
  "  -t  Timeout for each request in seconds. Default is 20, use 0 for infinite.\n" +
  "  -A  HTTP Accept header.\n" +
  "  -d  HTTP request body.\n" +
  "  -D  HTTP request body from file.\n" +
  '  -T  Content-type, defaults to "text/html".\n' +
  '  -U  User-Agent, defaults to version "hey/0.0.1".\n' +
  "  -a  Basic authentication, username:password.\n" +
  "  -host\tHTTP Host header.\n" +
  "  -disable-compression  Disable compression.\n" +
  "  -disable-keepalive    Disable keep-alive.\n" +
  "  -disable-redirects    Disable following of HTTP redirects (this hey follows none)\n";

/** The most requests of one run. */
const requestsMax = 1_000_000;

interface Order {
  readonly url: Url;
  readonly typed: string;
  readonly requests: number;
  readonly workers: number;
  readonly perSecond: number;
  readonly untilMs: number | undefined;
  readonly method: string;
  readonly headers: readonly HeaderField[];
  readonly body: string | undefined;
  readonly timeoutMs: number;
  readonly keepAlive: boolean;
  readonly csv: boolean;
}

export async function hey(call: Call): Promise<number> {
  const order = orderOf(call);
  const { clock } = call.world;
  const startedAt = clock.now();
  const outcomes: Outcome[] = [];
  const each = Math.floor(order.requests / order.workers);
  const endsAt = order.untilMs === undefined ? Infinity : startedAt + order.untilMs;
  const report = (): void => {
    const totalMs = clock.now() - startedAt;
    call.stdout.write(order.csv ? csv(outcomes) : summary(outcomes, totalMs));
  };
  call.signal.addEventListener("abort", report, { once: true });
  const workers = Array.from({ length: order.workers }, () =>
    work(call, order, { requests: each, endsAt, tell: (outcome) => outcomes.push(outcome) }),
  );
  await Promise.all(workers);
  if (call.signal.aborted) return 130;
  call.signal.removeEventListener("abort", report);
  report();
  return 0;
}

/** One worker with its connection, one request after the other. */
async function work(
  call: Call,
  order: Order,
  o: { requests: number; endsAt: number; tell(outcome: Outcome): void },
): Promise<void> {
  const { clock } = call.world;
  let client: HttpClient | undefined;
  const close = (): void => client?.close();
  call.signal.addEventListener("abort", close, { once: true });
  for (let sent = 0; sent < o.requests && clock.now() < o.endsAt; sent++) {
    if (order.perSecond > 0) await pause(call, 1000 / order.perSecond);
    if (call.signal.aborted) break;
    const kept = client?.reusable && order.keepAlive ? client : undefined;
    if (!kept) client?.close();
    const timing: Timing = { ip: "", dialMs: 0, lookupMs: 0, writeMs: 0, waitMs: 0, readMs: 0 };
    const startedAt = clock.now();
    try {
      client = kept ?? (await open(call, order, timing));
      const answered = await request(call, order, client, timing);
      o.tell({ ...answered, ms: clock.now() - startedAt, timing });
    } catch (error) {
      client = undefined;
      if (call.signal.aborted) break;
      o.tell({ error: goWords(error, order, timing, resolverOf(call.world).ip) });
    }
  }
  call.signal.removeEventListener("abort", close);
  client?.close();
}

async function open(call: Call, { url, timeoutMs }: Order, timing: Timing): Promise<HttpClient> {
  const { clock, network, laptop } = call.world;
  const startedAt = clock.now();
  const [ip = ""] = await lookUp(call.world, url.host, quietTrace(call));
  timing.ip = ip;
  timing.lookupMs = clock.now() - startedAt;
  const limit = timeoutMs > 0 ? { timeoutMs: Math.min(timeoutMs, 130_000) } : {};
  const to = { ip, port: url.port };
  const connection = await network.dial(laptop, to, quietTrace(call), limit);
  timing.dialMs = clock.now() - startedAt;
  return new HttpClient(connection);
}

async function request(
  call: Call,
  order: Order,
  client: HttpClient,
  timing: Timing,
): Promise<{ status: number; bytes: number }> {
  const { clock } = call.world;
  const { method, url, headers, body, timeoutMs } = order;
  const startedAt = clock.now();
  let late = false;
  const expire = (): void => {
    late = true;
    client.close();
  };
  const timer = timeoutMs > 0 ? clock.after(timeoutMs, expire) : undefined;
  try {
    const content = body === undefined ? {} : { body };
    const response = await client.send({ method, target: url.target, headers, ...content });
    timing.waitMs = clock.now() - startedAt;
    const length = header(response.headers, "content-length");
    const received = await response.body.bytes(Infinity);
    timing.readMs = clock.now() - startedAt - timing.waitMs;
    // A length that is not announced counts for nothing, as in Go's ContentLength of -1.
    return { status: response.status, bytes: length === undefined ? 0 : received.length };
  } catch (error) {
    throw late ? new NetError("timeout", "no answer in time") : error;
  } finally {
    timer?.cancel();
  }
}

/** What Go's net/http says of a failure: Get "http://…": dial tcp …. */
function goWords(error: unknown, { url, method }: Order, { ip }: Timing, resolver: string): string {
  const name = method.charAt(0) + method.slice(1).toLowerCase();
  const asked = `${name} "${url.scheme}://${url.authority}${url.target}": `;
  if (error instanceof HttpError) return `${asked}net/http: ${error.message}`;
  if (!(error instanceof NetError)) throw error;
  const dialled = `${asked}dial tcp ${ip}:${url.port}: connect: `;
  switch (error.fault) {
    case "unresolved":
      return `${asked}dial tcp: lookup ${url.host} on ${resolver}:53: no such host`;
    case "refused":
      return `${dialled}connection refused`;
    case "unreachable":
      return `${dialled}no route to host`;
    case "timeout":
      return `${asked}context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
    case "ended":
      return `${asked}EOF`;
    default:
      return `${asked}read: connection reset by peer`;
  }
}

function orderOf(call: Call): Order {
  const { flags, headers: given, operands } = parse(call.args);
  const number = (name: string, otherwise: number): number => {
    const value = flags.get(name);
    if (value === undefined) return otherwise;
    if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value);
    throw wrong(`invalid value "${value}" for flag -${name}: parse error`, 2);
  };
  const typed = operands[0];
  if (typed === undefined) throw wrong("");
  const requests = flags.has("z") ? requestsMax : number("n", 200);
  const workers = number("c", 50);
  if (requests <= 0 || workers <= 0) throw wrong("-n and -c cannot be smaller than 1.");
  if (requests < workers) throw wrong("-n cannot be less than -c.");
  if (requests > requestsMax) throw wrong(notHere(`more than ${requestsMax} requests at once`));
  const url = parseUrl(typed);
  if ("problem" in url || !/^https?:\/\//i.test(typed)) {
    throw wrong(`parse "${typed}": invalid URI for request`);
  }
  if (url.scheme === "https") throw wrong(notHere("https for hey; use http://"));
  const file = flags.get("D");
  const body = flags.get("d") ?? (file === undefined ? undefined : readFileText(call, file));
  return {
    url,
    typed,
    requests,
    workers,
    perSecond: number("q", 0),
    untilMs: flags.has("z") ? duration(flags.get("z")!) : undefined,
    method: (flags.get("m") ?? "GET").toUpperCase(),
    headers: headersOf(flags, given, url),
    body,
    timeoutMs: number("t", 20) * 1000,
    keepAlive: !flags.has("disable-keepalive"),
    csv: flags.get("o") === "csv",
  };
}

function headersOf(
  flags: ReadonlyMap<string, string>,
  given: readonly HeaderField[],
  url: Url,
): HeaderField[] {
  const own = new Map<string, HeaderField>();
  const set = (name: string, value: string): void =>
    void own.set(name.toLowerCase(), [name, value]);
  const agent = "hey/0.0.1";
  set("Host", flags.get("host") ?? url.authority);
  set("User-Agent", agent);
  set("Content-Type", flags.get("T") ?? "text/html");
  for (const [name, value] of given) if (name.toLowerCase() !== "host") set(name, value);
  const said = own.get("user-agent")![1];
  if (said !== agent) set("User-Agent", `${said} ${agent}`);
  if (flags.has("U")) set("User-Agent", `${flags.get("U")} ${agent}`);
  if (flags.has("A")) set("Accept", flags.get("A")!);
  if (flags.has("a")) set("Authorization", `Basic ${base64(utf8(flags.get("a")!))}`);
  if (!flags.has("disable-compression")) set("Accept-Encoding", "gzip");
  if (flags.has("disable-keepalive")) set("Connection", "close");
  return [...own.values()];
}

const valued = new Set("n c q z o m t A d D T U a host cpus".split(" "));
const switches = new Set(["disable-compression", "disable-keepalive", "disable-redirects"]);

/** Flags as Go's flag package reads them: -name value, -name=value, --name; the URL ends them. */
function parse(args: readonly string[]): {
  flags: Map<string, string>;
  headers: HeaderField[];
  operands: readonly string[];
} {
  const flags = new Map<string, string>();
  const headers: HeaderField[] = [];
  const words = [...args];
  while (words[0]?.startsWith("-") && words[0] !== "-") {
    const [, name = "", , joined] = /^--?([^=]*)(=(.*))?$/s.exec(words.shift()!)!;
    if (name === "h" || name === "help") throw wrong("");
    if (name === "x" || name === "h2") {
      throw new CommandError(`hey: ${notHere(`-${name} (the real hey has it)`)}\n`);
    }
    if (switches.has(name)) flags.set(name, "");
    else if (!valued.has(name) && name !== "H") {
      throw wrong(`flag provided but not defined: -${name}`, 2);
    } else {
      const value = joined ?? words.shift();
      if (value === undefined) throw wrong(`flag needs an argument: -${name}`, 2);
      const found = /^([\w-]+):\s*(.+)$/.exec(value);
      if (name !== "H") flags.set(name, value);
      else if (found) headers.push([found[1]!, found[2]!]);
      else throw wrong(`could not parse the provided input; input = ${value}`);
    }
  }
  return { flags, headers, operands: words };
}

/** "10s", "1m30s", "500ms" in milliseconds. */
function duration(value: string): number {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(value)) {
    throw wrong(`invalid value "${value}" for flag -z: parse error`, 2);
  }
  const parts = value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  return [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit!]!, 0);
}

function wrong(message: string, status = 1): CommandError {
  return new CommandError(`${message === "" ? "" : `${message}\n\n`}${heyUsage}\n`, status);
}
