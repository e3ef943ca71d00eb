// The record layer (RFC 8446 section 5, RFC 5246 section 6.2): framing, sealing, limits.
//
//   type(1) version(2) length(2) fragment
//
// TLS 1.3 hides the true type: it is the last non-zero octet inside the sealed fragment.

import { concat, joined, noBytes } from "../../base/bytes.ts";
import { Inbox } from "../inbox.ts";
import { TlsAlert } from "./alerts.ts";
import { contentType } from "./codes.ts";
import type { TlsVersion } from "./codes.ts";
import type { CipherSuite } from "./suites.ts";
import { open, seal, tagLength } from "./suites.ts";
import { number } from "./wire.ts";

/** The most plaintext in one record. */
const fragmentBytesMax = 16_384;
/** Records without content in a row; more is somebody wasting our time. */
const emptyRecordsMax = 32;

export interface TlsRecord {
  readonly type: number;
  readonly fragment: Uint8Array;
  /** Whether it came sealed. */
  readonly sealed: boolean;
}

/** Keys of one direction, and how many records they have sealed. */
export class Protection {
  readonly version: TlsVersion;
  readonly #suite: CipherSuite;
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  #sequence = 0;

  constructor(o: { version: TlsVersion; suite: CipherSuite; key: Uint8Array; iv: Uint8Array }) {
    this.version = o.version;
    this.#suite = o.suite;
    this.#key = o.key;
    this.#iv = o.iv;
  }

  /** How many records these keys have sealed or opened. */
  get sequence(): number {
    return this.#sequence;
  }

