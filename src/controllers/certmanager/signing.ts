// Keys, requests and certificates as cert-manager makes them. Models pkg/util/pki and
// pkg/controller/certificaterequests/{ca,selfsigned}.
//
// One thing is otherwise: a key whose algorithm nobody chose is EC P-256, where upstream's is RSA
// of 2048 bits; those take a browser seconds. `privateKey.algorithm: RSA` is honoured, and always
// gives 2048 bits.

import { base64, equalBytes, fromBase64, text, utf8 } from "../../base/bytes.ts";
import type { Random } from "../../base/random.ts";
import { ipNumber } from "../../net/address.ts";
import { assemble, keyIdentifier } from "../../net/x509/build.ts";
import { parseCertificates, printCertificate } from "../../net/x509/certificate.ts";
import type { Certificate as X509 } from "../../net/x509/certificate.ts";
import { EncodingError } from "../../net/x509/der.ts";
import {
  encodeAltNames,
  encodeAuthorityKeyIdentifier,
  encodeBasicConstraints,
  encodeKeyIdentifier,
  encodeKeyUsage,
  encodePurposes,
} from "../../net/x509/extensions.ts";
import type { Extension, KeyUsage } from "../../net/x509/extensions.ts";
import {
  generateEcKey,
  parsePrivateKey,
  printPrivateKey,
  printTraditionalKey,
} from "../../net/x509/keys.ts";
import type { PrivateKey } from "../../net/x509/keys.ts";
import { makeName } from "../../net/x509/name.ts";
import type { NameAttribute } from "../../net/x509/name.ts";
import { toBytes } from "../../net/x509/numbers.ts";
import { oid } from "../../net/x509/oid.ts";
import { parsePem, printPem } from "../../net/x509/pem.ts";
import { makeRequest, parseRequest } from "../../net/x509/request.ts";
import type { CertificateRequest as Csr } from "../../net/x509/request.ts";
import { generateRsaKey } from "../../net/x509/rsakey.ts";
import type { Certificate } from "./kinds.ts";

type Spec = Certificate["spec"];

export function newKey({ privateKey = {} }: Spec, random: Random): PrivateKey {
  const { algorithm = "ECDSA", size } = privateKey;
  if (algorithm === "RSA") return generateRsaKey(random, 2048);
  return generateEcKey(random, size === 384 ? "P-384" : "P-256");
}

export function printKey(key: PrivateKey, { privateKey }: Spec): string {
  return privateKey?.encoding === "PKCS8" ? printPrivateKey(key) : printTraditionalKey(key);
}

/** What of the spec a key does not keep to, by field. */
export function keyViolations(key: PrivateKey, { privateKey = {} }: Spec): string[] {
  const { algorithm, size } = privateKey;
  if (algorithm === undefined) return [];
  const type = algorithm === "RSA" ? "rsa" : "ec";
  if (key.type !== type) return ["spec.privateKey.algorithm"];
  if (key.type === "rsa" || size === undefined) return [];
  return key.curve === (size === 384 ? "P-384" : "P-256") ? [] : ["spec.privateKey.size"];
}

/** The request for a spec, base64 of PEM. */
export function requestFor(spec: Spec, key: PrivateKey, random: Random): string {
  const subject = makeName(subjectOf(spec));
  const csr = makeRequest({ subject, key, extensions: wantedExtensions(spec), random });
  return base64(utf8(printPem("CERTIFICATE REQUEST", csr.bytes)));
}

/** Throws EncodingError. */
export function readRequest(encoded: string): Csr {
  const [block] = parsePem(pemOf(encoded));
  if (!block) throw new EncodingError("error decoding certificate request PEM block");
  return parseRequest(block.bytes);
}

function pemOf(encoded: string): string {
  try {
    return text(fromBase64(encoded));
  } catch {
    throw new EncodingError("illegal base64 data");
  }
}

/** The key of a Secret's value, or nothing. */
export function readKey(encoded: string | undefined): PrivateKey | undefined {
  if (!encoded) return undefined;
  try {
    return parsePrivateKey(text(fromBase64(encoded)));
  } catch (error) {
    if (error instanceof EncodingError) return undefined;
    throw error;
  }
}

/** The certificates of a Secret's value; none where there is nothing to read. */
export function readChain(encoded: string | undefined): readonly X509[] {
  if (!encoded) return [];
  try {
    return parseCertificates(text(fromBase64(encoded)));
  } catch (error) {
    if (error instanceof EncodingError) return [];
    throw error;
  }
}

export interface Signer {
  /** The signing certificate first, then those above it. */
  readonly chain: readonly [X509, ...X509[]];
  readonly key: PrivateKey;
}

/** What an issuer gives: PEM in base64. */
export interface Issued {
  readonly certificate: string;
  readonly ca?: string;
}

