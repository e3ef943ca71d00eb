// What travelled over one TLS connection, as bytes, and the secrets that open it: kept beside a
// request's Trace, for the inspector, `curl -v` and `openssl s_client`. Nothing is decoded here;
// log/log.ts does that for whoever looks.

import type { Address } from "../address.ts";
import type { Connection } from "../connection.ts";
import type { TlsEvent } from "./contract.ts";

export type Direction = "to server" | "to client";

/** One line of a key log (SSLKEYLOGFILE): which secret, of which handshake. */
export interface KeyLogEntry {
  /** CLIENT_HANDSHAKE_TRAFFIC_SECRET, …, or CLIENT_RANDOM for TLS 1.2's master secret. */
  readonly label: string;
  readonly clientRandom: Uint8Array;
  readonly secret: Uint8Array;
}

/** Grows while the connection lives. Plain data. */
export interface TlsRecording {
  /** The end that kept it, and so the order in which it saw things. */
  readonly by: "client" | "server";
  readonly client: Address;
  readonly server: Address;
  /** As they were written and read, in pieces of any size. */
  readonly pieces: {
    /** Cluster milliseconds. */
    readonly at: number;
    readonly direction: Direction;
    readonly bytes: Uint8Array;
  }[];
  readonly secrets: KeyLogEntry[];
  /** How many bytes at the end were not kept. */
  leftOutBytes: number;
}

/** The most bytes that are kept of a connection: many handshakes long. */
const keptBytesMax = 64 * 1024;

/** Keeps what one end of a connection sends and receives. */
export class Recorder {
  readonly recording: TlsRecording;
  readonly #now: () => number;
  #bytes = 0;

  constructor(by: TlsRecording["by"], { local, remote }: Connection, now: () => number) {
    const [client, server] = by === "client" ? [local, remote] : [remote, local];
    this.recording = { by, client, server, pieces: [], secrets: [], leftOutBytes: 0 };
    this.#now = now;
  }

  sent(bytes: Uint8Array): void {
    this.#keep(this.recording.by === "client" ? "to server" : "to client", bytes);
  }

  received(bytes: Uint8Array): void {
    this.#keep(this.recording.by === "client" ? "to client" : "to server", bytes);
  }

  told(event: TlsEvent): void {
    if (event.type !== "secret") return;
    const { label, clientRandom, secret } = event;
    this.recording.secrets.push({ label, clientRandom, secret });
  }

  #keep(direction: Direction, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#bytes += bytes.length;
    if (this.#bytes > keptBytesMax) this.recording.leftOutBytes += bytes.length;
    else this.recording.pieces.push({ at: this.#now(), direction, bytes });
  }
}

/** Where a ClientHello's random stands in a first record: type 1, versions 2, lengths 2 + 4, 2. */
const randomAt = 11;

/** Whether a recording is of the connection that begins with these bytes. */
export function beginsWith({ pieces }: TlsRecording, bytes: Uint8Array): boolean {
  const known = pieces.find(({ direction }) => direction === "to server")?.bytes;
  if (!known || bytes.length < randomAt + 32 || known.length < randomAt + 32) return false;
  for (let i = randomAt; i < randomAt + 32; i++) if (known[i] !== bytes[i]) return false;
  return true;
}
