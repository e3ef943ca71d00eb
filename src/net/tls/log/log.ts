// The event log of a TLS connection, read out of its recording: every record, in the clear as far
// as the recorded secrets open it, every message with its fields. Pure, and made only when
// somebody looks: `curl -v`, `openssl s_client`, the inspector.

import { concat, hex, noBytes } from "../../../base/bytes.ts";
import type { Address } from "../../address.ts";
import type { TlsVersion } from "../codes.ts";
import type { Direction, TlsRecording } from "../recording.ts";
import { readFields } from "./fields.ts";
import type { Field } from "./fields.ts";
import { Keys } from "./keys.ts";
import type { Opened } from "./keys.ts";
import { decodeAlert, decodeChange, decodeData, decodeHandshake } from "./messages.ts";
import type { Rules } from "./messages.ts";
import { coded, nameIn } from "./names.ts";

export type { Field };

export interface TlsLog {
  readonly by: "client" | "server";
  readonly client: Address;
  readonly server: Address;
  /** Undefined until a ServerHello chose it. */
  readonly version: TlsVersion | undefined;
  /** The registry's name. */
  readonly suite: string | undefined;
  /** In the order in which `by` saw them. */
  readonly records: readonly LoggedRecord[];
  /** As SSLKEYLOGFILE has them: tools like Wireshark open the connection with these. */
  readonly keyLog: readonly string[];
  /** Bytes at the end that make no record, or were not kept. */
  readonly leftOverBytes: number;
}

export interface LoggedRecord {
  /** Cluster milliseconds. */
  readonly at: number;
  readonly direction: Direction;
  /** As its header says: a sealed record of TLS 1.3 calls itself application_data. */
  readonly outerType: string;
  /** What is inside; the same as `outerType` where that cannot be known. */
  readonly type: string;
  /** The whole record as it travelled. */
  readonly bytes: Uint8Array;
  /** What `bytes` are made of: header, nonce, ciphertext, tag, or content in the clear. */
  readonly fields: readonly Field[];
  readonly sealed: boolean;
  /** The content in the clear; undefined when no known secret opens it. */
  readonly plaintext: Uint8Array | undefined;
  /** Which secret opened it, and its number under that: "SERVER_TRAFFIC_SECRET_0, record 2". */
  readonly openedBy: string | undefined;
  /** Those that end in this record. */
  readonly messages: readonly LoggedMessage[];
}

export interface LoggedMessage {
  readonly kind: "handshake" | "alert" | "change_cipher_spec" | "application_data";
  /** The handshake message's type, or the alert's description. */
  readonly code: number | undefined;
  /** "ClientHello", "alert close_notify", "data" … */
  readonly name: string;
  /** What it proves or why it matters, in a sentence. */
  readonly proves: string;
  /** In the clear, with its header. The offsets of `fields` count from its first byte. */
  readonly bytes: Uint8Array;
  /** Where it begins in its record's plaintext; negative when it began in a record before. */
  readonly offset: number;
  readonly fields: readonly Field[];
}

/** Reads a recording; what cannot be read or opened is told as such. Never throws. */
export function readLog(recording: TlsRecording): TlsLog {
  const reader = new LogReader(recording);
  for (const { at, direction, bytes } of recording.pieces) reader.take(at, direction, bytes);
  const { by, client, server, secrets, leftOutBytes } = recording;
  return {
    ...{ by, client, server, version: reader.keys.version, suite: reader.keys.suite?.name },
    records: reader.records,
    keyLog: secrets.map((one) => `${one.label} ${hex(one.clientRandom)} ${hex(one.secret)}`),
    leftOverBytes: leftOutBytes + reader.waiting,
  };
}

/** What has come of something that is not complete yet. */
type Streams = Record<Direction, Uint8Array>;

class LogReader {
  readonly records: LoggedRecord[] = [];
  readonly keys: Keys;
  readonly #rest: Streams = { "to server": noBytes, "to client": noBytes };
  readonly #partial: Streams = { "to server": noBytes, "to client": noBytes };

