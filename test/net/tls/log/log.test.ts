// The log of a handshake: every message in order, every byte of it with a meaning.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hex, text } from "../../../../src/base/bytes.ts";
import type { TlsClientConfig, TlsServerConfig } from "../../../../src/net/tls/contract.ts";
import type { Field } from "../../../../src/net/tls/log/fields.ts";
import { readLog } from "../../../../src/net/tls/log/log.ts";
import type { TlsLog } from "../../../../src/net/tls/log/log.ts";
import type { TlsRecording } from "../../../../src/net/tls/recording.ts";
import { oid } from "../../../../src/net/x509/oid.ts";
import { authority, party } from "../../x509/hotel.ts";
import { recorded } from "./recorded.ts";
import { talk } from "../pair.ts";

const guest = party("guest", authority, { purposes: [oid.clientAuth] });
const identity = { chain: [guest.certificate, authority.certificate], key: guest.key } as const;
const clientCertificate: TlsServerConfig["clientCertificate"] = {
  required: true,
  authorities: [authority.certificate.subject.bytes],
  check: () => undefined,
};
const ticketKey = new Uint8Array(32).fill(7);
const v12 = { versions: ["TLSv1.2"] } as const;

/** "> ClientHello" to the server, "< {Finished}" sealed to the client. */
const told = (log: TlsLog): string =>
  log.records
    .flatMap(({ direction, sealed, plaintext, messages }) => {
      const arrow = direction === "to server" ? ">" : "<";
      if (!plaintext) return [`${arrow} ?`];
      return messages.map(({ name }) => `${arrow} ${sealed ? `{${name}}` : name}`);
    })
    .join(" ");

const resumption = (version: Partial<TlsClientConfig>): Partial<TlsClientConfig> => {
  const first = talk(version, { ticketKey });
  const tickets = first.client.events.filter((event) => event.type === "ticket");
  return { ...version, resume: tickets[0]!.session };
};

