// A certificate and its key, checked as Go's tls.X509KeyPair checks them, in its words: what
// kubectl and every controller written in Go say of a pair that is none.

import { parseCertificate, type Certificate } from "./certificate.ts";
import { EncodingError } from "./der.ts";
import { keysMatch, parsePrivateKey, publicKeyOf, type PrivateKey } from "./keys.ts";
import { parsePem, printPem, type PemBlock } from "./pem.ts";

export interface KeyPair {
  /** The certificate of the key first. */
  readonly chain: readonly [Certificate, ...Certificate[]];
  readonly key: PrivateKey;
}

/** A pair that is none; the message is Go's. */
export class KeyPairError extends Error {
  override name = "KeyPairError";
}

/** Throws KeyPairError. */
export function readKeyPair(certificatePem: string, keyPem: string): KeyPair {
  const [leaf, ...others] = chainOf(blocksOf(certificatePem));
  const key = keyOf(blocksOf(keyPem));
  if (leaf.publicKey.type !== key.type) {
    throw new KeyPairError("tls: private key type does not match public key type");
  }
  if (!keysMatch(leaf.publicKey, publicKeyOf(key))) {
    throw new KeyPairError("tls: private key does not match public key");
  }
  return { chain: [leaf, ...others], key };
}

/** Like pem.Decode, which passes over what is broken. */
function blocksOf(pem: string): readonly PemBlock[] {
  try {
    return parsePem(pem);
  } catch (error) {
    if (error instanceof EncodingError) return [];
    throw error;
  }
}

function chainOf(blocks: readonly PemBlock[]): [Certificate, ...Certificate[]] {
  const wanted = blocks.filter(({ label }) => label === "CERTIFICATE");
  const labels = blocks.map(({ label }) => label);
  if (labels.length === 0) {
    throw new KeyPairError("tls: failed to find any PEM data in certificate input");
  }
  if (wanted.length === 0 && labels.length === 1 && labels[0]!.endsWith("PRIVATE KEY")) {
    throw new KeyPairError(
      "tls: failed to find certificate PEM data in certificate input, but did find a private " +
        "key; PEM inputs may have been switched",
    );
  }
  if (wanted.length === 0) {
    throw new KeyPairError(
      'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM ' +
        `blocks of the following types: [${labels.join(" ")}]`,
    );
  }
  try {
    const [leaf, ...others] = wanted.map(({ bytes }) => parseCertificate(bytes));
    return [leaf!, ...others];
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new KeyPairError("x509: malformed certificate");
  }
}

function keyOf(blocks: readonly PemBlock[]): PrivateKey {
  const labels = blocks.map(({ label }) => label);
  const found = blocks.find(
    ({ label }) => label === "PRIVATE KEY" || label.endsWith(" PRIVATE KEY"),
  );
  if (labels.length === 0) {
    throw new KeyPairError("tls: failed to find any PEM data in key input");
  }
  if (!found && labels.length === 1 && labels[0] === "CERTIFICATE") {
    throw new KeyPairError(
      "tls: found a certificate rather than a key in the PEM for the private key",
    );
  }
  if (!found) {
    throw new KeyPairError(
      'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after ' +
        `skipping PEM blocks of the following types: [${labels.join(" ")}]`,
    );
  }
  try {
    return parsePrivateKey(printPem(found.label, found.bytes));
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new KeyPairError("tls: failed to parse private key");
  }
}
