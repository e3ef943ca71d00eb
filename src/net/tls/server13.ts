// The server's side of a TLS 1.3 handshake (RFC 8446 section 2).
//
//   ClientHello              →
//                            ←  HelloRetryRequest, when no key share fits
//   ClientHello              →
//                            ←  ServerHello  {EncryptedExtensions}  {CertificateRequest*}
//                               {Certificate}  {CertificateVerify}  {Finished}
//   {Certificate*} {CertificateVerify*} {Finished}  →
//                            ←  [NewSessionTicket]

import { concat, equalBytes, noBytes } from "../../base/bytes.ts";
import type { Certificate } from "../x509/certificate.ts";
import { TlsAlert } from "./alerts.ts";
import {
  disbeliefAlert,
  proofContent,
  readChain,
  readProof,
  writeChain,
  writeProof,
  writeRequest,
} from "./certificates.ts";
import { extensionType, groupCode, versionCode } from "./codes.ts";
import type { GroupName } from "./codes.ts";
import type { Identity, TlsServerConfig } from "./contract.ts";
import { expectMessage } from "./engine.ts";
import type { Engine, HandshakeMessage, Script } from "./engine.ts";
import {
  protocolsData,
  readExtension,
  readPsks,
  readShares,
  shareData,
  writeExtensions,
} from "./extensions.ts";
import type { TlsExtension } from "./extensions.ts";
import { allGroups, makeKeyShare, sharedSecret } from "./groups.ts";
import { readClientHello, retryRandom, writeServerHello } from "./hellos.ts";
import type { ClientHello } from "./hellos.ts";
import { chooseProtocol, readOffer } from "./offer.ts";
import type { Offer } from "./offer.ts";
import { finishedValue, KeySchedule, ticketSecret, trafficKeys } from "./schedule13.ts";
import { checkScheme, chooseScheme, schemeCodes, signScheme } from "./schemes.ts";
import { cipherSuites } from "./suites.ts";
import type { CipherSuite } from "./suites.ts";
import { openTicket, sealTicket, ticketLifetimeMs } from "./tickets.ts";
import { Traffic } from "./traffic13.ts";
import { Transcript } from "./transcript.ts";
import { checkFinished, equalSecrets, number, vector } from "./wire.ts";

const version = "TLSv1.3";

/** What is settled by the hellos. */
interface Settled {
  readonly offer: Offer;
  readonly suite: CipherSuite;
  readonly group: GroupName;
  readonly peerShare: Uint8Array;
  /** The ClientHello that counts, and the transcript before it. */
  readonly message: HandshakeMessage;
  readonly before: Transcript;
}

/** A ticket that is good: its place among those offered, and its secret. */
interface Resumable {
  readonly index: number;
  readonly secret: Uint8Array;
}

export function* serve13(
  engine: Engine,
  config: TlsServerConfig,
  first: { message: HandshakeMessage; offer: Offer },
): Script {
  const settled = yield* settle(engine, config, first);
  const { offer, suite, group } = settled;
  const { serverName } = offer;
  const resumed = resumable(config, settled);
  const alpn = chooseProtocol(offer, config.alpn);
  const identity = resumed ? undefined : identityFor(config, offer);
  const retried = first.message !== settled.message;
  const keys = hello(engine, config, { settled, resumed, retried });

  engine.message("encrypted_extensions", encryptedExtensions({ serverName, alpn, resumed }));
  const asked = resumed ? undefined : config.clientCertificate;
  if (asked) {
    const request = { schemes: schemeCodes, authorities: asked.authorities };
    engine.message("certificate_request", writeRequest(request, version));
  }
  if (identity) prove(engine, config, offer, identity);
  const { schedule, clientSecret, serverSecret } = keys;
  engine.message("finished", finishedValue(suite.hash, serverSecret, engine.transcript.hash()));
  const traffic = applicationTraffic(engine, settled, schedule);

  const peerChain = asked ? yield* clientCertificate(engine, asked) : [];
  const wanted = finishedValue(suite.hash, clientSecret, engine.transcript.hash());
  const finished = yield* expectMessage(engine, "finished");
  checkFinished(finished.body, wanted, "client Finished");
  engine.readWith(traffic.readKeys());

  const ownChain = identity?.chain ?? [];
  engine.establish(
    { version, suite, group, serverName, alpn, peerChain, ownChain, resumed: !!resumed },
    traffic,
  );
  giveTickets(engine, config, { offer, suite, schedule });
}

