// Names as the laptop's C library looks them up: /etc/hosts first, then the street's DNS.
// dig, host and nslookup ask the DNS alone; curl, ping, nc and getent ask here.

import { text } from "../../../base/bytes.ts";
import { isIpv4 } from "../../../net/address.ts";
import type { Trace } from "../../../net/trace.ts";
import type { World } from "../../world.ts";

const hostsFile = "/etc/hosts";

/** The name service of a machine, with what it needs of the world. */
type Names = Pick<World, "files" | "network" | "laptop">;

/**
 * The IPv4 addresses of a name, at least one. What was found in /etc/hosts is a hop on `trace`.
 * Throws NetError `unresolved`.
 */
export async function lookUp(world: Names, name: string, trace: Trace): Promise<readonly string[]> {
  if (isIpv4(name)) return [name];
  const ips = inHostsFile(world, name);
  if (ips.length > 0) {
    const why = `${hostsFile} of this machine says so`;
    trace.add(world.laptop.actor, { did: "resolve", name, ips, why });
    return ips;
  }
  // RFC 6761 section 6.3: these names never leave the machine.
  if (/(^|\.)localhost\.?$/i.test(name)) return ["127.0.0.1"];
  return world.network.resolve(world.laptop, name, trace);
}

/** The IPv4 addresses that /etc/hosts gives a name; empty without the file or the name. */
function inHostsFile({ files }: Pick<World, "files">, name: string): string[] {
  const wanted = name.toLowerCase();
  const ips: string[] = [];
  for (const { ip, names } of hostsEntries(files)) {
    if (isIpv4(ip) && names.some((one) => one.toLowerCase() === wanted)) ips.push(ip);
  }
  return ips;
}

/** The names that /etc/hosts gives an address. */
export function namesInHostsFile({ files }: Pick<World, "files">, ip: string): readonly string[] {
  return hostsEntries(files).find((entry) => entry.ip === ip)?.names ?? [];
}

function hostsEntries(files: World["files"]): { ip: string; names: readonly string[] }[] {
  if (files.kind(hostsFile) !== "file") return [];
  return text(files.read(hostsFile))
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
    .filter((words) => words.length > 1)
    .map(([ip = "", ...names]) => ({ ip, names }));
}
