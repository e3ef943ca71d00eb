// Is anybody there: ping and nc -z. A ping in the virtual network is a connection attempt: a host
// that refuses is alive all the same.

import type { Connection } from "../../../net/connection.ts";
import { NetError } from "../../../net/errors.ts";
import { Trace } from "../../../net/trace.ts";
import { CommandError, notHere, type Call, type Command } from "../../command.ts";
import { pause } from "../pause.ts";
import { parseOptions } from "../options.ts";
import { lookUp } from "./hosts.ts";

export const probes: readonly Command[] = [
  {
    name: "ping",
    summary: "ask whether a host is there",
    help: "ping [-c COUNT] [-i SECONDS] [-W SECONDS] HOST\n",
    run: ping,
  },
  {
    name: "nc",
    summary: "try a port, or talk to it",
    help: "nc [-z] [-v] [-w SECONDS] HOST PORT\n",
    run: nc,
  },
  {
    name: "netcat",
    summary: "try a port, or talk to it",
    help: "netcat [-z] [-v] [-w SECONDS] HOST PORT\n",
    run: nc,
  },
];

function quietTrace(call: Call): Trace {
  return new Trace({ id: "probe", now: () => call.world.clock.now(), on: false });
}

async function addressOf(call: Call, name: string, complaint: string): Promise<string> {
  try {
    const [ip] = await lookUp(call.world, name, quietTrace(call));
    if (ip !== undefined) return ip;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
  }
  throw new CommandError(complaint, call.name === "ping" ? 2 : 1);
}

/** A port nobody serves: what answers is the host itself. */
const discardPort = 9;

async function ping(call: Call): Promise<number> {
  const options = parseOptions(call, {
    values: "ciWsI",
    flags: "n4q",
    absent: "6aAbBCdDefFhHLlmMNOpPQrRStTuUvVw",
  });
  const [name] = options.rest;
  if (name === undefined)
    throw new CommandError("ping: usage error: Destination address required\n", 1);
  const ip = await addressOf(call, name, `ping: ${name}: Name or service not known\n`);
  const { clock, network, laptop } = call.world;
  const count = options.has("c") ? Number(options.value("c")) : Infinity;
  const waitMs = Number(options.value("W") ?? 10) * 1000;
  call.stdout.write(`PING ${name} (${ip}) 56(84) bytes of data.\n`);
  const start = clock.now();
  const times: number[] = [];
  let sent = 0;
  for (; sent < count && !call.signal.aborted;) {
    const at = clock.now();
    sent++;
    try {
      (
        await network.dial(laptop, { ip, port: discardPort }, quietTrace(call), {
          timeoutMs: waitMs,
        })
      ).destroy();
      times.push(clock.now() - at);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      if (error.fault === "refused") times.push(clock.now() - at);
      else if (error.fault === "unreachable") {
        call.stdout.write(`From ${laptop.ip} icmp_seq=${sent} Destination Host Unreachable\n`);
        continue;
      } else continue;
    }
    call.stdout.write(
      `64 bytes from ${ip}: icmp_seq=${sent} ttl=62 time=${times.at(-1)!.toFixed(1)} ms\n`,
    );
    if (sent < count) await pause(call, Number(options.value("i") ?? 1) * 1000);
  }
  const loss = Math.round((1 - times.length / Math.max(1, sent)) * 100);
  call.stdout.write(
    `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${times.length} received, ${loss}% packet loss, time ${Math.round(clock.now() - start)}ms\n`,
  );
  if (times.length > 0) {
    const mean = times.reduce((sum, one) => sum + one, 0) / times.length;
    const spread = Math.sqrt(times.reduce((sum, one) => sum + (one - mean) ** 2, 0) / times.length);
    const all = [Math.min(...times), mean, Math.max(...times), spread].map((one) => one.toFixed(3));
    call.stdout.write(`rtt min/avg/max/mdev = ${all.join("/")} ms\n`);
  }
  return times.length > 0 ? 0 : 1;
}

async function nc(call: Call): Promise<number> {
  const options = parseOptions(call, {
    flags: "zvn4N",
    values: "w",
    absent: "6bCDdFhIiklMmOPpqrSsTtUuVWXx",
  });
  const [name, port] = options.rest;
  if (name === undefined || port === undefined)
    throw new CommandError(`usage: ${call.name} [-vz] [-w timeout] destination port\n`);
  const [from = "", to = from] = port.split("-");
  if (!/^\d+$/.test(from) || !/^\d+$/.test(to))
    throw new CommandError(`${call.name}: port number invalid: ${port}\n`);
  const ip = await addressOf(
    call,
    name,
    `${call.name}: getaddrinfo for host "${name}" port ${port}: Name or service not known\n`,
  );
  const { network, laptop } = call.world;
  const timeoutMs = options.has("w") ? Number(options.value("w")) * 1000 : 130_000;
  let failed = false;
  for (let one = Number(from); one <= Number(to) && one < Number(from) + 1000; one++) {
    try {
      const connection = await network.dial(laptop, { ip, port: one }, quietTrace(call), {
        timeoutMs,
      });
      if (options.has("v"))
        call.stderr.write(
          `Connection to ${name} ${one} port [tcp/${serviceName(one)}] succeeded!\n`,
        );
      if (options.has("z")) connection.destroy();
      else await talk(call, connection);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      failed = true;
      const words =
        error.fault === "timeout"
          ? "Connection timed out"
          : error.fault === "unreachable"
            ? "No route to host"
            : "Connection refused";
      if (options.has("v") || !options.has("z")) {
        call.stderr.write(`${call.name}: connect to ${name} port ${one} (tcp) failed: ${words}\n`);
      }
    }
  }
  return failed ? 1 : 0;
}

function serviceName(port: number): string {
  return { 22: "ssh", 53: "domain", 80: "http", 443: "https", 8080: "http-alt" }[port] ?? "*";
}

/** Both directions at once, until the peer ends. */
async function talk(call: Call, connection: Connection): Promise<void> {
  if (call.stdinTty) {
    connection.destroy();
    throw new CommandError(
      `${call.name}: ${notHere("talking by hand; pipe something in: printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc HOST 80")}\n`,
    );
  }
  call.signal.addEventListener("abort", () => connection.destroy(), { once: true });
  const send = async (): Promise<void> => {
    for (let chunk = await call.stdin.read(); chunk !== null; chunk = await call.stdin.read())
      void connection.write(chunk);
  };
  const receive = async (): Promise<void> => {
    for (let chunk = await connection.read(); chunk !== null; chunk = await connection.read())
      call.stdout.write(chunk);
  };
  await Promise.all([send(), receive()]);
  connection.end();
}
