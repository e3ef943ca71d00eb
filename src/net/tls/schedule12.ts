// Keys of TLS 1.2: the PRF (RFC 5246 section 5), the master secret with and without the extended
// form (RFC 7627), the key block, Finished.

import { hmac } from "@noble/hashes/hmac.js";
import { concat, utf8 } from "../../base/bytes.ts";
import { Protection } from "./records.ts";
import type { CipherSuite, SuiteHash } from "./suites.ts";
import { keyLength, suiteHashes } from "./suites.ts";

function prf(
  hash: SuiteHash,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const labelled = concat(utf8(label), seed);
  const parts: Uint8Array[] = [];
  let a = labelled;
  for (let have = 0; have < length; have += a.length) {
    a = hmac(suiteHashes[hash], secret, a);
    parts.push(hmac(suiteHashes[hash], secret, concat(a, labelled)));
  }
  return concat(...parts).slice(0, length);
}

/** The master secret; `sessionHash` when both sides agreed on the extended form. */
export function masterSecret(o: {
  hash: SuiteHash;
  shared: Uint8Array;
  clientRandom: Uint8Array;
  serverRandom: Uint8Array;
  sessionHash: Uint8Array | undefined;
}): Uint8Array {
  return o.sessionHash
    ? prf(o.hash, o.shared, "extended master secret", o.sessionHash, 48)
    : prf(o.hash, o.shared, "master secret", concat(o.clientRandom, o.serverRandom), 48);
}

/** Record keys of both directions. */
export function keyBlock(o: {
  suite: CipherSuite;
  master: Uint8Array;
  clientRandom: Uint8Array;
  serverRandom: Uint8Array;
}): { client: Protection; server: Protection } {
  const { suite } = o;
  const size = keyLength(suite);
  const ivSize = suite.aead === "ChaCha20-Poly1305" ? 12 : 4;
  const seed = concat(o.serverRandom, o.clientRandom);
  const block = prf(suite.hash, o.master, "key expansion", seed, 2 * (size + ivSize));
  const at = (index: number, length: number): Uint8Array => block.slice(index, index + length);
  const version = "TLSv1.2";
  return {
    client: new Protection({ version, suite, key: at(0, size), iv: at(2 * size, ivSize) }),
    server: new Protection({
      version,
      suite,
      key: at(size, size),
      iv: at(2 * size + ivSize, ivSize),
    }),
  };
}

export function finishedValue12(
  hash: SuiteHash,
  master: Uint8Array,
  from: "client" | "server",
  transcriptHash: Uint8Array,
): Uint8Array {
  return prf(hash, master, `${from} finished`, transcriptHash, 12);
}
