// A connection in memory: two ends, each a Connection, bytes carried by the clock.
//
// Bytes written at one instant travel as one clock event and arrive in order `latencyMs`
// later; what waits unread is handed out by one `read`. A writer that is `windowBytes` ahead
// of its reader is told to wait. Nothing happens inside another's write.

import type { Clock } from "../base/clock.ts";
import type { Address } from "./address.ts";
import type { Connection } from "./connection.ts";
import { NetError } from "./errors.ts";
import type { Trace } from "./trace.ts";

/** How far a writer may be ahead of its reader before `write` asks it to wait. */
export const windowBytes = 256 * 1024;

/** What both ends share. */
export interface PairOptions {
  readonly clock: Clock;
  readonly latencyMs: number;
  readonly trace: Trace;
  /** The dialling side as it sees itself and the other. */
  readonly client: { readonly local: Address; readonly remote: Address };
  /** The accepting side as it sees itself and the other (address translation shows here). */
  readonly server: { readonly local: Address; readonly remote: Address };
  /** Called once, when neither side can send any more. */
  onClosed?(): void;
}

/** Two connected ends. */
export function connectionPair(options: PairOptions): { client: PairEnd; server: PairEnd } {
  const link: Link = { ...options, open: 2, torn: false };
  const client = new PairEnd(link, options.client);
  const server = new PairEnd(link, options.server);
  client.join(server);
  server.join(client);
  return { client, server };
}

/** The state of both ends together. */
interface Link {
  readonly clock: Clock;
  readonly latencyMs: number;
  trace: Trace;
  /** Directions in which bytes may still be sent. */
  open: number;
  /** One side has torn the connection down; what the other still writes is lost. */
  torn: boolean;
  onClosed?(): void;
}

/** Bytes under way, written at one instant. */
interface Parcel {
  readonly sentAt: number;
  readonly chunks: Uint8Array[];
  /** The sender's last parcel: its end, or its teardown. */
  last: "end" | NetError | undefined;
}

/** One end of a pair. */
export class PairEnd implements Connection {
  readonly local: Address;
  readonly remote: Address;
  readonly #link: Link;
  #peer!: PairEnd;

  // Sending: what is under way, and how far ahead of the peer's reader we are.
  #parcel: Parcel | undefined;
  #aheadBytes = 0;
  #sendable = true;
  #drained: { promise: Promise<void>; resolve: () => void } | undefined;

  // Receiving: what arrived and nobody read yet.
  #arrived: Uint8Array[] = [];
  #over: "end" | NetError | undefined;
  #reader: { resolve(bytes: Uint8Array | null): void; reject(error: NetError): void } | undefined;

  constructor(link: Link, addresses: { local: Address; remote: Address }) {
    this.#link = link;
    this.local = addresses.local;
    this.remote = addresses.remote;
  }

  /** Wires the two ends; for `connectionPair` only. */
  join(peer: PairEnd): void {
    this.#peer = peer;
  }

  get trace(): Trace {
    return this.#link.trace;
  }

  set trace(trace: Trace) {
    this.#link.trace = trace;
  }

  read(): Promise<Uint8Array | null> {
    if (this.#reader) {
      return Promise.reject(new NetError("closed", "read while another read is waiting"));
    }
    if (this.#arrived.length > 0) return Promise.resolve(this.#take());
    if (this.#over === "end") return Promise.resolve(null);
    if (this.#over !== undefined) return Promise.reject(this.#over);
    return new Promise((resolve, reject) => (this.#reader = { resolve, reject }));
  }

  write(bytes: Uint8Array): void | Promise<void> {
    if (this.#link.torn) return;
    if (!this.#sendable) throw new NetError("closed", "write after end");
    if (bytes.length === 0) return;
    this.#underWay().chunks.push(bytes);
    this.#aheadBytes += bytes.length;
    if (this.#aheadBytes < windowBytes) return;
    if (!this.#drained) {
      let resolve = (): void => {};
      this.#drained = { promise: new Promise<void>((done) => (resolve = done)), resolve };
    }
    return this.#drained.promise;
  }

  end(): void {
    if (!this.#sendable) return;
    this.#underWay().last = "end";
    this.#stopSending();
  }

  destroy(fault?: NetError): void {
    if (this.#over instanceof NetError) return;
    const said = fault ?? new NetError("reset", "connection reset by peer");
    if (this.#over === "end" && this.#link.open === 0) {
      // Both sides had ended already: a plain close, of which the peer hears nothing.
    } else if (this.#sendable) {
      this.#underWay().last = said;
      this.#stopSending();
    } else {
      // Our own end is under way or delivered already; the teardown follows it.
      this.#link.clock.after(this.#link.latencyMs, () => this.#peer.#tornDown(said));
    }
    this.#link.torn = true;
    this.#arrived = [];
    this.#over = new NetError("closed", "connection closed on this side");
    this.#peer.#stopSending();
    this.#drain();
    this.#wake();
  }

  /** The parcel of this instant; scheduled when it is new. */
  #underWay(): Parcel {
    const { clock, latencyMs } = this.#link;
    const sentAt = clock.now();
    if (this.#parcel?.sentAt === sentAt) return this.#parcel;
    const parcel: Parcel = { sentAt, chunks: [], last: undefined };
    this.#parcel = parcel;
    clock.after(latencyMs, () => {
      if (this.#parcel === parcel) this.#parcel = undefined;
      this.#peer.#receive(parcel);
    });
    return parcel;
  }

  #receive({ chunks, last }: Parcel): void {
    if (this.#over !== undefined) return;
    if (this.#arrived.length === 0) this.#arrived = chunks;
    else for (const chunk of chunks) this.#arrived.push(chunk);
    if (last !== undefined && last !== "end") this.#tornDown(last);
    else {
      this.#over = last;
      this.#wake();
    }
  }

  /** The peer tore the connection down. What arrived before can still be read. */
  #tornDown(fault: NetError): void {
    if (this.#over instanceof NetError) return;
    this.#over = fault;
    this.#stopSending();
    this.#drain();
    this.#wake();
  }

  #wake(): void {
    const reader = this.#reader;
    if (!reader) return;
    if (this.#arrived.length > 0) {
      this.#reader = undefined;
      reader.resolve(this.#take());
    } else if (this.#over !== undefined) {
      this.#reader = undefined;
      if (this.#over === "end") reader.resolve(null);
      else reader.reject(this.#over);
    }
  }

  /** Everything that waits, in one array. */
  #take(): Uint8Array {
    const bytes = joined(this.#arrived);
    this.#arrived = [];
    this.#peer.#acknowledge(bytes.length);
    return bytes;
  }

  /** The peer has read; a waiting writer learns it when the acknowledgement arrives. */
  #acknowledge(bytes: number): void {
    this.#aheadBytes -= bytes;
    if (this.#drained && this.#aheadBytes < windowBytes) {
      this.#link.clock.after(this.#link.latencyMs, () => {
        if (this.#aheadBytes < windowBytes) this.#drain();
      });
    }
  }

  #drain(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  #stopSending(): void {
    if (!this.#sendable) return;
    this.#sendable = false;
    if (--this.#link.open === 0) this.#link.onClosed?.();
  }
}

/** The chunks as one array; a single chunk is not copied. */
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}
