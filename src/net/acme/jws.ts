// What ACME signs its requests with: JSON Web Signatures in flattened form, ES256 (RFC 7515, 7518),
// and the thumbprint of a key (RFC 7638) that a challenge's answer ends in.

import { sha256 } from "@noble/hashes/sha2.js";
import { base64, concat, fromBase64, text, utf8 } from "../../base/bytes.ts";
import { DerReader, integer, sequence, tag } from "../x509/der.ts";
import type { EcPrivateKey, EcPublicKey } from "../x509/keys.ts";
import { toBytes, toNumber } from "../x509/numbers.ts";
import { sign, verify } from "../x509/signature.ts";

export interface Jwk {
  readonly crv: "P-256";
  readonly kty: "EC";
  readonly x: string;
  readonly y: string;
}

/** The protected header of a request (RFC 8555 section 6.2). */
export interface JwsHeader {
  readonly alg: "ES256";
  readonly nonce: string;
  readonly url: string;
  /** The key of an account that is not there yet … */
  readonly jwk?: Jwk;
  /** … or the account's URL. */
  readonly kid?: string;
}

export interface Jws {
  readonly protected: string;
  readonly payload: string;
  readonly signature: string;
}

const es256 = { kind: "ecdsa", hash: "sha256" } as const;
const size = 32;

export function base64url(bytes: Uint8Array): string {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function fromBase64url(encoded: string): Uint8Array {
  const plain = encoded.replaceAll("-", "+").replaceAll("_", "/");
  return fromBase64(plain.padEnd(Math.ceil(plain.length / 4) * 4, "="));
}

export function jwkOf({ point }: EcPublicKey): Jwk {
  const x = base64url(point.subarray(1, 1 + size));
  const y = base64url(point.subarray(1 + size));
  return { crv: "P-256", kty: "EC", x, y };
}

function keyOfJwk({ x, y }: Jwk): EcPublicKey {
  const point = concat(Uint8Array.of(4), fromBase64url(x), fromBase64url(y));
  return { type: "ec", curve: "P-256", point };
}

/** Members in the order of their names, without space. */
export function thumbprint({ crv, kty, x, y }: Jwk): string {
  return base64url(sha256(utf8(JSON.stringify({ crv, kty, x, y }))));
}

/** @param payload undefined: nothing, as in POST-as-GET */
export function signJws(key: EcPrivateKey, head: JwsHeader, payload: unknown): Jws {
  const first = base64url(utf8(JSON.stringify(head)));
  const second = payload === undefined ? "" : base64url(utf8(JSON.stringify(payload)));
  const parts = new DerReader(sign(key, es256, utf8(`${first}.${second}`), undefined))
    .next(tag.sequence)
    .reader();
  const raw = [parts.next(tag.integer), parts.next(tag.integer)].map((one) =>
    toBytes(one.integer(), size),
  );
  return { protected: first, payload: second, signature: base64url(concat(...raw)) };
}

/** Header and payload as they were sent; whether they are genuine is `isGenuine`'s to say. */
export function readJws(jws: Jws): { head: JwsHeader; payload: Record<string, unknown> } {
  const read = (part: string): unknown =>
    part === "" ? {} : JSON.parse(text(fromBase64url(part)));
  return {
    head: read(jws.protected) as JwsHeader,
    payload: read(jws.payload) as Record<string, unknown>,
  };
}

export function isGenuine(jws: Jws, jwk: Jwk): boolean {
  const raw = fromBase64url(jws.signature);
  if (raw.length !== 2 * size) return false;
  const [r, s] = [toNumber(raw.subarray(0, size)), toNumber(raw.subarray(size))];
  const signature = sequence(integer(r), integer(s));
  return verify(keyOfJwk(jwk), es256, utf8(`${jws.protected}.${jws.payload}`), signature);
}
