// After a TLS 1.3 handshake: KeyUpdate in both directions (RFC 8446 section 4.6.3).

import { TlsAlert } from "./alerts.ts";
import { handshakeName, handshakeType } from "./codes.ts";
import type { AfterHandshake, Engine, HandshakeMessage } from "./engine.ts";
import type { Protection } from "./records.ts";
import { trafficKeys, updatedSecret } from "./schedule13.ts";
import type { CipherSuite } from "./suites.ts";

/** Records after which AES-GCM keys ought to be changed (RFC 8446 section 5.5), rounded down. */
const recordsMax = 2 ** 24;
/** KeyUpdates of the peer; a connection of 2^24 records each would be petabytes long. */
const updatesMax = 1024;

/** The application traffic keys of one side of a connection. */
export class Traffic implements AfterHandshake {
  readonly #engine: Engine;
  readonly #suite: CipherSuite;
  #read: Uint8Array;
  #write: Uint8Array;
  #updates = 0;

  constructor(
    engine: Engine,
    suite: CipherSuite,
    secrets: { read: Uint8Array; write: Uint8Array },
  ) {
    this.#engine = engine;
    this.#suite = suite;
    this.#read = secrets.read;
    this.#write = secrets.write;
  }

  readKeys(): Protection {
    return trafficKeys(this.#suite, this.#read);
  }

  writeKeys(): Protection {
    return trafficKeys(this.#suite, this.#write);
  }

  /** A message behind the handshake: only a KeyUpdate may come here. */
  message({ type, body }: HandshakeMessage): void {
    if (type !== handshakeType.key_update) {
      throw new TlsAlert("unexpected_message", `${handshakeName(type)} after the handshake`);
    }
    const asked = body[0];
    if (body.length !== 1 || asked === undefined) throw new TlsAlert("decode_error", "a KeyUpdate");
    if (asked > 1) throw new TlsAlert("illegal_parameter", "a KeyUpdate");
    if (++this.#updates > updatesMax) throw new TlsAlert("unexpected_message", "KeyUpdate again");
    this.#read = updatedSecret(this.#suite, this.#read);
    this.#engine.readWith(this.readKeys());
    if (asked === 1) this.#update({ answer: false });
  }

  /** Changes our keys when they have sealed enough. */
  beforeData(): void {
    const sealed = this.#engine.writing?.sequence ?? 0;
    if (sealed >= recordsMax) this.#update({ answer: false });
  }

  updateKeys(): void {
    this.#update({ answer: true });
  }

  /** Changes our keys; `answer` asks the peer to change its own too. */
  #update({ answer }: { answer: boolean }): void {
    this.#engine.message("key_update", Uint8Array.of(answer ? 1 : 0));
    this.#write = updatedSecret(this.#suite, this.#write);
    this.#engine.writeWith(this.writeKeys());
  }
}
