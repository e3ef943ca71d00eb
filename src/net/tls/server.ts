// The server's engine: see contract.ts.

import type { TlsEngine, TlsOutput, TlsServerConfig, TlsSession } from "./contract.ts";
import { Engine, expectMessage } from "./engine.ts";
import type { Script } from "./engine.ts";
import { readClientHello } from "./hellos.ts";
import { chooseVersion, readOffer } from "./offer.ts";
import { serve12 } from "./server12.ts";
import { serve13 } from "./server13.ts";

export class TlsServer implements TlsEngine {
  readonly #engine: Engine;

  /** The configuration is read as it is needed, so that it may depend on the hello. */
  constructor(config: TlsServerConfig, { revealSecrets = config.revealSecrets ?? false } = {}) {
    this.#engine = new Engine({ revealSecrets });
    this.#engine.start(script(this.#engine, config));
  }

  get session(): TlsSession | undefined {
    return this.#engine.session;
  }

  receive(bytes: Uint8Array): TlsOutput {
    return this.#engine.receive(bytes);
  }

  send(data: Uint8Array): TlsOutput {
    return this.#engine.send(data);
  }

  close(): TlsOutput {
    return this.#engine.close();
  }

  /** Changes the keys of both directions (TLS 1.3; without effect in TLS 1.2). */
  updateKeys(): TlsOutput {
    return this.#engine.updateKeys();
  }
}

function* script(engine: Engine, config: TlsServerConfig): Script {
  const message = yield* expectMessage(engine, "client_hello");
  const offer = readOffer(readClientHello(message.body));
  engine.version = chooseVersion(offer, config);
  if (engine.version === "TLSv1.3") yield* serve13(engine, config, { message, offer });
  else yield* serve12(engine, config, offer);
}
