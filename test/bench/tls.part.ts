// What TLS costs, both ends on one thread: run by tls.ts in Node, and in Chromium as a bundle.

import { Random } from "../../src/base/random.ts";
import { TlsClient } from "../../src/net/tls/client.ts";
import type {
  Identity,
  ResumableSession,
  TlsClientConfig,
  TlsEngine,
  TlsOutput,
  TlsServerConfig,
} from "../../src/net/tls/contract.ts";
import { TlsServer } from "../../src/net/tls/server.ts";
import { issue } from "../../src/net/x509/build.ts";
import type { Certificate } from "../../src/net/x509/certificate.ts";
import { generateEcKey, parsePrivateKey } from "../../src/net/x509/keys.ts";
import type { PrivateKey } from "../../src/net/x509/keys.ts";
import { verifyChain } from "../../src/net/x509/verify.ts";

/** Milliseconds a handshake, and megabytes a second. */
export interface Costs {
  readonly firstMs: number;
  readonly ecdsaMs: number;
  readonly rsaMs: number;
  readonly olderMs: number;
  readonly resumedMs: number;
  readonly aes128: number;
  readonly aes256: number;
  readonly chacha: number;
}

const nowMs = Date.UTC(2026, 10, 23, 9);
const megabyte = 1_000_000;

/** @param rsaKey PEM of an RSA key of 2048 bits; `clock` gives milliseconds. */
export function measure(rsaKey: string, clock: () => number, rounds = 40): Costs {
  const random = new Random(7);
  const root = authority(random);
  const ec = under(root, generateEcKey(random), random);
  const rsa = under(root, parsePrivateKey(rsaKey), random);
  const ends = (identity: Identity): Ends => ({ root: root.certificate, identity, random });
  const once = (work: () => unknown): number => {
    const start = clock();
    work();
    return clock() - start;
  };
  const median = (work: () => unknown, times = rounds): number => {
    const all = Array.from({ length: times }, () => once(work)).sort((a, b) => a - b);
    return all[Math.floor(times / 2)]!;
  };
  const firstMs = once(() => shake(ends(ec)));
  for (let i = 0; i < rounds / 2; i++) shake(ends(ec));
  const ticketKey = random.bytes(32);
  const resumedMs = (): number => {
    const resume = shake(ends(ec), {}, { ticketKey }).ticket!;
    return median(() => shake(ends(ec), { resume }, { ticketKey }));
  };
  const rate = (suite: string): number => {
    const { client, server } = shake(ends(ec), { suites: [suite] });
    const data = new Uint8Array(megabyte);
    const ms = median(() => server.receive(client.send(data).bytes), rounds / 4);
    return megabyte / 1000 / ms;
  };
  return {
    firstMs,
    ecdsaMs: median(() => shake(ends(ec))),
    rsaMs: median(() => shake(ends(rsa))),
    olderMs: median(() => shake(ends(ec), { versions: ["TLSv1.2"] })),
    resumedMs: resumedMs(),
    aes128: rate("TLS_AES_128_GCM_SHA256"),
    aes256: rate("TLS_AES_256_GCM_SHA384"),
    chacha: rate("TLS_CHACHA20_POLY1305_SHA256"),
  };
}

interface Ends {
  readonly root: Certificate;
  readonly identity: Identity;
  readonly random: Random;
}

interface Issuer {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
}

const valid = { notBeforeMs: nowMs - 1000, notAfterMs: nowMs + 1_000_000 };

function authority(random: Random): Issuer {
  const key = generateEcKey(random);
  const subject = [{ type: "CN", value: "City" }];
  return { certificate: issue({ ...valid, subject, key, random, ca: true }), key };
}

function under(issuer: Issuer, key: PrivateKey, random: Random): Identity {
  const subject = [{ type: "CN", value: "example.com" }];
  const dns = ["example.com"];
  return { chain: [issue({ ...valid, subject, key, random, dns, issuer })], key };
}

/** A whole handshake, the chain verified, until both have finished. */
function shake(
  { root, identity, random }: Ends,
  clientConfig: Partial<TlsClientConfig> = {},
  serverConfig: Partial<TlsServerConfig> = {},
): { client: TlsEngine; server: TlsEngine; ticket: ResumableSession | undefined } {
  const now = (): number => nowMs;
  const host = "example.com";
  const client = new TlsClient({
    ...{ random, now, serverName: host },
    check: (chain) => {
      const seen = verifyChain({ chain, trusted: [root], nowMs, purpose: "server", host });
      return seen.ok ? undefined : seen.reason;
    },
    ...clientConfig,
  });
  const server = new TlsServer({ random, now, certificate: () => identity, ...serverConfig });
  let ticket: ResumableSession | undefined;
  const heard = (output: TlsOutput): Uint8Array => {
    for (const event of output.events) if (event.type === "ticket") ticket ??= event.session;
    if (output.alert) throw output.alert;
    return output.bytes;
  };
  let bytes = heard(client.start());
  for (let end: TlsEngine = server; bytes.length > 0; end = end === server ? client : server) {
    bytes = heard(end.receive(bytes));
  }
  if (!client.session || !server.session) throw new Error("the handshake did not complete");
  return { client, server, ticket };
}
