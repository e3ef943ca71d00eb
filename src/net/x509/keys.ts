// Public and private keys: EC on P-256 and P-384, and RSA; SubjectPublicKeyInfo (RFC 5280),
// PKCS #8 (RFC 5958), SEC 1 (RFC 5915) and PKCS #1 (RFC 8017).

import { p256, p384 } from "@noble/curves/nist.js";
import type { Random } from "../../base/random.ts";
import {
  bitString,
  context,
  derNull,
  DerReader,
  element,
  EncodingError,
  integer,
  objectId,
  octetString,
  sequence,
  tag,
} from "./der.ts";
import type { DerElement } from "./der.ts";
import { modInverse } from "./numbers.ts";
import { oid } from "./oid.ts";
import { parsePem, printPem } from "./pem.ts";
import type { RsaPrivateKey, RsaPublicKey } from "./rsa.ts";

export type CurveName = "P-256" | "P-384";

export interface EcPublicKey {
  readonly type: "ec";
  readonly curve: CurveName;
  /** The uncompressed point: 04, x, y. */
  readonly point: Uint8Array;
}

export interface EcPrivateKey extends EcPublicKey {
  /** The secret scalar, big-endian, of the curve's size. */
  readonly d: Uint8Array;
}

export type PublicKey = EcPublicKey | RsaPublicKey;
export type PrivateKey = EcPrivateKey | RsaPrivateKey;

/** The arithmetic of each curve. */
export const curves = { "P-256": p256, "P-384": p384 } as const;

const curveIds: Readonly<Record<CurveName, string>> = {
  "P-256": oid.prime256v1,
  "P-384": oid.secp384r1,
};

/** A fresh EC key out of seeded randomness. */
export function generateEcKey(random: Random, curve: CurveName = "P-256"): EcPrivateKey {
  // Half as long again as the scalar: the remainder is as good as uniform (FIPS 186-5 A.2.1).
  const seed = random.bytes(curves[curve].lengths.seed!);
  return ecKey(curve, curves[curve].utils.randomSecretKey(seed));
}

function ecKey(curve: CurveName, d: Uint8Array): EcPrivateKey {
  return { type: "ec", curve, d, point: curves[curve].getPublicKey(d, false) };
}

/** What anybody may know of a key. */
export function publicKeyOf(key: PrivateKey): PublicKey {
  if (key.type === "rsa") return { type: "rsa", n: key.n, e: key.e };
  return { type: "ec", curve: key.curve, point: key.point };
}

/** Whether a private key belongs to a public one. */
export function keysMatch(a: PublicKey, b: PublicKey): boolean {
  if (a.type === "rsa") return b.type === "rsa" && a.n === b.n && a.e === b.e;
  return (
    b.type === "ec" && a.curve === b.curve && a.point.every((octet, i) => octet === b.point[i])
  );
}

/** In bits. */
export function keySize(key: PublicKey): number {
  if (key.type === "rsa") return key.n.toString(2).length;
  return key.curve === "P-256" ? 256 : 384;
}

/** SubjectPublicKeyInfo. */
export function encodePublicKey(key: PublicKey): Uint8Array {
  if (key.type === "rsa") {
    const algorithm = sequence(objectId(oid.rsaEncryption), derNull);
    return sequence(algorithm, bitString(sequence(integer(key.n), integer(key.e))));
  }
  const algorithm = sequence(objectId(oid.ecPublicKey), objectId(curveIds[key.curve]));
  return sequence(algorithm, bitString(key.point));
}

/** The key of a SubjectPublicKeyInfo. Throws EncodingError for a kind we do not know. */
export function decodePublicKey(info: DerElement): PublicKey {
  const inside = info.reader();
  const algorithm = inside.next(tag.sequence).reader();
  const bits = inside.next(tag.bitString).bitString();
  inside.end();
  const kind = algorithm.next(tag.objectId).objectId();
  if (kind === oid.rsaEncryption) {
    const numbers = new DerReader(bits).next(tag.sequence).reader();
    return { type: "rsa", n: positive(numbers.next()), e: positive(numbers.next()) };
  }
  if (kind === oid.ecPublicKey) {
    return ecPublicKey(curveOf(algorithm.next(tag.objectId).objectId()), bits);
  }
  throw new EncodingError(`public key of an unknown kind ${kind}`);
}

function ecPublicKey(curve: CurveName, encoded: Uint8Array): EcPublicKey {
  try {
    // Checks that the point lies on the curve.
    return { type: "ec", curve, point: curves[curve].Point.fromBytes(encoded).toBytes(false) };
  } catch {
    throw new EncodingError(`not a point on ${curve}`);
  }
}

