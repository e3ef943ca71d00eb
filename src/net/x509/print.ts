// Certificates, requests and keys as openssl prints them with -text (crypto/x509/t_x509.c,
// t_req.c, providers/implementations/encode_decode/encode_key2text.c).

import { hex } from "../../base/bytes.ts";
import type { Certificate } from "./certificate.ts";
import type { Extension } from "./extensions.ts";
import { keySize, publicKeyOf } from "./keys.ts";
import type { PrivateKey, PublicKey } from "./keys.ts";
import { printName } from "./name.ts";
import { modInverse, toBytes } from "./numbers.ts";
import { printExtension } from "./printextension.ts";
import type { CertificateRequest } from "./request.ts";
import type { SignatureAlgorithm } from "./signature.ts";

/** `openssl x509 -text`, without the PEM. */
export function certificateText(one: Certificate): string {
  const { serial, extensions } = one;
  return lines(
    "Certificate:",
    "    Data:",
    `        Version: ${one.version} (0x${(one.version - 1).toString(16)})`,
    ...serialLines(serial),
    `        Signature Algorithm: ${algorithmName(one.algorithm)}`,
    `        Issuer: ${printName(one.issuer)}`,
    "        Validity",
    `            Not Before: ${printTime(one.notBeforeMs)}`,
    `            Not After : ${printTime(one.notAfterMs)}`,
    `        Subject: ${printName(one.subject)}`,
    ...keyLines(one.publicKey),
    ...(extensions.length > 0 ? ["        X509v3 extensions:"] : []),
    ...extensions.flatMap((extension) => extensionLines(extension, 12)),
    ...signatureLines(one),
  );
}

/** `openssl req -text`, without the PEM. */
export function requestText(one: CertificateRequest): string {
  const { extensions } = one;
  return lines(
    "Certificate Request:",
    "    Data:",
    `        Version: ${one.version} (0x${(one.version - 1).toString(16)})`,
    `        Subject: ${printName(one.subject)}`,
    ...keyLines(one.publicKey),
    "        Attributes:",
    ...(extensions ? [] : ["            (none)"]),
    "            Requested Extensions:",
    ...(extensions ?? []).flatMap((extension) => extensionLines(extension, 16)),
    ...signatureLines(one),
  );
}

/** `openssl pkey -text` of a private key, or of a public one alone. */
export function keyText(key: PrivateKey | PublicKey): string {
  if (!("d" in key)) return lines(...publicLines(key));
  if (key.type === "ec") {
    return lines(
      `Private-Key: (${keySize(key)} bit)`,
      ...block("priv:", key.d),
      ...publicLines(publicKeyOf(key)).slice(1),
    );
  }
  const { n, e, d, p, q } = key;
  return lines(
    `Private-Key: (${keySize(key)} bit, 2 primes)`,
    ...numberBlock("modulus:", n),
    `publicExponent: ${e} (0x${e.toString(16)})`,
    ...numberBlock("privateExponent:", d),
    ...numberBlock("prime1:", p),
    ...numberBlock("prime2:", q),
    ...numberBlock("exponent1:", d % (p - 1n)),
    ...numberBlock("exponent2:", d % (q - 1n)),
    ...numberBlock("coefficient:", modInverse(q, p)),
  );
}

/** "X509v3 Basic Constraints: critical", and what it says. */
export function extensionLines(extension: Extension, indent: number): string[] {
  const { name, text } = printExtension(extension);
  const margin = " ".repeat(indent);
  const critical = extension.critical ? "critical" : "";
  return [`${margin}${name}: ${critical}`, ...text.map((line) => `${margin}    ${line}`)];
}

/** ASN1_TIME_print: "Nov 23 09:00:00 2026 GMT". */
export function printTime(ms: number): string {
  const at = new Date(ms);
  const two = (value: number, fill = "0"): string => String(value).padStart(2, fill);
  const clock = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map((n) => two(n));
  const day = two(at.getUTCDate(), " ");
  return `${months[at.getUTCMonth()]} ${day} ${clock.join(":")} ${at.getUTCFullYear()} GMT`;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function algorithmName(algorithm: SignatureAlgorithm | undefined): string {
  if (!algorithm) return "(unknown)";
  const { kind, hash } = algorithm;
  return kind === "ecdsa" ? `ecdsa-with-${hash.toUpperCase()}` : `${hash}WithRSAEncryption`;
}

/** A serial that fits a long is a number, a longer one octets. */
function serialLines(serial: bigint): string[] {
  if (serial < 1n << 63n) {
    return [`        Serial Number: ${serial} (0x${serial.toString(16)})`];
  }
  const digits = serial.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return ["        Serial Number:", `            ${even.match(/../g)!.join(":")}`];
}

function keyLines(key: PublicKey): string[] {
  return [
    "        Subject Public Key Info:",
    `            Public Key Algorithm: ${key.type === "rsa" ? "rsaEncryption" : "id-ecPublicKey"}`,
    ...publicLines(key).map((line) => `                ${line}`),
  ];
}

function publicLines(key: PublicKey): string[] {
  const first = `Public-Key: (${keySize(key)} bit)`;
  if (key.type === "rsa") {
    const exponent = `Exponent: ${key.e} (0x${key.e.toString(16)})`;
    return [first, ...numberBlock("Modulus:", key.n), exponent];
  }
  const name = key.curve === "P-256" ? "prime256v1" : "secp384r1";
  const curve = [`ASN1 OID: ${name}`, `NIST CURVE: ${key.curve}`];
  return [first, ...block("pub:", key.point), ...curve];
}

function numberBlock(title: string, value: bigint): string[] {
  const digits = value.toString(16);
  const bytes = toBytes(value, Math.ceil(digits.length / 2));
  // A leading zero keeps the number positive, as in its encoding.
  return block(title, bytes[0]! >= 0x80 ? Uint8Array.of(0, ...bytes) : bytes);
}

function block(title: string, bytes: Uint8Array): string[] {
  return [title, ...octets(bytes, 15).map((line) => `    ${line}`)];
}

function signatureLines(one: Pick<Certificate, "algorithm" | "signature">): string[] {
  return [
    `    Signature Algorithm: ${algorithmName(one.algorithm)}`,
    "    Signature Value:",
    ...octets(one.signature, 18).map((line) => `        ${line}`),
  ];
}

/** "aa:bb:…", so many octets a line. */
function octets(bytes: Uint8Array, perLine: number): string[] {
  const all = (hex(bytes).match(/../g) ?? []).join(":");
  return all.match(new RegExp(`.{1,${3 * perLine}}`, "g")) ?? [];
}

function lines(...all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
