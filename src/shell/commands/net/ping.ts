// ping, as iputils prints it. The virtual network carries connections only, so an echo request is
// a knock at a port where nobody listens: a host that is there refuses it, and that is its answer.

import { isIpv4 } from "../../../net/address.ts";
import { NetError } from "../../../net/errors.ts";
import { CommandError, type Call } from "../../command.ts";
import { pause } from "../pause.ts";
import { parseOptions } from "../options.ts";
import { quietTrace } from "./dns.ts";
import { lookUp } from "./hosts.ts";

/** RFC 863's discard: a port nobody serves. */
const knockPort = 9;

interface Order {
  readonly name: string;
  readonly ip: string;
  readonly count: number;
  readonly intervalMs: number;
  readonly waitMs: number;
  /** -w: the whole run. */
  readonly deadlineMs: number;
  readonly quiet: boolean;
  readonly numeric: boolean;
}

export async function ping(call: Call): Promise<number> {
  const order = await orderOf(call);
  const { clock } = call.world;
  call.stdout.write(`PING ${order.name} (${order.ip}) 56(84) bytes of data.\n`);
  const tally: Tally = {
    startedAt: clock.now(),
    sent: 0,
    errors: 0,
    times: [],
    lastAt: clock.now(),
  };
  let summed = false;
  const sum = (interrupted: boolean): void => {
    if (!summed) call.stdout.write(summary(order, tally, interrupted));
    summed = true;
  };
  call.signal.addEventListener("abort", () => sum(true), { once: true });
  while (tally.sent < order.count && clock.now() - tally.startedAt < order.deadlineMs) {
    const sentAt = clock.now();
    await knock(call, order, tally);
    if (call.signal.aborted) return 130;
    const restMs = sentAt + order.intervalMs - clock.now();
    if (tally.sent < order.count && restMs > 0) await pause(call, restMs);
    if (call.signal.aborted) return 130;
  }
  sum(false);
  return tally.times.length > 0 ? 0 : 1;
}

async function orderOf(call: Call): Promise<Order> {
  const options = parseOptions(call, {
    values: "ciWwsI",
    flags: "n4qOD",
    absent: "6aAbBCdeEfFhHLlmMNpPQrRStTuUvV",
  });
  const [name] = options.rest;
  if (name === undefined) {
    throw new CommandError("ping: usage error: Destination address required\n", 1);
  }
  const number = (letter: string, otherwise: number, min: number): number => {
    const given = options.value(letter);
    if (given === undefined) return otherwise;
    if (/^\d+(\.\d+)?$/.test(given) && Number(given) >= min) return Number(given);
    throw new CommandError(`ping: invalid argument: '${given}'\n`, 1);
  };
  return {
    name,
    ip: await addressOf(call, name),
    count: number("c", Infinity, 1),
    intervalMs: number("i", 1, 0.002) * 1000,
    waitMs: number("W", 10, 0) * 1000,
    deadlineMs: number("w", Infinity, 1) * 1000,
    quiet: options.has("q"),
    numeric: options.has("n"),
  };
}

async function addressOf(call: Call, name: string): Promise<string> {
  try {
    return (await lookUp(call.world, name, quietTrace(call)))[0]!;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw new CommandError(`ping: ${name}: Name or service not known\n`, 2);
  }
}

/** What was sent and what came back. */
interface Tally {
  readonly startedAt: number;
  sent: number;
  errors: number;
  readonly times: number[];
  lastAt: number;
}

async function knock(call: Call, order: Order, tally: Tally): Promise<void> {
  const { clock, network, laptop } = call.world;
  const sequence = ++tally.sent;
  const sentAt = clock.now();
  tally.lastAt = sentAt;
  // A real ping sends the next packet whether or not the last was answered; the last one is
  // waited for.
  const last = sequence === order.count;
  const timeoutMs = last ? order.waitMs : Math.min(order.waitMs, order.intervalMs);
  try {
    const at = { ip: order.ip, port: knockPort };
    (await network.dial(laptop, at, quietTrace(call), { timeoutMs })).destroy();
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    if (call.signal.aborted || error.fault === "timeout") return;
    if (error.fault === "unreachable") {
      tally.errors++;
      const words = `From ${laptop.ip} icmp_seq=${sequence} Destination Host Unreachable\n`;
      if (!order.quiet) call.stdout.write(words);
      return;
    }
  }
  if (call.signal.aborted) return;
  const ms = clock.now() - sentAt;
  tally.times.push(ms);
  tally.lastAt = clock.now();
  if (order.quiet) return;
  const shownIp = order.numeric || isIpv4(order.name) ? order.ip : `${order.ip} (${order.ip})`;
  const ttl = order.ip.startsWith("127.") ? 64 : 57;
  call.stdout.write(
    `64 bytes from ${shownIp}: icmp_seq=${sequence} ttl=${ttl} time=${shownTime(ms)} ms\n`,
  );
}

function shownTime(ms: number): string {
  if (ms >= 100) return ms.toFixed(0);
  return ms >= 10 ? ms.toFixed(1) : ms >= 1 ? ms.toFixed(2) : ms.toFixed(3);
}

function summary({ name }: Order, tally: Tally, interrupted: boolean): string {
  const { sent, errors, times } = tally;
  const lost = Math.round((1 - times.length / Math.max(1, sent)) * 100);
  const spentMs = Math.round(tally.lastAt - tally.startedAt);
  const failures = errors > 0 ? ` +${errors} errors,` : "";
  const head =
    `${interrupted ? "" : "\n"}--- ${name} ping statistics ---\n` +
    `${sent} packets transmitted, ${times.length} received,${failures} ` +
    `${lost}% packet loss, time ${spentMs}ms\n`;
  if (times.length === 0) return `${head}\n`;
  const mean = times.reduce((sum, one) => sum + one, 0) / times.length;
  const spread = Math.sqrt(times.reduce((sum, one) => sum + (one - mean) ** 2, 0) / times.length);
  const all = [Math.min(...times), mean, Math.max(...times), spread];
  return `${head}rtt min/avg/max/mdev = ${all.map((ms) => ms.toFixed(3)).join("/")} ms\n`;
}
