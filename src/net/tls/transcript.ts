// The running hash of all handshake messages (RFC 8446 section 4.4.1).

import { concat, joined } from "../../base/bytes.ts";
import { handshakeType } from "./codes.ts";
import type { SuiteHash } from "./suites.ts";
import { suiteHashes } from "./suites.ts";

export class Transcript {
  readonly #messages: Uint8Array[];
  #hash: SuiteHash | undefined;

  constructor(messages: readonly Uint8Array[] = [], hash?: SuiteHash) {
    this.#messages = [...messages];
    this.#hash = hash;
  }

  /** A handshake message with its header. */
  add(message: Uint8Array): void {
    this.#messages.push(message);
  }

  /** Which hash: known once a cipher suite is chosen. */
  use(hash: SuiteHash): void {
    this.#hash = hash;
  }

  /** The hash of all messages so far. */
  hash(): Uint8Array {
    return suiteHashes[this.#hash!](this.bytes());
  }

  /** All messages so far: TLS 1.2 signs them with a hash of the signer's choice. */
  bytes(): Uint8Array {
    return joined(this.#messages);
  }

  /** A transcript that goes its own way from here. */
  fork(hash = this.#hash): Transcript {
    return new Transcript(this.#messages, hash);
  }

  /** Nobody asks any more: the handshake is over. */
  clear(): void {
    this.#messages.length = 0;
  }

  /** With a HelloRetryRequest the first ClientHello counts by its hash alone (section 4.4.1). */
  condenseFirst(): void {
    const first = this.#messages[0]!;
    const hashed = suiteHashes[this.#hash!](first);
    const header = Uint8Array.of(handshakeType.message_hash, 0, 0, hashed.length);
    this.#messages[0] = concat(header, hashed);
  }
}
