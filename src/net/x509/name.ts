// Distinguished names: who a certificate is of, and by (RFC 5280 section 4.1.2.4).

import { sha1 } from "@noble/hashes/legacy.js";
import { concat, hex, latin1, noBytes, text, utf8 } from "../../base/bytes.ts";
import { element, EncodingError, objectId, sequence, setOf, tag } from "./der.ts";
import type { DerElement } from "./der.ts";
import { oid } from "./oid.ts";

export interface NameAttribute {
  /** "CN", "O", … or the dotted identifier of one without a short name. */
  readonly type: string;
  readonly value: string;
}

export interface Name {
  /** As encoded: names are compared byte by byte. */
  readonly bytes: Uint8Array;
  /** In the order of the encoding; attributes of one multi-valued part follow each other. */
  readonly attributes: readonly NameAttribute[];
}

/** Short names as openssl prints them. */
const types: readonly (readonly [short: string, id: string])[] = [
  ["CN", oid.commonName],
  ["C", oid.countryName],
  ["ST", oid.stateOrProvinceName],
  ["L", oid.localityName],
  ["O", oid.organizationName],
  ["OU", oid.organizationalUnitName],
  ["emailAddress", oid.emailAddress],
  ["serialNumber", oid.serialNumber],
  ["DC", oid.domainComponent],
];

/** Builds a name, most general attribute first. */
export function makeName(attributes: readonly NameAttribute[]): Name {
  const bytes = sequence(...attributes.map((one) => setOf(encodeAttribute(one))));
  return { bytes, attributes };
}

export function decodeName(outer: DerElement): Name {
  const attributes: NameAttribute[] = [];
  for (const part of outer.reader().rest()) {
    if (part.tag !== tag.set) throw new EncodingError("a part of a name is not a SET");
    for (const one of part.reader().rest()) {
      const inside = one.reader();
      const id = inside.next(tag.objectId).objectId();
      const type = types.find(([, known]) => known === id)?.[0] ?? id;
      attributes.push({ type, value: textOf(inside.next()) });
    }
  }
  return { bytes: outer.bytes, attributes };
}

/** The last common name, which is the most specific. */
export function commonName({ attributes }: Name): string | undefined {
  return attributes.findLast(({ type }) => type === "CN")?.value;
}

/** "C = DE, O = Grand Hotel, CN = example.com", as openssl 3 prints it. */
export function printName({ attributes }: Name): string {
  return attributes.map(({ type, value }) => `${type} = ${quoted(value)}`).join(", ");
}

/** Parses "/C=DE/O=Grand Hotel/CN=example.com", openssl's -subj; undefined when malformed. */
export function parseSubject(subject: string): NameAttribute[] | undefined {
  if (!subject.startsWith("/")) return undefined;
  const out: NameAttribute[] = [];
  for (const part of subject.slice(1).split(/(?<!\\)\//)) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    if (equals <= 0) return undefined;
    const type = part.slice(0, equals);
    if (!types.some(([short]) => short === type)) return undefined;
    const value = part.slice(equals + 1).replace(/\\(.)/g, "$1");
    if (value !== "") out.push({ type, value });
  }
  return out;
}

/** OpenSSL's hash of a name, by which it finds authorities in a folder: "a6e71b60". */
export function nameHash({ attributes }: Name): string {
  // X509_NAME_canon: lower case, blanks folded, without the outer SEQUENCE.
  const canonical = attributes.map(({ type, value }) => {
    const id = types.find(([short]) => short === type)?.[1] ?? type;
    const folded = value
      .trim()
      .replace(/\s+/g, " ")
      .replace(/[A-Z]/g, (c) => c.toLowerCase());
    return setOf(sequence(objectId(id), element(tag.utf8String, utf8(folded))));
  });
  const [a, b, c, d] = sha1(concat(...canonical, noBytes));
  return hex(Uint8Array.of(d!, c!, b!, a!));
}

function encodeAttribute({ type, value }: NameAttribute): Uint8Array {
  const id = types.find(([short]) => short === type)?.[1] ?? type;
  const kind =
    type === "C" || type === "serialNumber"
      ? tag.printableString
      : type === "emailAddress" || type === "DC"
        ? tag.ia5String
        : tag.utf8String;
  return sequence(objectId(id), element(kind, utf8(value)));
}

function textOf({ tag: kind, content }: DerElement): string {
  if (kind === tag.utf8String) return text(content);
  if (kind !== tag.bmpString) return latin1(content);
  let out = "";
  for (let i = 0; i + 1 < content.length; i += 2) {
    out += String.fromCharCode(content[i]! * 256 + content[i + 1]!);
  }
  return out;
}

function quoted(value: string): string {
  return /[,+"\\<>;]|^[# ]| $/.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : value;
}
