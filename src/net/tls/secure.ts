// TLS over a Connection: the engine's bytes go out on one side, and the application has an
// ordinary Connection on the other.
//
//   const secure = await acceptTls(connection, config, { by: host.actor });
//   await serveHttp(secure, { scheme: "https", … });
//
//   const secure = await connectTls(connection, config);

import type { Actor, Trace } from "../trace.ts";
import type { Address } from "../address.ts";
import type { Connection } from "../connection.ts";
import { NetError } from "../errors.ts";
import { commonName } from "../x509/name.ts";
import type { Certificate } from "../x509/certificate.ts";
import { TlsAlert } from "./alerts.ts";
import { TlsClient } from "./client.ts";
import type {
  TlsClientConfig,
  TlsEngine,
  TlsEvent,
  TlsOutput,
  TlsServerConfig,
  TlsSession,
} from "./contract.ts";
import { readClientHello } from "./hellos.ts";
import { readOffer } from "./offer.ts";
import { beginsWith, Recorder } from "./recording.ts";
import { TlsServer } from "./server.ts";

/** A connection whose bytes are sealed on the way. */
export interface SecureConnection extends Connection {
  readonly session: TlsSession;
}

export interface SecureOptions {
  /** Told of everything that happens inside, in order. */
  onEvent?(event: TlsEvent): void;
}

/**
 * The server's side. Leaves a `handshake` hop, also for one that failed. Throws TlsAlert when
 * either side refuses (the connection is ended then), NetError when the connection breaks.
 * `why` tells of the choice of certificate; as a function it is asked once that is made.
 */
export async function acceptTls(
  connection: Connection,
  config: TlsServerConfig,
  { by, why = "", onEvent }: SecureOptions & { by: Actor; why?: string | (() => string) },
): Promise<SecureConnection> {
  const { trace } = connection;
  let hello: Uint8Array | undefined;
  const noted = (event: TlsEvent): void => {
    if (event.type === "message" && event.name === "client_hello") hello = event.bytes;
    onEvent?.(event);
  };
  const server = new TlsServer(config, { revealSecrets: trace.on || config.revealSecrets });
  const secure = new EngineConnection(connection, server, { by: "server", onEvent: noted });
  try {
    await secure.handshake();
  } catch (error) {
    const alert = error instanceof TlsAlert ? error.alert : undefined;
    const said = error instanceof Error ? error.message : String(error);
    note(trace, by, { session: undefined, sni: serverNameOf(hello), alert, why: said });
    throw error;
  }
  note(trace, by, {
    session: secure.session,
    sni: secure.session.serverName,
    alert: undefined,
    why: typeof why === "string" ? why : why(),
  });
  return secure;
}

/** The client's side. Throws TlsAlert when either side refuses, NetError when it breaks. */
export async function connectTls(
  connection: Connection,
  config: TlsClientConfig,
  { onEvent }: SecureOptions = {},
): Promise<SecureConnection> {
  const client = new TlsClient(config, {
    revealSecrets: connection.trace.on || config.revealSecrets,
  });
  const secure = new EngineConnection(connection, client, {
    by: "client",
    ...(onEvent && { onEvent }),
  });
  void secure.take(client.start());
  await secure.handshake();
  return secure;
}

class EngineConnection implements SecureConnection {
  readonly #connection: Connection;
  readonly #engine: TlsEngine;
  readonly #onEvent: SecureOptions["onEvent"];
  readonly #by: "client" | "server";
  #recorder: Recorder | undefined;
  #begun = false;
  #data: Uint8Array[] = [];
  #closed = false;
  #ended = false;
  #failure: TlsAlert | undefined;

  constructor(
    connection: Connection,
    engine: TlsEngine,
    { by, onEvent }: SecureOptions & { by: "client" | "server" },
  ) {
    this.#connection = connection;
    this.#engine = engine;
    this.#by = by;
    this.#onEvent = onEvent;
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
    const recording = this.#recorder?.recording;
    if (recording && trace.on && !trace.recordings.includes(recording)) {
      trace.recordings.push(recording);
    }
  }

  get session(): TlsSession {
    return this.#engine.session!;
  }

  /** Exchanges messages until both sides agree, or one refuses. */
  async handshake(): Promise<void> {
    while (!this.#engine.session) {
      if (this.#failure) throw this.#failure;
      const bytes = this.#closed ? null : await this.#connection.read();
      if (bytes === null) {
        this.#connection.end();
        throw new NetError("ended", "the peer ended during the TLS handshake");
      }
      this.#receive(bytes);
    }
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const data = this.#data.shift();
      if (data) return data;
      if (this.#failure) throw new NetError("reset", this.#failure.message);
      if (this.#closed) return null;
      const bytes = await this.#connection.read();
      // RFC 8446 section 6.1: an end without close_notify may be a cut by somebody else.
      if (bytes === null) throw new NetError("reset", "the peer ended without close_notify");
      this.#receive(bytes);
    }
  }

  write(bytes: Uint8Array): void | Promise<void> {
    if (this.#failure) return;
    if (this.#ended) throw new NetError("closed", "write after end");
    return this.take(this.#engine.send(bytes));
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    void this.take(this.#engine.close());
    this.#connection.end();
  }

  destroy(fault?: NetError): void {
    this.#connection.destroy(fault);
  }

  /** Sends and keeps what the engine gave. */
  take({ bytes, data, events, closed, alert }: TlsOutput): void | Promise<void> {
    if (this.#by === "client") this.#record(bytes);
    this.#recorder?.sent(bytes);
    for (const event of events) {
      this.#recorder?.told(event);
      this.#onEvent?.(event);
    }
    if (data.length > 0) this.#data.push(data);
    this.#closed ||= closed;
    const written = bytes.length > 0 && !this.#failure ? this.#connection.write(bytes) : undefined;
    if (alert && !this.#failure) {
      this.#failure = alert;
      this.#connection.end();
    }
    return written;
  }

  #receive(bytes: Uint8Array): void {
    this.#record(bytes);
    this.#recorder?.received(bytes);
    void this.take(this.#engine.receive(bytes));
  }

  /** Begins a recording with the first bytes, unless the other end keeps one of the same. */
  #record(first: Uint8Array): void {
    const { trace } = this.#connection;
    if (this.#recorder || this.#begun || !trace.on) return;
    this.#begun = true;
    if (trace.recordings.some((one) => beginsWith(one, first))) return;
    this.#recorder = new Recorder(this.#by, this.#connection, () => this.trace.now());
    trace.recordings.push(this.#recorder.recording);
  }
}

function note(
  trace: Trace,
  by: Actor,
  o: {
    session: TlsSession | undefined;
    sni: string | undefined;
    alert: string | undefined;
    why: string;
  },
): void {
  if (!trace.on) return;
  const { session, sni, alert, why } = o;
  trace.add(by, {
    did: "handshake",
    sni,
    version: session?.version,
    cipher: session?.suite.opensslName,
    certificate: session?.ownChain[0] && subjectOf(session.ownChain[0]),
    alert,
    why,
  });
}

function subjectOf({ subject }: Certificate): string {
  return commonName(subject) ?? "(no common name)";
}

/** The name that a hello asks for, as far as it can be read. */
function serverNameOf(hello: Uint8Array | undefined): string | undefined {
  if (!hello) return undefined;
  try {
    return readOffer(readClientHello(hello.subarray(4))).serverName;
  } catch {
    return undefined; // the handshake failed for that very reason
  }
}
