// nslookup, host and getent: names to addresses, shorter than dig tells it.

import { isIpv4 } from "../../../net/address.ts";
import { NetError } from "../../../net/errors.ts";
import { text } from "../../../base/bytes.ts";
import { CommandError, notHere, type Call } from "../../command.ts";
import {
  ask,
  candidatesOf,
  quietTrace,
  recordTypes,
  resolverOf,
  serverIp,
  type Reply,
} from "./dns.ts";
import { lookUp, namesInHostsFile } from "./hosts.ts";

export async function nslookup(call: Call): Promise<number> {
  const { type, words } = questionOf(call, /^-(?:type|querytype|q|ty)=(.*)$/i);
  const [name, named] = words;
  if (name === undefined) {
    const why = "its own prompt (the real nslookup has one); name something: nslookup example.com";
    throw new CommandError(`nslookup: ${notHere(why)}\n`);
  }
  const server = await serverFor(call, named);
  const { reply, found: full } = await askAll(call, questionName(name), { type, server });
  const { stdout } = call;
  if (reply.status === "silence") return unreachable(call, reply);
  stdout.write(`Server:\t\t${server}\nAddress:\t${server}#53\n\n`);
  if (reply.status === "NXDOMAIN") {
    stdout.write(`** server can't find ${questionName(name)}: NXDOMAIN\n\n`);
    return 1;
  }
  const found = reply.ips.map((ip) => `Name:\t${full}\nAddress: ${ip}\n`).join("");
  const none = `*** Can't find ${name}: No answer\n`;
  // CoreDNS answers for cluster.local with authority.
  const authority = full.endsWith(".cluster.local") ? "" : "Non-authoritative answer:\n";
  stdout.write(`${authority}${found || none}\n`);
  return 0;
}

export async function host(call: Call): Promise<number> {
  const { type, words } = questionOf(call, undefined);
  const [name, named] = words;
  if (name === undefined) throw new CommandError("Usage: host [-t type] name [server]\n");
  const server = await serverFor(call, named);
  const { reply, found: full } = await askAll(call, questionName(name), { type, server });
  const { stdout } = call;
  if (reply.status === "silence") return unreachable(call, reply);
  if (named !== undefined) {
    stdout.write(`Using domain server:\nName: ${named}\nAddress: ${server}#53\nAliases: \n\n`);
  }
  if (reply.status === "NXDOMAIN") {
    stdout.write(`Host ${questionName(name)} not found: 3(NXDOMAIN)\n`);
    return 1;
  }
  for (const ip of reply.ips) stdout.write(`${full} has address ${ip}\n`);
  if (reply.ips.length === 0) stdout.write(`${full} has no ${type} record\n`);
  return 0;
}

/** Tries the name with each ending of resolv.conf; the name that was found, without a last dot. */
async function askAll(
  call: Call,
  name: string,
  { type, server }: { type: string; server: string },
): Promise<{ reply: Reply; found: string }> {
  const resolver = resolverOf(call.world);
  let first: { reply: Reply; found: string } | undefined;
  const candidates = resolver.search.length > 0 ? candidatesOf(name, resolver) : [name];
  for (const candidate of candidates) {
    const reply = await ask(call, { name: candidate, type }, { server });
    const found = candidate === name ? name : candidate.replace(/\.$/, "");
    if (reply.status !== "NXDOMAIN") return { reply, found };
    first ??= { reply, found };
  }
  return first!;
}

/** `getent hosts`, `getent ahosts`: what programs are told, /etc/hosts included. */
export async function getent(call: Call): Promise<number> {
  const [database, ...names] = call.args;
  const more = "Try `getent --help' or `getent --usage' for more information.\n";
  if (database === undefined) throw new CommandError(`getent: wrong number of arguments\n${more}`);
  if (!/^(hosts|ahosts|ahostsv4)$/.test(database)) {
    if (!realDatabases.has(database))
      throw new CommandError(`Unknown database: ${database}\n${more}`);
    const which = `the database ${database} (the real getent has it); hosts and ahosts are`;
    throw new CommandError(`getent: ${notHere(which)}\n`);
  }
  if (names.length === 0 && database === "hosts") return printHosts(call);
  let status = 0;
  for (const name of names) {
    const lines = await entries(call, name, database);
    if (lines.length === 0) status = 2;
    call.stdout.write(lines.map((line) => `${line}\n`).join(""));
  }
  return status;
}

const realDatabases = new Set(
  "ahostsv6 aliases ethers group gshadow initgroups netgroup networks passwd protocols rpc services shadow".split(
    " ",
  ),
);

async function entries(call: Call, name: string, database: string): Promise<string[]> {
  const { world } = call;
  if (database === "hosts" && isIpv4(name)) {
    const names = namesInHostsFile(world, name);
    return names.length > 0 ? [`${name.padEnd(15)} ${names.join(" ")}`] : [];
  }
  let ips: readonly string[];
  try {
    ips = await lookUp(world, name, quietTrace(call));
  } catch (error) {
    if (error instanceof NetError) return [];
    throw error;
  }
  if (database === "hosts") return ips.map((ip) => `${ip.padEnd(15)} ${name}`);
  return ips.flatMap((ip, index) => [
    `${ip.padEnd(15)} STREAM ${index === 0 ? name : ""}`,
    `${ip.padEnd(15)} DGRAM  `,
    `${ip.padEnd(15)} RAW    `,
  ]);
}

function printHosts({ world, stdout }: Call): number {
  if (world.files.kind("/etc/hosts") !== "file") return 0;
  for (const line of text(world.files.read("/etc/hosts")).split("\n")) {
    const [ip, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (ip && names.length > 0) stdout.write(`${ip.padEnd(15)} ${names.join(" ")}\n`);
  }
  return 0;
}

/** -t TYPE, options that change nothing, and the words that are left. */
function questionOf(call: Call, typeOption: RegExp | undefined): { type: string; words: string[] } {
  const words: string[] = [];
  let type = "A";
  const args = [...call.args];
  const setType = (value: string): void => {
    if (!recordTypes.includes(value.toUpperCase())) {
      throw new CommandError(`${call.name}: invalid type: ${value}\n`);
    }
    type = value.toUpperCase();
  };
  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    const given = typeOption?.exec(arg)?.[1];
    if (given !== undefined) setType(given);
    else if (arg === "-t" && !typeOption) setType(args.shift() ?? "");
    else if (arg.startsWith("-")) {
      if (!/^-([4av6]|timeout=\d+|retry=\d+|debug)$/.test(arg)) {
        throw new CommandError(`${call.name}: ${notHere(`the option ${arg}`)}\n`);
      }
    } else words.push(arg);
  }
  return { type, words };
}

async function serverFor(call: Call, named: string | undefined): Promise<string> {
  if (named === undefined) return resolverOf(call.world).ip;
  const ip = await serverIp(call, named);
  if (ip !== undefined) return ip;
  throw new CommandError(`${call.name}: couldn't get address for '${named}': not found\n`);
}

/** An address is looked up backwards (RFC 1035 section 3.5); the street has no such names. */
function questionName(name: string): string {
  return isIpv4(name) ? `${name.split(".").reverse().join(".")}.in-addr.arpa` : name;
}

function unreachable({ stdout }: Call, { tries }: Extract<Reply, { status: "silence" }>): number {
  stdout.write(`${tries.join("")};; no servers could be reached\n\n`);
  return 1;
}
