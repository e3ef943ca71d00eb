// What -v says of TLS, in the words of curl's lib/vtls/openssl.c: a line for each message, then
// what was agreed and whom the server showed itself as.

import { coversHost, matchesName } from "../../../net/x509/hostname.ts";
import { isIpv4 } from "../../../net/address.ts";
import type { Certificate } from "../../../net/x509/certificate.ts";
import { commonName, type Name } from "../../../net/x509/name.ts";
import { alertCodes, type AlertName } from "../../../net/tls/alerts.ts";
import type { TlsVersion } from "../../../net/tls/codes.ts";
import type { TlsEvent } from "../../../net/tls/contract.ts";
import { findExtension } from "../../../net/tls/extensions.ts";
import { extensionType } from "../../../net/tls/codes.ts";
import { asksForRetry, readServerHello } from "../../../net/tls/hellos.ts";
import { alertWords } from "../openssl/words.ts";
import type { Messages } from "./messages.ts";

/** The bytes of a record's header, which curl counts as data of their own. */
const headerBytes = 5;

/** Says one message after the other. */
export class TlsTalk {
  readonly #messages: Messages;
  /** How the version is called as long as none is agreed: the best that was offered. */
  #version: TlsVersion;

  constructor(messages: Messages, offered: TlsVersion) {
    this.#messages = messages;
    this.#version = offered;
  }

  tell(event: TlsEvent): void {
    switch (event.type) {
      case "message": {
        const words = messageWords[event.name] ?? "Unknown";
        this.#line(event.direction, `TLS handshake, ${words}:`, event.bytes.length);
        if (event.name === "server_hello") this.#version = chosenVersion(event.bytes);
        return;
      }
      case "change_cipher_spec":
        if (event.direction === "received") return; // OpenSSL takes it without a word
        return this.#line(event.direction, "TLS change cipher, Change cipher spec (1):", 1);
      case "alert": {
        const name = event.alert as AlertName;
        const known = name in alertCodes;
        const code = known ? alertCodes[name] : Number(event.alert);
        const level = warnings.has(event.alert) ? 1 : 2;
        const words = known ? alertWords(name) : "unknown";
        return this.#line(event.direction, `TLS alert, ${words} (${level * 256 + code}):`, 2);
      }
    }
  }

  /** A record with data of the application. */
  record(sign: "{" | "}"): void {
    this.#messages.content(sign, headerBytes);
  }

  #line(direction: "sent" | "received", words: string, bytes: number): void {
    const sign = direction === "sent" ? "}" : "{";
    const way = direction === "sent" ? "OUT" : "IN";
    this.#messages.content(sign, headerBytes);
    this.#messages.info(`${this.#version} (${way}), ${words}`);
    this.#messages.content(sign, bytes);
  }
}

const warnings = new Set(["close_notify", "user_canceled", "no_renegotiation"]);

const messageWords: Readonly<Record<string, string>> = {
  hello_request: "Hello request (0)",
  client_hello: "Client hello (1)",
  server_hello: "Server hello (2)",
  new_session_ticket: "Newsession Ticket (4)",
  encrypted_extensions: "Encrypted Extensions (8)",
  certificate: "Certificate (11)",
  server_key_exchange: "Server key exchange (12)",
  certificate_request: "Request CERT (13)",
  server_hello_done: "Server finished (14)",
  certificate_verify: "CERT verify (15)",
  client_key_exchange: "Client key exchange (16)",
  finished: "Finished (20)",
  key_update: "Key update (24)",
};

function chosenVersion(bytes: Uint8Array): TlsVersion {
  try {
    const hello = readServerHello(bytes.subarray(4));
    const newest = findExtension(hello.extensions, extensionType.supported_versions);
    return newest !== undefined || asksForRetry(hello) ? "TLSv1.3" : "TLSv1.2";
  } catch {
    return "TLSv1.2"; // the handshake ends with this message
  }
}

/** "C=DE; O=Grand Hotel; CN=example.com". */
export function nameWords({ attributes }: Name): string {
  return attributes.map(({ type, value }) => `${type}=${value}`).join("; ");
}

/** Whether a certificate is for a host, and what curl says of it (Curl_ossl_verifyhost). */
export type HostMatch =
  | { readonly matched: true; readonly talk: string }
  | { readonly matched: false; readonly talk: string | undefined; readonly error: string };

/** Unlike a browser, curl still looks at the common name where there are no other names. */
export function matchHost(certificate: Certificate, host: string): HostMatch {
  const names = certificate.altNames;
  if (names && names.dns.length + names.ips.length > 0) {
    if (isIpv4(host)) {
      if (coversHost(certificate, host)) {
        const talk = ` subjectAltName: host "${host}" matched cert's IP address!`;
        return { matched: true, talk };
      }
    } else {
      const found = names.dns.find((pattern) => matchesName(pattern, host));
      const talk = ` subjectAltName: host "${host}" matched cert's "${found}"`;
      if (found !== undefined) return { matched: true, talk };
    }
    return {
      matched: false,
      talk: ` subjectAltName does not match ${host}`,
      error: `SSL: no alternative certificate subject name matches target host name '${host}'`,
    };
  }
  const name = commonName(certificate.subject);
  if (name === undefined) {
    const error = "SSL: unable to obtain common name from peer certificate";
    return { matched: false, talk: undefined, error };
  }
  if (matchesName(name, host)) return { matched: true, talk: ` common name: ${name} (matched)` };
  const error = `SSL: certificate subject name '${name}' does not match target host name '${host}'`;
  return { matched: false, talk: undefined, error };
}
