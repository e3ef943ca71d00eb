// The messages that carry certificates and prove them: Certificate, CertificateRequest,
// CertificateVerify (RFC 8446 section 4.4, RFC 5246 section 7.4).

import { concat, utf8 } from "../../base/bytes.ts";
import { parseCertificate } from "../x509/certificate.ts";
import type { Certificate } from "../x509/certificate.ts";
import { EncodingError } from "../x509/der.ts";
import type { Disbelief } from "../x509/verify.ts";
import { TlsAlert } from "./alerts.ts";
import type { AlertName } from "./alerts.ts";
import { extensionType } from "./codes.ts";
import type { TlsVersion } from "./codes.ts";
import type { TlsExtension } from "./extensions.ts";
import {
  readCodes,
  readExtension,
  readExtensions,
  refuseExtensions,
  writeExtensions,
} from "./extensions.ts";
import { codes, number, vector, WireReader } from "./wire.ts";

/** The most certificates that a peer may show. */
const chainMax = 16;

export function writeChain(chain: readonly Certificate[], version: TlsVersion): Uint8Array {
  if (version === "TLSv1.2") return vector(3, ...chain.map(({ bytes }) => vector(3, bytes)));
  const entries = chain.map(({ bytes }) => concat(vector(3, bytes), number(0, 2)));
  return concat(vector(1), vector(3, ...entries));
}

/** Throws TlsAlert bad_certificate for bytes that are no certificate. */
export function readChain(body: Uint8Array, version: TlsVersion): Certificate[] {
  const reader = new WireReader(body);
  if (version === "TLSv1.3" && reader.vector(1).length > 0) {
    throw new TlsAlert("illegal_parameter", "a certificate request context that nobody gave");
  }
  const list = reader.inside(3);
  reader.end();
  const chain: Certificate[] = [];
  while (!list.done) {
    if (chain.length === chainMax) throw new TlsAlert("bad_certificate", "too many certificates");
    chain.push(certificateOf(list.vector(3, { min: 1 })));
    // We ask for none: neither status_request nor certificate timestamps.
    if (version === "TLSv1.3") refuseExtensions(readExtensions(list.inside(2)), "a Certificate");
  }
  return chain;
}

function certificateOf(bytes: Uint8Array): Certificate {
  try {
    return parseCertificate(bytes);
  } catch (error) {
    if (error instanceof EncodingError) throw new TlsAlert("bad_certificate", error.message);
    throw error;
  }
}

/** What a server wants of a client's certificate. */
export interface CertificateRequest {
  readonly schemes: readonly number[];
  readonly authorities: readonly Uint8Array[];
}

export function writeRequest(request: CertificateRequest, version: TlsVersion): Uint8Array {
  const { schemes, authorities } = request;
  const names = vector(2, ...authorities.map((name) => vector(2, name)));
  // Kinds of certificates in TLS 1.2: rsa_sign and ecdsa_sign.
  if (version === "TLSv1.2") return concat(Uint8Array.of(2, 1, 64), codes(2, schemes), names);
  const extensions: TlsExtension[] = [
    { type: extensionType.signature_algorithms, data: codes(2, schemes) },
  ];
  if (authorities.length > 0) {
    extensions.push({ type: extensionType.certificate_authorities, data: names });
  }
  return concat(vector(1), writeExtensions(extensions));
}

export function readRequest(body: Uint8Array, version: TlsVersion): CertificateRequest {
  const reader = new WireReader(body);
  if (version === "TLSv1.2") {
    reader.vector(1, { min: 1 });
    const schemes = reader.numbers(2, 2);
    const authorities = readNames(reader);
    reader.end();
    return { schemes, authorities };
  }
  if (reader.vector(1).length > 0) {
    throw new TlsAlert("illegal_parameter", "a request context within the handshake");
  }
  const extensions = readExtensions(reader.inside(2));
  reader.end();
  const schemes = readExtension(extensions, "signature_algorithms", readCodes);
  if (!schemes) throw new TlsAlert("missing_extension", "a request without signature_algorithms");
  const authorities = readExtension(extensions, "certificate_authorities", readNames) ?? [];
  return { schemes, authorities };
}

function readNames(reader: WireReader): Uint8Array[] {
  const list = reader.inside(2);
  const out: Uint8Array[] = [];
  while (!list.done) out.push(list.vector(2, { min: 1 }));
  return out;
}

export function writeProof(scheme: number, signature: Uint8Array): Uint8Array {
  return concat(number(scheme, 2), vector(2, signature));
}

export function readProof(body: Uint8Array): { scheme: number; signature: Uint8Array } {
  const reader = new WireReader(body);
  const scheme = reader.number(2);
  const signature = reader.vector(2);
  reader.end();
  return { scheme, signature };
}

/** What a CertificateVerify of TLS 1.3 signs. */
export function proofContent(from: "client" | "server", transcriptHash: Uint8Array): Uint8Array {
  const context = utf8(`TLS 1.3, ${from} CertificateVerify`);
  return concat(new Uint8Array(64).fill(0x20), context, Uint8Array.of(0), transcriptHash);
}

const alerts: Readonly<Record<Disbelief, AlertName>> = {
  expired: "certificate_expired",
  "not yet valid": "bad_certificate",
  "self-signed": "unknown_ca",
  "self-signed in chain": "unknown_ca",
  "unknown issuer": "unknown_ca",
  "bad signature": "decrypt_error",
  "not an authority": "unknown_ca",
  "path too long": "unknown_ca",
  "wrong purpose": "unsupported_certificate",
  "name not permitted": "certificate_unknown",
  "unknown critical extension": "certificate_unknown",
  "too weak": "bad_certificate",
  "wrong host": "bad_certificate",
};

/** The alert that tells a peer why its certificate is not believed, as OpenSSL chooses it. */
export function disbeliefAlert(reason: Disbelief): TlsAlert {
  return new TlsAlert(alerts[reason], `certificate not believed: ${reason}`);
}
