// Names to addresses: dig, nslookup, host, getent. Asked of the same DNS as curl asks.

import { isIpv4 } from "../../../net/address.ts";
import { NetError } from "../../../net/errors.ts";
import { Trace } from "../../../net/trace.ts";
import { CommandError, notHere, type Call, type Command } from "../../command.ts";
import { lookUp } from "./hosts.ts";

export const nameCommands: readonly Command[] = [
  { name: "dig", summary: "ask the street's DNS", help: "dig [+short] NAME\n", run: dig },
  { name: "nslookup", summary: "ask the street's DNS", help: "nslookup NAME\n", run: nslookup },
  { name: "host", summary: "ask the street's DNS", help: "host NAME\n", run: host },
  {
    name: "getent",
    summary: "look a name up as programs do",
    help: "getent hosts NAME\n",
    run: getent,
  },
];

/** Where the laptop's resolver says it is. */
const server = "198.51.100.1";

/** A trace that nobody looks at: asking for a name is no guest. */
function quietTrace(call: Call): Trace {
  return new Trace({ id: "lookup", now: () => call.world.clock.now(), on: false });
}

/** The addresses in DNS, without /etc/hosts; empty when there are none. */
async function ask(call: Call, name: string): Promise<readonly string[]> {
  try {
    const { network, laptop } = call.world;
    return await network.resolve(laptop, name.replace(/\.$/, ""), quietTrace(call));
  } catch (error) {
    if (error instanceof NetError) return [];
    throw error;
  }
}

async function dig(call: Call): Promise<number> {
  const words = call.args.filter((word) => !/^[@+-]/.test(word));
  const type =
    words.find((word) => /^(A|AAAA|CNAME|MX|TXT|NS|SOA|PTR|SRV|ANY)$/i.test(word))?.toUpperCase() ??
    "A";
  const names = words.filter(
    (word) => !/^(IN|A|AAAA|CNAME|MX|TXT|NS|SOA|PTR|SRV|ANY)$/i.test(word),
  );
  if (call.args.some((word) => /^-[xt]/.test(word))) {
    throw new CommandError(
      `dig: ${notHere("-x and -t (the real dig has them); the street's DNS knows addresses only")}\n`,
    );
  }
  const short = call.args.includes("+short");
  for (const name of names.length > 0 ? names : ["."]) {
    const start = call.world.clock.now();
    const ips = type === "A" || type === "ANY" ? await ask(call, name) : [];
    if (short) {
      for (const ip of ips) call.stdout.write(`${ip}\n`);
      continue;
    }
    call.stdout.write(answerText(call, { name, type, ips, ms: call.world.clock.now() - start }));
  }
  return 0;
}

function answerText(
  call: Call,
  { name, type, ips, ms }: { name: string; type: string; ips: readonly string[]; ms: number },
): string {
  const full = name.endsWith(".") ? name : `${name}.`;
  const status = ips.length > 0 || type !== "A" ? "NOERROR" : "NXDOMAIN";
  const id = call.world.random.int(65536);
  const now = new Date(call.world.clock.now())
    .toUTCString()
    .replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, "$1 $3 $2 $5 UTC $4");
  const answers = ips.map((ip) => `${full}\t\t300\tIN\tA\t${ip}\n`).join("");
  return (
    `\n; <<>> DiG 9.18.33 <<>> ${name}\n;; global options: +cmd\n;; Got answer:\n` +
    `;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${id}\n` +
    `;; flags: qr rd ra; QUERY: 1, ANSWER: ${ips.length}, AUTHORITY: 0, ADDITIONAL: 0\n\n` +
    `;; QUESTION SECTION:\n;${full}\t\t\tIN\t${type}\n\n` +
    (ips.length > 0 ? `;; ANSWER SECTION:\n${answers}\n` : "") +
    `;; Query time: ${Math.round(ms)} msec\n;; SERVER: ${server}#53(${server}) (UDP)\n;; WHEN: ${now}\n\n`
  );
}

async function nslookup(call: Call): Promise<number> {
  const [name] = call.args.filter((word) => !word.startsWith("-"));
  if (name === undefined)
    throw new CommandError(
      `nslookup: ${notHere("its own prompt; name something: nslookup example.com")}\n`,
    );
  const ips = await ask(call, name);
  call.stdout.write(`Server:\t\t${server}\nAddress:\t${server}#53\n\n`);
  if (ips.length === 0) {
    call.stdout.write(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  call.stdout.write(
    `Non-authoritative answer:\n${ips.map((ip) => `Name:\t${name}\nAddress: ${ip}\n`).join("")}\n`,
  );
  return 0;
}

async function host(call: Call): Promise<number> {
  const [name] = call.args.filter((word) => !word.startsWith("-"));
  if (name === undefined) throw new CommandError("Usage: host NAME\n");
  const ips = await ask(call, name);
  for (const ip of ips) call.stdout.write(`${name} has address ${ip}\n`);
  if (ips.length === 0) call.stdout.write(`Host ${name} not found: 3(NXDOMAIN)\n`);
  return ips.length > 0 ? 0 : 1;
}

async function getent(call: Call): Promise<number> {
  const [database, ...names] = call.args;
  if (database !== "hosts" && database !== "ahosts" && database !== "ahostsv4") {
    throw new CommandError(
      `Unknown database: ${database ?? ""}\nTry \`getent --help' for more information.\n`,
    );
  }
  for (const name of names) {
    try {
      const ips = isIpv4(name) ? [name] : await lookUp(call.world, name, quietTrace(call));
      for (const ip of ips) call.stdout.write(`${ip.padEnd(15)} ${name}\n`);
    } catch (error) {
      if (error instanceof NetError) return 2;
      throw error;
    }
  }
  return 0;
}
