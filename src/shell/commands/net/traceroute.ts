// traceroute: who passes a connection on, on its way to a port. The virtual network carries
// connections only; the hops are those that forward one, as the inspector shows them.

import { NetError } from "../../../net/errors.ts";
import { Trace } from "../../../net/trace.ts";
import { CommandError, type Call } from "../../command.ts";
import { parseOptions } from "../options.ts";
import { quietTrace } from "./dns.ts";
import { lookUp } from "./hosts.ts";

/** Where -T knocks when nothing is said. */
const defaultPort = 80;

export async function traceroute(call: Call): Promise<number> {
  const options = parseOptions(call, { flags: "nTI4", values: "pmwq", absent: "6dFgiNrstzAe" });
  const [name] = options.rest;
  if (name === undefined) throw new CommandError("Usage: traceroute [-n] [-p port] host\n", 2);
  const { world, stdout } = call;
  let ip: string;
  try {
    ip = (await lookUp(world, name, quietTrace(call)))[0]!;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw new CommandError(
      `${name}: Name or service not known\nCannot handle "host" cmdline arg \`${name}'\n`,
      2,
    );
  }
  stdout.write(`traceroute to ${name} (${ip}), 30 hops max, 60 byte packets\n`);
  const trace = new Trace({ id: "traceroute", now: () => world.clock.now() });
  const to = { ip, port: Number(options.value("p") ?? defaultPort) };
  const startedAt = world.clock.now();
  let end = "";
  try {
    (await world.network.dial(world.laptop, to, trace, { timeoutMs: 5_000 })).destroy();
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    end = error.fault === "timeout" ? " * * *" : "";
  }
  const ms = ` ${((world.clock.now() - startedAt) / 2).toFixed(3)} ms`.repeat(3);
  let number = 0;
  let last = ip;
  for (const hop of trace.hops) {
    if (hop.did !== "forward") continue;
    stdout.write(`${String(++number).padStart(2)}  ${hop.by} (${hop.from.ip}) ${ms}\n`);
    last = hop.to.ip;
  }
  stdout.write(`${String(number + 1).padStart(2)} ${end || ` ${last} (${last}) ${ms}`}\n`);
  return 0;
}
