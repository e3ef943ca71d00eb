// The client's engine: see contract.ts. Call `start` first: it gives the ClientHello.

import { equalBytes } from "../../base/bytes.ts";
import { TlsAlert } from "./alerts.ts";
import { connect12 } from "./client12.ts";
import { connect13 } from "./client13.ts";
import { firstHello, sendHello } from "./clienthello.ts";
import type { Said } from "./clienthello.ts";
import { versionCode } from "./codes.ts";
import type { TlsVersion } from "./codes.ts";
import type { TlsClientConfig, TlsEngine, TlsOutput, TlsSession } from "./contract.ts";
import { Engine, expectMessage } from "./engine.ts";
import type { Script } from "./engine.ts";
import { readExtension } from "./extensions.ts";
import { downgradeTo11, downgradeTo12, readServerHello } from "./hellos.ts";
import type { ServerHello } from "./hellos.ts";
import { Transcript } from "./transcript.ts";

export class TlsClient implements TlsEngine {
  readonly #engine: Engine;
  readonly #script: Script;

  constructor(config: TlsClientConfig, { revealSecrets = config.revealSecrets ?? false } = {}) {
    this.#engine = new Engine({ revealSecrets });
    this.#script = script(this.#engine, config);
  }

  get session(): TlsSession | undefined {
    return this.#engine.session;
  }

  /** Gives the ClientHello. Once, before anything else. */
  start(): TlsOutput {
    return this.#engine.start(this.#script);
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

function* script(engine: Engine, config: TlsClientConfig): Script {
  const said = firstHello(config);
  engine.firstRecords = true;
  sendHello(engine, said, new Transcript());
  engine.firstRecords = false;
  // Whatever comes before the ServerHello is refused as in TLS 1.3 or 1.2 alike.
  const message = yield* expectMessage(engine, "server_hello");
  const answer = readServerHello(message.body);
  engine.version = chosenVersion(answer, said);
  if (engine.version === "TLSv1.3") yield* connect13(engine, said, answer);
  else yield* connect12(engine, said, answer);
}

/** The version that the server chose, if the client may accept it. */
function chosenVersion(answer: ServerHello, { versions }: Said): TlsVersion {
  const chosen = readExtension(answer.extensions, "supported_versions", (data) => data.number(2));
  if (chosen !== undefined) {
    if (chosen !== versionCode["TLSv1.3"] || !versions.includes("TLSv1.3")) {
      throw new TlsAlert("illegal_parameter", `version 0x${chosen.toString(16)} was chosen`);
    }
    return "TLSv1.3";
  }
  if (answer.legacyVersion !== versionCode["TLSv1.2"] || !versions.includes("TLSv1.2")) {
    const seen = `0x${answer.legacyVersion.toString(16).padStart(4, "0")}`;
    throw new TlsAlert("protocol_version", `${versions.join(" or ")} wanted, ${seen} chosen`);
  }
  const end = answer.random.subarray(24);
  const signals = [downgradeTo12, downgradeTo11];
  if (versions.includes("TLSv1.3") && signals.some((one) => equalBytes(one, end))) {
    throw new TlsAlert("illegal_parameter", "the server could do TLS 1.3, somebody hindered it");
  }
  return "TLSv1.2";
}
