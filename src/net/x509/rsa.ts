// RSA signatures (RFC 8017): PKCS #1 v1.5 and PSS, on whole numbers.
//
// JavaScript's numbers are not constant-time: fit for a simulation and for loopback, not for a
// key that somebody wants.

import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { concat, equalBytes } from "../../base/bytes.ts";
import { derNull, objectId, octetString, sequence } from "./der.ts";
import { byteLength, modInverse, powMod, toBytes, toNumber } from "./numbers.ts";

export interface RsaPublicKey {
  readonly type: "rsa";
  readonly n: bigint;
  readonly e: bigint;
}

export interface RsaPrivateKey extends RsaPublicKey {
  readonly d: bigint;
  readonly p: bigint;
  readonly q: bigint;
}

export type HashName = "sha1" | "sha256" | "sha384" | "sha512";

const hashes = { sha1, sha256, sha384, sha512 };

const digestIds: Readonly<Record<HashName, string>> = {
  sha1: "1.3.14.3.2.26",
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
};

export function digest(hash: HashName, bytes: Uint8Array): Uint8Array {
  return hashes[hash](bytes);
}

/** RSASSA-PKCS1-v1_5. Throws RangeError when the key is too short for the hash. */
export function signPkcs1(key: RsaPrivateKey, hash: HashName, message: Uint8Array): Uint8Array {
  const length = byteLength(key.n);
  return toBytes(privatePower(key, toNumber(pkcs1Encoding(hash, message, length))), length);
}

export function verifyPkcs1(
  key: RsaPublicKey,
  hash: HashName,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const length = byteLength(key.n);
  if (signature.length !== length || length < 62) return false;
  const opened = publicPower(key, signature);
  return opened !== undefined && equalBytes(opened, pkcs1Encoding(hash, message, length));
}

/** RSASSA-PSS with MGF1 of the same hash and a salt of the hash's length, as TLS 1.3 wants it. */
export function signPss(
  key: RsaPrivateKey,
  hash: HashName,
  message: Uint8Array,
  salt: Uint8Array,
): Uint8Array {
  const bits = key.n.toString(2).length - 1;
  const length = Math.ceil(bits / 8);
  const hashed = digest(hash, message);
  const h = digest(hash, concat(new Uint8Array(8), hashed, salt));
  const padding = length - salt.length - h.length - 2;
  if (padding < 0) throw new RangeError("RSA key too short for this hash");
  const db = concat(new Uint8Array(padding), Uint8Array.of(1), salt);
  const masked = xor(db, mgf1(hash, h, db.length));
  masked[0]! &= 0xff >> (8 * length - bits);
  const encoded = concat(masked, h, Uint8Array.of(0xbc));
  return toBytes(privatePower(key, toNumber(encoded)), byteLength(key.n));
}

export function verifyPss(
  key: RsaPublicKey,
  hash: HashName,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const bits = key.n.toString(2).length - 1;
  const length = Math.ceil(bits / 8);
  const full = signature.length === byteLength(key.n) ? publicPower(key, signature) : undefined;
  if (full === undefined) return false;
  const encoded = full.subarray(full.length - length);
  if (full.length > length && full[0] !== 0) return false;
  const hashed = digest(hash, message);
  const size = hashed.length;
  const unused = 8 * length - bits;
  if (length < 2 * size + 2 || encoded.at(-1) !== 0xbc) return false;
  const masked = encoded.subarray(0, length - size - 1);
  const h = encoded.subarray(length - size - 1, length - 1);
  if (unused > 0 && masked[0]! >> (8 - unused) !== 0) return false;
  const db = xor(masked, mgf1(hash, h, masked.length));
  db[0]! &= 0xff >> unused;
  const padding = db.length - size - 1;
  for (let i = 0; i < padding; i++) if (db[i] !== 0) return false;
  if (db[padding] !== 1) return false;
  const salt = db.subarray(padding + 1);
  return equalBytes(h, digest(hash, concat(new Uint8Array(8), hashed, salt)));
}

/** Chinese remainders: four times faster than one power modulo n. */
function privatePower({ n, d, p, q }: RsaPrivateKey, message: bigint): bigint {
  const m1 = powMod(message % p, d % (p - 1n), p);
  const m2 = powMod(message % q, d % (q - 1n), q);
  const h = ((((m1 - m2) * modInverse(q, p)) % p) + p) % p;
  return (m2 + h * q) % n;
}

function publicPower({ n, e }: RsaPublicKey, signature: Uint8Array): Uint8Array | undefined {
  const value = toNumber(signature);
  return value < n ? toBytes(powMod(value, e, n), byteLength(n)) : undefined;
}

/** EMSA-PKCS1-v1_5: 00 01 ff … ff 00 DigestInfo. */
function pkcs1Encoding(hash: HashName, message: Uint8Array, length: number): Uint8Array {
  const info = sequence(
    sequence(objectId(digestIds[hash]), derNull),
    octetString(digest(hash, message)),
  );
  const padding = length - info.length - 3;
  if (padding < 8) throw new RangeError("RSA key too short for this hash");
  const filled = new Uint8Array(padding).fill(0xff);
  return concat(Uint8Array.of(0, 1), filled, Uint8Array.of(0), info);
}

function mgf1(hash: HashName, seed: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let counter = 0, have = 0; have < length; counter++) {
    const part = digest(hash, concat(seed, toBytes(BigInt(counter), 4)));
    parts.push(part);
    have += part.length;
  }
  return concat(...parts).slice(0, length);
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((octet, i) => octet ^ b[i]!);
}
