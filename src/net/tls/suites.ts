// Cipher suites: how records are sealed, and which hash the keys are derived with.

import { gcm } from "@noble/ciphers/aes.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { sha256, sha384 } from "@noble/hashes/sha2.js";
import type { TlsVersion } from "./codes.ts";

export type SuiteHash = "sha256" | "sha384";

export interface CipherSuite {
  readonly code: number;
  /** The registry's name. */
  readonly name: string;
  /** As openssl and curl print it. */
  readonly opensslName: string;
  readonly version: TlsVersion;
  readonly aead: "AES-128-GCM" | "AES-256-GCM" | "ChaCha20-Poly1305";
  readonly hash: SuiteHash;
  /** TLS 1.2 only: the kind of key that the server proves. */
  readonly auth?: "ecdsa" | "rsa";
}

const v12 = "TLSv1.2";
const v13 = "TLSv1.3";

/** All suites, best first as OpenSSL orders them. */
export const cipherSuites: readonly CipherSuite[] = [
  suite(0x1302, "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", v13, "AES-256-GCM"),
  suite(
    0x1303,
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_CHACHA20_POLY1305_SHA256",
    v13,
    "ChaCha20-Poly1305",
  ),
  suite(0x1301, "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", v13, "AES-128-GCM"),
  suite(
    0xc02c,
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    v12,
    "AES-256-GCM",
    "ecdsa",
  ),
  suite(
    0xc030,
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    v12,
    "AES-256-GCM",
    "rsa",
  ),
  suite(
    0xcca9,
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    v12,
    "ChaCha20-Poly1305",
    "ecdsa",
  ),
  suite(
    0xcca8,
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "ECDHE-RSA-CHACHA20-POLY1305",
    v12,
    "ChaCha20-Poly1305",
    "rsa",
  ),
  suite(
    0xc02b,
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    v12,
    "AES-128-GCM",
    "ecdsa",
  ),
  suite(
    0xc02f,
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    v12,
    "AES-128-GCM",
    "rsa",
  ),
];

/** The hash functions, for transcripts and key derivation. */
export const suiteHashes = { sha256, sha384 } as const;

export function keyLength({ aead }: CipherSuite): number {
  return aead === "AES-128-GCM" ? 16 : 32;
}

export const tagLength = 16;

/** Ciphertext with its tag. */
export function seal(
  { aead }: CipherSuite,
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const cipher = aead === "ChaCha20-Poly1305" ? chacha20poly1305 : gcm;
  return cipher(key, nonce, additional).encrypt(plaintext);
}

/** Plaintext, or undefined when the tag does not fit. */
export function open(
  { aead }: CipherSuite,
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  const cipher = aead === "ChaCha20-Poly1305" ? chacha20poly1305 : gcm;
  try {
    return cipher(key, nonce, additional).decrypt(ciphertext);
  } catch {
    return undefined; // the only thing that noble refuses here is the tag
  }
}

function suite(
  code: number,
  name: string,
  opensslName: string,
  version: TlsVersion,
  aead: CipherSuite["aead"],
  auth?: "ecdsa" | "rsa",
): CipherSuite {
  const hash = name.endsWith("SHA384") ? "sha384" : "sha256";
  return { code, name, opensslName, version, aead, hash, ...(auth ? { auth } : {}) };
}
