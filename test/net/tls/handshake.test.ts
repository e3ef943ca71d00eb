// Handshakes between our own client and server: what is agreed, and what is refused with which
// alert.

import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { TlsClientConfig, TlsServerConfig } from "../../../src/net/tls/contract.ts";
import { cipherSuites } from "../../../src/net/tls/suites.ts";
import { generateEcKey, parsePrivateKey } from "../../../src/net/x509/keys.ts";
import { oid } from "../../../src/net/x509/oid.ts";
import { verifyChain } from "../../../src/net/x509/verify.ts";
import { authority, nowMs, party, random, root } from "../x509/hotel.ts";
import type { Party } from "../x509/hotel.ts";
import { talk, told } from "./pair.ts";

const pem = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const rsaKey = parsePrivateKey(pem.export({ type: "pkcs8", format: "pem" }).toString());
const dns = ["example.com"];
const withRsa = party("example.com", authority, { dns }, rsaKey);
const withP384 = party("example.com", authority, { dns }, generateEcKey(random, "P-384"));
const guest = party("guest", authority, { purposes: [oid.clientAuth] });
const stranger = party("stranger", undefined, { purposes: [oid.clientAuth] });

const show = ({ certificate, key }: Party) =>
  ({ chain: [certificate, authority.certificate], key }) as const;

const clientCertificate = (required: boolean): TlsServerConfig["clientCertificate"] => ({
  required,
  authorities: [authority.certificate.subject.bytes],
  check: (chain) => {
    const seen = verifyChain({ chain, trusted: [root.certificate], nowMs, purpose: "client" });
    return seen.ok ? undefined : seen.reason;
  },
});

const v12 = { versions: ["TLSv1.2"] } as const;
const v13 = { versions: ["TLSv1.3"] } as const;

describe("agreed", () => {
  test.each<[string, Partial<TlsClientConfig>, Partial<TlsServerConfig>, string]>([
    ["by default", {}, {}, "TLSv1.3 TLS_AES_256_GCM_SHA384 X25519 -"],
    [
      "with RSA",
      {},
      { certificate: () => show(withRsa) },
      "TLSv1.3 TLS_AES_256_GCM_SHA384 X25519 -",
    ],
    [
      "with P-384",
      {},
      { certificate: () => show(withP384) },
      "TLSv1.3 TLS_AES_256_GCM_SHA384 X25519 -",
    ],
    ["with another group", {}, { groups: ["P-256"] }, "TLSv1.3 TLS_AES_256_GCM_SHA384 P-256 -"],
    [
      "with a third group",
      { groups: ["X25519", "P-384"] },
      { groups: ["P-384"] },
      "TLSv1.3 TLS_AES_256_GCM_SHA384 P-384 -",
    ],
    [
      "with ALPN",
      { alpn: ["h2", "http/1.1"] },
      { alpn: ["http/1.1"] },
      "TLSv1.3 TLS_AES_256_GCM_SHA384 X25519 http/1.1",
    ],
    [
      "with ALPN of the client alone",
      { alpn: ["h2"] },
      {},
      "TLSv1.3 TLS_AES_256_GCM_SHA384 X25519 -",
    ],
    [
      "with a client's certificate",
      { identity: show(guest) },
      { clientCertificate: clientCertificate(true) },
      "TLSv1.3 TLS_AES_256_GCM_SHA384 X25519 - mutual",
    ],
    [
      "with no client's certificate",
      {},
      { clientCertificate: clientCertificate(false) },
      "TLSv1.3 TLS_AES_256_GCM_SHA384 X25519 -",
    ],
    ["in 1.2", v12, {}, "TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 X25519 -"],
    [
      "in 1.2 with RSA",
      {},
      { ...v12, certificate: () => show(withRsa) },
      "TLSv1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 X25519 -",
    ],
    [
      "in 1.2 with P-384 and ALPN",
      { ...v12, alpn: ["a"] },
      { alpn: ["a"], groups: ["P-384"], certificate: () => show(withP384) },
      "TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 P-384 a",
    ],
    [
      "in 1.2 with a client's certificate",
      { ...v12, identity: show(guest) },
      { clientCertificate: clientCertificate(true) },
      "TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 X25519 - mutual",
    ],
    [
      "in 1.2 with no client's certificate",
      v12,
      { clientCertificate: clientCertificate(false) },
      "TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 X25519 -",
    ],
  ])("%s", (_name, client, server, wanted) => {
    expect(told(talk(client, server))).toBe(wanted);
  });

  test.each(cipherSuites.map(({ name, version, auth }) => ({ name, version, auth })))(
    "$name",
    ({ name, version, auth }) => {
      const certificate = auth === "rsa" ? { certificate: () => show(withRsa) } : {};
      expect(told(talk({ suites: [name] }, certificate))).toBe(`${version} ${name} X25519 -`);
    },
  );
});