/** @param by undefined: the subject signs for itself, with `key`. */
export function signed(
  csr: Csr,
  by: Signer | { readonly key: PrivateKey },
  o: { durationMs: number; nowMs: number; random: Random },
): Issued {
  const signer = "chain" in by ? by.chain[0] : undefined;
  // Certificates count seconds.
  const notBeforeMs = Math.floor(o.nowMs / 1000) * 1000;
  const leaf = assemble({
    subject: csr.subject,
    issuerName: signer?.subject ?? csr.subject,
    publicKey: csr.publicKey,
    signer: by.key,
    notBeforeMs,
    notAfterMs: notBeforeMs + o.durationMs,
    random: o.random,
    extensions: issuedExtensions(csr, signer),
  });
  const pem = (some: readonly X509[]): string => base64(utf8(some.map(printCertificate).join("")));
  if (!("chain" in by)) return { certificate: pem([leaf]), ca: pem([leaf]) };
  // Models ParseSingleCertificateChain: the topmost is the authority, and left out if a root.
  const above = by.chain;
  const top = above.at(-1)!;
  const isRoot = equalBytes(top.subject.bytes, top.issuer.bytes);
  const sent = isRoot ? above.slice(0, -1) : above;
  return { certificate: pem([leaf, ...sent]), ca: pem([top]) };
}

function issuedExtensions(csr: Csr, signer: X509 | undefined): Extension[] {
  const asked = csr.extensions ?? [];
  const usage = asked.filter(({ id }) => id === oid.keyUsage || id === oid.extKeyUsage);
  const constraints = asked.find(({ id }) => id === oid.basicConstraints) ?? leafOnly;
  const alt = asked.filter(({ id }) => id === oid.subjectAltName);
  const isAuthority = constraints !== leafOnly;
  const extension = (id: string, value: Uint8Array): Extension => ({ id, value, critical: false });
  const own = encodeKeyIdentifier(keyIdentifier(csr.publicKey));
  const above = signer && (signer.keyIdentifier ?? keyIdentifier(signer.publicKey));
  return [
    ...usage,
    constraints,
    ...(isAuthority ? [extension(oid.subjectKeyIdentifier, own)] : []),
    ...(above ? [extension(oid.authorityKeyIdentifier, encodeAuthorityKeyIdentifier(above))] : []),
    ...alt,
  ];
}

const leafOnly: Extension = {
  id: oid.basicConstraints,
  critical: true,
  value: encodeBasicConstraints({ ca: false, pathLength: undefined }),
};

/** What a request for a spec carries beside names. */
export function requestedSpec(spec: Spec): {
  subject: readonly NameAttribute[];
  ips: readonly Uint8Array[];
} {
  const ips = (spec.ipAddresses ?? []).map(ipBytes).filter((one) => one !== undefined);
  return { subject: subjectOf(spec), ips };
}

function subjectOf({ subject = {}, commonName }: Spec): NameAttribute[] {
  const all = (type: string, values: readonly string[] = []): NameAttribute[] =>
    values.map((value) => ({ type, value }));
  return [
    ...all("C", subject.countries),
    ...all("O", subject.organizations),
    ...all("OU", subject.organizationalUnits),
    ...all("L", subject.localities),
    ...all("ST", subject.provinces),
    ...all("CN", commonName ? [commonName] : []),
  ];
}

function wantedExtensions(spec: Spec): Extension[] {
  const { isCA = false, dnsNames = [] } = spec;
  const { subject, ips } = requestedSpec(spec);
  const { usages, purposes } = usagesOf(spec);
  const out: Extension[] = [];
  if (dnsNames.length + ips.length > 0) {
    const critical = subject.length === 0;
    const value = encodeAltNames({ dns: dnsNames, ips });
    out.push({ id: oid.subjectAltName, critical, value });
  }
  out.push({ id: oid.keyUsage, critical: true, value: encodeKeyUsage(usages) });
  if (purposes.length > 0) {
    out.push({ id: oid.extKeyUsage, critical: false, value: encodePurposes(purposes) });
  }
  if (isCA) {
    const value = encodeBasicConstraints({ ca: true, pathLength: undefined });
    out.push({ id: oid.basicConstraints, critical: true, value });
  }
  return out;
}

const usageNames: Readonly<Record<string, KeyUsage>> = {
  signing: "digitalSignature",
  "digital signature": "digitalSignature",
  "content commitment": "nonRepudiation",
  "key encipherment": "keyEncipherment",
  "key agreement": "keyAgreement",
  "data encipherment": "dataEncipherment",
  "cert sign": "keyCertSign",
  "crl sign": "cRLSign",
  "encipher only": "encipherOnly",
  "decipher only": "decipherOnly",
};

const purposeNames: Readonly<Record<string, string>> = {
  any: oid.anyExtendedKeyUsage,
  "server auth": oid.serverAuth,
  "client auth": oid.clientAuth,
};

function usagesOf({ usages = [], isCA }: Spec): { usages: KeyUsage[]; purposes: string[] } {
  const named = usages.flatMap((one) => (Object.hasOwn(usageNames, one) ? usageNames[one]! : []));
  const chosen: KeyUsage[] = usages.length > 0 ? named : ["digitalSignature", "keyEncipherment"];
  if (isCA && !chosen.includes("keyCertSign")) chosen.push("keyCertSign");
  const purposes = usages.flatMap((one) =>
    Object.hasOwn(purposeNames, one) ? purposeNames[one]! : [],
  );
  return { usages: chosen, purposes };
}

function ipBytes(ip: string): Uint8Array | undefined {
  const value = ipNumber(ip);
  return value === undefined ? undefined : toBytes(BigInt(value), 4);
}