  constructor({ secrets }: TlsRecording) {
    this.keys = new Keys(secrets);
  }

  get waiting(): number {
    return this.#rest["to server"].length + this.#rest["to client"].length;
  }

  take(at: number, direction: Direction, piece: Uint8Array): void {
    let bytes = this.#rest[direction].length > 0 ? concat(this.#rest[direction], piece) : piece;
    while (bytes.length >= 5) {
      const end = 5 + bytes[3]! * 256 + bytes[4]!;
      if (bytes.length < end) break;
      this.records.push(this.#record(at, direction, bytes.subarray(0, end)));
      bytes = bytes.subarray(end);
    }
    this.#rest[direction] = bytes;
  }

  #record(at: number, direction: Direction, bytes: Uint8Array): LoggedRecord {
    const opened = this.keys.open(direction, bytes);
    const { type, plaintext } = opened;
    return {
      ...{ at, direction, bytes, plaintext },
      outerType: nameIn("records", bytes[0]!),
      type: nameIn("records", type),
      fields: recordFields(bytes, opened),
      sealed: opened.sealed,
      openedBy: opened.openedBy,
      messages: plaintext ? this.#messages(direction, type, plaintext) : [],
    };
  }

  #messages(direction: Direction, type: number, plaintext: Uint8Array): LoggedMessage[] {
    const rules: Rules = this.keys.version ?? "TLSv1.3";
    const whole = { bytes: plaintext, offset: 0 };
    switch (type) {
      case 20:
        this.keys.changed(direction);
        return [
          {
            kind: "change_cipher_spec",
            code: undefined,
            ...whole,
            ...decodeChange(plaintext, rules),
          },
        ];
      case 21:
        return [{ kind: "alert", code: plaintext[1], ...whole, ...decodeAlert(plaintext) }];
      case 22:
        return this.#handshake(direction, plaintext);
      case 23:
        return [{ kind: "application_data", code: undefined, ...whole, ...decodeData(plaintext) }];
      default:
        return [];
    }
  }

  /** Messages that end here; what begins and does not end waits for the next record. */
  #handshake(direction: Direction, plaintext: Uint8Array): LoggedMessage[] {
    const before = this.#partial[direction];
    let rest = before.length > 0 ? concat(before, plaintext) : plaintext;
    let offset = -before.length;
    const out: LoggedMessage[] = [];
    while (rest.length >= 4) {
      const length = 4 + ((rest[1]! << 16) | (rest[2]! << 8) | rest[3]!);
      if (rest.length < length) break;
      const bytes = rest.subarray(0, length);
      this.keys.message(direction, bytes);
      const decoded = decodeHandshake(bytes, this.keys.version ?? "TLSv1.3");
      out.push({ kind: "handshake", code: bytes[0], bytes, offset, ...decoded });
      rest = rest.subarray(length);
      offset += length;
    }
    this.#partial[direction] = rest;
    return out;
  }
}

/** What a record is made of on the wire. */
function recordFields(bytes: Uint8Array, opened: Opened): readonly Field[] {
  return readFields(bytes, (reader) => {
    reader.number("type", 1, (type) => `${type} ${nameIn("records", type)}`);
    reader.number("legacy version", 2, (code) => coded("versions", code));
    reader.number("length", 2, (length) => `${length} bytes follow`);
    if (!opened.sealed)
      return reader.rest("content", { meaning: "In the clear: anybody reads it." });
    if (opened.nonceBytes > 0) {
      reader.raw("nonce", opened.nonceBytes, () => ({
        meaning: "Counts the records, so that no two are sealed alike.",
      }));
    }
    const meaning = "The content, sealed: without the key it is noise.";
    if (reader.left > 16) reader.raw("ciphertext", reader.left - 16, () => ({ meaning }));
    reader.rest("tag", { meaning: "Proves that nobody changed a bit of record or header." });
  });
}
