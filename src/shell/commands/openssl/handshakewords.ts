// What s_client says of a handshake (apps/s_client.c print_stuff, apps/lib/s_cb.c, ssl/ssl_txt.c).

import { hex, latin1 } from "../../../base/bytes.ts";
import { readProof, readRequest } from "../../../net/tls/certificates.ts";
import type { GroupName } from "../../../net/tls/codes.ts";
import type { ResumableSession, TlsEvent, TlsSession } from "../../../net/tls/contract.ts";
import { readExtension } from "../../../net/tls/extensions.ts";
import { groupOf } from "../../../net/tls/groups.ts";
import { readServerHello } from "../../../net/tls/hellos.ts";
import { cipherSuites } from "../../../net/tls/suites.ts";
import { WireReader } from "../../../net/tls/wire.ts";
import { printCertificate, type Certificate } from "../../../net/x509/certificate.ts";
import { DerReader, tag } from "../../../net/x509/der.ts";
import { keySize } from "../../../net/x509/keys.ts";
import { decodeName, printName } from "../../../net/x509/name.ts";
import { printTime } from "../../../net/x509/print.ts";
import type { SignatureAlgorithm } from "../../../net/x509/signature.ts";
import { verifyWords } from "./words.ts";

/** What came of it. */
export interface Shaken {
  /** Undefined when it failed. */
  readonly session: TlsSession | undefined;
  /** What the server showed, though it may not be believed. */
  readonly chain: readonly Certificate[];
  readonly events: readonly TlsEvent[];
  /** The last problem that verification told of; 0 for none. */
  readonly verifyResult: number;
  /** The name in the certificate that fitted -verify_hostname. */
  readonly peerName: string | undefined;
  /** Bytes on the wire so far. */
  readonly read: number;
  readonly written: number;
  readonly nowMs: number;
}

/** The long form. */
export function summary(o: Shaken, showCerts: boolean): string {
  const { session, chain, verifyResult } = o;
  const [leaf] = chain;
  const agreed = session ?? (leaf && begun(o.events));
  const newest = session?.version === "TLSv1.3";
  return [
    "---\n",
    ...(leaf
      ? ["Certificate chain\n", ...chain.map((one, i) => level(one, i, showCerts)), "---\n"]
      : []),
    ...(leaf && session ? [server(leaf, showCerts)] : ["no peer certificate available\n"]),
    "---\n",
    requested(o),
    proof(o, "Peer signing digest", "Peer signature type"),
    agreed ? temporary(agreed.group) : "",
    "---\n",
    `SSL handshake has read ${o.read} bytes and written ${o.written} bytes\n`,
    verification(o),
    "---\n",
    agreed
      ? `New, ${agreed.version}, Cipher is ${agreed.suite.opensslName}\n`
      : "New, (NONE), Cipher is (NONE)\n",
    ...(leaf && session ? [`Server public key is ${keySize(leaf.publicKey)} bit\n`] : []),
    `Secure Renegotiation IS ${session && !newest ? "" : "NOT "}supported\n`,
    "Compression: NONE\nExpansion: NONE\n",
    session?.alpn === undefined ? "No ALPN negotiated\n" : `ALPN protocol: ${session.alpn}\n`,
    session && !newest
      ? sessionBlock(o, undefined)
      : `Early data was not sent\nVerify return code: ${result(verifyResult)}\n`,
    "---\n",
  ].join("");
}

/** -brief. */
export function brief(o: Shaken): string {
  const { session, chain } = o;
  if (!session) return "";
  return [
    "CONNECTION ESTABLISHED\n",
    `Protocol version: ${session.version}\n`,
    `Ciphersuite: ${session.suite.opensslName}\n`,
    ...(chain[0] ? [`Peer certificate: ${printName(chain[0].subject)}\n`] : []),
    proof(o, "Hash used", "Signature type"),
    verification(o),
    ...(session.version === "TLSv1.2"
      ? ["Supported Elliptic Curve Point Formats: uncompressed\n"]
      : []),
    temporary(session.group),
  ].join("");
}

