// Whether a certificate is to be believed: chain building and checking (RFC 5280 section 6, as
// far as servers and clients of TLS need it), with the reason when not.

import { equalBytes } from "../../base/bytes.ts";
import type { Certificate } from "./certificate.ts";
import { understood } from "./extensions.ts";
import { coversHost } from "./hostname.ts";
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
  | "wrong host";

export type Verification =
  | { readonly ok: true; readonly chain: readonly Certificate[] }
  | {
      readonly ok: false;
      readonly reason: Disbelief;
      /** 0 for the certificate itself, 1 for its issuer, and so on. */
      readonly depth: number;
      readonly at: Certificate;
    };

export interface VerifyOptions {
  /** As the peer sent it: the certificate itself first; the order of the others is free. */
  readonly chain: readonly [Certificate, ...Certificate[]];
  readonly trusted: readonly Certificate[];
  readonly nowMs: number;
  readonly purpose: "server" | "client";
  /** The name or address that was asked for; not checked when not given. */
  readonly host?: string;
}

/** More certificates than this between a certificate and its root are refused. */
const depthMax = 10;

/** Builds the chain to a trusted certificate and checks all of it. */
export function verifyChain(o: VerifyOptions): Verification {
  const built = build(o);
  if ("ok" in built) return built;
  const fault = checkEach(built, o);
  if (fault) return fault;
  const [leaf] = o.chain;
  if (o.host !== undefined && !coversHost(leaf, o.host)) return no("wrong host", 0, leaf);
  return { ok: true, chain: built };
}

/** From the certificate upwards to one that is trusted. */
function build({ chain, trusted }: VerifyOptions): Certificate[] | Verification {
  const path: Certificate[] = [chain[0]];
  for (let depth = 0; depth <= depthMax; depth++) {
    const last = path[depth]!;
    if (trusted.some((one) => equalBytes(one.bytes, last.bytes))) return path;
    const candidates = [...trusted, ...chain].filter(
      (one) => !path.includes(one) && mayHaveIssued(one, last),
    );
    if (candidates.length === 0) {
      if (!equalBytes(last.issuer.bytes, last.subject.bytes))
        return no("unknown issuer", depth, last);
      return no(depth === 0 ? "self-signed" : "self-signed in chain", depth, last);
    }
    const issuer = candidates.find((one) => signed(one, last));
    if (!issuer) return no("bad signature", depth, last);
    path.push(issuer);
  }
  return no("path too long", depthMax, path.at(-1)!);
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

function checkEach(path: readonly Certificate[], o: VerifyOptions): Verification | undefined {
  for (const [depth, one] of path.entries()) {
    if (o.nowMs < one.notBeforeMs) return no("not yet valid", depth, one);
    if (o.nowMs > one.notAfterMs) return no("expired", depth, one);
    const unknown = one.extensions.some(({ id, critical }) => critical && !understood.includes(id));
    if (unknown) return no("unknown critical extension", depth, one);
    const fault = depth === 0 ? leafFault(one, o) : issuerFault(path, depth);
    if (fault) return no(fault, depth, one);
  }
  return undefined;
}

function leafFault(leaf: Certificate, { purpose }: VerifyOptions): Disbelief | undefined {
  const wanted = purpose === "server" ? oid.serverAuth : oid.clientAuth;
  const { purposes, keyUsage } = leaf;
  if (purposes && !purposes.includes(wanted) && !purposes.includes(oid.anyExtendedKeyUsage)) {
    return "wrong purpose";
  }
  // A key that only signs certificates proves nothing in a handshake.
  if (keyUsage && !keyUsage.includes("digitalSignature") && !keyUsage.includes("keyAgreement")) {
    if (!keyUsage.includes("keyEncipherment")) return "wrong purpose";
  }
  return undefined;
}

function issuerFault(path: readonly Certificate[], depth: number): Disbelief | undefined {
  const { basicConstraints, keyUsage, nameConstraints } = path[depth]!;
  if (!basicConstraints?.ca) return "not an authority";
  if (keyUsage && !keyUsage.includes("keyCertSign")) return "not an authority";
  // Self-issued certificates below do not count (RFC 5280 section 6.1.4 (l)).
  const below = path
    .slice(1, depth)
    .filter(({ issuer, subject }) => !equalBytes(issuer.bytes, subject.bytes)).length;
  const { pathLength } = basicConstraints;
  if (pathLength !== undefined && below > pathLength) return "path too long";
  if (!nameConstraints) return undefined;
  const { permittedDns, excludedDns } = nameConstraints;
  for (const name of path[0]!.altNames?.dns ?? []) {
    const permitted = permittedDns.length === 0 || permittedDns.some((base) => within(name, base));
    if (!permitted || excludedDns.some((base) => within(name, base))) return "name not permitted";
  }
  return undefined;
}

/** Whether `name` is `base` or below it; a leading dot asks for below. */
function within(name: string, base: string): boolean {
  const lower = name.toLowerCase();
  const wanted = base.toLowerCase();
  if (wanted === "" || lower === wanted) return true;
  return lower.endsWith(wanted.startsWith(".") ? wanted : `.${wanted}`);
}

function no(reason: Disbelief, depth: number, at: Certificate): Verification {
  return { ok: false, reason, depth, at };
}