/** The first private key of a PEM text: PKCS #8, SEC 1 or PKCS #1. Throws EncodingError. */
export function parsePrivateKey(pem: string): PrivateKey {
  for (const { label, bytes } of parsePem(pem)) {
    if (label === "PRIVATE KEY") return decodePkcs8(bytes);
    if (label === "EC PRIVATE KEY") return decodeSec1(new DerReader(bytes).next(tag.sequence));
    if (label === "RSA PRIVATE KEY") return decodePkcs1(bytes);
    if (label === "ENCRYPTED PRIVATE KEY") throw new EncodingError("the private key is encrypted");
  }
  throw new EncodingError("no private key in the PEM text");
}

/** PKCS #8, as `openssl genpkey` writes it. */
export function printPrivateKey(key: PrivateKey): string {
  return printPem("PRIVATE KEY", encodePkcs8(key));
}

/** "EC PRIVATE KEY" or "RSA PRIVATE KEY", as the older openssl commands write it. */
export function printTraditionalKey(key: PrivateKey): string {
  return key.type === "rsa"
    ? printPem("RSA PRIVATE KEY", encodePkcs1(key))
    : printPem("EC PRIVATE KEY", encodeSec1(key, { parameters: true }));
}

export function encodePkcs8(key: PrivateKey): Uint8Array {
  if (key.type === "rsa") {
    const algorithm = sequence(objectId(oid.rsaEncryption), derNull);
    return sequence(integer(0), algorithm, octetString(encodePkcs1(key)));
  }
  const algorithm = sequence(objectId(oid.ecPublicKey), objectId(curveIds[key.curve]));
  return sequence(integer(0), algorithm, octetString(encodeSec1(key, { parameters: false })));
}

export function decodePkcs8(bytes: Uint8Array): PrivateKey {
  const inside = new DerReader(bytes).next(tag.sequence).reader();
  inside.next(tag.integer);
  const algorithm = inside.next(tag.sequence).reader();
  const secret = inside.next(tag.octetString).octetString();
  const kind = algorithm.next(tag.objectId).objectId();
  if (kind === oid.rsaEncryption) return decodePkcs1(secret);
  if (kind !== oid.ecPublicKey) throw new EncodingError(`private key of an unknown kind ${kind}`);
  const curve = curveOf(algorithm.next(tag.objectId).objectId());
  return decodeSec1(new DerReader(secret).next(tag.sequence), curve);
}

function encodeSec1(key: EcPrivateKey, { parameters }: { parameters: boolean }): Uint8Array {
  const curve = element(context(0), objectId(curveIds[key.curve]));
  const point = element(context(1), bitString(key.point));
  const secret = octetString(key.d);
  return parameters
    ? sequence(integer(1), secret, curve, point)
    : sequence(integer(1), secret, point);
}

function decodeSec1(outer: DerElement, given?: CurveName): EcPrivateKey {
  const inside = outer.reader();
  inside.next(tag.integer);
  const d = inside.next(tag.octetString).octetString();
  const named = inside.optional(context(0));
  const curve = named ? curveOf(named.reader().next(tag.objectId).objectId()) : given;
  if (!curve) throw new EncodingError("EC private key without its curve");
  if (!curves[curve].utils.isValidSecretKey(d)) throw new EncodingError(`no secret of ${curve}`);
  return ecKey(curve, d);
}

function encodePkcs1({ n, e, d, p, q }: RsaPrivateKey): Uint8Array {
  const inverse = modInverse(q, p);
  const numbers = [0n, n, e, d, p, q, d % (p - 1n), d % (q - 1n), inverse];
  return sequence(...numbers.map(integer));
}

function decodePkcs1(bytes: Uint8Array): RsaPrivateKey {
  const inside = new DerReader(bytes).next(tag.sequence).reader();
  inside.next(tag.integer);
  const [n, e, d, p, q] = Array.from({ length: 5 }, () => positive(inside.next()));
  if (p! * q! !== n) throw new EncodingError("RSA key whose primes do not make its modulus");
  return { type: "rsa", n, e: e!, d: d!, p: p!, q: q! };
}

function curveOf(id: string): CurveName {
  for (const [name, value] of Object.entries(curveIds)) if (value === id) return name as CurveName;
  throw new EncodingError(`unknown curve ${id}`);
}

function positive(element: DerElement): bigint {
  const value = element.integer();
  if (value <= 0n) throw new EncodingError("a key's number is not positive");
  return value;
}
