// The client's side of a TLS 1.3 handshake, from the ServerHello on: see server13.ts for the ladder.

import { concat, equalBytes, noBytes } from "../../base/bytes.ts";
import type { Certificate } from "../x509/certificate.ts";
import { TlsAlert } from "./alerts.ts";
import {
  disbeliefAlert,
  proofContent,
  readChain,
  readProof,
  readRequest,
  writeChain,
  writeProof,
} from "./certificates.ts";
import type { CertificateRequest } from "./certificates.ts";
import { chosenProtocol, sendHello } from "./clienthello.ts";
import type { Said } from "./clienthello.ts";
import { extensionType, groupCode, handshakeType } from "./codes.ts";
import type { TlsClientConfig } from "./contract.ts";
import { expectMessage } from "./engine.ts";
import type { AfterHandshake, Engine, HandshakeMessage, Script } from "./engine.ts";
import { readExtension, readExtensions, refuseExtensions } from "./extensions.ts";
import type { TlsExtension } from "./extensions.ts";
import { allGroups, groupOf, makeKeyShare, sharedSecret } from "./groups.ts";
import { asksForRetry, readServerHello } from "./hellos.ts";
import type { ServerHello } from "./hellos.ts";
import { finishedValue, KeySchedule, ticketSecret, trafficKeys } from "./schedule13.ts";
import { checkScheme, chooseScheme, signScheme } from "./schemes.ts";
import type { CipherSuite } from "./suites.ts";
import { Traffic } from "./traffic13.ts";
import { checkFinished, WireReader } from "./wire.ts";

const version = "TLSv1.3";
/** RFC 8446 section 4.6.1: a ticket may not be kept for longer than a week. */
const ticketLifetimeMsMax = 7 * 24 * 3_600_000;

export function* connect13(engine: Engine, first: Said, answer: ServerHello): Script {
  const { said, hello } = yield* answered(engine, first, answer);
  const { config, share } = said;
  const suite = checkedSuite(said, hello);
  engine.transcript.use(suite.hash);
  const resumed = resumedSession(said, hello, suite);
  const offered = readExtension(hello.extensions, "key_share", (data) => {
    return { group: data.number(2), key: data.vector(2, { min: 1 }) };
  });
  if (!offered) throw new TlsAlert("missing_extension", "a ServerHello without key_share");
  if (offered.group !== groupCode[share.group]) {
    throw new TlsAlert("illegal_parameter", "a key share of a group that was not offered");
  }
  const schedule = new KeySchedule(suite.hash, resumed?.secret);
  schedule.handshake(sharedSecret(share, offered.key));
  const hellos = engine.transcript.hash();
  const clientSecret = schedule.secret("c hs traffic", hellos);
  const serverSecret = schedule.secret("s hs traffic", hellos);
  const clientRandom = said.hello.random;
  engine.secret("CLIENT_HANDSHAKE_TRAFFIC_SECRET", clientRandom, clientSecret);
  engine.secret("SERVER_HANDSHAKE_TRAFFIC_SECRET", clientRandom, serverSecret);
  engine.readWith(trafficKeys(suite, serverSecret));

  const alpn = yield* encryptedExtensions(engine, said);
  const shown = resumed
    ? { chain: resumed.peerChain, request: undefined }
    : yield* serverCertificate(engine, config);
  const wanted = finishedValue(suite.hash, serverSecret, engine.transcript.hash());
  const finished = yield* expectMessage(engine, "finished");
  checkFinished(finished.body, wanted, "server Finished");

  schedule.master();
  const toServerFinished = engine.transcript.hash();
  const secrets = {
    read: schedule.secret("s ap traffic", toServerFinished),
    write: schedule.secret("c ap traffic", toServerFinished),
  };
  engine.secret("CLIENT_TRAFFIC_SECRET_0", clientRandom, secrets.write);
  engine.secret("SERVER_TRAFFIC_SECRET_0", clientRandom, secrets.read);
  const traffic = new Traffic(engine, suite, secrets);
  engine.readWith(traffic.readKeys());
  if (said === first) engine.changeCipherSpec();
  engine.writeWith(trafficKeys(suite, clientSecret));
  const ownChain = shown.request ? prove(engine, config, shown.request) : [];
  engine.message("finished", finishedValue(suite.hash, clientSecret, engine.transcript.hash()));
  engine.writeWith(traffic.writeKeys());
  const resumption = schedule.secret("res master", engine.transcript.hash());
  const session = {
    ...({ version, suite, group: share.group, serverName: said.serverName, alpn } as const),
    ...{ peerChain: shown.chain, ownChain, resumed: resumed !== undefined },
  };
  engine.establish(
    session,
    new ClientTraffic(engine, traffic, { said, suite, resumption, chain: shown.chain }),
  );
}

