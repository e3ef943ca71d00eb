// What a client says first, and is held to afterwards.

import { concat, noBytes } from "../../base/bytes.ts";
import { isIpv4 } from "../address.ts";
import { TlsAlert } from "./alerts.ts";
import { extensionType, groupCode, versionCode } from "./codes.ts";
import type { TlsVersion } from "./codes.ts";
import type { ResumableSession, TlsClientConfig } from "./contract.ts";
import type { Engine } from "./engine.ts";
import {
  protocolsData,
  readExtension,
  readProtocols,
  serverNameData,
  shareData,
} from "./extensions.ts";
import type { TlsExtension } from "./extensions.ts";
import { allGroups, makeKeyShare } from "./groups.ts";
import type { KeyShare } from "./groups.ts";
import { writeClientHello } from "./hellos.ts";
import type { ClientHello } from "./hellos.ts";
import { usableVersions } from "./offer.ts";
import { finishedValue, KeySchedule } from "./schedule13.ts";
import { schemeCodes } from "./schemes.ts";
import { cipherSuites } from "./suites.ts";
import type { CipherSuite } from "./suites.ts";
import type { Transcript } from "./transcript.ts";
import { codes, number, vector } from "./wire.ts";

/** What a client has said and may be held to. */
export interface Said {
  readonly config: TlsClientConfig;
  readonly hello: ClientHello;
  readonly versions: readonly TlsVersion[];
  readonly suites: readonly CipherSuite[];
  readonly share: KeyShare;
  /** The session that is offered for resumption. */
  readonly resume: ResumableSession | undefined;
  /** As it was sent: undefined for an address. */
  readonly serverName: string | undefined;
}

/** Draws up the ClientHello: key share, session to resume. */
export function firstHello(config: TlsClientConfig): Said {
  const { random, now } = config;
  const versions = usableVersions(config);
  const suites = (config.suites ?? cipherSuites.map(({ name }) => name)).flatMap((name) =>
    cipherSuites.filter((one) => one.name === name && versions.includes(one.version)),
  );
  const { serverName } = config;
  const named = serverName !== undefined && !isIpv4(serverName) ? serverName : undefined;
  const groups = config.groups ?? allGroups;
  const newest = versions.includes("TLSv1.3");
  const hello: ClientHello = {
    legacyVersion: 0x0303,
    random: random.bytes(32),
    // RFC 8446 appendix D.4: a session id makes the handshake look like TLS 1.2's resumption.
    sessionId: newest ? random.bytes(32) : noBytes,
    suites: suites.map(({ code }) => code),
    compression: Uint8Array.of(0),
    extensions: [],
  };
  const share = makeKeyShare(groups[0]!, random);
  const { resume } = config;
  const fresh = resume && now() - resume.receivedAtMs < resume.lifetimeMs;
  const usable = fresh && newest && resume.serverName === named && suites.includes(resume.suite);
  const offered = usable ? resume : undefined;
  return { config, hello, versions, suites, share, resume: offered, serverName: named };
}

/** Sends a ClientHello; `before` is the transcript in front of it. */
export function sendHello(engine: Engine, said: Said, before: Transcript): void {
  const { resume, config } = said;
  const extensions = helloExtensions(said);
  if (!resume) {
    engine.message("client_hello", writeClientHello({ ...said.hello, extensions }));
    return;
  }
  // The binder covers everything in front of itself, so it is filled in last.
  const size = resume.suite.hash === "sha256" ? 32 : 48;
  const age = (config.now() - resume.receivedAtMs + resume.ageAdd) % 2 ** 32;
  const identities = vector(2, vector(2, resume.ticket), number(age, 4));
  const psk = (binder: Uint8Array): TlsExtension => ({
    type: extensionType.pre_shared_key,
    data: concat(identities, vector(2, vector(1, binder))),
  });
  const blank = { ...said.hello, extensions: [...extensions, psk(new Uint8Array(size))] };
  const body = writeClientHello(blank);
  const transcript = before.fork(resume.suite.hash);
  const header = concat(Uint8Array.of(1), number(body.length, 3));
  transcript.add(concat(header, body.subarray(0, body.length - size - 3)));
  const key = new KeySchedule(resume.suite.hash, resume.secret).binderKey();
  const binder = finishedValue(resume.suite.hash, key, transcript.hash());
  engine.message("client_hello", concat(body.subarray(0, body.length - size), binder));
}

function helloExtensions({ config, versions, share, serverName, hello }: Said): TlsExtension[] {
  const out: TlsExtension[] = [];
  const add = (name: keyof typeof extensionType, data: Uint8Array): void => {
    out.push({ type: extensionType[name], data });
  };
  if (serverName !== undefined) add("server_name", serverNameData(serverName));
  if (versions.includes("TLSv1.2")) {
    add("ec_point_formats", Uint8Array.of(1, 0));
    add("extended_master_secret", noBytes);
    add("renegotiation_info", Uint8Array.of(0));
  }
  add(
    "supported_groups",
    codes(
      2,
      (config.groups ?? allGroups).map((one) => groupCode[one]),
    ),
  );
  add("signature_algorithms", codes(2, schemeCodes));
  if (config.alpn && config.alpn.length > 0) add("alpn", protocolsData(config.alpn));
  add(
    "supported_versions",
    codes(
      1,
      versions.map((one) => versionCode[one]),
    ),
  );
  if (versions.includes("TLSv1.3")) {
    add("psk_key_exchange_modes", Uint8Array.of(1, 1));
    add("key_share", vector(2, shareData(groupCode[share.group], share.public)));
  }
  return [...out, ...hello.extensions];
}

/** One of the protocols that were offered (RFC 7301 section 3.1). */
export function chosenProtocol(
  extensions: readonly TlsExtension[],
  { alpn = [] }: TlsClientConfig,
): string | undefined {
  const chosen = readExtension(extensions, "alpn", readProtocols);
  if (!chosen) return undefined;
  if (chosen.length !== 1 || !alpn.includes(chosen[0]!)) {
    throw new TlsAlert("illegal_parameter", `protocol ${chosen.join(", ")} was not offered`);
  }
  return chosen[0];
}
