// Handshake messages, alerts and the rest, field by field, each with what it is good for.

import { equalBytes, latin1 } from "../../../base/bytes.ts";
import { alertName } from "../alerts.ts";
import { retryRandom } from "../hellos.ts";
import { certificateFields, nameFields } from "./certificates.ts";
import { extensionFields } from "./extensions.ts";
import { readFields } from "./fields.ts";
import type { Field, FieldReader } from "./fields.ts";
import { coded, nameIn } from "./names.ts";

/** Which rules a message is read by: TLS 1.2 and 1.3 share names, not contents. */
export type Rules = "TLSv1.2" | "TLSv1.3";

/** A message, decoded. */
export interface Decoded {
  /** "ClientHello", "alert", "data" … */
  readonly name: string;
  /** What it proves or why it matters, in a sentence. */
  readonly proves: string;
  readonly fields: readonly Field[];
}

/** A handshake message with its header of four bytes. */
export function decodeHandshake(bytes: Uint8Array, rules: Rules): Decoded {
  const code = bytes[0]!;
  const retry = code === 2 && equalBytes(bytes.subarray(6, 38), retryRandom);
  const known = nameIn("handshakes", code);
  const name = retry ? "HelloRetryRequest" : known === "unknown" ? `message ${code}` : known;
  const fields = readFields(bytes, (reader) => {
    reader.number("type", 1, (type) => `${type} ${nameIn("handshakes", type)}`);
    reader.number("length", 3, (length) => `${length} bytes follow`);
    bodies[name]?.(reader, rules);
    if (!reader.done && !bodies[name]) reader.rest("content");
  });
  const meaning = meanings[name];
  const proves = typeof meaning === "object" ? meaning[rules] : meaning;
  return { name, proves: proves ?? "This engine does not know such a message.", fields };
}

export function decodeAlert(bytes: Uint8Array): Decoded {
  const fields = readFields(bytes, (reader) => {
    reader.number("level", 1, (level) => `${level} ${["", "warning", "fatal"][level] ?? ""}`);
    reader.number("description", 1, (code) => `${code} ${alertName(code) ?? "unknown"}`);
  });
  const name = alertName(bytes[1] ?? -1) ?? "unknown";
  const proves =
    name === "close_notify"
      ? "Says that no more data comes from this side: a cut by somebody else would lack it."
      : `Refuses and ends the connection: ${name}.`;
  return { name: `alert ${name}`, proves, fields };
}

export function decodeChange(bytes: Uint8Array, rules: Rules): Decoded {
  const proves =
    rules === "TLSv1.3"
      ? "Says nothing: it makes TLS 1.3 look like 1.2 to old machines on the way."
      : "From the next record on this side seals what it sends with the new keys.";
  const fields = readFields(bytes, (reader) => reader.number("content", 1, String));
  return { name: "ChangeCipherSpec", proves, fields };
}

export function decodeData(bytes: Uint8Array): Decoded {
  const first = latin1(bytes, 0, Math.min(bytes.length, 80)).split("\r\n", 1)[0]!;
  const value = /^[\x20-\x7e]+$/.test(first) ? first : undefined;
  const fields = readFields(bytes, (reader) => reader.rest("data", value ? { value } : {}));
  return {
    name: "data",
    proves: "What the two wanted to say: nobody on the way could read or change it.",
    fields,
  };
}

const random = "Fresh bytes of this side: they keep an old handshake from being played back again.";

