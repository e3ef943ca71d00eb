// A two-way stream of bytes between two addresses: the contract that the virtual network and
// real sockets both keep, and that every protocol engine is driven over.

import type { Address } from "./address.ts";
import type { NetError } from "./errors.ts";
import type { Trace } from "./trace.ts";

export interface Connection {
  readonly local: Address;
  readonly remote: Address;
  /**
   * The request travelling now. Both ends see the same one. A client that sends a further
   * request over a kept-alive connection puts that request's trace here before it writes.
   */
  trace: Trace;
  /** The next bytes; null once the peer has ended. Throws NetError when torn down. */
  read(): Promise<Uint8Array | null>;
  /**
   * Sends bytes. The array must not be changed afterwards. Returns a promise only when the
   * peer is slow and the writer ought to wait. After a teardown the bytes are dropped.
   */
  write(bytes: Uint8Array): void | Promise<void>;
  /** No more bytes from this side; the other side may still send. */
  end(): void;
  /** Tears the connection down; the peer's reads throw `fault` (a reset when not given). */
  destroy(fault?: NetError): void;
}