  /** A whole record. */
  seal(type: number, plaintext: Uint8Array): Uint8Array {
    const sequence = number(this.#sequence++, 8);
    const nonce = this.#nonce(sequence);
    if (this.version === "TLSv1.3") {
      const header = recordHeader(contentType.application_data, plaintext.length + 1 + tagLength);
      const inner = concat(plaintext, Uint8Array.of(type));
      return concat(header, seal(this.#suite, this.#key, nonce, header, inner));
    }
    const additional = concat(sequence, recordHeader(type, plaintext.length));
    const sealed = seal(this.#suite, this.#key, nonce, additional, plaintext);
    const explicit = this.#explicit ? sequence : noBytes;
    return concat(recordHeader(type, explicit.length + sealed.length), explicit, sealed);
  }

  /** The record inside. Throws TlsAlert bad_record_mac when it was not sealed with these keys. */
  open(type: number, header: Uint8Array, fragment: Uint8Array): TlsRecord {
    const sequence = number(this.#sequence++, 8);
    if (this.version === "TLSv1.3") {
      if (type !== contentType.application_data) {
        throw new TlsAlert("unexpected_message", "a record in the clear behind sealed ones");
      }
      return unwrapped(this.#opened(this.#nonce(sequence), header, fragment));
    }
    const explicit = this.#explicit ? fragment.subarray(0, 8) : noBytes;
    const sealed = fragment.subarray(explicit.length);
    const length = sealed.length - tagLength;
    if (length < 0) throw new TlsAlert("bad_record_mac", "a sealed record without its tag");
    const additional = concat(sequence, recordHeader(type, length));
    const nonce = this.#explicit ? concat(this.#iv, explicit) : this.#nonce(sequence);
    return { type, fragment: this.#opened(nonce, additional, sealed), sealed: true };
  }

  #opened(nonce: Uint8Array, additional: Uint8Array, sealed: Uint8Array): Uint8Array {
    const plaintext = open(this.#suite, this.#key, nonce, additional, sealed);
    if (!plaintext)
      throw new TlsAlert("bad_record_mac", `record ${this.#sequence - 1} does not open`);
    return plaintext;
  }

  /** AES-GCM in TLS 1.2 sends half of its nonce along (RFC 5288). */
  get #explicit(): boolean {
    return this.version === "TLSv1.2" && this.#suite.aead !== "ChaCha20-Poly1305";
  }

  #nonce(sequence: Uint8Array): Uint8Array {
    if (this.#explicit) return concat(this.#iv, sequence);
    const out = this.#iv.slice();
    for (let i = 0; i < 8; i++) out[out.length - 8 + i]! ^= sequence[i]!;
    return out;
  }
}

/** Takes records out of a stream of bytes. */
export class RecordReader {
  readonly #inbox = new Inbox();
  /** The keys of the peer's next record; undefined while it speaks in the clear. */
  protection: Protection | undefined;
  /** Whether the peer may still speak in the clear behind sealed records: CCS and alerts. */
  handshaking = true;
  #empty = 0;

  push(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#inbox.push(bytes);
  }

  /** The next record; undefined when more bytes are needed. Throws TlsAlert. */
  next(): TlsRecord | undefined {
    const inbox = this.#inbox;
    const { bytes, start } = inbox;
    if (inbox.size === 0) return undefined;
    const type = bytes[start]!;
    // Refuse at once what is no TLS: it may never send as much as a record.
    if (type < contentType.change_cipher_spec || type > contentType.application_data) {
      throw new TlsAlert("unexpected_message", `no TLS record begins with octet ${type}`);
    }
    if (inbox.size > 1 && bytes[start + 1] !== 3) {
      throw new TlsAlert("protocol_version", `record of major version ${bytes[start + 1]}`);
    }
    if (inbox.size < 5) return undefined;
    const length = bytes[start + 3]! * 256 + bytes[start + 4]!;
    if (length > this.#lengthMax)
      throw new TlsAlert("record_overflow", `record of ${length} bytes`);
    if (inbox.size < 5 + length) return undefined;
    const record = this.#opened(type, inbox.take(5), inbox.take(length));
    if (record.fragment.length > fragmentBytesMax) {
      throw new TlsAlert("record_overflow", `fragment of ${record.fragment.length} bytes`);
    }
    this.#checkEmpty(record);
    return record;
  }

  get #lengthMax(): number {
    if (!this.protection) return fragmentBytesMax;
    return fragmentBytesMax + (this.protection.version === "TLSv1.3" ? 256 : 2048);
  }

  #opened(type: number, header: Uint8Array, fragment: Uint8Array): TlsRecord {
    const { protection } = this;
    const clear = { type, fragment, sealed: false };
    if (!protection) return clear;
    if (protection.version === "TLSv1.3" && this.handshaking) {
      // RFC 8446 appendix D.4; and a peer that failed before it had keys alerts in the clear.
      if (type === contentType.change_cipher_spec) return clear;
      if (type === contentType.alert && fragment.length === 2) return clear;
    }
    return protection.open(type, header, fragment);
  }

  #checkEmpty({ type, fragment }: TlsRecord): void {
    if (fragment.length > 0) {
      this.#empty = 0;
      return;
    }
    if (type !== contentType.application_data || ++this.#empty > emptyRecordsMax) {
      throw new TlsAlert("unexpected_message", "a record without content");
    }
  }
}

/** Makes records, and collects them until they are taken. */
export class RecordWriter {
  protection: Protection | undefined;
  /** The version in the headers of records in the clear: 0x0301 for a first ClientHello. */
  legacyVersion = 0x0303;
  #records: Uint8Array[] = [];

  /** Content of one type, in as many records as it needs. */
  write(type: number, content: Uint8Array): void {
    for (let at = 0; at === 0 || at < content.length; at += fragmentBytesMax) {
      const fragment = content.subarray(at, at + fragmentBytesMax);
      this.#records.push(
        this.protection
          ? this.protection.seal(type, fragment)
          : concat(recordHeader(type, fragment.length, this.legacyVersion), fragment),
      );
    }
  }

  /** A record in the clear whatever the keys: the change_cipher_spec of middlebox compatibility. */
  writeClear(type: number, content: Uint8Array): void {
    this.#records.push(concat(recordHeader(type, content.length), content));
  }

  /** What was written since the last taking. */
  take(): Uint8Array {
    if (this.#records.length === 0) return noBytes;
    const out = joined(this.#records);
    this.#records = [];
    return out;
  }
}

function recordHeader(type: number, length: number, version = 0x0303): Uint8Array {
  return Uint8Array.of(type, version >> 8, version & 0xff, length >> 8, length & 0xff);
}

/** TLSInnerPlaintext: content, its type, zeros. */
function unwrapped(inner: Uint8Array): TlsRecord {
  if (inner.length > fragmentBytesMax + 1) {
    throw new TlsAlert("record_overflow", `${inner.length} bytes inside a record`);
  }
  let end = inner.length - 1;
  while (end >= 0 && inner[end] === 0) end--;
  if (end < 0) throw new TlsAlert("unexpected_message", "a sealed record of zeros only");
  return { type: inner[end]!, fragment: inner.subarray(0, end), sealed: true };
}
