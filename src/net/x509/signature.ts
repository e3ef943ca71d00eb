// Signatures over certificates: algorithm identifiers, signing, verifying.

import type { Random } from "../../base/random.ts";
import { derNull, EncodingError, objectId, sequence, tag } from "./der.ts";
import type { DerElement } from "./der.ts";
import type { EcPrivateKey, EcPublicKey, PrivateKey, PublicKey } from "./keys.ts";
import { curves } from "./keys.ts";
import { oid } from "./oid.ts";
import { digest, signPkcs1, signPss, verifyPkcs1, verifyPss } from "./rsa.ts";
import type { HashName } from "./rsa.ts";

/** How something was signed. */
export interface SignatureAlgorithm {
  readonly kind: "ecdsa" | "rsa-pkcs1" | "rsa-pss";
  readonly hash: HashName;
}

const identifiers: readonly (readonly [string, SignatureAlgorithm])[] = [
  [oid.ecdsaWithSHA256, { kind: "ecdsa", hash: "sha256" }],
  [oid.ecdsaWithSHA384, { kind: "ecdsa", hash: "sha384" }],
  [oid.ecdsaWithSHA512, { kind: "ecdsa", hash: "sha512" }],
  [oid.sha1WithRSAEncryption, { kind: "rsa-pkcs1", hash: "sha1" }],
  [oid.sha256WithRSAEncryption, { kind: "rsa-pkcs1", hash: "sha256" }],
  [oid.sha384WithRSAEncryption, { kind: "rsa-pkcs1", hash: "sha384" }],
  [oid.sha512WithRSAEncryption, { kind: "rsa-pkcs1", hash: "sha512" }],
];

/** What a key signs certificates with, as openssl chooses. */
export function defaultAlgorithm(key: PublicKey): SignatureAlgorithm {
  if (key.type === "rsa") return { kind: "rsa-pkcs1", hash: "sha256" };
  return { kind: "ecdsa", hash: "sha256" };
}

export function encodeAlgorithm(algorithm: SignatureAlgorithm): Uint8Array {
  const entry = identifiers.find(
    ([, { kind, hash }]) => kind === algorithm.kind && hash === algorithm.hash,
  );
  if (!entry) throw new EncodingError(`no identifier for ${algorithm.kind} ${algorithm.hash}`);
  return algorithm.kind === "ecdsa"
    ? sequence(objectId(entry[0]))
    : sequence(objectId(entry[0]), derNull);
}

/** The algorithm of an AlgorithmIdentifier; undefined for one we cannot check. */
export function decodeAlgorithm(element: DerElement): SignatureAlgorithm | undefined {
  const id = element.reader().next(tag.objectId).objectId();
  return identifiers.find(([known]) => known === id)?.[1];
}

/** Signs. `random` gives PSS its salt; all else is deterministic (ECDSA by RFC 6979). */
export function sign(
  key: PrivateKey,
  { kind, hash }: SignatureAlgorithm,
  message: Uint8Array,
  random: Random | undefined,
): Uint8Array {
  if (key.type === "ec") return signEcdsa(key, hash, message);
  if (kind === "rsa-pkcs1") return signPkcs1(key, hash, message);
  if (!random) throw new EncodingError("a PSS signature needs randomness for its salt");
  return signPss(key, hash, message, random.bytes(digest(hash, message).length));
}

/** Whether `signature` is this key's over `message`. False for anything malformed. */
export function verify(
  key: PublicKey,
  { kind, hash }: SignatureAlgorithm,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (key.type === "ec") return kind === "ecdsa" && verifyEcdsa(key, hash, message, signature);
  if (kind === "rsa-pkcs1") return verifyPkcs1(key, hash, message, signature);
  return kind === "rsa-pss" && verifyPss(key, hash, message, signature);
}

function signEcdsa({ curve, d }: EcPrivateKey, hash: HashName, message: Uint8Array): Uint8Array {
  const hashed = digest(hash, message);
  return curves[curve].sign(hashed, d, { prehash: false, format: "der", lowS: false });
}

function verifyEcdsa(
  { curve, point }: EcPublicKey,
  hash: HashName,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const hashed = digest(hash, message);
  const options = { prehash: false, format: "der", lowS: false } as const;
  try {
    return curves[curve].verify(signature, hashed, point, options);
  } catch {
    return false; // not a DER signature
  }
}
