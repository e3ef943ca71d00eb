// What clients and servers, TLS 1.2 and 1.3, have in common: records in and out, handshake
// messages put together, alerts, keys changed, events told.
//
// A handshake is a script: a generator that yields when it needs the peer's next message, and so
// reads from top to bottom like the ladder in the RFC. The engine feeds it.

import { assert, AssertionError } from "../../base/assert.ts";
import { concat, noBytes } from "../../base/bytes.ts";
import { alertCodes, alertName, TlsAlert } from "./alerts.ts";
import type { AlertName } from "./alerts.ts";
import { contentType, handshakeName, handshakeType } from "./codes.ts";
import type { HandshakeName, TlsVersion } from "./codes.ts";
import type { TlsEvent, TlsOutput, TlsSession } from "./contract.ts";
import { RecordReader, RecordWriter } from "./records.ts";
import type { Protection, TlsRecord } from "./records.ts";
import { Transcript } from "./transcript.ts";
import { number } from "./wire.ts";

export interface HandshakeMessage {
  readonly type: number;
  readonly body: Uint8Array;
  /** With its header. */
  readonly bytes: Uint8Array;
}

/** What a script is given when it has yielded. */
export type Incoming = HandshakeMessage | "change_cipher_spec";
export type Script<T = void> = Generator<undefined, T, Incoming>;

/** What happens once the handshake is complete. */
export interface AfterHandshake {
  /** A handshake message came. */
  message(message: HandshakeMessage): void;
  /** Data is about to be sealed. */
  beforeData?(): void;
  /** Changes this side's keys, and asks the peer to change its own. */
  updateKeys?(): void;
}

/** The longest handshake message that is put together: room for a long chain. */
const messageBytesMax = 128 * 1024;
/** Warnings and change_cipher_spec records that say nothing; more is a nuisance. */
const nuisancesMax = 16;

export class Engine {
  readonly transcript = new Transcript();
  readonly #reader = new RecordReader();
  readonly #writer = new RecordWriter();
  readonly #revealSecrets: boolean;
  #script: Script | undefined;
  #after: AfterHandshake | undefined;
  #partial: Uint8Array = noBytes;
  #data: Uint8Array[] = [];
  #events: TlsEvent[] = [];
  #nuisances = 0;
  #readClosed = false;
  #writeClosed = false;
  #alert: TlsAlert | undefined;
  #session: TlsSession | undefined;
  /** Undefined until it is chosen. */
  version: TlsVersion | undefined;

  constructor({ revealSecrets }: { revealSecrets: boolean }) {
    this.#revealSecrets = revealSecrets;
  }

  get session(): TlsSession | undefined {
    return this.#session;
  }

  /** Whether data may be sent. */
  get open(): boolean {
    return this.#session !== undefined && !this.#writeClosed;
  }

