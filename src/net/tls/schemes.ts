// Signature schemes (RFC 8446 section 4.2.3): which key may sign a handshake, and how.

import type { Random } from "../../base/random.ts";
import type { PrivateKey, PublicKey } from "../x509/keys.ts";
import { byteLength } from "../x509/numbers.ts";
import { sign, verify } from "../x509/signature.ts";
import type { SignatureAlgorithm } from "../x509/signature.ts";
import { TlsAlert } from "./alerts.ts";
import type { TlsVersion } from "./codes.ts";

interface SignatureScheme {
  readonly name: string;
  readonly code: number;
  readonly algorithm: SignatureAlgorithm;
  /** TLS 1.3 ties each ECDSA scheme to one curve; TLS 1.2 does not. */
  readonly curve?: "P-256" | "P-384";
}

const schemes: readonly SignatureScheme[] = [
  ecdsa("ecdsa_secp256r1_sha256", 0x0403, "sha256", "P-256"),
  ecdsa("ecdsa_secp384r1_sha384", 0x0503, "sha384", "P-384"),
  rsa("rsa_pss_rsae_sha256", 0x0804, "rsa-pss", "sha256"),
  rsa("rsa_pss_rsae_sha384", 0x0805, "rsa-pss", "sha384"),
  rsa("rsa_pss_rsae_sha512", 0x0806, "rsa-pss", "sha512"),
  rsa("rsa_pkcs1_sha256", 0x0401, "rsa-pkcs1", "sha256"),
  rsa("rsa_pkcs1_sha384", 0x0501, "rsa-pkcs1", "sha384"),
  rsa("rsa_pkcs1_sha512", 0x0601, "rsa-pkcs1", "sha512"),
];

/** What we say that we can verify, best first. */
export const schemeCodes: readonly number[] = schemes.map(({ code }) => code);

/** The first of our schemes that the key can sign with and the peer has offered. */
export function chooseScheme(
  key: PublicKey,
  offered: readonly number[],
  version: TlsVersion,
): number | undefined {
  return schemes.find((one) => offered.includes(one.code) && fits(one, key, version))?.code;
}

export function signScheme(
  code: number,
  key: PrivateKey,
  message: Uint8Array,
  random: Random,
): Uint8Array {
  const scheme = schemes.find((one) => one.code === code)!;
  return sign(key, scheme.algorithm, message, random);
}

/**
 * Throws TlsAlert decrypt_error for a signature that does not fit its content, illegal_parameter
 * for a scheme that we did not offer, or that is not for this key or version.
 */
export function checkScheme(
  code: number,
  key: PublicKey,
  version: TlsVersion,
  { content, signature }: { content: Uint8Array; signature: Uint8Array },
  where: string,
): void {
  const scheme = schemes.find((one) => one.code === code);
  if (!scheme || !fits(scheme, key, version)) {
    const seen = `0x${code.toString(16).padStart(4, "0")}`;
    throw new TlsAlert("illegal_parameter", `${where}: scheme ${seen} is not for this key`);
  }
  if (!verify(key, scheme.algorithm, content, signature)) {
    throw new TlsAlert("decrypt_error", `the signature of ${where} does not fit`);
  }
}

function fits({ algorithm, curve }: SignatureScheme, key: PublicKey, version: TlsVersion): boolean {
  if (key.type === "ec") {
    return algorithm.kind === "ecdsa" && (version === "TLSv1.2" || curve === key.curve);
  }
  if (algorithm.kind === "ecdsa") return false;
  if (version === "TLSv1.3" && algorithm.kind !== "rsa-pss") return false;
  // PSS needs room for two hashes; a 1024-bit key has none for SHA-512.
  return algorithm.hash !== "sha512" || byteLength(key.n) >= 130;
}

function ecdsa(
  name: string,
  code: number,
  hash: "sha256" | "sha384",
  curve: "P-256" | "P-384",
): SignatureScheme {
  return { name, code, algorithm: { kind: "ecdsa", hash }, curve };
}

function rsa(
  name: string,
  code: number,
  kind: "rsa-pss" | "rsa-pkcs1",
  hash: "sha256" | "sha384" | "sha512",
): SignatureScheme {
  return { name, code, algorithm: { kind, hash } };
}
