// The server's side of a TLS 1.2 handshake (RFC 5246 section 7.3, RFC 8422).
//
//   ClientHello  →
//                ←  ServerHello  Certificate  ServerKeyExchange  CertificateRequest*  ServerHelloDone
//   Certificate* ClientKeyExchange CertificateVerify* [ChangeCipherSpec] Finished  →
//                ←  [ChangeCipherSpec] Finished

import { concat, noBytes } from "../../base/bytes.ts";
import type { Certificate } from "../x509/certificate.ts";
import { TlsAlert } from "./alerts.ts";
import {
  disbeliefAlert,
  readChain,
  readProof,
  writeChain,
  writeProof,
  writeRequest,
} from "./certificates.ts";
import { extensionType, groupCode, renegotiationSignal } from "./codes.ts";
import type { GroupName } from "./codes.ts";
import type { Identity, TlsServerConfig } from "./contract.ts";
import { expectChange, expectMessage } from "./engine.ts";
import type { Engine, Script } from "./engine.ts";
import { findExtension, protocolsData, readExtension } from "./extensions.ts";
import type { TlsExtension } from "./extensions.ts";
import { allGroups, makeKeyShare, sharedSecret } from "./groups.ts";
import type { KeyShare } from "./groups.ts";
import { downgradeTo12, writeServerHello } from "./hellos.ts";
import { chooseProtocol, usableVersions } from "./offer.ts";
import type { Offer } from "./offer.ts";
import { finishedValue12, keyBlock, masterSecret } from "./schedule12.ts";
import { checkScheme, chooseScheme, schemeCodes, signScheme } from "./schemes.ts";
import { cipherSuites } from "./suites.ts";
import type { CipherSuite } from "./suites.ts";
import { checkFinished, number, vector, WireReader } from "./wire.ts";

const version = "TLSv1.2";

export function* serve12(engine: Engine, config: TlsServerConfig, offer: Offer): Script {
  const { hello, serverName } = offer;
  const identity = config.certificate(offer);
  if (!identity) {
    throw new TlsAlert("unrecognized_name", `no certificate for ${serverName ?? "no name"}`);
  }
  const suite = chooseSuite(config, offer, identity);
  const group = chooseGroup(config, offer);
  const alpn = chooseProtocol(offer, config.alpn);
  engine.transcript.use(suite.hash);
  const random = serverRandom(config);
  const extended =
    findExtension(hello.extensions, extensionType.extended_master_secret) !== undefined;
  engine.message(
    "server_hello",
    writeServerHello({
      legacyVersion: 0x0303,
      random,
      sessionId: noBytes,
      suite: suite.code,
      extensions: helloExtensions(offer, { alpn, extended }),
    }),
  );
  engine.message("certificate", writeChain(identity.chain, version));
  const own = makeKeyShare(group, config.random);
  engine.message("server_key_exchange", keyExchange(config, { offer, identity, own, random }));
  const asked = config.clientCertificate;
  if (asked) {
    const request = { schemes: schemeCodes, authorities: asked.authorities };
    engine.message("certificate_request", writeRequest(request, version));
  }
  engine.message("server_hello_done", noBytes);

  const peerChain = asked ? yield* shownChain(engine, asked) : [];
  const exchange = new WireReader((yield* expectMessage(engine, "client_key_exchange")).body);
  const shared = sharedSecret(own, exchange.vector(1, { min: 1 }));
  exchange.end();
  const randoms = { clientRandom: hello.random, serverRandom: random };
  const sessionHash = extended ? engine.transcript.hash() : undefined;
  const master = masterSecret({ hash: suite.hash, shared, ...randoms, sessionHash });
  engine.secret("CLIENT_RANDOM", hello.random, master);
  if (peerChain[0]) yield* clientProof(engine, peerChain[0]);

  const keys = keyBlock({ suite, master, ...randoms });
  yield* expectChange();
  engine.readWith(keys.client);
  const wanted = finishedValue12(suite.hash, master, "client", engine.transcript.hash());
  const finished = yield* expectMessage(engine, "finished");
  checkFinished(finished.body, wanted, "client Finished");
  engine.changeCipherSpec();
  engine.writeWith(keys.server);
  const own12 = finishedValue12(suite.hash, master, "server", engine.transcript.hash());
  engine.message("finished", own12);
  const ownChain = identity.chain;
  engine.establish(
    { version, suite, group, serverName, alpn, peerChain, ownChain, resumed: false },
    // A ClientHello here asks for a renegotiation, which nobody needs (RFC 5246 section 7.2.2).
    { message: () => engine.warn("no_renegotiation") },
  );
}