function level(one: Certificate, index: number, showCerts: boolean): string {
  const { publicKey, algorithm } = one;
  const kind = publicKey.type === "rsa" ? "rsaEncryption" : "id-ecPublicKey";
  const dates =
    `NotBefore: ${printTime(one.notBeforeMs)}; ` + `NotAfter: ${printTime(one.notAfterMs)}`;
  return (
    `${String(index).padStart(2)} s:${printName(one.subject)}\n` +
    `   i:${printName(one.issuer)}\n` +
    `   a:PKEY: ${kind}, ${keySize(publicKey)} (bit); sigalg: ${algorithmWords(algorithm)}\n` +
    `   v:${dates}\n` +
    (showCerts ? printCertificate(one) : "")
  );
}

function algorithmWords(algorithm: SignatureAlgorithm | undefined): string {
  if (!algorithm) return "UNDEF";
  const { kind, hash } = algorithm;
  return kind === "ecdsa" ? `ecdsa-with-${hash.toUpperCase()}` : `RSA-${hash.toUpperCase()}`;
}

function server(leaf: Certificate, showCerts: boolean): string {
  return (
    `Server certificate\n${showCerts ? "" : printCertificate(leaf)}` +
    `subject=${printName(leaf.subject)}\nissuer=${printName(leaf.issuer)}\n`
  );
}

/** Whose certificates the server would take of its client. */
function requested({ events, session }: Shaken): string {
  const message = received(events, "certificate_request");
  if (!message || !session) return "No client certificate CA names sent\n";
  const { authorities, schemes } = readRequest(message, session.version);
  const names = authorities.map((bytes) => {
    const name = decodeName(new DerReader(bytes).next(tag.sequence));
    return `${printName(name)}\n`;
  });
  const list = schemes.map((code) => schemeWords[code] ?? `0x${code.toString(16)}`).join(":");
  return (
    (names.length > 0
      ? `Acceptable client certificate CA names\n${names.join("")}`
      : "No client certificate CA names sent\n") +
    (session.version === "TLSv1.2" ? "Client Certificate Types: RSA sign, ECDSA sign\n" : "") +
    `Requested Signature Algorithms: ${list}\n` +
    `Shared Requested Signature Algorithms: ${list}\n`
  );
}

const schemeWords: Readonly<Record<number, string>> = {
  0x0401: "RSA+SHA256",
  0x0501: "RSA+SHA384",
  0x0601: "RSA+SHA512",
  0x0403: "ECDSA+SHA256",
  0x0503: "ECDSA+SHA384",
  0x0603: "ECDSA+SHA512",
  0x0804: "RSA-PSS+SHA256",
  0x0805: "RSA-PSS+SHA384",
  0x0806: "RSA-PSS+SHA512",
};

/** How the server proved itself. */
function proof({ events, session }: Shaken, digest: string, type: string): string {
  const scheme = session && schemeOf(events);
  const [kind, hash] = (scheme === undefined ? "" : (schemeWords[scheme] ?? "")).split("+");
  return kind && hash ? `${digest}: ${hash}\n${type}: ${kind}\n` : "";
}

function schemeOf(events: readonly TlsEvent[]): number | undefined {
  const verify = received(events, "certificate_verify");
  if (verify) return readProof(verify).scheme;
  const exchange = received(events, "server_key_exchange");
  if (!exchange) return undefined;
  const reader = new WireReader(exchange);
  reader.number(1);
  reader.number(2);
  reader.vector(1);
  return reader.number(2);
}

/** The body of the first message of this name that came. */
function received(events: readonly TlsEvent[], name: string): Uint8Array | undefined {
  for (const event of events) {
    if (event.type !== "message" || event.direction !== "received") continue;
    if (event.name === name) return event.bytes.subarray(4);
  }
  return undefined;
}