  /** Starts a script; a client's writes its first message. */
  start(script: Script): TlsOutput {
    return this.#guarded(() => {
      this.#script = script;
      script.next();
    });
  }

  receive(bytes: Uint8Array): TlsOutput {
    return this.#guarded(() => {
      if (this.#readClosed) return;
      this.#reader.push(bytes);
      for (let record; !this.#readClosed && (record = this.#reader.next());) this.#take(record);
    });
  }

  send(data: Uint8Array): TlsOutput {
    assert(this.open, "TLS data sent before the handshake, or after the end");
    return this.#guarded(() => {
      if (data.length === 0) return;
      this.#after?.beforeData?.();
      this.#writer.write(contentType.application_data, data);
    });
  }

  close(): TlsOutput {
    return this.#guarded(() => this.#closeWriting("close_notify"));
  }

  /** Changes the keys of both directions, where the version can (TLS 1.3). */
  updateKeys(): TlsOutput {
    assert(this.open, "TLS keys changed before the handshake, or after the end");
    return this.#guarded(() => this.#after?.updateKeys?.());
  }

  // ——— for scripts ———

  /** Sends a handshake message, and adds it to the transcript. */
  message(name: HandshakeName, body: Uint8Array): void {
    const bytes = concat(Uint8Array.of(handshakeType[name]), number(body.length, 3), body);
    if (!this.#session) this.transcript.add(bytes);
    const sealed = this.#writer.protection !== undefined;
    this.#events.push({ type: "message", direction: "sent", name, bytes, sealed });
    this.#writer.write(contentType.handshake, bytes);
  }

  /** The header of the first ClientHello's record says TLS 1.0, for old middleboxes. */
  set firstRecords(first: boolean) {
    this.#writer.legacyVersion = first ? 0x0301 : 0x0303;
  }

  changeCipherSpec(): void {
    this.#events.push({ type: "change_cipher_spec", direction: "sent" });
    this.#writer.writeClear(contentType.change_cipher_spec, Uint8Array.of(1));
  }

  get writing(): Protection | undefined {
    return this.#writer.protection;
  }

  writeWith(protection: Protection): void {
    this.#writer.protection = protection;
  }

  /** The peer's next record is sealed with these keys. No message may straddle the change. */
  readWith(protection: Protection): void {
    if (this.#partial.length > 0) {
      throw new TlsAlert("unexpected_message", "a message that straddles a change of keys");
    }
    this.#reader.protection = protection;
  }

  secret(label: string, clientRandom: Uint8Array, secret: Uint8Array): void {
    if (this.#revealSecrets) this.tell({ type: "secret", label, clientRandom, secret });
  }

  tell(event: TlsEvent): void {
    this.#events.push(event);
  }

  /** The handshake is complete; messages that come once the script is over go to `after`. */
  establish(session: TlsSession, after: AfterHandshake): void {
    this.#session = session;
    this.#after = after;
    this.#reader.handshaking = false;
    this.tell({ type: "established", session });
  }

  /** An alert that refuses something without ending the connection. */
  warn(alert: AlertName): void {
    this.#writeAlert(1, alert);
  }

  // ——— records ———

  #take({ type, fragment, sealed }: TlsRecord): void {
    if (this.#partial.length > 0 && type !== contentType.handshake) {
      throw new TlsAlert("unexpected_message", "another record within a handshake message");
    }
    switch (type) {
      case contentType.handshake:
        return this.#takeHandshake(fragment, sealed);
      case contentType.application_data:
        if (!this.#session) throw new TlsAlert("unexpected_message", "data before the handshake");
        this.#nuisances = 0;
        if (fragment.length > 0) this.#data.push(fragment);
        return;
      case contentType.alert:
        return this.#takeAlert(fragment);
      case contentType.change_cipher_spec:
        return this.#takeChange(fragment, sealed);
      default:
        throw new TlsAlert("unexpected_message", `record of type ${type}`);
    }
  }

  #takeHandshake(fragment: Uint8Array, sealed: boolean): void {
    let buffer = this.#partial.length > 0 ? concat(this.#partial, fragment) : fragment;
    this.#partial = buffer;
    while (buffer.length >= 4) {
      const length = (buffer[1]! << 16) | (buffer[2]! << 8) | buffer[3]!;
      if (length > messageBytesMax) {
        throw new TlsAlert("illegal_parameter", `handshake message of ${length} bytes`);
      }
      if (buffer.length < 4 + length) return;
      const bytes = buffer.subarray(0, 4 + length);
      buffer = buffer.subarray(4 + length);
      this.#partial = buffer;
      const message = { type: bytes[0]!, body: bytes.subarray(4), bytes };
      const name = handshakeName(message.type);
      this.#events.push({ type: "message", direction: "received", name, bytes, sealed });
      this.#resume(message);
      if (this.#readClosed) return;
    }
  }

  #resume(incoming: Incoming): void {
    if (this.#script) {
      if (!this.#script.next(incoming).done) return;
      this.#script = undefined;
      this.transcript.clear();
    } else if (incoming === "change_cipher_spec" || !this.#after) {
      throw new TlsAlert("unexpected_message", "change_cipher_spec after the handshake");
    } else this.#after.message(incoming);
  }

  #takeAlert(fragment: Uint8Array): void {
    if (fragment.length !== 2) throw new TlsAlert("decode_error", "an alert of another size");
    const [level, code] = fragment;
    const name = alertName(code!);
    this.#events.push({ type: "alert", direction: "received", alert: name ?? String(code) });
    if (name === "close_notify") {
      this.#readClosed = true;
      return;
    }
    const harmless = name === "user_canceled" || (level === 1 && this.version !== "TLSv1.3");
    if (harmless) return this.#nuisance();
    this.#alert = new TlsAlert(name ?? "internal_error", `alert ${code} received`, "peer");
    this.#readClosed = this.#writeClosed = true;
  }

  #takeChange(fragment: Uint8Array, sealed: boolean): void {
    if (sealed && this.version === "TLSv1.3") {
      throw new TlsAlert("unexpected_message", "a sealed change_cipher_spec");
    }
    if (fragment.length !== 1 || fragment[0] !== 1 || this.version === undefined) {
      throw new TlsAlert("unexpected_message", "change_cipher_spec out of place");
    }
    this.#events.push({ type: "change_cipher_spec", direction: "received" });
    if (this.version === "TLSv1.3") return this.#nuisance();
    this.#resume("change_cipher_spec");
  }

  #nuisance(): void {
    if (++this.#nuisances > nuisancesMax) {
      throw new TlsAlert("unexpected_message", "too many records that say nothing");
    }
  }

  // ——— ends ———

  #guarded(work: () => void): TlsOutput {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
    const output: TlsOutput = {
      bytes: this.#writer.take(),
      data: this.#data.length === 1 ? this.#data[0]! : concat(noBytes, ...this.#data),
      events: this.#events,
      closed: this.#readClosed,
      alert: this.#alert,
    };
    if (this.#data.length > 0) this.#data = [];
    if (this.#events.length > 0) this.#events = [];
    return output;
  }

  /** Whatever went wrong, the peer is told and the connection is over. */
  #fail(error: unknown): void {
    const alert =
      error instanceof TlsAlert
        ? error
        : new TlsAlert("internal_error", error instanceof Error ? error.message : String(error));
    if (error instanceof AssertionError) alert.cause = error;
    this.#alert ??= alert;
    this.#readClosed = true;
    if (!this.#writeClosed) this.#closeWriting(alert.alert);
  }

  #closeWriting(alert: AlertName): void {
    if (this.#writeClosed) return;
    this.#writeAlert(alert === "close_notify" ? 1 : 2, alert);
    this.#writeClosed = true;
  }

  #writeAlert(level: number, alert: AlertName): void {
    this.#events.push({ type: "alert", direction: "sent", alert });
    this.#writer.write(contentType.alert, Uint8Array.of(level, alertCodes[alert]));
  }
}

/** Waits for one of these messages, and adds it to the transcript. */
export function* expectMessage(
  engine: Engine,
  ...names: readonly HandshakeName[]
): Script<HandshakeMessage> {
  const message = yield;
  if (
    message === "change_cipher_spec" ||
    !names.some((one) => handshakeType[one] === message.type)
  ) {
    const seen = message === "change_cipher_spec" ? message : handshakeName(message.type);
    throw new TlsAlert("unexpected_message", `expected ${names.join(" or ")}, saw ${seen}`);
  }
  engine.transcript.add(message.bytes);
  return message;
}

/** Waits for the peer's change_cipher_spec, which is no handshake message (TLS 1.2). */
export function* expectChange(): Script {
  const seen = yield;
  if (seen !== "change_cipher_spec") {
    const name = handshakeName(seen.type);
    throw new TlsAlert("unexpected_message", `expected change_cipher_spec, saw ${name}`);
  }
}