/** The first suite of ours that the client offers and the certificate's key can prove. */
function chooseSuite(config: TlsServerConfig, { hello }: Offer, identity: Identity): CipherSuite {
  const auth = identity.chain[0].publicKey.type === "ec" ? "ecdsa" : "rsa";
  const ours = cipherSuites.filter((one) => one.version === version && one.auth === auth);
  const wanted = config.suites
    ? config.suites.flatMap((name) => ours.filter((one) => one.name === name))
    : ours;
  const chosen = wanted.find(({ code }) => hello.suites.includes(code));
  if (!chosen) throw new TlsAlert("handshake_failure", "no cipher suite of both");
  return chosen;
}

/** A client that lists no groups can do P-256, says RFC 8422 section 4. */
function chooseGroup(config: TlsServerConfig, { groups }: Offer): GroupName {
  const offered = groups ?? [groupCode["P-256"]];
  const chosen = (config.groups ?? allGroups).find((one) => offered.includes(groupCode[one]));
  if (!chosen) throw new TlsAlert("handshake_failure", "no group of both for the key exchange");
  return chosen;
}

/** A server that could do better says so at the end of its random (RFC 8446 section 4.1.3). */
function serverRandom(config: TlsServerConfig): Uint8Array {
  const bytes = config.random.bytes(32);
  if (usableVersions(config).includes("TLSv1.3")) bytes.set(downgradeTo12, 24);
  return bytes;
}

function helloExtensions(
  { hello, serverName }: Offer,
  { alpn, extended }: { alpn: string | undefined; extended: boolean },
): TlsExtension[] {
  const out: TlsExtension[] = [];
  const asked = readExtension(hello.extensions, "renegotiation_info", (data) => data.vector(1));
  if (asked && asked.length > 0) {
    throw new TlsAlert("handshake_failure", "a renegotiation of nothing");
  }
  if (asked || hello.suites.includes(renegotiationSignal)) {
    out.push({ type: extensionType.renegotiation_info, data: Uint8Array.of(0) });
  }
  if (serverName !== undefined) out.push({ type: extensionType.server_name, data: noBytes });
  if (findExtension(hello.extensions, extensionType.ec_point_formats)) {
    out.push({ type: extensionType.ec_point_formats, data: Uint8Array.of(1, 0) });
  }
  if (alpn !== undefined) out.push({ type: extensionType.alpn, data: protocolsData([alpn]) });
  if (extended) out.push({ type: extensionType.extended_master_secret, data: noBytes });
  return out;
}

/** ServerECDHParams, signed together with both randoms. */
function keyExchange(
  config: TlsServerConfig,
  o: { offer: Offer; identity: Identity; own: KeyShare; random: Uint8Array },
): Uint8Array {
  const { offer, identity, own } = o;
  const scheme = chooseScheme(identity.chain[0].publicKey, offer.schemes ?? [], version);
  if (scheme === undefined) {
    throw new TlsAlert("handshake_failure", "no signature scheme of both for the certificate");
  }
  const params = concat(Uint8Array.of(3), number(groupCode[own.group], 2), vector(1, own.public));
  const content = concat(offer.hello.random, o.random, params);
  return concat(
    params,
    writeProof(scheme, signScheme(scheme, identity.key, content, config.random)),
  );
}

function* shownChain(
  engine: Engine,
  asked: NonNullable<TlsServerConfig["clientCertificate"]>,
): Script<readonly Certificate[]> {
  const [leaf, ...more] = readChain((yield* expectMessage(engine, "certificate")).body, version);
  if (!leaf) {
    if (asked.required) throw new TlsAlert("handshake_failure", "the client has no certificate");
    return [];
  }
  const reason = asked.check([leaf, ...more]);
  if (reason !== undefined) throw disbeliefAlert(reason);
  return [leaf, ...more];
}

function* clientProof(engine: Engine, leaf: Certificate): Script {
  const content = engine.transcript.bytes();
  const { scheme, signature } = readProof(
    (yield* expectMessage(engine, "certificate_verify")).body,
  );
  checkScheme(scheme, leaf.publicKey, version, { content, signature }, "client CertificateVerify");
}
