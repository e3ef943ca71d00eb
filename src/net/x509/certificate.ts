// An X.509 certificate, read (RFC 5280 section 4.1).
//
//   Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature }

import { sha256 } from "@noble/hashes/sha2.js";
import { hex } from "../../base/bytes.ts";
import { context, DerReader, EncodingError, tag } from "./der.ts";
import type { DerElement } from "./der.ts";
import {
  decodeAltNames,
  decodeAuthorityKeyIdentifier,
  decodeBasicConstraints,
  decodeExtensions,
  decodeKeyIdentifier,
  decodeKeyUsage,
  decodeNameConstraints,
  decodePurposes,
} from "./extensions.ts";
import type {
  AltNames,
  BasicConstraints,
  Extension,
  KeyUsage,
  NameConstraints,
} from "./extensions.ts";
import { decodePublicKey } from "./keys.ts";
import type { PublicKey } from "./keys.ts";
import { decodeName } from "./name.ts";
import type { Name } from "./name.ts";
import { oid } from "./oid.ts";
import { parsePem, printPem } from "./pem.ts";
import { decodeAlgorithm } from "./signature.ts";
import type { SignatureAlgorithm } from "./signature.ts";
import { decodeTime } from "./time.ts";

export interface Certificate {
  /** The whole certificate, DER. */
  readonly bytes: Uint8Array;
  /** What is signed. */
  readonly tbs: Uint8Array;
  readonly version: number;
  readonly serial: bigint;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly publicKey: PublicKey;
  /** Undefined: signed in a way that we cannot check. */
  readonly algorithm: SignatureAlgorithm | undefined;
  readonly signature: Uint8Array;
  readonly extensions: readonly Extension[];
  // The extensions that decide something; undefined where absent.
  readonly altNames: AltNames | undefined;
  readonly basicConstraints: BasicConstraints | undefined;
  readonly keyUsage: readonly KeyUsage[] | undefined;
  readonly purposes: readonly string[] | undefined;
  readonly keyIdentifier: Uint8Array | undefined;
  readonly authorityKeyIdentifier: Uint8Array | undefined;
  readonly nameConstraints: NameConstraints | undefined;
}

/** Reads one certificate. Throws EncodingError. */
export function parseCertificate(bytes: Uint8Array): Certificate {
  const whole = new DerReader(bytes);
  const outer = whole.next(tag.sequence);
  whole.end();
  const parts = outer.reader();
  const tbs = parts.next(tag.sequence);
  const algorithm = parts.next(tag.sequence);
  const signature = parts.next(tag.bitString).bitString();
  parts.end();
  const fields = tbs.reader();
  const version = fields.optional(context(0))?.reader().next().integer() ?? 0n;
  const serial = fields.next(tag.integer).integer();
  const inner = fields.next(tag.sequence);
  if (!same(inner, algorithm)) throw new EncodingError("the two signature algorithms differ");
  const issuer = decodeName(fields.next(tag.sequence));
  const validity = fields.next(tag.sequence).reader();
  const notBeforeMs = decodeTime(validity.next());
  const notAfterMs = decodeTime(validity.next());
  const subject = decodeName(fields.next(tag.sequence));
  const publicKey = decodePublicKey(fields.next(tag.sequence));
  fields.optional(context(1, { primitive: true }));
  fields.optional(context(2, { primitive: true }));
  const list = fields.optional(context(3))?.reader().next(tag.sequence).reader();
  fields.end();
  const extensions = list ? decodeExtensions(list) : [];
  return {
    bytes: outer.bytes,
    tbs: tbs.bytes,
    version: Number(version) + 1,
    serial,
    issuer,
    subject,
    notBeforeMs,
    notAfterMs,
    publicKey,
    algorithm: decodeAlgorithm(algorithm),
    signature,
    extensions,
    ...decided(extensions),
  };
}

/** All certificates of a PEM text, in order. Throws EncodingError when there is none. */
export function parseCertificates(pem: string): Certificate[] {
  const blocks = parsePem(pem).filter(({ label }) => label === "CERTIFICATE");
  if (blocks.length === 0) throw new EncodingError("no certificate in the PEM text");
  return blocks.map(({ bytes }) => parseCertificate(bytes));
}

export function printCertificate({ bytes }: Pick<Certificate, "bytes">): string {
  return printPem("CERTIFICATE", bytes);
}

/** SHA-256 over the whole certificate: "AB:CD:…". */
export function fingerprint({ bytes }: Pick<Certificate, "bytes">): string {
  return hex(sha256(bytes)).toUpperCase().match(/../g)!.join(":");
}

function decided(
  extensions: readonly Extension[],
): Pick<
  Certificate,
  | "altNames"
  | "basicConstraints"
  | "keyUsage"
  | "purposes"
  | "keyIdentifier"
  | "authorityKeyIdentifier"
  | "nameConstraints"
> {
  const read = <T>(id: string, decode: (value: Uint8Array) => T): T | undefined => {
    const found = extensions.find((one) => one.id === id);
    return found && decode(found.value);
  };
  return {
    altNames: read(oid.subjectAltName, decodeAltNames),
    basicConstraints: read(oid.basicConstraints, decodeBasicConstraints),
    keyUsage: read(oid.keyUsage, decodeKeyUsage),
    purposes: read(oid.extKeyUsage, decodePurposes),
    keyIdentifier: read(oid.subjectKeyIdentifier, decodeKeyIdentifier),
    authorityKeyIdentifier: read(oid.authorityKeyIdentifier, decodeAuthorityKeyIdentifier),
    nameConstraints: read(oid.nameConstraints, decodeNameConstraints),
  };
}

function same(a: DerElement, b: DerElement): boolean {
  return a.bytes.length === b.bytes.length && a.bytes.every((octet, i) => octet === b.bytes[i]);
}
