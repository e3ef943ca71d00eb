// Private keys under a pass phrase: PKCS #8 EncryptedPrivateKeyInfo with PBES2, PBKDF2 and AES-CBC
// (RFC 8018), which is what OpenSSL 3 writes.

import { cbc } from "@noble/ciphers/aes.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8 } from "../../base/bytes.ts";
import type { Random } from "../../base/random.ts";
import { derNull, DerReader, EncodingError, integer, objectId, octetString } from "./der.ts";
import { sequence, tag } from "./der.ts";
import type { DerElement } from "./der.ts";
import { decodePkcs8, encodePkcs8 } from "./keys.ts";
import type { PrivateKey } from "./keys.ts";
import { oid } from "./oid.ts";

/** Sealed with what we have not: DES, or the ways before PBES2. */
export class UnknownEncryption extends EncodingError {
  override name = "UnknownEncryption";
}

/** As OpenSSL 3 counts. */
const iterations = 2048;
/** More would hold everything up for too long. */
const iterationsMax = 1_000_000;

const ciphers: Readonly<Record<string, number>> = {
  [oid.aes128Cbc]: 16,
  [oid.aes256Cbc]: 32,
};

/** EncryptedPrivateKeyInfo, with AES-256. */
export function encryptPkcs8(key: PrivateKey, password: string, random: Random): Uint8Array {
  const { algorithm, sealed } = seal(encodePkcs8(key), password, random);
  return sequence(algorithm, octetString(sealed));
}

/** Throws EncodingError, also for a wrong pass phrase. */
export function decryptPkcs8(bytes: Uint8Array, password: string): PrivateKey {
  const inside = new DerReader(bytes).next(tag.sequence).reader();
  const algorithm = inside.next(tag.sequence);
  return decodePkcs8(decrypt(algorithm, inside.next(tag.octetString).octetString(), password));
}

/** The AlgorithmIdentifier of PBES2 and what it sealed. */
export function seal(
  plain: Uint8Array,
  password: string,
  random: Random,
): { algorithm: Uint8Array; sealed: Uint8Array } {
  const salt = random.bytes(8);
  const iv = random.bytes(16);
  const derivation = sequence(
    objectId(oid.pbkdf2),
    sequence(
      octetString(salt),
      integer(iterations),
      sequence(objectId(oid.hmacWithSHA256), derNull),
    ),
  );
  const cipher = sequence(objectId(oid.aes256Cbc), octetString(iv));
  const key = pbkdf2(sha256, utf8(password), salt, { c: iterations, dkLen: 32 });
  return {
    algorithm: sequence(objectId(oid.pbes2), sequence(derivation, cipher)),
    sealed: cbc(key, iv).encrypt(plain),
  };
}

/** Opens what PBES2 sealed. Throws EncodingError. */
export function decrypt(algorithm: DerElement, sealed: Uint8Array, password: string): Uint8Array {
  const outer = algorithm.reader();
  if (outer.next(tag.objectId).objectId() !== oid.pbes2) {
    throw new UnknownEncryption("PBES2 was expected");
  }
  const parameters = outer.next(tag.sequence).reader();
  const derivation = parameters.next(tag.sequence).reader();
  const cipher = parameters.next(tag.sequence).reader();
  derivation.next(tag.objectId);
  const inside = derivation.next(tag.sequence).reader();
  const salt = inside.next(tag.octetString).octetString();
  const count = Number(inside.next(tag.integer).integer());
  inside.optional(tag.integer);
  const function_ = inside.optional(tag.sequence)?.reader().next(tag.objectId).objectId();
  const name = cipher.next(tag.objectId).objectId();
  const length = ciphers[name];
  const iv = cipher.next(tag.octetString).octetString();
  if (length === undefined) throw new UnknownEncryption(`AES was expected, saw ${name}`);
  if (count < 1 || count > iterationsMax || iv.length !== 16) {
    throw new EncodingError("encrypted in a way that is not known");
  }
  const hash = function_ === oid.hmacWithSHA256 ? sha256 : sha1;
  const key = pbkdf2(hash, utf8(password), salt, { c: count, dkLen: length });
  try {
    return cbc(key, iv).decrypt(sealed);
  } catch {
    throw new EncodingError("a wrong pass phrase");
  }
}
