// Whether a certificate is to be believed: chain building and checking (RFC 5280 section 6, as
// far as servers and clients of TLS need it), with the reason when not.
//
// The steps and their order are OpenSSL's (crypto/x509/x509_vfy.c, verify_chain): who goes on in
// spite of a problem, as `openssl s_client` does, hears of the same others in the same order.

import { equalBytes } from "../../base/bytes.ts";
import { ipNumber } from "../address.ts";
import type { Certificate } from "./certificate.ts";
import { understood } from "./extensions.ts";
import { coversHost } from "./hostname.ts";
import { keySize } from "./keys.ts";
import { namesFault } from "./nameconstraints.ts";
import { oid } from "./oid.ts";
import { verify } from "./signature.ts";

/** Why a certificate is not believed. openssl's and curl's words for each live in those tools. */
export type Disbelief =
  | "expired"
  | "not yet valid"
  | "self-signed" //               the certificate itself is, and nobody trusts it
  | "self-signed in chain" //      the chain ends at a root that nobody trusts
  | "unknown issuer" //            no certificate at all for its issuer
  | "bad signature"
  | "not an authority" //          an issuer that may not issue
  | "path too long"
  | "wrong purpose" //             not for a server (or a client)
  | "name not permitted" //        outside an authority's name constraints
  | "unknown critical extension"
  | "too weak" //                  a key or a hash that is not enough any more
  | "wrong host";

export type Verification =
  | { readonly ok: true; readonly chain: readonly Certificate[] }
  | ({ readonly ok: false; readonly reason: Disbelief } & Omit<Finding, "problem">);

/** One thing that was looked at; without a problem, a certificate that passed. */
export interface Finding {
  readonly problem: Disbelief | undefined;
  /** OpenSSL's X509_V_ERR_… number, which is finer than `problem`; 0 for none. */
  readonly code: number;
  /** 0 for the certificate itself, 1 for its issuer, and so on. */
  readonly depth: number;
  readonly at: Certificate;
}

export interface VerifyOptions {
  /** As the peer sent it: the certificate itself first; the order of the others is free. */
  readonly chain: readonly [Certificate, ...Certificate[]];
  readonly trusted: readonly Certificate[];
  readonly nowMs: number;
  readonly purpose: "server" | "client" | "any";
  /** The name or address that was asked for; not checked when not given. */
  readonly host?: string;
  /** Whether a trusted certificate need not be a root. Default: true. */
  readonly partialChain?: boolean;
  /** Refuses RSA keys below 2048 bits and signatures by SHA-1, as TLS on Debian does. */
  readonly strong?: boolean;
}

/** More certificates than this between a certificate and its root are refused. */
const depthMax = 10;

/** Builds the chain to a trusted certificate and checks all of it; ends at the first problem. */
export function verifyChain(o: VerifyOptions): Verification {
  const steps = examine(o);
  for (;;) {
    const step = steps.next();
    if (step.done) return { ok: true, chain: step.value };
    const { problem, ...finding } = step.value;
    if (problem) return { ok: false, reason: problem, ...finding };
  }
}

/** All that there is to find, problems and passes; gives the chain as far as it could be built. */
export function* examine(o: VerifyOptions): Generator<Finding, readonly Certificate[]> {
  const { path, fault } = build(o);
  if (fault) yield fault;
  yield* checkUses(path, o);
  if (o.strong) yield* checkStrength(path);
  const { host, chain } = o;
  if (host !== undefined && !coversHost(chain[0], host)) {
    yield finding("wrong host", ipNumber(host) === undefined ? 62 : 64, 0, chain[0]);
  }
  yield* checkSignatures(path, o);
  for (const [depth, at] of path.entries()) {
    for (const { nameConstraints } of path.slice(depth + 1)) {
      const excluded = nameConstraints && namesFault(at, nameConstraints);
      if (excluded) yield finding("name not permitted", excluded, depth, at);
    }
  }
  return path;
}

/** From the certificate upwards to one that is trusted. */
function build(o: VerifyOptions): { path: Certificate[]; fault?: Finding } {
  const { chain, trusted, partialChain = true } = o;
  const path: Certificate[] = [chain[0]];
  let inStore = false;
  for (let depth = 0; depth <= depthMax; depth++) {
    const last = path[depth]!;
    const known = trusted.some((one) => equalBytes(one.bytes, last.bytes));
    if (known && (partialChain || isSelfSigned(last))) return { path };
    if (isSelfSigned(last)) {
      const [reason, code] =
        depth === 0 ? (["self-signed", 18] as const) : (["self-signed in chain", 19] as const);
      return { path, fault: finding(reason, code, depth, last) };
    }
    const issuer =
      issuerAmong(trusted, last, path, o) ??
      (inStore ? undefined : issuerAmong(chain, last, path, o));
    if (!issuer) return { path, fault: finding("unknown issuer", inStore ? 2 : 20, depth, last) };
    inStore ||= trusted.includes(issuer);
    path.push(issuer);
  }
  return { path, fault: finding("path too long", 22, depthMax, path.at(-1)!) };
}

