// ClientHello and ServerHello (RFC 8446 section 4.1).

import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equalBytes, utf8 } from "../../base/bytes.ts";
import { TlsAlert } from "./alerts.ts";
import { extensionType } from "./codes.ts";
import { readExtensions, writeExtensions } from "./extensions.ts";
import type { TlsExtension } from "./extensions.ts";
import { codes, number, vector, WireReader } from "./wire.ts";

export interface ClientHello {
  readonly legacyVersion: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly suites: readonly number[];
  readonly compression: Uint8Array;
  readonly extensions: readonly TlsExtension[];
}

export interface ServerHello {
  readonly legacyVersion: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly suite: number;
  readonly extensions: readonly TlsExtension[];
}

/** The random of a ServerHello that asks for another ClientHello. */
export const retryRandom = sha256(utf8("HelloRetryRequest"));

/** The end of a server's random that chose less than it could (RFC 8446 section 4.1.3). */
export const downgradeTo12 = concat(utf8("DOWNGRD"), Uint8Array.of(1));
export const downgradeTo11 = concat(utf8("DOWNGRD"), Uint8Array.of(0));

export function readClientHello(body: Uint8Array): ClientHello {
  const reader = new WireReader(body);
  const legacyVersion = reader.number(2);
  const random = reader.take(32);
  const sessionId = reader.vector(1);
  if (sessionId.length > 32) throw new TlsAlert("decode_error", "session id of more than 32 bytes");
  const suites = reader.numbers(2, 2);
  if (suites.length === 0) throw new TlsAlert("decode_error", "no cipher suites");
  const compression = reader.vector(1, { min: 1 });
  if (!compression.includes(0)) {
    throw new TlsAlert("illegal_parameter", "a client must be content without compression");
  }
  const extensions = reader.done ? [] : readExtensions(reader.inside(2));
  reader.end();
  const psk = extensions.findIndex(({ type }) => type === extensionType.pre_shared_key);
  if (psk >= 0 && psk !== extensions.length - 1) {
    throw new TlsAlert("illegal_parameter", "pre_shared_key is not the last extension");
  }
  return { legacyVersion, random, sessionId, suites, compression, extensions };
}

export function writeClientHello(hello: ClientHello): Uint8Array {
  return concat(
    number(hello.legacyVersion, 2),
    hello.random,
    vector(1, hello.sessionId),
    codes(2, hello.suites),
    vector(1, hello.compression),
    writeExtensions(hello.extensions),
  );
}

export function readServerHello(body: Uint8Array): ServerHello {
  const reader = new WireReader(body);
  const legacyVersion = reader.number(2);
  const random = reader.take(32);
  const sessionId = reader.vector(1);
  if (sessionId.length > 32) throw new TlsAlert("decode_error", "session id of more than 32 bytes");
  const suite = reader.number(2);
  if (reader.number(1) !== 0) throw new TlsAlert("illegal_parameter", "compression was chosen");
  const extensions = reader.done ? [] : readExtensions(reader.inside(2));
  reader.end();
  return { legacyVersion, random, sessionId, suite, extensions };
}

export function writeServerHello(hello: ServerHello): Uint8Array {
  return concat(
    number(hello.legacyVersion, 2),
    hello.random,
    vector(1, hello.sessionId),
    number(hello.suite, 2),
    Uint8Array.of(0),
    hello.extensions.length > 0 ? writeExtensions(hello.extensions) : new Uint8Array(0),
  );
}

export function asksForRetry({ random }: ServerHello): boolean {
  return equalBytes(random, retryRandom);
}
