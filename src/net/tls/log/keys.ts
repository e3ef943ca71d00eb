// Which key opens which record: follows a conversation from outside, as Wireshark does with a key
// log (SSLKEYLOGFILE). The same Protection that sealed a record opens it here.

import { hex } from "../../../base/bytes.ts";
import { TlsAlert } from "../alerts.ts";
import { contentType, handshakeType, versionCode } from "../codes.ts";
import type { TlsVersion } from "../codes.ts";
import { readExtension } from "../extensions.ts";
import { asksForRetry, readServerHello } from "../hellos.ts";
import type { Direction, KeyLogEntry } from "../recording.ts";
import type { Protection } from "../records.ts";
import { keyBlock } from "../schedule12.ts";
import { trafficKeys, updatedSecret } from "../schedule13.ts";
import { cipherSuites } from "../suites.ts";
import type { CipherSuite } from "../suites.ts";

export interface Opened {
  /** The true type, where it is known. */
  readonly type: number;
  readonly sealed: boolean;
  readonly plaintext: Uint8Array | undefined;
  readonly openedBy: string | undefined;
  /** How many bytes of nonce stand in front of the ciphertext. */
  readonly nonceBytes: number;
}

interface Side {
  /** Whether the next record is sealed, whatever we can open. */
  sealed: boolean;
  label: string;
  secret: Uint8Array | undefined;
  protection: Protection | undefined;
}

const prefix = { "to server": "CLIENT", "to client": "SERVER" } as const;

export class Keys {
  version: TlsVersion | undefined;
  suite: CipherSuite | undefined;
  readonly #secrets: readonly KeyLogEntry[];
  readonly #sides: Readonly<Record<Direction, Side>> = { "to server": side(), "to client": side() };
  #clientRandom: Uint8Array | undefined;
  #serverRandom: Uint8Array | undefined;

  constructor(secrets: readonly KeyLogEntry[]) {
    this.#secrets = secrets;
  }

  /** The content of a whole record. */
  open(direction: Direction, bytes: Uint8Array): Opened {
    const { label, protection, sealed } = this.#sides[direction];
    const type = bytes[0]!;
    const fragment = bytes.subarray(5);
    if (!sealed || this.#clearBetween(type, fragment)) {
      return { type, sealed: false, plaintext: fragment, openedBy: undefined, nonceBytes: 0 };
    }
    const explicit = this.version === "TLSv1.2" && this.suite?.aead !== "ChaCha20-Poly1305";
    const shut = { type, sealed, plaintext: undefined, openedBy: undefined };
    const nonceBytes = explicit ? Math.min(8, fragment.length) : 0;
    if (!protection) return { ...shut, nonceBytes };
    try {
      const openedBy = `${label}, record ${protection.sequence}`;
      const inside = protection.open(type, bytes.subarray(0, 5), fragment);
      return { type: inside.type, sealed, plaintext: inside.fragment, openedBy, nonceBytes };
    } catch (error) {
      if (!(error instanceof TlsAlert)) throw error;
      return { ...shut, nonceBytes }; // forged, or sealed with keys that are not known
    }
  }

  /** What passes in the clear between sealed records of TLS 1.3 (records.ts). */
  #clearBetween(type: number, fragment: Uint8Array): boolean {
    if (this.version !== "TLSv1.3") return false;
    return (
      type === contentType.change_cipher_spec ||
      (type === contentType.alert && fragment.length === 2)
    );
  }

  /** A change_cipher_spec: in TLS 1.2 the next record of its side is sealed. */
  changed(direction: Direction): void {
    if (this.version !== "TLSv1.2") return;
    const side = this.#sides[direction];
    side.sealed = true;
    side.label = "CLIENT_RANDOM";
    const master = this.#secret(side.label);
    const [clientRandom, serverRandom] = [this.#clientRandom, this.#serverRandom];
    if (!master || !clientRandom || !serverRandom || !this.suite) return;
    const block = keyBlock({ suite: this.suite, master, clientRandom, serverRandom });
    side.protection = direction === "to server" ? block.client : block.server;
  }

  /** A handshake message passed: it may change the keys. */
  message(direction: Direction, bytes: Uint8Array): void {
    const type = bytes[0];
    if (type === handshakeType.client_hello && bytes.length >= 38) {
      this.#clientRandom ??= bytes.subarray(6, 38);
    } else if (type === handshakeType.server_hello) this.#serverHello(bytes);
    else if (this.version !== "TLSv1.3") return;
    else if (type === handshakeType.finished) {
      this.#use(direction, `${prefix[direction]}_TRAFFIC_SECRET_0`);
    } else if (type === handshakeType.key_update) this.#update(direction);
  }

  #serverHello(bytes: Uint8Array): void {
    try {
      const hello = readServerHello(bytes.subarray(4));
      this.suite = cipherSuites.find(({ code }) => code === hello.suite);
      const chosen = readExtension(hello.extensions, "supported_versions", (data) =>
        data.number(2),
      );
      this.version = chosen === versionCode["TLSv1.3"] ? "TLSv1.3" : "TLSv1.2";
      if (asksForRetry(hello)) return;
      this.#serverRandom = hello.random;
    } catch (error) {
      if (error instanceof TlsAlert) return; // a hello that nobody can read
      throw error;
    }
    if (this.version !== "TLSv1.3") return;
    for (const direction of ["to server", "to client"] as const) {
      this.#use(direction, `${prefix[direction]}_HANDSHAKE_TRAFFIC_SECRET`);
    }
  }

  #use(direction: Direction, label: string, secret = this.#secret(label)): void {
    const side = this.#sides[direction];
    const { suite } = this;
    side.sealed = true;
    side.label = label;
    side.secret = secret;
    side.protection = suite && secret ? trafficKeys(suite, secret) : undefined;
  }

  #update(direction: Direction): void {
    const { label, secret } = this.#sides[direction];
    if (!secret || !this.suite) return;
    const count = Number(/\d+$/.exec(label)?.[0] ?? 0) + 1;
    const name = `${prefix[direction]}_TRAFFIC_SECRET_${count}`;
    this.#use(direction, name, updatedSecret(this.suite, secret));
  }

  #secret(label: string): Uint8Array | undefined {
    const random = this.#clientRandom && hex(this.#clientRandom);
    return this.#secrets.find((one) => one.label === label && hex(one.clientRandom) === random)
      ?.secret;
  }
}

function side(): Side {
  return { sealed: false, label: "", secret: undefined, protection: undefined };
}
