// Making certificates.
//
//   const authority = issue({ subject: [{ type: "CN", value: "City CA" }], key: ca, ca: true, … });
//   const leaf = issue({ subject, key, issuer: { certificate: authority, key: ca }, dns: [host], … });

import { sha1 } from "@noble/hashes/legacy.js";
import type { Random } from "../../base/random.ts";
import { ipNumber } from "../address.ts";
import { parseCertificate } from "./certificate.ts";
import type { Certificate } from "./certificate.ts";
import { bitString, context, DerReader, element, integer, sequence, tag } from "./der.ts";
import {
  encodeAltNames,
  encodeAuthorityKeyIdentifier,
  encodeBasicConstraints,
  encodeExtension,
  encodeKeyIdentifier,
  encodeKeyUsage,
  encodePurposes,
} from "./extensions.ts";
import type { Extension, KeyUsage } from "./extensions.ts";
import { encodePublicKey, publicKeyOf } from "./keys.ts";
import type { PrivateKey, PublicKey } from "./keys.ts";
import { makeName } from "./name.ts";
import type { Name, NameAttribute } from "./name.ts";
import { toBytes, toNumber } from "./numbers.ts";
import { oid } from "./oid.ts";
import { defaultAlgorithm, encodeAlgorithm, sign } from "./signature.ts";
import type { SignatureAlgorithm } from "./signature.ts";
import { encodeTime } from "./time.ts";

export interface IssueOptions {
  readonly subject: readonly NameAttribute[] | Name;
  /** The subject's key: private for a self-signed certificate, public is enough otherwise. */
  readonly key: PrivateKey | PublicKey;
  /** Who signs; the subject itself when not given. */
  readonly issuer?: { readonly certificate: Certificate; readonly key: PrivateKey };
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Gives the serial number (and the salt of a PSS signature). */
  readonly random: Random;
  readonly serial?: bigint;
  /** An authority, with at most so many authorities below it. */
  readonly ca?: boolean;
  readonly pathLength?: number;
  readonly dns?: readonly string[];
  /** Dotted IPv4. */
  readonly ips?: readonly string[];
  readonly keyUsage?: readonly KeyUsage[];
  /** Dotted identifiers, see `oid`. */
  readonly purposes?: readonly string[];
  /** Further extensions; they replace ours of the same identifier. */
  readonly extensions?: readonly Extension[];
  readonly algorithm?: SignatureAlgorithm;
}

/** Makes and signs a version 3 certificate. */
export function issue(o: IssueOptions): Certificate {
  const signer = o.issuer?.key ?? o.key;
  if (!isPrivate(signer)) throw new TypeError("a self-signed certificate needs the private key");
  const subject = "bytes" in o.subject ? o.subject : makeName(o.subject);
  return assemble({
    ...o,
    subject,
    issuerName: o.issuer?.certificate.subject ?? subject,
    publicKey: publicPart(o.key),
    signer,
    extensions: extensionsOf(o),
  });
}

/** All parts of a certificate, as they shall stand in it. */
export interface Parts {
  readonly subject: Name;
  readonly issuerName: Name;
  readonly publicKey: PublicKey;
  readonly signer: PrivateKey;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly random: Random;
  readonly serial?: bigint;
  /** Without any, the certificate is of version 1. */
  readonly extensions: readonly Extension[];
  readonly algorithm?: SignatureAlgorithm;
}

/** Signs a certificate of just these parts. */
export function assemble(o: Parts): Certificate {
  const algorithm = o.algorithm ?? defaultAlgorithm(o.signer);
  const { extensions } = o;
  const third = extensions.length > 0;
  const tbs = sequence(
    ...(third ? [element(context(0), integer(2))] : []),
    integer(o.serial ?? randomSerial(o.random)),
    encodeAlgorithm(algorithm),
    o.issuerName.bytes,
    sequence(encodeTime(o.notBeforeMs), encodeTime(o.notAfterMs)),
    o.subject.bytes,
    encodePublicKey(o.publicKey),
    ...(third ? [element(context(3), sequence(...extensions.map(encodeExtension)))] : []),
  );
  const signature = sign(o.signer, algorithm, tbs, o.random);
  return parseCertificate(sequence(tbs, encodeAlgorithm(algorithm), bitString(signature)));
}

/** RFC 5280 section 4.2.1.2, method 1: SHA-1 of the key's bits. */
export function keyIdentifier(key: PublicKey): Uint8Array {
  const info = new DerReader(encodePublicKey(key)).next(tag.sequence).reader();
  info.next();
  return sha1(info.next(tag.bitString).bitString());
}

function extensionsOf(o: IssueOptions): Extension[] {
  const own = keyIdentifier(publicPart(o.key));
  const authority = o.issuer
    ? (o.issuer.certificate.keyIdentifier ?? keyIdentifier(o.issuer.certificate.publicKey))
    : own;
  const constraints = { ca: o.ca ?? false, pathLength: o.pathLength };
  const out: Extension[] = [
    extension(oid.subjectKeyIdentifier, encodeKeyIdentifier(own)),
    extension(oid.authorityKeyIdentifier, encodeAuthorityKeyIdentifier(authority)),
    extension(oid.basicConstraints, encodeBasicConstraints(constraints), true),
  ];
  const usage = o.keyUsage ?? (o.ca ? (["keyCertSign", "cRLSign"] as const) : undefined);
  if (usage) out.push(extension(oid.keyUsage, encodeKeyUsage(usage), true));
  if (o.purposes) out.push(extension(oid.extKeyUsage, encodePurposes(o.purposes)));
  const ips = (o.ips ?? []).map(ipBytes);
  const dns = o.dns ?? [];
  if (dns.length + ips.length > 0) {
    out.push(extension(oid.subjectAltName, encodeAltNames({ dns, ips })));
  }
  const given = o.extensions ?? [];
  return [...out.filter(({ id }) => !given.some((one) => one.id === id)), ...given];
}

function extension(id: string, value: Uint8Array, critical = false): Extension {
  return { id, critical, value };
}

/** Twenty bytes at most, positive (RFC 5280 section 4.1.2.2). */
export function randomSerial(random: Random, length = 16): bigint {
  const bytes = random.bytes(length);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return toNumber(bytes);
}

function ipBytes(ip: string): Uint8Array {
  const value = ipNumber(ip);
  if (value === undefined) throw new TypeError(`expected an IPv4 address, saw ${ip}`);
  return toBytes(BigInt(value), 4);
}

function isPrivate(key: PrivateKey | PublicKey): key is PrivateKey {
  return "d" in key;
}

function publicPart(key: PrivateKey | PublicKey): PublicKey {
  return isPrivate(key) ? publicKeyOf(key) : key;
}
