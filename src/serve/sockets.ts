// A real TCP socket as a Connection.

import type { Socket } from "node:net";
import { NetError } from "../net/errors.ts";
import type { Address } from "../net/address.ts";
import type { Connection } from "../net/connection.ts";
import type { Trace } from "../net/trace.ts";

/** How many bytes may wait unread before the socket is told to pause. */
const unreadBytesMax = 256 * 1024;

/** Wraps a connected socket. The socket belongs to the connection from then on. */
export class SocketConnection implements Connection {
  readonly local: Address;
  readonly remote: Address;
  trace: Trace;
  readonly #socket: Socket;
  readonly #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  #ended = false;
  #fault: NetError | undefined;
  #wake: (() => void) | undefined;

  readonly #arrive: () => Promise<void>;

  /** @param arrive brings cluster time up to now; awaited before bytes are handed on. */
  constructor(socket: Socket, trace: Trace, arrive: () => Promise<void>) {
    this.#socket = socket;
    this.#arrive = arrive;
    this.trace = trace;
    this.local = { ip: socket.localAddress ?? "127.0.0.1", port: socket.localPort ?? 0 };
    this.remote = { ip: socket.remoteAddress ?? "127.0.0.1", port: socket.remotePort ?? 0 };
    socket.setNoDelay(true);
    socket.on("data", (chunk: Uint8Array) => this.#take(chunk));
    socket.on("end", () => {
      this.#ended = true;
      this.#wake?.();
    });
    socket.on("error", (error) => this.#fail(new NetError("reset", error.message)));
    socket.on("close", () => this.#fail(new NetError("closed", "the socket is closed")));
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const chunk = this.#unread.shift();
      if (chunk) {
        this.#unreadBytes -= chunk.length;
        if (this.#unreadBytes < unreadBytesMax) this.#socket.resume();
        await this.#arrive();
        return chunk;
      }
      if (this.#ended) return null;
      if (this.#fault) throw this.#fault;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  write(bytes: Uint8Array): void | Promise<void> {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    if (this.#socket.write(bytes)) return;
    return new Promise((resolve) => {
      const go = (): void => {
        this.#socket.off("drain", go).off("close", go);
        resolve();
      };
      this.#socket.on("drain", go).on("close", go);
    });
  }

  end(): void {
    this.#socket.end();
  }

  destroy(fault?: NetError): void {
    this.#fault ??= fault ?? new NetError("closed", "closed on this side");
    if (fault?.fault === "closed") this.#socket.destroy();
    else this.#socket.resetAndDestroy();
    this.#wake?.();
  }

  #take(chunk: Uint8Array): void {
    this.#unread.push(chunk);
    this.#unreadBytes += chunk.length;
    if (this.#unreadBytes >= unreadBytesMax) this.#socket.pause();
    this.#wake?.();
  }

  #fail(fault: NetError): void {
    this.#fault ??= fault;
    this.#wake?.();
  }
}