/** Sends the ServerHello, and changes to the handshake's keys. */
function hello(
  engine: Engine,
  { random }: TlsServerConfig,
  o: { settled: Settled; resumed: Resumable | undefined; retried: boolean },
): { schedule: KeySchedule; clientSecret: Uint8Array; serverSecret: Uint8Array } {
  const { offer, suite, group, peerShare } = o.settled;
  const { sessionId, random: clientRandom } = offer.hello;
  const own = makeKeyShare(group, random);
  const shared = sharedSecret(own, peerShare);
  const extensions: TlsExtension[] = [
    { type: extensionType.supported_versions, data: number(versionCode[version], 2) },
    { type: extensionType.key_share, data: shareData(groupCode[group], own.public) },
  ];
  if (o.resumed) {
    extensions.push({ type: extensionType.pre_shared_key, data: number(o.resumed.index, 2) });
  }
  const answer = { legacyVersion: 0x0303, random: random.bytes(32), sessionId, extensions };
  engine.message("server_hello", writeServerHello({ ...answer, suite: suite.code }));
  if (sessionId.length > 0 && !o.retried) engine.changeCipherSpec();

  const schedule = new KeySchedule(suite.hash, o.resumed?.secret);
  schedule.handshake(shared);
  const hellos = engine.transcript.hash();
  const clientSecret = schedule.secret("c hs traffic", hellos);
  const serverSecret = schedule.secret("s hs traffic", hellos);
  engine.secret("CLIENT_HANDSHAKE_TRAFFIC_SECRET", clientRandom, clientSecret);
  engine.secret("SERVER_HANDSHAKE_TRAFFIC_SECRET", clientRandom, serverSecret);
  engine.readWith(trafficKeys(suite, clientSecret));
  engine.writeWith(trafficKeys(suite, serverSecret));
  return { schedule, clientSecret, serverSecret };
}

/** On to the keys for data; the client's come into use with its Finished. */
function applicationTraffic(
  engine: Engine,
  { offer, suite }: Settled,
  schedule: KeySchedule,
): Traffic {
  schedule.master();
  const toServerFinished = engine.transcript.hash();
  const secrets = {
    read: schedule.secret("c ap traffic", toServerFinished),
    write: schedule.secret("s ap traffic", toServerFinished),
  };
  engine.secret("CLIENT_TRAFFIC_SECRET_0", offer.hello.random, secrets.read);
  engine.secret("SERVER_TRAFFIC_SECRET_0", offer.hello.random, secrets.write);
  const traffic = new Traffic(engine, suite, secrets);
  engine.writeWith(traffic.writeKeys());
  return traffic;
}

/** Chooses suite, group and share, with a HelloRetryRequest when that is what it takes. */
function* settle(
  engine: Engine,
  config: TlsServerConfig,
  { message, offer }: { message: HandshakeMessage; offer: Offer },
): Script<Settled> {
  const { hello } = offer;
  checkCompression(hello);
  const suite = chooseSuite(config, hello);
  engine.transcript.use(suite.hash);
  const shares = sharesOf(offer);
  const ours = config.groups ?? allGroups;
  const group = ours.find((one) => shares.some((share) => share.group === groupCode[one]));
  if (group) {
    const peerShare = shares.find((share) => share.group === groupCode[group])!.key;
    const before = new Transcript([], suite.hash);
    return { offer, suite, group, peerShare, message, before };
  }
  const common = ours.find((one) => offer.groups?.includes(groupCode[one]));
  if (!common) throw new TlsAlert("handshake_failure", "no group of both for the key exchange");
  engine.transcript.condenseFirst();
  engine.message(
    "server_hello",
    writeServerHello({
      legacyVersion: 0x0303,
      random: retryRandom,
      sessionId: hello.sessionId,
      suite: suite.code,
      extensions: [
        { type: extensionType.supported_versions, data: number(versionCode[version], 2) },
        { type: extensionType.key_share, data: number(groupCode[common], 2) },
      ],
    }),
  );
  if (hello.sessionId.length > 0) engine.changeCipherSpec();
  const before = engine.transcript.fork();
  const again = yield* expectMessage(engine, "client_hello");
  const second = readOffer(readClientHello(again.body));
  const [share, ...more] = sharesOf(second);
  if (!share || share.group !== groupCode[common] || more.length > 0 || !unchanged(offer, second)) {
    throw new TlsAlert("illegal_parameter", "the second ClientHello is not what was asked for");
  }
  return { offer: second, suite, group: common, peerShare: share.key, message: again, before };
}

/** RFC 8446 section 4.1.2: what a client may not change between its two hellos. */
function unchanged(a: Offer, b: Offer): boolean {
  return (
    equalBytes(a.hello.random, b.hello.random) &&
    equalBytes(a.hello.sessionId, b.hello.sessionId) &&
    a.hello.suites.join() === b.hello.suites.join() &&
    a.serverName === b.serverName
  );
}

/** RFC 8446 section 4.1.2: a hello of TLS 1.3 offers no compression whatever. */
function checkCompression({ compression }: ClientHello): void {
  if (compression.length !== 1) {
    throw new TlsAlert("illegal_parameter", "compression methods offered beside none");
  }
}

function chooseSuite(config: TlsServerConfig, { suites }: ClientHello): CipherSuite {
  const ours = cipherSuites.filter((one) => one.version === version);
  const wanted = config.suites
    ? config.suites.flatMap((name) => ours.filter((one) => one.name === name))
    : ours;
  const chosen = wanted.find(({ code }) => suites.includes(code));
  if (!chosen) throw new TlsAlert("handshake_failure", "no cipher suite of both");
  return chosen;
}

