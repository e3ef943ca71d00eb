// Questions to a name server, as dig, nslookup and host ask them: the server of the street, or
// one that is named, if anybody answers there.

import { isIpv4 } from "../../../net/address.ts";
import { NetError } from "../../../net/errors.ts";
import { Trace } from "../../../net/trace.ts";
import { text } from "../../../base/bytes.ts";
import type { Call } from "../../command.ts";
import type { World } from "../../world.ts";
import { lookUp } from "./hosts.ts";

/** Where the laptop's resolver is: the router of the house. */
const houseResolverIp = "198.51.100.1";

/** /etc/resolv.conf: whom this machine asks, and which endings it tries. */
export interface Resolver {
  readonly ip: string;
  readonly search: readonly string[];
  /** Names with so many dots are tried as they are first. */
  readonly ndots: number;
}

export function resolverOf({ files }: Pick<World, "files">): Resolver {
  const path = "/etc/resolv.conf";
  const lines = files.kind(path) === "file" ? text(files.read(path)).split("\n") : [];
  const words = (name: string): string[] =>
    lines
      .find((line) => line.startsWith(`${name} `))
      ?.trim()
      .split(/\s+/)
      .slice(1) ?? [];
  const ndots = /ndots:(\d+)/.exec(lines.join(" "))?.[1] ?? "1";
  return {
    ip: words("nameserver")[0] ?? houseResolverIp,
    search: words("search"),
    ndots: Number(ndots),
  };
}

/** What a name is tried as, in order (resolv.conf(5)); "name." only as it is. */
export function candidatesOf(name: string, { search, ndots }: Resolver): string[] {
  if (name.endsWith(".")) return [name];
  const longer = search.map((ending) => `${name}.${ending}.`);
  const dots = name.split(".").length - 1;
  return dots >= ndots ? [`${name}.`, ...longer] : [...longer, `${name}.`];
}

/** Public resolvers that know the same street. */
const publicResolvers = new Set([
  houseResolverIp,
  "127.0.0.53",
  "8.8.8.8",
  "8.8.4.4",
  "1.1.1.1",
  "1.0.0.1",
  "9.9.9.9",
]);

/** Seconds that the street's names may be kept. */
export const ttlSeconds = 300;

const dnsPort = 53;
const triesMax = 3;

export const recordTypes = "A AAAA ANY CAA CNAME DNSKEY DS HTTPS MX NS PTR SOA SRV SVCB TXT".split(
  " ",
);

/** What came back: addresses, or why there is none. */
export type Reply =
  | {
      readonly status: "NOERROR" | "NXDOMAIN";
      readonly ips: readonly string[];
      readonly ms: number;
    }
  /** No answer: one line a try. */
  | { readonly status: "silence"; readonly tries: readonly string[] };

/** A trace that nobody looks at: asking for a name is no guest. */
export function quietTrace(call: Call): Trace {
  return new Trace({ id: call.name, now: () => call.world.clock.now(), on: false });
}

/** Asks `server` for a name's records; the street has addresses only. */
export async function ask(
  call: Call,
  question: { name: string; type: string },
  { server, waitMs = 5000, tries = triesMax }: { server: string; waitMs?: number; tries?: number },
): Promise<Reply> {
  const { clock, network, laptop } = call.world;
  const startedAt = clock.now();
  if (!publicResolvers.has(server) && server !== resolverOf(call.world).ip)
    return silence(call, server, { waitMs, tries });
  const inside = resolverOf(call.world).search.length > 0;
  const plain = question.name.replace(/\.$/, "");
  // With endings of its own the resolver is asked for the name as it stands.
  const name = inside && plain !== "" ? `${plain}.` : plain;
  let ips: readonly string[];
  try {
    // An address is no name: its digits are asked for like letters.
    ips = name === "" || isIpv4(plain) ? [] : await network.resolve(laptop, name, quietTrace(call));
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    ips = [];
  }
  const exists = ips.length > 0 || name === "";
  const answers = question.type === "A" || question.type === "ANY" ? ips : [];
  return { status: exists ? "NOERROR" : "NXDOMAIN", ips: answers, ms: clock.now() - startedAt };
}

/** The address of the server that was named; undefined when the name is unknown. */
export async function serverIp(call: Call, named: string): Promise<string | undefined> {
  try {
    return (await lookUp(call.world, named, quietTrace(call)))[0];
  } catch (error) {
    if (error instanceof NetError) return undefined;
    throw error;
  }
}

/** Knocks where nobody answers questions from the street; says why there is no answer. */
async function silence(
  call: Call,
  server: string,
  { waitMs, tries }: { waitMs: number; tries: number },
): Promise<Reply> {
  const { network, laptop } = call.world;
  const lines: string[] = [];
  while (lines.length < tries && !call.signal.aborted) {
    let why = "end of file";
    try {
      const at = { ip: server, port: dnsPort };
      (await network.dial(laptop, at, quietTrace(call), { timeoutMs: waitMs })).destroy();
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      why = faultWords[error.fault] ?? "timed out";
    }
    lines.push(`;; communications error to ${server}#${dnsPort}: ${why}\n`);
  }
  return { status: "silence", tries: lines };
}

const faultWords: Partial<Record<NetError["fault"], string>> = {
  refused: "connection refused",
  unreachable: "host unreachable",
  timeout: "timed out",
};