/** The ServerHello that counts, after a second ClientHello when the server asked for one. */
function* answered(
  engine: Engine,
  said: Said,
  hello: ServerHello,
): Script<{ said: Said; hello: ServerHello }> {
  if (!asksForRetry(hello)) return { said, hello };
  const suite = checkedSuite(said, hello);
  engine.transcript.use(suite.hash);
  const code = readExtension(hello.extensions, "key_share", (data) => data.number(2));
  const cookie = readExtension(hello.extensions, "cookie", (data) => data.vector(2, { min: 1 }));
  const group = code === undefined ? undefined : groupOf(code);
  const known = group !== undefined && (said.config.groups ?? allGroups).includes(group);
  if (code !== undefined && (!known || group === said.share.group)) {
    throw new TlsAlert("illegal_parameter", "a retry with a group that makes no sense");
  }
  if (code === undefined && !cookie) throw new TlsAlert("illegal_parameter", "a retry for nothing");
  engine.transcript.condenseFirst();
  engine.changeCipherSpec();
  const share = group === undefined ? said.share : makeKeyShare(group, said.config.random);
  const resume = said.resume?.suite.hash === suite.hash ? said.resume : undefined;
  const extra = findRaw(hello.extensions, extensionType.cookie);
  const again: Said = {
    ...said,
    share,
    resume,
    hello: { ...said.hello, extensions: extra ? [extra] : [] },
  };
  sendHello(engine, again, engine.transcript.fork());
  const message = yield* expectMessage(engine, "server_hello");
  const second = readServerHello(message.body);
  if (asksForRetry(second)) throw new TlsAlert("unexpected_message", "a second retry");
  if (second.suite !== hello.suite) {
    throw new TlsAlert("illegal_parameter", "another cipher suite than in the retry");
  }
  return { said: again, hello: second };
}

function findRaw(extensions: readonly TlsExtension[], type: number): TlsExtension | undefined {
  return extensions.find((one) => one.type === type);
}

function checkedSuite({ suites, hello }: Said, answer: ServerHello): CipherSuite {
  const suite = suites.find(({ code }) => code === answer.suite);
  if (suite?.version !== version) {
    throw new TlsAlert("illegal_parameter", "a cipher suite that was not offered");
  }
  if (!equalBytes(answer.sessionId, hello.sessionId)) {
    throw new TlsAlert("illegal_parameter", "the session id was not echoed");
  }
  refuseExtensions(answer.extensions, "a ServerHello", { asked: helloAnswers });
  return suite;
}

/** What may stand in a ServerHello, or in a HelloRetryRequest. */
const helloAnswers: readonly number[] = [
  extensionType.supported_versions,
  extensionType.key_share,
  extensionType.pre_shared_key,
  extensionType.cookie,
];

function resumedSession({ resume }: Said, answer: ServerHello, suite: CipherSuite): Said["resume"] {
  const index = readExtension(answer.extensions, "pre_shared_key", (data) => data.number(2));
  if (index === undefined) return undefined;
  if (!resume || index !== 0 || resume.suite.hash !== suite.hash) {
    throw new TlsAlert("illegal_parameter", "a session resumed that was not offered");
  }
  return resume;
}

