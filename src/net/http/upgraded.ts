// A connection that speaks another protocol after an HTTP upgrade: its first read gives what had
// arrived behind the HTTP message.

import type { Address } from "../address.ts";
import type { Connection } from "../connection.ts";
import type { NetError } from "../errors.ts";
import type { Trace } from "../trace.ts";

export class UpgradedConnection implements Connection {
  readonly #connection: Connection;
  #first: Uint8Array | undefined;

  constructor(connection: Connection, first: Uint8Array) {
    this.#connection = connection;
    this.#first = first.length > 0 ? first : undefined;
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

  read(): Promise<Uint8Array | null> {
    if (this.#first === undefined) return this.#connection.read();
    const first = this.#first;
    this.#first = undefined;
    return Promise.resolve(first);
  }

  write(bytes: Uint8Array): void | Promise<void> {
    return this.#connection.write(bytes);
  }

  end(): void {
    this.#connection.end();
  }

  destroy(fault?: NetError): void {
    this.#connection.destroy(fault);
  }
}
