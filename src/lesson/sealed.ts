// The handshake of a browser: over a connection, with its judgement of the certificate. Fetched
// only for the first https address.

import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Connection } from "../net/connection.ts";
import { ipNumber } from "../net/address.ts";
import { NetError } from "../net/errors.ts";
import { TlsAlert, type AlertName } from "../net/tls/alerts.ts";
import { connectTls } from "../net/tls/secure.ts";
import { fingerprint, parseCertificates, type Certificate } from "../net/x509/certificate.ts";
import { EncodingError } from "../net/x509/der.ts";
import { commonName, printName, type Name } from "../net/x509/name.ts";
import { certificateText, printTime } from "../net/x509/print.ts";
import { examine, type Disbelief } from "../net/x509/verify.ts";
import type { Badge, BadgePage } from "./badge.ts";

export interface SealOptions {
  readonly host: string;
  readonly clock: Clock;
  readonly random: Random;
  /** PEM: whom the browser believes. */
  readonly trusted: string;
  /** Goes on though the certificate is not believed. */
  readonly proceed: boolean;
}

/** A handshake that a browser does not go on from. */
export class Sealless extends Error {
  override name = "Sealless";
  /** Undefined where it failed before a certificate was judged. */
  readonly badge: Badge | undefined;

  constructor(message: string, badge: Badge | undefined) {
    super(message);
    this.badge = badge;
  }
}

/** Throws Sealless. */
export async function seal(
  connection: Connection,
  o: SealOptions,
): Promise<{ connection: Connection; badge: Badge }> {
  let shown: readonly Certificate[] = [];
  let judged: Judgement | undefined;
  const describe = (session: string): Badge => ({
    problem: judged?.problem,
    sentence: judged?.sentence ?? `${o.host} proved that it is ${o.host}.`,
    session,
    pages: shown.map(pageOf),
  });
  try {
    const secure = await connectTls(connection, {
      random: o.random,
      now: () => o.clock.now(),
      serverName: o.host,
      alpn: ["http/1.1"],
      check: (chain) => {
        shown = chain;
        judged = judge(chain, o);
        return judged && !o.proceed ? judged.reason : undefined;
      },
    });
    const { version, suite } = secure.session;
    return { connection: secure, badge: describe(`${version} with ${suite.opensslName}`) };
  } catch (error) {
    if (judged && !o.proceed) throw new Sealless(judged.problem, describe(""));
    if (error instanceof TlsAlert) throw new Sealless(sealWords(error), undefined);
    if (!(error instanceof NetError) || error.fault !== "ended") throw error;
    throw new Sealless("ERR_CONNECTION_CLOSED", undefined);
  }
}

interface Judgement {
  readonly reason: Disbelief;
  readonly problem: string;
  readonly sentence: string;
}

/** The most serious of all problems, in Chromium's order (net/cert/cert_status_flags.cc). */
function judge(
  chain: readonly [Certificate, ...Certificate[]],
  { host, clock, trusted }: SealOptions,
): Judgement | undefined {
  const nowMs = clock.now();
  const options = { chain, trusted: authorities(trusted), nowMs, purpose: "server" } as const;
  const found = new Set(
    [...examine({ ...options, host, strong: true })].flatMap(({ problem }) => problem ?? []),
  );
  for (const [reasons, code] of problems) {
    const reason = reasons.find((one) => found.has(one));
    if (reason === undefined) continue;
    const problem = `NET::ERR_CERT_${code}`;
    return { reason, problem, sentence: sentenceOf(reason, chain[0], host) };
  }
  return undefined;
}

const problems: readonly (readonly [readonly Disbelief[], string])[] = [
  [["bad signature", "unknown critical extension", "wrong purpose"], "INVALID"],
  [
    ["self-signed", "self-signed in chain", "unknown issuer", "not an authority", "path too long"],
    "AUTHORITY_INVALID",
  ],
  [["wrong host"], "COMMON_NAME_INVALID"],
  [["name not permitted"], "NAME_CONSTRAINT_VIOLATION"],
  [["too weak"], "WEAK_KEY"],
  [["expired", "not yet valid"], "DATE_INVALID"],
];

function sentenceOf(reason: Disbelief, leaf: Certificate, host: string): string {
  const whose = `This server could not prove that it is ${host}; its security certificate`;
  switch (reason) {
    case "expired":
      return `${whose} expired on ${printTime(leaf.notAfterMs)}.`;
    case "not yet valid":
      return `${whose} is not valid before ${printTime(leaf.notBeforeMs)}.`;
    case "wrong host": {
      const names = namesOf(leaf);
      return `${whose} is from ${names.length > 0 ? names.join(", ") : "nobody in particular"}.`;
    }
    case "bad signature":
    case "unknown critical extension":
    case "wrong purpose":
      return `${whose} contains errors: ${reason}.`;
    case "name not permitted":
      return `${whose} is outside of what its authority may issue.`;
    case "too weak":
      return `${whose} has a key or a signature that is too weak.`;
    default:
      return `${whose} is not trusted by this computer: ${reason}.`;
  }
}

function sealWords({ alert, from }: TlsAlert): string {
  if (from === "peer") return alertWords[alert] ?? "ERR_SSL_PROTOCOL_ERROR";
  return alert === "protocol_version"
    ? "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"
    : "ERR_SSL_PROTOCOL_ERROR";
}

const alertWords: Partial<Record<AlertName, string>> = {
  unrecognized_name: "ERR_SSL_UNRECOGNIZED_NAME_ALERT",
  protocol_version: "ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
  handshake_failure: "ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
  certificate_required: "ERR_BAD_SSL_CLIENT_AUTH_CERT",
  bad_certificate: "ERR_BAD_SSL_CLIENT_AUTH_CERT",
};

function authorities(pem: string): readonly Certificate[] {
  try {
    return parseCertificates(pem);
  } catch (error) {
    if (error instanceof EncodingError) return [];
    throw error;
  }
}

function pageOf(one: Certificate): BadgePage {
  return {
    subject: shortName(one.subject),
    issuer: shortName(one.issuer),
    names: namesOf(one),
    from: printTime(one.notBeforeMs),
    until: printTime(one.notAfterMs),
    fingerprint: fingerprint(one),
    text: certificateText(one),
  };
}

function shortName(name: Name): string {
  return commonName(name) ?? printName(name);
}

function namesOf({ altNames }: Certificate): string[] {
  const ips = (altNames?.ips ?? [])
    .map((ip) => ip.join("."))
    .filter((ip) => ipNumber(ip) !== undefined);
  return [...(altNames?.dns ?? []), ...ips];
}
