// IP addresses and prefixes as validation sees them: what is one, and what is a special one.
// Models k8s.io/utils/net ParseIPSloppy and apimachinery pkg/util/validation/ip.go.

import type { FieldError } from "./errors.ts";
import { invalidValue } from "./fielderrors.ts";

/** The bytes of an address, 4 or 16 of them; undefined when the text is none. */
export function parseIp(text: string): readonly number[] | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

export function isIpv6(text: string): boolean {
  return parseIp(text)?.length === 16;
}

/** Leading zeros are let pass, as Go did before 1.17: "010" is 10. */
function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])];
}

/** The bytes of "2001:db8:1.2.3.4"; undefined when a group is bad. */
function groupsOf(text: string): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [i, group] of groups.entries()) {
    if (group.includes(".")) {
      const v4 = i === groups.length - 1 ? parseIpv4(group) : undefined;
      if (!v4) return undefined;
      bytes.push(...v4);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return bytes;
}

export function checkIp(field: string, text: string): FieldError[] {
  if (parseIp(text)) return [];
  const detail = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
  return [invalidValue(field, text, detail)];
}

/** "10.9.8.0/24" */
export function checkCidr(field: string, text: string): FieldError[] {
  const match = /^(.*)\/(\d{1,3})$/.exec(text);
  const bytes = match && parseIp(match[1]!);
  if (bytes && Number(match[2]) <= bytes.length * 8) return [];
  const detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
  return [invalidValue(field, text, detail)];
}

/** Addresses that no other machine can be reached at. Models ValidateNonSpecialIP. */
export function checkNotSpecial(field: string, text: string): FieldError[] {
  const bytes = parseIp(text);
  if (!bytes) return [invalidValue(field, text, "must be a valid IP address")];
  const v6 = bytes.length === 16;
  const [a, b, c] = bytes as [number, number, number];
  const last = bytes.at(-1);
  const zeros = bytes.slice(0, -1).every((byte) => byte === 0);
  const errors: FieldError[] = [];
  const add = (yes: boolean, detail: string): void => {
    if (yes) errors.push(invalidValue(field, text, detail));
  };
  add(zeros && last === 0, `may not be unspecified (${text})`);
  const loopback = v6 ? zeros && last === 1 : a === 127;
  add(loopback, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
  const linkLocal = v6 ? a === 0xfe && (b & 0xc0) === 0x80 : a === 169 && b === 254;
  add(linkLocal, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  const multicast = v6 ? a === 0xff && (b & 0x0f) === 2 : a === 224 && b === 0 && c === 0;
  add(multicast, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
  return errors;
}

/** A warning of an address that is not written as it should be. Models GetWarningsForIP. */
export function ipWarnings(field: string, text: string): string[] {
  const bytes = parseIp(text);
  if (!bytes) return [];
  const written = text.split("%")[0]!;
  if (isSloppy(written, bytes)) {
    const proper = formatIp(isMapped(bytes) ? bytes.slice(12) : bytes);
    return [
      `${field}: non-standard IP address "${text}" will be considered invalid in a future ` +
        `Kubernetes release: use "${proper}"`,
    ];
  }
  const canonical = formatIp(bytes);
  if (bytes.length === 4 || canonical === text) return [];
  return [
    `${field}: IPv6 address "${text}" should be in RFC 5952 canonical format ("${canonical}")`,
  ];
}

/** The same for a prefix. Models GetWarningsForCIDR. */
export function cidrWarnings(field: string, text: string): string[] {
  const [, address = "", digits = ""] = /^(.*)\/(\d{1,3})$/.exec(text) ?? [];
  const bytes = parseIp(address);
  if (!bytes) return [];
  const bits = Number(digits);
  const odd = isSloppy(address, bytes) || (digits.length > 1 && digits.startsWith("0"));
  const masked = bytes.map((byte, i) => {
    const left = Math.max(0, Math.min(8, bits - 8 * i));
    return byte & (0xff << (8 - left)) & 0xff;
  });
  const mapped = isMapped(bytes) && bits >= 96;
  const proper = mapped
    ? `${formatIp(masked.slice(12))}/${bits - 96}`
    : `${formatIp(masked)}/${bits}`;
  const warnings: string[] = [];
  if (masked.some((byte, i) => byte !== bytes[i])) {
    const single = `${formatIp(bytes)}/${8 * bytes.length}`;
    warnings.push(
      `${field}: CIDR value "${text}" is ambiguous in this context ` +
        `(should be "${proper}" or "${single}"?)`,
    );
  }
  if (odd) {
    warnings.push(
      `${field}: non-standard CIDR value "${text}" will be considered invalid in a future ` +
        `Kubernetes release: use "${proper}"`,
    );
  }
  if (warnings.length > 0 || bytes.length === 4 || proper === text) return warnings;
  return [
    `${field}: IPv6 CIDR value "${text}" should be in RFC 5952 canonical format ("${proper}")`,
  ];
}

/** Leading zeros, or IPv4 inside IPv6. */
function isSloppy(text: string, bytes: readonly number[]): boolean {
  return isMapped(bytes) || /(^|[.:])0\d*\d(\.|$)/.test(text.includes(".") ? text : "");
}

function isMapped(bytes: readonly number[]): boolean {
  const lead = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
  return bytes.length === 16 && lead.every((byte, i) => bytes[i] === byte);
}

/** RFC 5952: lower case, no leading zeros, the first longest run of zeros as "::". */
function formatIp(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!);
  let [start, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) [start, length] = [i, end - i];
  }
  const hex = (part: readonly number[]): string => part.map((one) => one.toString(16)).join(":");
  if (start < 0) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}
