// Whether a certificate is for a host (RFC 9525): by its alternative names, never by its CN.

import { equalBytes } from "../../base/bytes.ts";
import { ipNumber } from "../address.ts";
import type { Certificate } from "./certificate.ts";
import { toBytes } from "./numbers.ts";

/** True when an alternative name covers `host`, a DNS name or an IPv4 address. */
export function coversHost({ altNames }: Pick<Certificate, "altNames">, host: string): boolean {
  if (!altNames) return false;
  const address = ipNumber(host);
  if (address !== undefined) {
    const bytes = toBytes(BigInt(address), 4);
    return altNames.ips.some((ip) => equalBytes(ip, bytes));
  }
  return altNames.dns.some((pattern) => matchesName(pattern, host));
}

/** "*.example.com" stands for exactly one label, and only as the whole leftmost one. */
export function matchesName(pattern: string, host: string): boolean {
  const wanted = normal(host);
  const given = normal(pattern);
  if (wanted === "" || given === "") return false;
  if (!given.startsWith("*.")) return given === wanted && !given.includes("*");
  const dot = wanted.indexOf(".");
  const rest = given.slice(1);
  // At least two labels behind the star: "*.com" covers nothing.
  return dot > 0 && rest.indexOf(".", 1) > 0 && wanted.slice(dot) === rest;
}

function normal(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : lower;
}
