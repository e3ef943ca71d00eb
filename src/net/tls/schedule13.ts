// The key schedule of TLS 1.3 (RFC 8446 section 7.1).
//
//   PSK → Early Secret → binder key
//   (EC)DHE → Handshake Secret → client / server handshake traffic
//   0 → Master Secret → client / server application traffic, resumption

import { expand, extract } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { concat, noBytes, utf8 } from "../../base/bytes.ts";
import { Protection } from "./records.ts";
import type { CipherSuite, SuiteHash } from "./suites.ts";
import { keyLength, suiteHashes } from "./suites.ts";
import { number, vector } from "./wire.ts";

export class KeySchedule {
  readonly #hash: SuiteHash;
  #secret: Uint8Array;

  /** Begins with the Early Secret; `psk` when a session is resumed. */
  constructor(hash: SuiteHash, psk?: Uint8Array) {
    this.#hash = hash;
    const zeros = new Uint8Array(this.#length);
    this.#secret = extract(suiteHashes[hash], psk ?? zeros, zeros);
  }

  /** The key that proves knowledge of a resumption PSK. */
  binderKey(): Uint8Array {
    return this.#derived("res binder", this.#emptyHash());
  }

  /** On to the Handshake Secret, with the shared secret of the key exchange. */
  handshake(shared: Uint8Array): void {
    this.#next(shared);
  }

  /** On to the Master Secret. */
  master(): void {
    this.#next(new Uint8Array(this.#length));
  }

  /** A secret of the present stage over the transcript so far: "c hs traffic", "res master", … */
  secret(label: string, transcriptHash: Uint8Array): Uint8Array {
    return this.#derived(label, transcriptHash);
  }

  get #length(): number {
    return suiteHashes[this.#hash].outputLen;
  }

  #next(input: Uint8Array): void {
    const salt = this.#derived("derived", this.#emptyHash());
    this.#secret = extract(suiteHashes[this.#hash], input, salt);
  }

  #derived(label: string, context: Uint8Array): Uint8Array {
    return expandLabel(this.#hash, this.#secret, label, context, this.#length);
  }

  #emptyHash(): Uint8Array {
    return suiteHashes[this.#hash](noBytes);
  }
}

/** HKDF-Expand-Label. */
export function expandLabel(
  hash: SuiteHash,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const info = concat(number(length, 2), vector(1, utf8(`tls13 ${label}`)), vector(1, context));
  return expand(suiteHashes[hash], secret, info, length);
}

/** Record keys out of a traffic secret. */
export function trafficKeys(suite: CipherSuite, secret: Uint8Array): Protection {
  const key = expandLabel(suite.hash, secret, "key", noBytes, keyLength(suite));
  const iv = expandLabel(suite.hash, secret, "iv", noBytes, 12);
  return new Protection({ version: "TLSv1.3", suite, key, iv });
}

/** The next traffic secret, after a KeyUpdate. */
export function updatedSecret({ hash }: CipherSuite, secret: Uint8Array): Uint8Array {
  return expandLabel(hash, secret, "traffic upd", noBytes, secret.length);
}

/** What a Finished message (or a binder) carries. */
export function finishedValue(
  hash: SuiteHash,
  secret: Uint8Array,
  transcriptHash: Uint8Array,
): Uint8Array {
  const key = expandLabel(hash, secret, "finished", noBytes, secret.length);
  return hmac(suiteHashes[hash], key, transcriptHash);
}

/** The PSK that belongs to a ticket. */
export function ticketSecret(
  hash: SuiteHash,
  resumption: Uint8Array,
  nonce: Uint8Array,
): Uint8Array {
  return expandLabel(hash, resumption, "resumption", nonce, resumption.length);
}
