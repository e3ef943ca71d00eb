// nc, as OpenBSD's prints it: try a port (-z), or talk to it with what is piped or typed in.

import { joined, utf8 } from "../../../base/bytes.ts";
import { isIpv4 } from "../../../net/address.ts";
import type { Connection } from "../../../net/connection.ts";
import { NetError } from "../../../net/errors.ts";
import { CommandError, type Call } from "../../command.ts";
import { parseOptions } from "../options.ts";
import { quietTrace } from "./dns.ts";
import { lookUp } from "./hosts.ts";

const usage = "usage: nc [-46CNnvz] [-w timeout] [destination] [port]\n";

/** Linux gives up on a host that does not answer after so long. */
const tcpMsMax = 130_000;

interface Order {
  readonly name: string;
  readonly ip: string;
  readonly first: number;
  readonly last: number;
  readonly scan: boolean;
  readonly verbose: boolean;
  readonly crlf: boolean;
  /** -N: the end of the input ends the connection too. */
  readonly halfClose: boolean;
  readonly waitMs: number | undefined;
}

export async function nc(call: Call): Promise<number> {
  const order = await orderOf(call);
  let failed = false;
  for (let port = order.first; port <= order.last && !call.signal.aborted; port++) {
    const connection = await connect(call, order, port);
    if (connection === undefined) failed = true;
    else if (order.scan) connection.destroy();
    else await talk(call, order, connection);
  }
  return failed ? 1 : 0;
}

async function orderOf(call: Call): Promise<Order> {
  const options = parseOptions(call, {
    flags: "zvn4NC",
    values: "wq",
    absent: "6bcDdFfhIikLlMmOPpRrSsTtUuVWXxZ",
  });
  const [name, ports = ""] = options.rest;
  const found = /^(\d+)(?:-(\d+))?$/.exec(ports);
  if (name === undefined || ports === "") throw new CommandError(usage);
  const [first, last] = [Number(found?.[1]), Number(found?.[2] ?? found?.[1])];
  if (!found || first < 1 || last > 65_535) {
    const what = found && first < 1 ? "too small" : found ? "too large" : "invalid";
    throw new CommandError(`nc: port number ${what}: ${ports}\n`);
  }
  const seconds = options.value("w");
  if (seconds !== undefined && !/^\d+$/.test(seconds)) {
    throw new CommandError(`nc: timeout invalid: ${seconds}\n`);
  }
  return {
    name,
    ip: await addressOf(call, name, ports),
    first: Math.min(first, last),
    last: Math.max(first, last),
    scan: options.has("z"),
    verbose: options.has("v"),
    crlf: options.has("C"),
    halfClose: options.has("N") || options.has("q"),
    waitMs: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
}

async function addressOf(call: Call, name: string, port: string): Promise<string> {
  try {
    return (await lookUp(call.world, name, quietTrace(call)))[0]!;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    const why = "Name or service not known";
    throw new CommandError(`nc: getaddrinfo for host "${name}" port ${port}: ${why}\n`);
  }
}

/** Undefined when nobody took the call; said on stderr unless a scan is to be quiet. */
async function connect(call: Call, order: Order, port: number): Promise<Connection | undefined> {
  const { world, stderr } = call;
  const { name, ip, waitMs } = order;
  const shown = isIpv4(name) ? name : `${name} (${ip})`;
  try {
    const timeoutMs = Math.min(waitMs ?? tcpMsMax, tcpMsMax);
    const to = { ip, port };
    const connection = await world.network.dial(world.laptop, to, quietTrace(call), { timeoutMs });
    if (order.verbose) {
      const service = services[port] ?? "*";
      stderr.write(`Connection to ${shown} ${port} port [tcp/${service}] succeeded!\n`);
    }
    return connection;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    const ours = error.fault === "timeout" && waitMs !== undefined && waitMs < tcpMsMax;
    const why = ours
      ? "timed out: Operation now in progress"
      : `failed: ${faultWords[error.fault] ?? "Connection refused"}`;
    const said = order.verbose || !order.scan;
    if (said) stderr.write(`nc: connect to ${shown} port ${port} (tcp) ${why}\n`);
    return undefined;
  }
}

const faultWords: Partial<Record<NetError["fault"], string>> = {
  timeout: "Connection timed out",
  unreachable: "No route to host",
};

/** /etc/services, as far as anybody here would ask. */
const services: Readonly<Record<number, string>> = {
  22: "ssh",
  53: "domain",
  80: "http",
  443: "https",
  8080: "http-alt",
};

/** Both directions at once, until the peer ends, -w passes in silence, or Ctrl+C. */
async function talk(call: Call, order: Order, connection: Connection): Promise<void> {
  const { clock } = call.world;
  let over = false;
  const end = (): void => {
    over = true;
    connection.destroy();
  };
  call.signal.addEventListener("abort", end, { once: true });
  let silence = { cancel: (): void => undefined };
  const moved = (): void => {
    silence.cancel();
    if (order.waitMs !== undefined) silence = clock.after(order.waitMs, end);
  };
  moved();
  const send = async (): Promise<void> => {
    for (let bytes; !over && (bytes = await call.stdin.read()) !== null;) {
      if (over) return;
      moved();
      await connection.write(order.crlf ? withCrlf(bytes) : bytes);
    }
    if (order.halfClose && !over) connection.end();
  };
  void send().catch(() => end());
  try {
    for (let bytes; (bytes = await connection.read()) !== null;) {
      moved();
      call.stdout.write(bytes);
    }
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
  } finally {
    silence.cancel();
    call.signal.removeEventListener("abort", end);
    end();
  }
}

/** -C: every line feed goes out as CRLF. */
export function withCrlf(bytes: Uint8Array): Uint8Array {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, start)) {
    lines.push(bytes.subarray(start, at), utf8("\r\n"));
    start = at + 1;
  }
  return joined([...lines, bytes.subarray(start)]);
}
