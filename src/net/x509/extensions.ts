// Certificate extensions that decide something (RFC 5280 section 4.2): what a certificate is for.

import { latin1, utf8 } from "../../base/bytes.ts";
import {
  bitString,
  boolean,
  context,
  DerReader,
  element,
  EncodingError,
  integer,
  objectId,
  octetString,
  sequence,
  tag,
} from "./der.ts";
import { oid } from "./oid.ts";

export interface Extension {
  readonly id: string;
  readonly critical: boolean;
  /** The DER inside the OCTET STRING. */
  readonly value: Uint8Array;
}

/** Whom a certificate is for. Addresses as bytes: four for IPv4, sixteen for IPv6. */
export interface AltNames {
  readonly dns: readonly string[];
  readonly ips: readonly Uint8Array[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
}

export interface BasicConstraints {
  readonly ca: boolean;
  readonly pathLength: number | undefined;
}

/** In the order of the bits. */
export const keyUsages = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const;

export type KeyUsage = (typeof keyUsages)[number];

/** Subtrees of DNS names; other kinds of names are not looked at. */
export interface NameConstraints {
  readonly permittedDns: readonly string[];
  readonly excludedDns: readonly string[];
}

const dnsTag = context(2, { primitive: true });
const emailTag = context(1, { primitive: true });
const uriTag = context(6, { primitive: true });
const ipTag = context(7, { primitive: true });

export function encodeExtension({ id, critical, value }: Extension): Uint8Array {
  return critical
    ? sequence(objectId(id), boolean(true), octetString(value))
    : sequence(objectId(id), octetString(value));
}

export function decodeExtensions(list: DerReader): Extension[] {
  const out: Extension[] = [];
  for (const one of list.rest()) {
    const inside = one.reader();
    const id = inside.next(tag.objectId).objectId();
    const critical = inside.optional(tag.boolean)?.boolean() ?? false;
    const value = inside.next(tag.octetString).octetString();
    inside.end();
    if (out.some((earlier) => earlier.id === id)) {
      throw new EncodingError(`extension ${id} appears twice`);
    }
    out.push({ id, critical, value });
  }
  return out;
}

export function encodeAltNames({ dns, ips }: Pick<AltNames, "dns" | "ips">): Uint8Array {
  return sequence(
    ...dns.map((name) => element(dnsTag, utf8(name))),
    ...ips.map((ip) => element(ipTag, ip)),
  );
}

export function decodeAltNames(value: Uint8Array): AltNames {
  const dns: string[] = [];
  const ips: Uint8Array[] = [];
  const emails: string[] = [];
  const uris: string[] = [];
  for (const { tag: kind, content } of new DerReader(value).next(tag.sequence).reader().rest()) {
    if (kind === dnsTag) dns.push(latin1(content));
    else if (kind === ipTag) ips.push(content);
    else if (kind === emailTag) emails.push(latin1(content));
    else if (kind === uriTag) uris.push(latin1(content));
  }
  return { dns, ips, emails, uris };
}

export function encodeBasicConstraints({ ca, pathLength }: BasicConstraints): Uint8Array {
  if (!ca) return sequence();
  return pathLength === undefined
    ? sequence(boolean(true))
    : sequence(boolean(true), integer(pathLength));
}

export function decodeBasicConstraints(value: Uint8Array): BasicConstraints {
  const inside = new DerReader(value).next(tag.sequence).reader();
  const ca = inside.optional(tag.boolean)?.boolean() ?? false;
  const length = inside.optional(tag.integer)?.integer();
  return { ca, pathLength: length === undefined ? undefined : Number(length) };
}

export function encodeKeyUsage(usages: readonly KeyUsage[]): Uint8Array {
  let bits = 0;
  for (const usage of usages) bits |= 0x8000 >> keyUsages.indexOf(usage);
  const octets = bits & 0xff ? [bits >> 8, bits & 0xff] : [bits >> 8];
  const last = octets.at(-1)!;
  const unused = last === 0 ? 0 : Math.clz32(last & -last) ^ 31;
  return bitString(Uint8Array.from(octets), unused);
}

export function decodeKeyUsage(value: Uint8Array): KeyUsage[] {
  const { content } = new DerReader(value).next(tag.bitString);
  const bits = (content[1] ?? 0) * 256 + (content[2] ?? 0);
  return keyUsages.filter((_usage, i) => (bits & (0x8000 >> i)) !== 0);
}

/** Purposes as dotted identifiers. */
export function encodePurposes(ids: readonly string[]): Uint8Array {
  return sequence(...ids.map(objectId));
}

export function decodePurposes(value: Uint8Array): string[] {
  const list = new DerReader(value).next(tag.sequence).reader().rest();
  return list.map((one) => one.objectId());
}

export function encodeKeyIdentifier(bytes: Uint8Array): Uint8Array {
  return octetString(bytes);
}

export function decodeKeyIdentifier(value: Uint8Array): Uint8Array {
  return new DerReader(value).next(tag.octetString).octetString();
}

export function encodeAuthorityKeyIdentifier(bytes: Uint8Array): Uint8Array {
  return sequence(element(context(0, { primitive: true }), bytes));
}

export function decodeAuthorityKeyIdentifier(value: Uint8Array): Uint8Array | undefined {
  const inside = new DerReader(value).next(tag.sequence).reader();
  return inside.optional(context(0, { primitive: true }))?.content;
}

export function decodeNameConstraints(value: Uint8Array): NameConstraints {
  const inside = new DerReader(value).next(tag.sequence).reader();
  const names = (list: DerReader | undefined): string[] => {
    const out: string[] = [];
    for (const subtree of list?.rest() ?? []) {
      const base = subtree.reader().next();
      if (base.tag === dnsTag) out.push(latin1(base.content));
    }
    return out;
  };
  const permittedDns = names(inside.optional(context(0))?.reader());
  return { permittedDns, excludedDns: names(inside.optional(context(1))?.reader()) };
}

/** Extensions that verification understands; any other that is critical is a reason to refuse. */
export const understood: readonly string[] = [
  oid.subjectAltName,
  oid.basicConstraints,
  oid.keyUsage,
  oid.extKeyUsage,
  oid.nameConstraints,
  oid.certificatePolicies,
];
