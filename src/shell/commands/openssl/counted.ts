// A connection that is watched from below TLS: how the peer begins, how much passes, whether it
// ended.

import type { Address } from "../../../net/address.ts";
import type { Connection } from "../../../net/connection.ts";
import type { NetError } from "../../../net/errors.ts";
import type { Trace } from "../../../net/trace.ts";

export class CountedConnection implements Connection {
  readonly #connection: Connection;
  #major: number | undefined;
  readBytes = 0;
  writtenBytes = 0;
  /** Whether the peer has ended. */
  ended = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Whether what came first is no record of TLS: its second byte would be 3. */
  get noTls(): boolean {
    return this.#major !== undefined && this.#major !== 3;
  }

  get local(): Address {
    return this.#connection.local;
  }

  get remote(): Address {
    return this.#connection.remote;
  }

  get trace(): Trace {
    return this.#connection.trace;
  }

  set trace(trace: Trace) {
    this.#connection.trace = trace;
  }

  async read(): Promise<Uint8Array | null> {
    const bytes = await this.#connection.read();
    this.ended ||= bytes === null;
    if (bytes) {
      this.#major ??= bytes[1 - this.readBytes];
      this.readBytes += bytes.length;
    }
    return bytes;
  }

  write(bytes: Uint8Array): void | Promise<void> {
    this.writtenBytes += bytes.length;
    return this.#connection.write(bytes);
  }

  end(): void {
    this.#connection.end();
  }

  destroy(fault?: NetError): void {
    this.#connection.destroy(fault);
  }
}
