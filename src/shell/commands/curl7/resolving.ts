// From a URL's host to addresses: --connect-to, --resolve, /etc/hosts, and the street's DNS.

import { isIpv4 } from "../../../net/address.ts";
import { NetError } from "../../../net/errors.ts";
import type { Trace } from "../../../net/trace.ts";
import { CommandError } from "../../command.ts";
import { text } from "../../../base/bytes.ts";
import type { World } from "../../world.ts";
import { CurlError } from "./fault.ts";
import type { Transfers } from "./transfer.ts";
import type { CurlUrl } from "./url.ts";

export interface Addressing {
  /** --resolve HOST:PORT:ADDRESS[,ADDRESS]; "*" for any host. */
  readonly resolve: readonly { host: string; port: number; ips: readonly string[] }[];
  /** --connect-to HOST:PORT:OTHER:PORT; empty parts mean any, and the same. */
  readonly connectTo: readonly { host: string; port: string; toHost: string; toPort: string }[];
}

/** Throws CommandError for what curl cannot read. */
export function parseAddressing(
  resolve: readonly string[],
  connectTo: readonly string[],
): Addressing {
  return {
    resolve: resolve.map((text) => {
      const found = /^\+?(\*|[^:]+):(\d+):(.+)$/.exec(text);
      if (found === null)
        throw new CommandError(`curl: (49) Couldn't parse CURLOPT_RESOLVE entry '${text}'\n`, 49);
      const [, host = "", port, ips = ""] = found;
      return {
        host: host.toLowerCase(),
        port: Number(port),
        ips: ips.split(",").map((ip) => ip.replace(/^\[|\]$/g, "")),
      };
    }),
    connectTo: connectTo.map((text) => {
      const parts = text.split(":");
      if (parts.length !== 4)
        throw new CommandError(`curl: (49) Couldn't parse connect-to entry '${text}'\n`, 49);
      const [host = "", port = "", toHost = "", toPort = ""] = parts;
      return { host: host.toLowerCase(), port, toHost, toPort };
    }),
  };
}

/** Where to dial for a URL. Throws CurlError 6. */
export async function addressesOf(
  { call, addressing, info }: Transfers,
  url: CurlUrl,
  trace: Trace,
): Promise<{ ips: readonly string[]; port: number; shownHost: string }> {
  const { world } = call;
  let { host, port } = url;
  let shownHost = host;
  const other = addressing.connectTo.find(
    (one) =>
      (one.host === "" || one.host === host.toLowerCase()) &&
      (one.port === "" || Number(one.port) === port),
  );
  if (other !== undefined) {
    if (other.toHost !== "") info(`Connecting to hostname: ${other.toHost}`);
    if (other.toPort !== "") info(`Connecting to port: ${other.toPort}`);
    host = other.toHost || host;
    port = Number(other.toPort || port);
    shownHost = "(nil)";
  }
  const pinned = addressing.resolve.find(
    (one) => (one.host === host.toLowerCase() || one.host === "*") && one.port === port,
  );
  if (pinned !== undefined) {
    info(`Hostname ${host} was found in DNS cache`);
    const why = `--resolve says that ${host} is at ${pinned.ips.join(", ")}`;
    trace.add(world.laptop.actor, { did: "resolve", name: host, ips: pinned.ips, why });
    return { ips: pinned.ips, port, shownHost };
  }
  try {
    return { ips: await lookUp(world, host, trace), port, shownHost };
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    info(`Could not resolve host: ${host}`);
    throw new CurlError(6, `Could not resolve host: ${host}`);
  }
}

/** As getaddrinfo: literals, /etc/hosts, then DNS. Throws NetError `unresolved`. */
export async function lookUp(world: World, name: string, trace: Trace): Promise<readonly string[]> {
  if (isIpv4(name)) return [name];
  const local = hostsFile(world, name) ?? (name === "localhost" ? ["127.0.0.1"] : undefined);
  if (local !== undefined) {
    const why = `/etc/hosts on the laptop says that ${name} is at ${local.join(", ")}`;
    trace.add(world.laptop.actor, { did: "resolve", name, ips: local, why });
    return local;
  }
  return world.network.resolve(world.laptop, name, trace);
}

function hostsFile(world: World, name: string): string[] | undefined {
  if (world.files.kind("/etc/hosts") !== "file") return undefined;
  const wanted = name.toLowerCase();
  const ips = text(world.files.read("/etc/hosts"))
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
    .filter(
      ([ip = "", ...names]) => isIpv4(ip) && names.some((one) => one.toLowerCase() === wanted),
    )
    .map(([ip = ""]) => ip);
  return ips.length > 0 ? ips : undefined;
}
