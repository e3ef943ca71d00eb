// The client's side of a TLS 1.2 handshake, from the ServerHello on: see server12.ts for the ladder.

import { concat } from "../../base/bytes.ts";
import type { Certificate } from "../x509/certificate.ts";
import { TlsAlert } from "./alerts.ts";
import {
  disbeliefAlert,
  readChain,
  readProof,
  readRequest,
  writeChain,
  writeProof,
} from "./certificates.ts";
import type { CertificateRequest } from "./certificates.ts";
import { chosenProtocol } from "./clienthello.ts";
import type { Said } from "./clienthello.ts";
import { extensionType, groupCode, handshakeType } from "./codes.ts";
import type { TlsClientConfig } from "./contract.ts";
import { expectChange, expectMessage } from "./engine.ts";
import type { Engine, HandshakeMessage, Script } from "./engine.ts";
import { findExtension, readExtension } from "./extensions.ts";
import { allGroups, groupOf, makeKeyShare, sharedSecret } from "./groups.ts";
import type { ServerHello } from "./hellos.ts";
import { finishedValue12, keyBlock, masterSecret } from "./schedule12.ts";
import { checkScheme, chooseScheme, signScheme } from "./schemes.ts";
import type { CipherSuite } from "./suites.ts";
import { checkFinished, vector, WireReader } from "./wire.ts";

const version = "TLSv1.2";

export function* connect12(engine: Engine, said: Said, answer: ServerHello): Script {
  const { config, hello, serverName } = said;
  const { random } = config;
  const suite = checkedAnswer(said, answer);
  engine.transcript.use(suite.hash);
  const alpn = chosenProtocol(answer.extensions, config);
  const extended =
    findExtension(answer.extensions, extensionType.extended_master_secret) !== undefined;

  const peerChain = yield* shownChain(engine, config, suite);
  const exchange = yield* expectMessage(engine, "server_key_exchange");
  const { group, point } = checkedExchange(exchange, { said, answer, leaf: peerChain[0] });
  let message = yield* expectMessage(engine, "certificate_request", "server_hello_done");
  let request: CertificateRequest | undefined;
  if (message.type === handshakeType.certificate_request) {
    request = readRequest(message.body, version);
    message = yield* expectMessage(engine, "server_hello_done");
  }
  if (message.body.length > 0) throw new TlsAlert("decode_error", "ServerHelloDone with content");

  const identity = request && config.identity;
  const scheme = identity && chooseScheme(identity.chain[0].publicKey, request!.schemes, version);
  const ownChain = scheme === undefined ? [] : identity!.chain;
  if (request) engine.message("certificate", writeChain(ownChain, version));
  const own = makeKeyShare(group, random);
  engine.message("client_key_exchange", vector(1, own.public));
  const randoms = { clientRandom: hello.random, serverRandom: answer.random };
  const shared = sharedSecret(own, point);
  const sessionHash = extended ? engine.transcript.hash() : undefined;
  const master = masterSecret({ hash: suite.hash, shared, ...randoms, sessionHash });
  engine.secret("CLIENT_RANDOM", hello.random, master);
  if (identity && scheme !== undefined) {
    const signature = signScheme(scheme, identity.key, engine.transcript.bytes(), random);
    engine.message("certificate_verify", writeProof(scheme, signature));
  }
  const keys = keyBlock({ suite, master, ...randoms });
  engine.changeCipherSpec();
  engine.writeWith(keys.client);
  const mine = finishedValue12(suite.hash, master, "client", engine.transcript.hash());
  engine.message("finished", mine);

  yield* expectChange();
  engine.readWith(keys.server);
  const wanted = finishedValue12(suite.hash, master, "server", engine.transcript.hash());
  const finished = yield* expectMessage(engine, "finished");
  checkFinished(finished.body, wanted, "server Finished");
  engine.establish(
    { version, suite, group, serverName, alpn, peerChain, ownChain, resumed: false },
    // A HelloRequest asks for a renegotiation, which nobody needs.
    { message: () => engine.warn("no_renegotiation") },
  );
}

/** What the server chose must have been offered; nothing may come that was not asked for. */
function checkedAnswer({ suites, config, serverName }: Said, answer: ServerHello): CipherSuite {
  const suite = suites.find(({ code }) => code === answer.suite);
  if (suite?.version !== version) {
    throw new TlsAlert("illegal_parameter", "a cipher suite that was not offered");
  }
  const known: readonly number[] = [
    extensionType.renegotiation_info,
    extensionType.extended_master_secret,
    extensionType.ec_point_formats,
    ...(serverName === undefined ? [] : [extensionType.server_name]),
    ...(config.alpn === undefined ? [] : [extensionType.alpn]),
  ];
  // TLS 1.2 knows one alert for it (RFC 5246 section 7.4.1.4).
  const stranger = answer.extensions.find(({ type }) => !known.includes(type));
  if (stranger) {
    throw new TlsAlert("unsupported_extension", `extension ${stranger.type} was not asked for`);
  }
  const secure = readExtension(answer.extensions, "renegotiation_info", (data) => data.vector(1));
  // RFC 5746: without it somebody may put words in front of ours. OpenSSL 3 refuses too.
  if (!secure) throw new TlsAlert("handshake_failure", "no secure renegotiation");
  if (secure.length > 0) throw new TlsAlert("handshake_failure", "a renegotiation of nothing");
  return suite;
}

function* shownChain(
  engine: Engine,
  config: TlsClientConfig,
  suite: CipherSuite,
): Script<readonly [Certificate, ...Certificate[]]> {
  const [leaf, ...more] = readChain((yield* expectMessage(engine, "certificate")).body, version);
  if (!leaf) throw new TlsAlert("decode_error", "the server showed no certificate");
  if ((leaf.publicKey.type === "ec") !== (suite.auth === "ecdsa")) {
    throw new TlsAlert("illegal_parameter", "a certificate that does not go with the suite");
  }
  const chain = [leaf, ...more] as const;
  const reason = config.check(chain);
  if (reason !== undefined) throw disbeliefAlert(reason);
  return chain;
}

/** ServerECDHParams; the certificate's key must have signed them, with both randoms. */
function checkedExchange(
  { body }: HandshakeMessage,
  { said, answer, leaf }: { said: Said; answer: ServerHello; leaf: Certificate },
): { group: NonNullable<ReturnType<typeof groupOf>>; point: Uint8Array } {
  const reader = new WireReader(body);
  if (reader.number(1) !== 3) throw new TlsAlert("illegal_parameter", "not a named curve");
  const code = reader.number(2);
  const point = reader.vector(1, { min: 1 });
  const params = body.subarray(0, reader.offset);
  const { scheme, signature } = readProof(body.subarray(reader.offset));
  const group = groupOf(code);
  if (!group || !(said.config.groups ?? allGroups).includes(group) || groupCode[group] !== code) {
    throw new TlsAlert("illegal_parameter", "a curve that was not offered");
  }
  const content = concat(said.hello.random, answer.random, params);
  checkScheme(scheme, leaf.publicKey, version, { content, signature }, "ServerKeyExchange");
  return { group, point };
}