const conversations: readonly [string, () => TlsRecording, string][] = [
  [
    "TLS 1.3",
    () => recorded(),
    "> ClientHello < ServerHello < ChangeCipherSpec < {EncryptedExtensions} < {Certificate} " +
      "< {CertificateVerify} < {Finished} > ChangeCipherSpec > {Finished} > {data} < {data} " +
      "> {alert close_notify}",
  ],
  [
    "TLS 1.3 with a retry, a client's certificate, and new keys",
    () =>
      recorded(
        { identity, alpn: ["h2", "http/1.1"] },
        {
          groups: ["P-256"],
          alpn: ["http/1.1"],
          clientCertificate,
        },
        { update: true },
      ),
    "> ClientHello < HelloRetryRequest < ChangeCipherSpec > ChangeCipherSpec > ClientHello " +
      "< ServerHello < {EncryptedExtensions} < {CertificateRequest} < {Certificate} " +
      "< {CertificateVerify} < {Finished} > {Certificate} > {CertificateVerify} > {Finished} " +
      "> {data} > {KeyUpdate} < {KeyUpdate} < {data} > {alert close_notify}",
  ],
  [
    "TLS 1.3 resumed",
    () => recorded(resumption({}), { ticketKey }),
    "> ClientHello < ServerHello < ChangeCipherSpec < {EncryptedExtensions} < {Finished} " +
      "> ChangeCipherSpec > {Finished} < {NewSessionTicket} < {NewSessionTicket} > {data} " +
      "< {data} > {alert close_notify}",
  ],
  [
    "TLS 1.2 with a client's certificate",
    () => recorded({ ...v12, identity }, { clientCertificate }),
    "> ClientHello < ServerHello < Certificate < ServerKeyExchange < CertificateRequest " +
      "< ServerHelloDone > Certificate > ClientKeyExchange > CertificateVerify " +
      "> ChangeCipherSpec > {Finished} < ChangeCipherSpec < {Finished} > {data} < {data} " +
      "> {alert close_notify}",
  ],
  [
    "TLS 1.2 with ChaCha20",
    () => recorded({ suites: ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"] }),
    "> ClientHello < ServerHello < Certificate < ServerKeyExchange < ServerHelloDone " +
      "> ClientKeyExchange > ChangeCipherSpec > {Finished} < ChangeCipherSpec < {Finished} " +
      "> {data} < {data} > {alert close_notify}",
  ],
  [
    "a refusal by the server",
    () => recorded({}, { certificate: () => undefined }),
    "> ClientHello < alert unrecognized_name",
  ],
  [
    "a refusal by the client",
    () => recorded({ check: () => "unknown issuer" }),
    "> ClientHello < ServerHello < ChangeCipherSpec < {EncryptedExtensions} < {Certificate} " +
      "< {CertificateVerify} < {Finished} > alert unknown_ca",
  ],
];

/** Fields that are made of no others, in order. */
const leaves = (fields: readonly Field[]): Field[] =>
  fields.flatMap((field) => (field.fields.length > 0 ? leaves(field.fields) : [field]));

/** Places at which some byte has no meaning, or two. */
const gaps = (fields: readonly Field[], length: number): string[] => {
  const out: string[] = [];
  let at = 0;
  for (const leaf of leaves(fields)) {
    if (leaf.at !== at) out.push(`${leaf.name} at ${leaf.at}, expected ${at}`);
    at = leaf.at + leaf.length;
  }
  return at === length ? out : [...out, `ends at ${at} of ${length}`];
};

const unreadable = (fields: readonly Field[]): Field[] =>
  leaves(fields).filter(({ name }) => name === "unreadable" || name === "left over");

describe.each(conversations)("%s", (_name, make, wanted) => {
  const log = readLog(make());

  test("shows each message in order, sealed or not", () => {
    expect(told(log)).toBe(wanted);
  });

  test("gives a meaning to every byte", () => {
    for (const { fields, bytes, messages } of log.records) {
      expect(gaps(fields, bytes.length)).toEqual([]);
      for (const message of messages) {
        expect([message.name, ...gaps(message.fields, message.bytes.length)]).toEqual([
          message.name,
        ]);
        expect(unreadable(message.fields)).toEqual([]);
        expect(message.proves).toMatch(/^[A-Z].*\.$/);
        expect(message.proves).not.toMatch(/does not know/);
      }
    }
  });

  test("leaves sealed records shut without the secrets", () => {
    const shut = readLog({ ...make(), secrets: [] });
    expect(shut.records.map(({ sealed }) => sealed)).toEqual(
      log.records.map(({ sealed }) => sealed),
    );
    for (const { sealed, plaintext } of shut.records) expect(plaintext === undefined).toBe(sealed);
    expect(shut.keyLog).toEqual([]);
  });
});

test("fields say what the bytes say", () => {
  const log = readLog(recorded({ alpn: ["http/1.1"] }, { alpn: ["http/1.1"] }));
  const [hello] = log.records[0]!.messages;
  const find = (fields: readonly Field[], name: string): Field | undefined => {
    for (const field of fields) {
      const found = field.name === name ? field : find(field.fields, name);
      if (found) return found;
    }
    return undefined;
  };
  const value = (name: string): string | undefined => find(hello!.fields, name)?.value;
  expect(value("server_name")).toBe("example.com");
  expect(value("application_layer_protocol_negotiation")).toBe("http/1.1");
  expect(value("supported_versions")).toBe("TLS 1.3, TLS 1.2");
  expect(value("supported_groups")).toBe("x25519, secp256r1 (P-256), secp384r1 (P-384)");
  expect(value("suite")).toBe("0x1302 TLS_AES_256_GCM_SHA384");
  const name = find(hello!.fields, "host name")!;
  expect(text(hello!.bytes.subarray(name.at + 2, name.at + name.length))).toBe("example.com");
  const certificates = log.records
    .flatMap(({ messages }) => messages)
    .find((one) => one.name === "Certificate")!;
  expect(find(certificates.fields, "certificate")?.value).toBe(
    "CN = example.com, for example.com, *.example.org",
  );
  expect(log).toMatchObject({ version: "TLSv1.3", suite: "TLS_AES_256_GCM_SHA384" });
});

test("the key log is SSLKEYLOGFILE's, and names the secret that opened each record", () => {
  const recording = recorded();
  const log = readLog(recording);
  const random = hex(recording.secrets[0]!.clientRandom);
  expect(log.keyLog.map((line) => line.split(" ")[0])).toEqual([
    "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    "SERVER_HANDSHAKE_TRAFFIC_SECRET",
    "CLIENT_TRAFFIC_SECRET_0",
    "SERVER_TRAFFIC_SECRET_0",
  ]);
  for (const line of log.keyLog) {
    expect(line).toMatch(new RegExp(`^[A-Z_0-9]+ ${random} [0-9a-f]{96}$`));
  }
  expect(log.records.flatMap(({ openedBy }) => openedBy ?? [])).toEqual([
    "SERVER_HANDSHAKE_TRAFFIC_SECRET, record 0",
    "SERVER_HANDSHAKE_TRAFFIC_SECRET, record 1",
    "SERVER_HANDSHAKE_TRAFFIC_SECRET, record 2",
    "SERVER_HANDSHAKE_TRAFFIC_SECRET, record 3",
    "CLIENT_HANDSHAKE_TRAFFIC_SECRET, record 0",
    "CLIENT_TRAFFIC_SECRET_0, record 0",
    "SERVER_TRAFFIC_SECRET_0, record 0",
    "CLIENT_TRAFFIC_SECRET_0, record 1",
  ]);
});

test("a recording that is cut, changed or cut up otherwise is read without a failure", () => {
  const whole = recorded();
  const plain = told(readLog(whole));
  const change = fc.record({
    piece: fc.nat(whole.pieces.length - 1),
    at: fc.nat(),
    octet: fc.nat(255),
    cut: fc.nat(),
  });
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 4 }),
      fc.integer({ min: 1, max: 300 }),
      (all, size) => {
        const pieces = whole.pieces.flatMap((piece, i) => {
          let bytes = piece.bytes.slice();
          for (const { piece: index, at, octet, cut } of all) {
            if (index !== i) continue;
            bytes[at % bytes.length] = octet;
            if (cut % 5 === 0) bytes = bytes.subarray(0, 1 + (cut % bytes.length));
          }
          const out = [];
          for (let at = 0; at < bytes.length; at += size) {
            out.push({ ...piece, bytes: bytes.subarray(at, at + size) });
          }
          return out;
        });
        const log = readLog({ ...whole, pieces });
        if (all.length === 0) expect(told(log)).toBe(plain);
        for (const { fields, bytes, messages } of log.records) {
          expect(gaps(fields, bytes.length)).toEqual([]);
          for (const message of messages) {
            expect(gaps(message.fields, message.bytes.length)).toEqual([]);
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});
