// telnet: talks to a port by hand, as the real one does with anything that is no telnet server.

import { isIpv4 } from "../../../net/address.ts";
import type { Connection } from "../../../net/connection.ts";
import { NetError } from "../../../net/errors.ts";
import { CommandError, type Call } from "../../command.ts";
import { quietTrace } from "./dns.ts";
import { lookUp } from "./hosts.ts";
import { withCrlf } from "./nc.ts";

export async function telnet(call: Call): Promise<number> {
  const [name, port = "23"] = call.args.filter((word) => !word.startsWith("-"));
  if (name === undefined) throw new CommandError("usage: telnet HOST [PORT]\n");
  if (!/^\d+$/.test(port))
    throw new CommandError(
      `telnet: could not resolve ${name}/${port}: Servname not supported for ai_socktype\n`,
    );
  const { world, stdout } = call;
  let ip: string;
  try {
    ip = (await lookUp(world, name, quietTrace(call)))[0]!;
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw new CommandError(
      `telnet: could not resolve ${name}/${port}: Name or service not known\n`,
    );
  }
  stdout.write(`Trying ${ip}...\n`);
  let connection: Connection;
  try {
    connection = await world.network.dial(
      world.laptop,
      { ip, port: Number(port) },
      quietTrace(call),
    );
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    const words = error.fault === "timeout" ? "Connection timed out" : "Connection refused";
    throw new CommandError(`telnet: Unable to connect to remote host: ${words}\n`);
  }
  stdout.write(`Connected to ${isIpv4(name) ? ip : name}.\nEscape character is '^]'.\n`);
  call.signal.addEventListener("abort", () => connection.destroy(), { once: true });
  void send(call, connection);
  try {
    for (let bytes; (bytes = await connection.read()) !== null;) stdout.write(bytes);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
  }
  connection.destroy();
  call.stderr.write("Connection closed by foreign host.\n");
  return 1;
}

async function send(call: Call, connection: Connection): Promise<void> {
  for (let bytes; (bytes = await call.stdin.read()) !== null;) {
    await connection.write(withCrlf(bytes));
  }
}
