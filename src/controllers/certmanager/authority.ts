// The key pair that a CA issuer signs with, out of its Secret.
// Models pkg/util/kube/pki.go.

import { Secret } from "../../api/kinds/secret.ts";
import { keysMatch, publicKeyOf } from "../../net/x509/keys.ts";
import type { Desk } from "./desk.ts";
import { readChain, readKey } from "./signing.ts";
import type { Signer } from "./signing.ts";

/** A Secret that is no key pair; the message is upstream's. */
export class KeyPairFault extends Error {
  override name = "KeyPairFault";
  readonly missing: boolean;

  constructor(message: string, missing = false) {
    super(message);
    this.missing = missing;
  }
}

/** Throws KeyPairFault. */
export function authorityIn(desk: Desk, namespace: string, name: string): Signer {
  const secret = desk.o.informers.of(Secret).get(`${namespace}/${name}`);
  if (!secret) throw new KeyPairFault(`secrets "${name}" not found`, true);
  const valueOf = (key: string): string => {
    const value = secret.data?.[key];
    if (value) return value;
    throw new KeyPairFault(`no data for "${key}" in secret '${namespace}/${name}'`);
  };
  const [first, ...others] = readChain(valueOf("tls.crt"));
  if (!first) throw new KeyPairFault("error decoding certificate PEM block");
  const key = readKey(valueOf("tls.key"));
  if (!key) throw new KeyPairFault("error decoding private key PEM block");
  if (!keysMatch(first.publicKey, publicKeyOf(key))) {
    throw new KeyPairFault("tls: private key does not match public key");
  }
  return { chain: [first, ...others], key };
}
