// A certificate and its key out of a Secret, with what is wrong in the words of ingress-nginx
// (internal/net/ssl/ssl.go, store/backend_ssl.go getPemCertificate) when they cannot be used.

import type { Secret } from "../../api/kinds/secret.ts";
import { keyOf } from "../../api/object.ts";
import { fromBase64, text } from "../../base/bytes.ts";
import type { Identity } from "../../net/tls/contract.ts";
import { parseCertificates } from "../../net/x509/certificate.ts";
import type { Certificate } from "../../net/x509/certificate.ts";
import { EncodingError } from "../../net/x509/der.ts";
import { KeyPairError, readKeyPair } from "../../net/x509/keypair.ts";

export interface SecretPair {
  /** To be shown by a server. */
  readonly identity: Identity | undefined;
  /** Authorities under ca.crt. */
  readonly authorities: readonly Certificate[];
  /** Why there is no identity though the Secret should hold one; "" when all is well. */
  readonly error: string;
}

/** What a Secret holds. Its type is not looked at, as ingress-nginx does not look at it either. */
export function readPair(secret: Secret): SecretPair {
  const { data = {} } = secret;
  const authorities = readAuthorities(data["ca.crt"]);
  const certificate = decoded(data["tls.crt"]);
  const key = decoded(data["tls.key"]);
  if (certificate === undefined || key === undefined) {
    if (authorities.length > 0) return { identity: undefined, authorities, error: "" };
    const error = `secret "${keyOf(secret)}" contains no keypair or CA certificate`;
    return { identity: undefined, authorities, error };
  }
  const result = identityOf(certificate, key);
  if (typeof result !== "string") return { identity: result, authorities, error: "" };
  const error = `unexpected error creating SSL Cert: ${result}`;
  return { identity: undefined, authorities, error };
}

function identityOf(certificatePem: string, keyPem: string): Identity | string {
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(certificatePem)?.[1];
  if (label === undefined) return "no valid PEM formatted block found";
  if (label !== "CERTIFICATE") {
    return (
      "no certificate PEM data found, make sure certificate content starts with " +
      "'BEGIN CERTIFICATE'"
    );
  }
  try {
    return readKeyPair(certificatePem, keyPem);
  } catch (error) {
    if (!(error instanceof KeyPairError)) throw error;
    // The certificate is read before the two are compared.
    return error.message.startsWith("x509:") ? error.message : `${mismatch}${error.message}`;
  }
}

const mismatch = "certificate and private key does not have a matching public key: ";

function readAuthorities(data: string | undefined): readonly Certificate[] {
  const pem = decoded(data);
  if (pem === undefined) return [];
  try {
    return parseCertificates(pem);
  } catch (error) {
    if (error instanceof EncodingError) return [];
    throw error;
  }
}

function decoded(data: string | undefined): string | undefined {
  if (data === undefined || data === "") return undefined;
  try {
    return text(fromBase64(data));
  } catch {
    return undefined;
  }
}
