// IP addresses, CIDRs and URLs in expressions: apiserver pkg/cel/library/{ip,cidr,urls}.go.

import { parseIp } from "../../ip.ts";
import type { CelFunctions } from "./environment.ts";

class IP {
  readonly text: string;
  readonly bytes: readonly number[];

  constructor(text: string, bytes: readonly number[]) {
    this.text = text;
    this.bytes = bytes;
  }
}

class CIDR {
  readonly ip: IP;
  readonly bits: number;

  constructor(ip: IP, bits: number) {
    this.ip = ip;
    this.bits = bits;
  }
}

class Url {
  readonly parts: RegExpExecArray;

  constructor(parts: RegExpExecArray) {
    this.parts = parts;
  }
}

export const networkFunctions: CelFunctions = {
  types: { IP, CIDR, Url },
  functions: {
    "isIP(string): bool": (text: string) => ipOf(text) !== undefined,
    "ip(string): IP": madeIp,
    "IP.family(): int": ({ bytes }: IP) => (bytes.length === 4 ? 4n : 6n),
    "IP.isUnspecified(): bool": ({ bytes }: IP) => bytes.every((byte) => byte === 0),
    "IP.isLoopback(): bool": ({ bytes }: IP) => isLoopback(bytes),
    "IP.isLinkLocalUnicast(): bool": ({ bytes }: IP) => isLinkLocal(bytes),
    "IP.isLinkLocalMulticast(): bool": ({ bytes: [a, b, c], bytes }: IP) =>
      bytes.length === 4 ? a === 224 && b === 0 && c === 0 : a === 0xff && (b! & 0x0f) === 2,
    "IP.isGlobalUnicast(): bool": ({ bytes }: IP) =>
      !bytes.every((byte) => byte === 0) &&
      !isLoopback(bytes) &&
      !isLinkLocal(bytes) &&
      !(bytes.length === 4 ? bytes[0]! >= 224 : bytes[0] === 0xff),
    "isCIDR(string): bool": (text: string) => cidrOf(text) !== undefined,
    "cidr(string): CIDR": madeCidr,
    "CIDR.containsIP(string): bool": (cidr: CIDR, text: string) => holds(cidr, madeIp(text)),
    "CIDR.containsIP(IP): bool": holds,
    "CIDR.containsCIDR(string): bool": (cidr: CIDR, text: string) => {
      const other = madeCidr(text);
      return holds(cidr, other.ip) && other.bits >= cidr.bits;
    },
    "CIDR.containsCIDR(CIDR): bool": (cidr: CIDR, other: CIDR) =>
      holds(cidr, other.ip) && other.bits >= cidr.bits,
    "CIDR.ip(): IP": ({ ip }: CIDR) => ip,
    "CIDR.prefixLength(): int": ({ bits }: CIDR) => BigInt(bits),
    "isURL(string): bool": (text: string) => urlOf(text) !== undefined,
    "url(string): Url": (text: string) => {
      const url = urlOf(text);
      if (!url) throw new Error(`URL parse error during conversion from string: ${text}`);
      return url;
    },
    "Url.getScheme(): string": ({ parts }: Url) => parts[1] ?? "",
    "Url.getHost(): string": ({ parts }: Url) => parts[2] ?? "",
    "Url.getHostname(): string": ({ parts }: Url) =>
      (parts[2] ?? "").replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1"),
    "Url.getPort(): string": ({ parts }: Url) => /:(\d*)$/.exec(parts[2] ?? "")?.[1] ?? "",
    "Url.getEscapedPath(): string": ({ parts }: Url) => parts[3] ?? "",
    "Url.getQuery(): map<string, list<string>>": ({ parts }: Url) => {
      const query: Record<string, string[]> = {};
      for (const [name, value] of new URLSearchParams(parts[4] ?? "")) {
        (query[name] ??= []).push(value);
      }
      return query;
    },
  },
};

/** Neither zones nor IPv4 in IPv6 nor leading zeros are let pass, unlike in the older checks. */
function ipOf(text: string): IP | undefined {
  const bytes = parseIp(text);
  if (!bytes || /(^|\.)0\d/.test(text) || (text.includes(":") && text.includes("."))) {
    return undefined;
  }
  return new IP(text, bytes);
}

function madeIp(text: string): IP {
  const ip = ipOf(text);
  if (!ip)
    throw new Error(`IP Address ${JSON.stringify(text)} parse error during conversion from string`);
  return ip;
}

function cidrOf(text: string): CIDR | undefined {
  const [, address = "", digits] = /^(.*)\/(\d{1,3})$/.exec(text) ?? [];
  const ip = ipOf(address);
  const bits = Number(digits);
  return ip && bits <= 8 * ip.bytes.length ? new CIDR(ip, bits) : undefined;
}

function madeCidr(text: string): CIDR {
  const cidr = cidrOf(text);
  if (!cidr) throw new Error("network address parse error during conversion from string");
  return cidr;
}

function holds({ ip, bits }: CIDR, other: IP): boolean {
  if (ip.bytes.length !== other.bytes.length) return false;
  return ip.bytes.every((byte, i) => {
    const left = Math.max(0, Math.min(8, bits - 8 * i));
    const mask = (0xff << (8 - left)) & 0xff;
    return (byte & mask) === (other.bytes[i]! & mask);
  });
}

function isLoopback(bytes: readonly number[]): boolean {
  if (bytes.length === 4) return bytes[0] === 127;
  return bytes.slice(0, -1).every((byte) => byte === 0) && bytes.at(-1) === 1;
}

function isLinkLocal([a = 0, b = 0, ...rest]: readonly number[]): boolean {
  return rest.length === 2 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80;
}

/** Absolute, as url.ParseRequestURI wants it: a scheme with a host, or a path. */
function urlOf(text: string): Url | undefined {
  const found =
    /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#\s]*))?(\/[^?#\s]*)?(?:\?([^#\s]*))?$/.exec(text);
  const absolute = found && (found[1] !== undefined || found[3] !== undefined);
  return absolute ? new Url(found) : undefined;
}