function sharesOf({ hello, groups }: Offer): ReturnType<typeof readShares> {
  const shares = readExtension(hello.extensions, "key_share", readShares);
  if (!shares || !groups) {
    throw new TlsAlert("missing_extension", "key_share and supported_groups are needed");
  }
  if (shares.some(({ group }) => !groups.includes(group))) {
    throw new TlsAlert("illegal_parameter", "a share of a group that is not offered");
  }
  return shares;
}

/** The ticket to resume with, when one is good. Its binder must be right. */
function resumable(
  config: TlsServerConfig,
  { offer, suite, message, before }: Settled,
): Resumable | undefined {
  const psks = readExtension(offer.hello.extensions, "pre_shared_key", readPsks);
  if (!psks) return undefined;
  const modes = pskModes(offer);
  if (!modes) throw new TlsAlert("missing_extension", "psk_key_exchange_modes is needed");
  if (!config.ticketKey || config.clientCertificate || !modes.includes(1)) return undefined;
  for (const [index, { ticket }] of psks.identities.entries()) {
    const state = openTicket(config.ticketKey, ticket);
    if (!state || state.serverName !== offer.serverName) continue;
    const from = cipherSuites.find(({ code }) => code === state.suite);
    if (from?.hash !== suite.hash) continue;
    if (config.now() - state.issuedAtMs > ticketLifetimeMs) continue;
    const { bytes } = message;
    before.add(bytes.subarray(0, bytes.length - psks.bindersLength));
    const key = new KeySchedule(suite.hash, state.secret).binderKey();
    const binder = finishedValue(suite.hash, key, before.hash());
    if (!equalSecrets(binder, psks.binders[index]!)) {
      throw new TlsAlert("decrypt_error", "the binder of a ticket does not fit");
    }
    return { index, secret: state.secret };
  }
  return undefined;
}

function pskModes({ hello }: Offer): number[] | undefined {
  return readExtension(hello.extensions, "psk_key_exchange_modes", (data) => data.numbers(1, 1));
}

function identityFor(config: TlsServerConfig, offer: Offer): Identity {
  const identity = config.certificate(offer);
  if (identity) return identity;
  throw new TlsAlert("unrecognized_name", `no certificate for ${offer.serverName ?? "no name"}`);
}

function encryptedExtensions(o: {
  serverName: string | undefined;
  alpn: string | undefined;
  resumed: Resumable | undefined;
}): Uint8Array {
  const extensions: TlsExtension[] = [];
  if (o.serverName !== undefined && !o.resumed) {
    extensions.push({ type: extensionType.server_name, data: noBytes });
  }
  if (o.alpn !== undefined) {
    extensions.push({ type: extensionType.alpn, data: protocolsData([o.alpn]) });
  }
  return writeExtensions(extensions);
}

function prove(engine: Engine, config: TlsServerConfig, offer: Offer, identity: Identity): void {
  if (!offer.schemes) throw new TlsAlert("missing_extension", "signature_algorithms is needed");
  const scheme = chooseScheme(identity.chain[0].publicKey, offer.schemes, version);
  if (scheme === undefined) {
    throw new TlsAlert("handshake_failure", "no signature scheme of both for the certificate");
  }
  engine.message("certificate", writeChain(identity.chain, version));
  const content = proofContent("server", engine.transcript.hash());
  const signature = signScheme(scheme, identity.key, content, config.random);
  engine.message("certificate_verify", writeProof(scheme, signature));
}

function* clientCertificate(
  engine: Engine,
  asked: NonNullable<TlsServerConfig["clientCertificate"]>,
): Script<readonly Certificate[]> {
  const shown = yield* expectMessage(engine, "certificate");
  const [leaf, ...more] = readChain(shown.body, version);
  if (!leaf) {
    if (asked.required) throw new TlsAlert("certificate_required", "the client has none");
    return [];
  }
  const chain = [leaf, ...more] as const;
  const reason = asked.check(chain);
  if (reason !== undefined) throw disbeliefAlert(reason);
  const content = proofContent("client", engine.transcript.hash());
  const { scheme, signature } = readProof(
    (yield* expectMessage(engine, "certificate_verify")).body,
  );
  checkScheme(scheme, leaf.publicKey, version, { content, signature }, "client CertificateVerify");
  return chain;
}

/** Two, as OpenSSL: one for a connection that is cut off while it resumes. */
function giveTickets(
  engine: Engine,
  config: TlsServerConfig,
  { offer, suite, schedule }: { offer: Offer; suite: CipherSuite; schedule: KeySchedule },
): void {
  const { ticketKey, random, now } = config;
  if (!ticketKey || config.clientCertificate || !pskModes(offer)?.includes(1)) return;
  const resumption = schedule.secret("res master", engine.transcript.hash());
  for (let i = 0; i < 2; i++) {
    const nonce = Uint8Array.of(i);
    const secret = ticketSecret(suite.hash, resumption, nonce);
    const { serverName } = offer;
    const state = { suite: suite.code, secret, issuedAtMs: now(), serverName };
    const lifetime = number(ticketLifetimeMs / 1000, 4);
    const ticket = vector(2, sealTicket(ticketKey, state, random));
    const body = concat(lifetime, random.bytes(4), vector(1, nonce), ticket, number(0, 2));
    engine.message("new_session_ticket", body);
  }
}