describe("refused", () => {
  const no = (client: string, server: string, sender: "client" | "server"): string =>
    sender === "client"
      ? `client: ${client} sent, server: ${server} received`
      : `client: ${client} received, server: ${server} sent`;
  const by = (sender: "client" | "server", alert: string): string => no(alert, alert, sender);

  test.each<[string, Partial<TlsClientConfig>, Partial<TlsServerConfig>, string]>([
    ["no shared version", v12, v13, by("server", "protocol_version")],
    [
      "no shared suite",
      { suites: ["TLS_AES_128_GCM_SHA256"] },
      { suites: ["TLS_AES_256_GCM_SHA384"] },
      by("server", "handshake_failure"),
    ],
    [
      "no suite for the key in 1.2",
      { ...v12, suites: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"] },
      {},
      by("server", "handshake_failure"),
    ],
    [
      "no shared group",
      { groups: ["P-256"] },
      { groups: ["X25519"] },
      by("server", "handshake_failure"),
    ],
    [
      "no shared protocol",
      { alpn: ["h2"] },
      { alpn: ["http/1.1"] },
      by("server", "no_application_protocol"),
    ],
    [
      "no certificate for the name",
      {},
      { certificate: () => undefined },
      by("server", "unrecognized_name"),
    ],
    [
      "no certificate for the name in 1.2",
      v12,
      { certificate: () => undefined },
      by("server", "unrecognized_name"),
    ],
    [
      "a certificate of unknown origin",
      { check: () => "unknown issuer" },
      {},
      by("client", "unknown_ca"),
    ],
    ["an expired certificate", { check: () => "expired" }, {}, by("client", "certificate_expired")],
    [
      "a certificate for another host",
      { ...v12, check: () => "wrong host" },
      {},
      by("client", "bad_certificate"),
    ],
    [
      "a key that is not the certificate's",
      {},
      { certificate: () => ({ ...show(guest), key: stranger.key }) },
      by("client", "decrypt_error"),
    ],
    [
      "a key that is not the certificate's in 1.2",
      v12,
      { certificate: () => ({ ...show(withP384), key: stranger.key }) },
      by("client", "decrypt_error"),
    ],
  ])("%s", (_name, client, server, wanted) => {
    const believing = client.check ? client : { ...client, check: () => undefined };
    expect(told(talk(believing, server))).toBe(wanted);
  });

  test.each<[string, Partial<TlsClientConfig>, string]>([
    ["no client's certificate", {}, "certificate_required"],
    ["no client's certificate in 1.2", v12, "handshake_failure"],
    [
      "a stranger's certificate",
      { identity: { chain: [stranger.certificate], key: stranger.key } },
      "unknown_ca",
    ],
    [
      "a certificate with another's key",
      { identity: { ...show(guest), key: stranger.key } },
      "decrypt_error",
    ],
    [
      "a certificate with another's key in 1.2",
      { ...v12, identity: { ...show(guest), key: stranger.key } },
      "decrypt_error",
    ],
  ])("%s", (_name, client, alert) => {
    const talking = talk(client, { clientCertificate: clientCertificate(true) });
    expect(talking.server.engine.session).toBeUndefined();
    expect(talking.alerts()).toEqual([`client: ${alert} received`, `server: ${alert} sent`]);
  });
});