function temporary(group: GroupName): string {
  const words: Readonly<Record<string, string>> = {
    X25519: "X25519, 253 bits",
    x25519: "X25519, 253 bits",
    "P-256": "ECDH, prime256v1, 256 bits",
    "P-384": "ECDH, secp384r1, 384 bits",
  };
  return `Server Temp Key: ${words[group] ?? group}\n`;
}

function verification({ verifyResult, peerName }: Shaken): string {
  if (verifyResult !== 0) return `Verification error: ${verifyWords(verifyResult)}\n`;
  const name = peerName === undefined ? "" : `Verified peername: ${peerName}\n`;
  return `Verification: OK\n${name}`;
}

/** What was agreed before a handshake failed (TLS 1.3). */
function begun(
  events: readonly TlsEvent[],
): Pick<TlsSession, "version" | "suite" | "group"> | undefined {
  const message = received(events, "server_hello");
  if (!message) return undefined;
  const hello = readServerHello(message);
  const suite = cipherSuites.find(({ code }) => code === hello.suite);
  const code = readExtension(hello.extensions, "key_share", (data) => {
    const group = data.number(2);
    data.vector(2);
    return group;
  });
  const group = code === undefined ? undefined : groupOf(code);
  return suite && group && { version: "TLSv1.3", suite, group };
}

function result(code: number): string {
  return `${code} (${verifyWords(code)})`;
}

/** SSL_SESSION_print: the session that could be resumed. */
export function sessionBlock(o: Shaken, ticket: ResumableSession | undefined): string {
  const { session, events, nowMs, verifyResult } = o;
  const suite = ticket?.suite ?? session?.suite;
  const hello = received(events, "server_hello");
  const id = ticket ? ticket.ticket.subarray(0, 32) : hello && readServerHello(hello).sessionId;
  const master = events.find((event) => event.type === "secret" && event.label === "CLIENT_RANDOM");
  const secret = ticket?.secret ?? (master?.type === "secret" ? master.secret : new Uint8Array(0));
  const life = ticket ? Math.floor(ticket.lifetimeMs / 1000) : 7200;
  const upper = (bytes: Uint8Array): string => hex(bytes).toUpperCase();
  const lines = [
    "SSL-Session:",
    `    Protocol  : ${ticket ? "TLSv1.3" : session?.version}`,
    `    Cipher    : ${suite?.opensslName}`,
    `    Session-ID: ${upper(id ?? new Uint8Array(0))}`,
    "    Session-ID-ctx: ",
    `    ${ticket ? "Resumption PSK" : "Master-Key"}: ${upper(secret)}`,
    "    PSK identity: None",
    "    PSK identity hint: None",
    "    SRP username: None",
    ...(ticket
      ? [
          `    TLS session ticket lifetime hint: ${life} (seconds)`,
          "    TLS session ticket:",
          ...dump(ticket.ticket),
          "",
        ]
      : []),
    `    Start Time: ${Math.floor(nowMs / 1000)}`,
    `    Timeout   : ${life} (sec)`,
    `    Verify return code: ${result(verifyResult)}`,
    `    Extended master secret: ${ticket ? "no" : "yes"}`,
    ...(ticket ? ["    Max Early Data: 0"] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** BIO_dump_indent: "0000 - a6 e5 …-…   .....". */
function dump(bytes: Uint8Array): string[] {
  const out: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    let octets = "";
    for (let i = 0; i < 16; i++) {
      const byte = row[i];
      const mark = i === 7 && row.length > 8 ? "-" : " ";
      octets += byte === undefined ? "   " : `${byte.toString(16).padStart(2, "0")}${mark}`;
    }
    const shown = latin1(row).replace(/[^ -~]/g, ".");
    out.push(`    ${at.toString(16).padStart(4, "0")} - ${octets}  ${shown}`);
  }
  return out;
}