const bodies: Readonly<Record<string, (reader: FieldReader, rules: Rules) => void>> = {
  ClientHello(reader) {
    reader.number("legacy version", 2, (code) => coded("versions", code), "TLS 1.3 says 1.2 here.");
    reader.raw("random", 32, () => ({ meaning: random }));
    reader.opaque("legacy session id", 1, () => ({
      meaning: "To be echoed; TLS 1.2 resumed sessions by it.",
    }));
    reader.vector("cipher suites", 2, (list) => {
      let count = 0;
      for (; !list.done; count++) list.number("suite", 2, (code) => coded("suites", code));
      const meaning = "How the records may be sealed: the server takes one of these.";
      return { value: `${count} of them`, meaning };
    });
    reader.vector("compression methods", 1, (list) => {
      while (!list.done) list.number("method", 1, (one) => (one === 0 ? "0 none" : String(one)));
      return { value: "none" };
    });
    if (!reader.done) extensionFields(reader, "client");
  },
  ServerHello: (reader) => serverHello(reader, "server"),
  HelloRetryRequest: (reader) => serverHello(reader, "retry"),
  EncryptedExtensions: (reader) => extensionFields(reader, "encrypted"),
  Certificate(reader, rules) {
    if (rules === "TLSv1.3") reader.opaque("request context", 1);
    reader.vector("certificates", 3, (list) => {
      let count = 0;
      for (; !list.done; count++) {
        certificateFields(list, count);
        if (rules === "TLSv1.3") extensionFields(list, "certificate");
      }
      return { value: count === 0 ? "none" : `${count} of them, each vouched for by the next` };
    });
  },
  CertificateRequest(reader, rules) {
    if (rules === "TLSv1.3") {
      reader.opaque("request context", 1);
      return extensionFields(reader, "request");
    }
    reader.opaque("certificate types", 1);
    reader.vector("signature algorithms", 2, (list) => {
      while (!list.done) list.number("scheme", 2, (code) => coded("schemes", code));
      return {};
    });
    reader.vector("authorities", 2, (list) => {
      let count = 0;
      for (; !list.done; count++) nameFields(list);
      return { value: `${count} names` };
    });
  },
  CertificateVerify: signature,
  ServerKeyExchange(reader) {
    reader.number("curve type", 1, (type) => (type === 3 ? "3 named_curve" : String(type)));
    reader.number("named curve", 2, (code) => coded("groups", code));
    reader.opaque("public key", 1, () => ({ meaning: "The server's half of the key exchange." }));
    signature(reader);
  },
  ServerHelloDone: () => undefined,
  HelloRequest: () => undefined,
  ClientKeyExchange(reader) {
    reader.opaque("public key", 1, () => ({ meaning: "The client's half of the key exchange." }));
  },
  Finished(reader) {
    const meaning = "A digest of all that was said, under a key that only the two can have.";
    reader.raw("verify data", reader.left, () => ({ meaning }));
  },
  NewSessionTicket(reader, rules) {
    reader.number("lifetime", 4, (seconds) => `${seconds} seconds`);
    if (rules === "TLSv1.3") {
      reader.number(
        "age add",
        4,
        String,
        "Added to the ticket's age, so that no one can follow it.",
      );
      reader.opaque("nonce", 1, () => ({ meaning: "Makes each ticket's secret another one." }));
    }
    reader.opaque("ticket", 2, () => ({
      meaning: "The session's state, sealed so that only this server can read it.",
    }));
    if (rules === "TLSv1.3") extensionFields(reader, "encrypted");
  },
  KeyUpdate(reader) {
    reader.number("request update", 1, (asked) =>
      asked === 1 ? "1 update_requested" : `${asked} update_not_requested`,
    );
  },
};

function serverHello(reader: FieldReader, place: "server" | "retry"): void {
  reader.number("legacy version", 2, (code) => coded("versions", code));
  reader.raw("random", 32, () => ({
    meaning:
      place === "retry" ? "A fixed value that says: say hello again, with another share." : random,
  }));
  reader.opaque("legacy session id", 1);
  reader.number(
    "cipher suite",
    2,
    (code) => coded("suites", code),
    "The one that was chosen: it seals every record and names the hash of all keys.",
  );
  reader.number("compression method", 1, (one) => (one === 0 ? "0 none" : String(one)));
  if (!reader.done) extensionFields(reader, place);
}

function signature(reader: FieldReader): void {
  reader.number("signature scheme", 2, (code) => coded("schemes", code));
  reader.opaque("signature", 2, () => ({ meaning: "Made with the certificate's private key." }));
}

const meanings: Readonly<Record<string, string | Readonly<Record<Rules, string>>>> = {
  ClientHello:
    "Proves nothing yet: the client says what it can do, whom it wants, and its half of the keys.",
  ServerHello: {
    "TLSv1.3":
      "Proves nothing yet: the server has chosen, and with its half of the keys all that follows is sealed.",
    "TLSv1.2": "Proves nothing yet: the server has chosen version, cipher suite and extensions.",
  },
  HelloRetryRequest:
    "Proves nothing: the server could use none of the shares and names the curve it wants.",
  EncryptedExtensions:
    "What the server answers to the client's wishes, already out of others' sight.",
  Certificate: "Says who this side claims to be; anybody could show it, so the proof must follow.",
  CertificateRequest: "The server wants to know who the client is, too.",
  CertificateVerify:
    "Proves that this side holds the certificate's private key: it signs this very handshake.",
  ServerKeyExchange:
    "Proves that the server holds the certificate's key: it signs its half of the key exchange.",
  ServerHelloDone: "The server has said all; it is the client's turn.",
  HelloRequest: "Asks for a new handshake, which nobody here gives.",
  ClientKeyExchange: "The client's half: both sides can compute the keys now.",
  Finished: "Proves that both saw the same handshake: one changed byte anywhere would show here.",
  NewSessionTicket: "Lets the client come back without certificates and signatures.",
  KeyUpdate: "This side changes its key: an old one that leaks opens no new record.",
  EndOfEarlyData: "Early data ends here.",
  CertificateStatus: "The authority's word that the certificate is not revoked.",
};
