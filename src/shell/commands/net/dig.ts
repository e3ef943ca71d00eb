// dig, as BIND 9.18 prints it.

import { CommandError, notHere, type Call } from "../../command.ts";
import { ask, recordTypes, resolverOf, serverIp, ttlSeconds, type Reply } from "./dns.ts";

const version = "9.18.28";

export const digHelp =
  "dig [@SERVER] NAME [TYPE] [+short] [+noall +answer] [+nocmd +nocomments +nostats +noquestion]\n";

/** What is shown, and how the question is asked. */
interface Wanted {
  server: string | undefined;
  type: string;
  names: string[];
  show: Record<"cmd" | "comments" | "question" | "answer" | "stats", boolean>;
  short: boolean;
  waitMs: number;
  tries: number;
}

export async function dig(call: Call): Promise<number> {
  const wanted = parse(call.args);
  if (wanted.names.length === 0) wanted.names.push(".");
  const server =
    wanted.server === undefined ? resolverOf(call.world).ip : await serverIp(call, wanted.server);
  if (server === undefined) {
    const why = "not found";
    throw new CommandError(`dig: couldn't get address for '${wanted.server}': ${why}\n`, 10);
  }
  let status = 0;
  for (const name of wanted.names) {
    const reply = await ask(call, { name, type: wanted.type }, { ...wanted, server });
    if (call.signal.aborted) return 130;
    if (reply.status === "silence") status = 9;
    call.stdout.write(shown(call, wanted, { name, server, reply }));
  }
  return status;
}

function shown(
  call: Call,
  wanted: Wanted,
  o: { name: string; server: string; reply: Reply },
): string {
  const { show, short, type } = wanted;
  const { reply } = o;
  const named = wanted.server === undefined ? "" : "; (1 server found)\n";
  const command = `\n; <<>> DiG ${version} <<>> ${call.args.join(" ")}\n${named};; global options: +cmd\n`;
  const intro = show.cmd && !short ? command : "";
  if (reply.status === "silence") {
    return `${reply.tries.join("")}${intro}${show.comments && !short ? ";; no servers could be reached\n" : ""}`;
  }
  if (short) return reply.ips.map((ip) => `${ip}\n`).join("");
  const full = o.name.endsWith(".") ? o.name : `${o.name}.`;
  const answer = reply.ips.map((ip) => `${columns([full, `${ttlSeconds}`, "IN", "A", ip])}\n`);
  const parts = [
    show.comments ? header(call, reply) : "",
    show.question ? question(full, type, show.comments) : "",
    show.answer && answer.length > 0
      ? `${show.comments ? ";; ANSWER SECTION:\n" : ""}${answer.join("")}${show.comments ? "\n" : ""}`
      : "",
    show.stats ? statistics(call, o.server, { full, reply }) : "",
  ];
  return intro + parts.join("");
}

function header(call: Call, reply: Answered): string {
  const id = call.world.random.int(65_536);
  return (
    `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${reply.status}, id: ${id}\n` +
    `;; flags: qr rd ra; QUERY: 1, ANSWER: ${reply.ips.length}, AUTHORITY: 0, ADDITIONAL: 1\n\n` +
    ";; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n"
  );
}

type Answered = Exclude<Reply, { status: "silence" }>;

function question(full: string, type: string, comments: boolean): string {
  const line = `${columns([`;${full}`, "", "IN", type])}\n`;
  return comments ? `;; QUESTION SECTION:\n${line}\n` : line;
}

function statistics(
  call: Call,
  server: string,
  { full, reply }: { full: string; reply: Answered },
): string {
  const at = new Date(call.world.clock.now()).toUTCString();
  const when = at.replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, "$1 $3 $2 $5 UTC $4");
  // RFC 1035 section 4.1: header, question, answers with a pointer for the name, EDNS.
  const nameBytes = full === "." ? 1 : full.length + 1;
  const bytes = 12 + nameBytes + 4 + reply.ips.length * 16 + 11;
  return (
    `;; Query time: ${Math.round(reply.ms)} msec\n;; SERVER: ${server}#53(${server}) (UDP)\n` +
    `;; WHEN: ${when}\n;; MSG SIZE  rcvd: ${bytes}\n\n`
  );
}