/** The protocol that the server chose. Nothing may come that was not asked for. */
function* encryptedExtensions(
  engine: Engine,
  { config, serverName }: Said,
): Script<string | undefined> {
  const reader = new WireReader((yield* expectMessage(engine, "encrypted_extensions")).body);
  const extensions = readExtensions(reader.inside(2));
  reader.end();
  const known: readonly number[] = [
    extensionType.supported_groups,
    extensionType.server_name,
    extensionType.alpn,
  ];
  const asked = known.filter(
    (type) =>
      type === extensionType.supported_groups ||
      (type === extensionType.server_name && serverName !== undefined) ||
      (type === extensionType.alpn && config.alpn !== undefined),
  );
  refuseExtensions(extensions, "EncryptedExtensions", { known, asked });
  return chosenProtocol(extensions, config);
}

function* serverCertificate(
  engine: Engine,
  config: TlsClientConfig,
): Script<{ chain: readonly Certificate[]; request: CertificateRequest | undefined }> {
  let message = yield* expectMessage(engine, "certificate_request", "certificate");
  let request: CertificateRequest | undefined;
  if (message.type === handshakeType.certificate_request) {
    request = readRequest(message.body, version);
    message = yield* expectMessage(engine, "certificate");
  }
  const [leaf, ...more] = readChain(message.body, version);
  if (!leaf) throw new TlsAlert("decode_error", "the server showed no certificate");
  const chain = [leaf, ...more] as const;
  const reason = config.check(chain);
  if (reason !== undefined) throw disbeliefAlert(reason);
  const content = proofContent("server", engine.transcript.hash());
  const { scheme, signature } = readProof(
    (yield* expectMessage(engine, "certificate_verify")).body,
  );
  checkScheme(scheme, leaf.publicKey, version, { content, signature }, "server CertificateVerify");
  return { chain, request };
}

/** Shows our certificate, or that we have none that fits. */
function prove(
  engine: Engine,
  { identity, random }: TlsClientConfig,
  { schemes }: CertificateRequest,
): readonly Certificate[] {
  const scheme = identity && chooseScheme(identity.chain[0].publicKey, schemes, version);
  if (!identity || scheme === undefined) {
    engine.message("certificate", writeChain([], version));
    return [];
  }
  engine.message("certificate", writeChain(identity.chain, version));
  const content = proofContent("client", engine.transcript.hash());
  const signature = signScheme(scheme, identity.key, content, random);
  engine.message("certificate_verify", writeProof(scheme, signature));
  return identity.chain;
}

/** What a ticket's session is made of. */
interface TicketContext {
  readonly said: Said;
  readonly suite: CipherSuite;
  readonly resumption: Uint8Array;
  readonly chain: readonly Certificate[];
}

/** After the handshake: tickets, and all that servers hear too. */
class ClientTraffic implements AfterHandshake {
  readonly #engine: Engine;
  readonly #traffic: Traffic;
  readonly #o: TicketContext;

  constructor(engine: Engine, traffic: Traffic, o: TicketContext) {
    this.#engine = engine;
    this.#traffic = traffic;
    this.#o = o;
  }

  message(message: HandshakeMessage): void {
    if (message.type === handshakeType.new_session_ticket) this.#ticket(message.body);
    else this.#traffic.message(message);
  }

  beforeData(): void {
    this.#traffic.beforeData();
  }

  updateKeys(): void {
    this.#traffic.updateKeys();
  }

  #ticket(body: Uint8Array): void {
    const reader = new WireReader(body);
    const lifetimeMs = reader.number(4) * 1000;
    const ageAdd = reader.number(4);
    const nonce = reader.vector(1);
    const ticket = reader.vector(2, { min: 1 });
    readExtensions(reader.inside(2));
    reader.end();
    if (lifetimeMs > ticketLifetimeMsMax) {
      throw new TlsAlert("illegal_parameter", "a ticket for more than a week");
    }
    if (lifetimeMs === 0) return;
    const { said, suite, resumption, chain } = this.#o;
    this.#engine.tell({
      type: "ticket",
      session: {
        ticket: concat(noBytes, ticket),
        secret: ticketSecret(suite.hash, resumption, nonce),
        suite,
        ageAdd,
        receivedAtMs: said.config.now(),
        lifetimeMs,
        serverName: said.serverName,
        peerChain: chain,
      },
    });
  }
}
