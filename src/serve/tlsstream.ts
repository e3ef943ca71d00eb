// A real TCP socket that speaks TLS, by the same engine that opens letters at the virtual desk:
// what Node's http server reads and writes is in the clear, what is on the socket is not.

import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { concat, noBytes } from "../base/bytes.ts";
import { Random } from "../base/random.ts";
import type { TlsOutput, TlsServerConfig } from "../net/tls/contract.ts";
import { TlsServer } from "../net/tls/server.ts";

/** Real randomness, for what leaves the simulation. */
export class SystemRandom extends Random {
  constructor() {
    super(0);
  }

  override bytes(length: number): Uint8Array {
    return new Uint8Array(randomBytes(length));
  }
}

type Done = (error?: Error | null) => void;

/** The server's side. It ends with the socket, and the socket with it. */
export class TlsStream extends Duplex {
  readonly #socket: Socket;
  readonly #engine: TlsServer;
  #waiting: (() => void) | undefined;

  constructor(socket: Socket, config: TlsServerConfig) {
    super();
    this.#socket = socket;
    this.#engine = new TlsServer(config);
    socket.setNoDelay(true);
    socket.on("data", (bytes: Uint8Array) => this.#take(this.#engine.receive(bytes)));
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
    socket.on("drain", () => {
      const go = this.#waiting;
      this.#waiting = undefined;
      go?.();
    });
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.#send(chunk, done);
  }

  /** A head and a body that were written apart travel in one record. */
  override _writev(chunks: { chunk: Uint8Array }[], done: Done): void {
    this.#send(concat(...chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: Done): void {
    if (this.#socket.destroyed) return done();
    // Whoever has read everything destroys the stream, so "done" means sent.
    const last = this.#engine.session ? this.#engine.close().bytes : noBytes;
    this.#socket.end(last, () => done());
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#socket.destroy();
    done(error);
  }

  #send(data: Uint8Array, done: Done): void {
    if (!this.#engine.session) return done(new Error("TLS data before the handshake"));
    if (this.#write(this.#engine.send(data).bytes)) done();
    else this.#waiting = done;
  }

  #write(bytes: Uint8Array): boolean {
    return bytes.length === 0 || this.#socket.destroyed || this.#socket.write(bytes);
  }

  #take({ bytes, data, closed, alert }: TlsOutput): void {
    this.#write(bytes);
    if (data.length > 0 && !this.push(data)) this.#socket.pause();
    if (alert) this.#socket.end();
    if (closed) this.push(null);
  }
}