/** Name, TTL, class, type, data at BIND's tab stops. */
function columns(fields: readonly string[]): string {
  const stops = [0, 24, 32, 40, 48];
  let line = "";
  let at = 0;
  for (const [index, field] of fields.entries()) {
    if (field === "") continue;
    const stop = Math.max(stops[index]!, at === 0 ? 0 : at + 1);
    const tabs = Math.floor(stop / 8) - Math.floor(at / 8);
    line += tabs > 0 ? "\t".repeat(tabs) : "";
    const reached = tabs > 0 ? Math.floor(stop / 8) * 8 : at;
    line += " ".repeat(Math.max(0, stop - reached)) + field;
    at = stop + field.length;
  }
  return line;
}

function parse(args: readonly string[]): Wanted {
  const wanted: Wanted = {
    server: undefined,
    type: "A",
    names: [],
    show: { cmd: true, comments: true, question: true, answer: true, stats: true },
    short: false,
    waitMs: 5000,
    tries: 3,
  };
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word.startsWith("@")) wanted.server = word.slice(1);
    else if (word.startsWith("+")) query(wanted, word);
    else if (word === "-t" || word === "-q") {
      const value = words.shift() ?? "";
      if (word === "-q") wanted.names.push(value);
      else if (!setType(wanted, value)) throw invalidType(value);
    } else if (/^-[46]$|^-[uvr]$/.test(word)) continue;
    else if (/^-[bcfhikmpxy]/.test(word)) {
      throw new CommandError(`dig: ${notHere(`${word} (the real dig has it)`)}\n`, 1);
    } else if (word.startsWith("-")) {
      throw new CommandError(`Invalid option: ${word}\n${usage}`, 1);
    } else if (word.toUpperCase() !== "IN" && !setType(wanted, word)) wanted.names.push(word);
  }
  return wanted;
}

const usage =
  "Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n" +
  "            {global-d-opt} host [@local-server] {local-d-opt}\n" +
  "            [ host [@local-server] {local-d-opt} [...]]\n\n" +
  'Use "dig -h" (or "dig -h | more") for complete list of options\n';

function setType(wanted: Wanted, word: string): boolean {
  const type = word.toUpperCase();
  if (!recordTypes.includes(type)) return false;
  wanted.type = type;
  return true;
}

function invalidType(value: string): CommandError {
  return new CommandError(`;; Warning, ignoring invalid type ${value}\n`, 1);
}

/** Query options that change nothing here. */
const harmless =
  /^(search|recurse|rec|edns(=\d)?|tcp|vc|adflag|cdflag|cookie|ttlid|class|authority|additional|bufsize=\d+|dnssec)$/;

function query(wanted: Wanted, word: string): void {
  const off = word.startsWith("+no");
  const name = word.slice(off ? 3 : 1);
  const { show } = wanted;
  const time = /^(time|timeout|tries|retry)=(\d+)$/.exec(name);
  if (name === "short") wanted.short = !off;
  else if (name === "all") for (const part of keysOf(show)) show[part] = !off;
  else if (name === "cmd" || name === "comments" || name === "question") show[name] = !off;
  else if (name === "answer" || name === "stats") show[name] = !off;
  else if (time?.[1]?.startsWith("time")) wanted.waitMs = Math.max(1, Number(time[2])) * 1000;
  else if (time) wanted.tries = Math.max(1, Number(time[2]) + (time[1] === "retry" ? 1 : 0));
  else if (/^(trace|nssearch|multiline|yaml|https|tls|identify|subnet)/.test(name)) {
    throw new CommandError(`dig: ${notHere(`${word} (the real dig has it)`)}\n`, 1);
  } else if (!harmless.test(name)) {
    throw new CommandError(`Invalid option: ${word}\n${usage}`, 1);
  }
}

function keysOf(show: Wanted["show"]): (keyof Wanted["show"])[] {
  return Object.keys(show) as (keyof Wanted["show"])[];
}