function isSelfSigned(one: Certificate): boolean {
  return mayHaveIssued(one, one);
}

/** The first candidate that is valid now, or else the first. */
function issuerAmong(
  some: readonly Certificate[],
  subject: Certificate,
  path: readonly Certificate[],
  { nowMs }: VerifyOptions,
): Certificate | undefined {
  const fitting = some.filter((one) => !path.includes(one) && mayHaveIssued(one, subject));
  const valid = fitting.filter((one) => one.notBeforeMs <= nowMs && nowMs <= one.notAfterMs);
  // Authorities with the same name and no key identifier: the signature tells them apart.
  return valid.find((one) => signed(one, subject)) ?? valid[0] ?? fitting[0];
}

/** By name and key identifier; the signature decides. */
function mayHaveIssued(issuer: Certificate, subject: Certificate): boolean {
  if (!equalBytes(issuer.subject.bytes, subject.issuer.bytes)) return false;
  const wanted = subject.authorityKeyIdentifier;
  const own = issuer.keyIdentifier;
  return wanted === undefined || own === undefined || equalBytes(wanted, own);
}

function signed(issuer: Certificate, { algorithm, tbs, signature }: Certificate): boolean {
  return algorithm !== undefined && verify(issuer.publicKey, algorithm, tbs, signature);
}

/** What each certificate of the chain may be used for. */
function* checkUses(path: readonly Certificate[], o: VerifyOptions): Generator<Finding> {
  let below = 0;
  for (const [depth, one] of path.entries()) {
    if (one.extensions.some(({ id, critical }) => critical && !understood.includes(id))) {
      yield finding("unknown critical extension", 34, depth, one);
    }
    if (depth > 0 && !isAuthority(one)) yield finding("not an authority", 79, depth, one);
    else if (!isFor(one, depth, o)) yield finding("wrong purpose", 26, depth, one);
    const limit = one.basicConstraints?.pathLength;
    if (depth > 0 && limit !== undefined && below > limit) {
      yield finding("path too long", 25, depth, one);
    }
    // Self-issued certificates do not count (RFC 5280 section 6.1.4 (l)), nor does the first.
    if (depth > 0 && !equalBytes(one.issuer.bytes, one.subject.bytes)) below++;
  }
}

/** X509_check_ca: without basic constraints, an old root or a key that signs certificates. */
function isAuthority(one: Certificate): boolean {
  const { basicConstraints, keyUsage, version } = one;
  if (keyUsage && !keyUsage.includes("keyCertSign")) return false;
  if (basicConstraints) return basicConstraints.ca;
  return keyUsage !== undefined || (version === 1 && isSelfSigned(one));
}

function isFor({ purposes, keyUsage }: Certificate, depth: number, o: VerifyOptions): boolean {
  if (o.purpose === "any") return true;
  const wanted = o.purpose === "server" ? oid.serverAuth : oid.clientAuth;
  if (purposes && !purposes.includes(wanted) && !purposes.includes(oid.anyExtendedKeyUsage)) {
    return false;
  }
  // A key that only signs certificates proves nothing in a handshake.
  const proofs = ["digitalSignature", "keyAgreement", "keyEncipherment"] as const;
  return depth > 0 || !keyUsage || proofs.some((usage) => keyUsage.includes(usage));
}

/** Security level 2 (ssl_security_cert). */
function* checkStrength(path: readonly Certificate[]): Generator<Finding> {
  for (const [depth, one] of path.entries()) {
    const { publicKey, algorithm } = one;
    if (publicKey.type === "rsa" && keySize(publicKey) < 2048) {
      yield finding("too weak", depth === 0 ? 66 : 67, depth, one);
    }
    const trustedAnyway = depth === path.length - 1;
    if (!trustedAnyway && algorithm?.hash === "sha1") yield finding("too weak", 68, depth, one);
  }
}

/** From the root down: signatures and dates. */
function* checkSignatures(path: readonly Certificate[], o: VerifyOptions): Generator<Finding> {
  const top = path.length - 1;
  for (let depth = top; depth >= 0; depth--) {
    const one = path[depth]!;
    const issuer = path[depth + 1];
    if (!issuer && !isSelfSigned(one) && !(o.partialChain ?? true)) {
      // Nobody above it to check it by; OpenSSL says so of the first one only.
      if (top > 0) continue;
      yield finding("unknown issuer", 21, 0, one);
    }
    if (issuer?.keyUsage && !issuer.keyUsage.includes("keyCertSign")) {
      yield finding("not an authority", 32, depth + 1, issuer);
    }
    if (issuer && !signed(issuer, one)) yield finding("bad signature", 7, depth, one);
    if (o.nowMs < one.notBeforeMs) yield finding("not yet valid", 9, depth, one);
    if (o.nowMs > one.notAfterMs) yield finding("expired", 10, depth, one);
    yield finding(undefined, 0, depth, one);
  }
}

function finding(
  problem: Disbelief | undefined,
  code: number,
  depth: number,
  at: Certificate,
): Finding {
  return { problem, code, depth, at };
}
