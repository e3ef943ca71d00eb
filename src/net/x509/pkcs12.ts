// PKCS #12 (RFC 7292): a certificate, its authorities and its key in one file under a password, as
// OpenSSL 3 writes it: PBES2 with AES-256, a MAC of SHA-256.

import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equalBytes } from "../../base/bytes.ts";
import type { Random } from "../../base/random.ts";
import { parseCertificate, type Certificate } from "./certificate.ts";
import {
  context,
  derNull,
  DerReader,
  element,
  EncodingError,
  integer,
  objectId,
  octetString,
  sequence,
  setOf,
  tag,
  type DerElement,
} from "./der.ts";
import { decrypt, encryptPkcs8, decryptPkcs8, seal } from "./encrypted.ts";
import { decodePkcs8, type PrivateKey } from "./keys.ts";
import { oid } from "./oid.ts";

export interface Bundle {
  /** The certificate of the key first. */
  readonly certificates: readonly BagOf<Certificate>[];
  readonly keys: readonly BagOf<PrivateKey>[];
  readonly macHash: "sha256" | "sha1" | undefined;
  readonly iterations: number;
}

export interface BagOf<T> {
  readonly value: T;
  readonly name: string | undefined;
  readonly localKeyId: Uint8Array | undefined;
}

/** The password does not open it. */
export class WrongPassword extends Error {
  override name = "WrongPassword";
}

const iterations = 2048;
const iterationsMax = 1_000_000;

/** Writes a bundle; the first certificate is the key's. */
export function writePkcs12(o: {
  certificates: readonly [Certificate, ...Certificate[]];
  key: PrivateKey;
  name: string | undefined;
  password: string;
  random: Random;
}): Uint8Array {
  const { certificates, key, name, password, random } = o;
  const id = sha1(certificates[0].bytes);
  const attributes = attributesOf(name, id);
  const certificateBags = certificates.map(({ bytes }, i) => {
    const inner = sequence(objectId(oid.x509Certificate), element(context(0), octetString(bytes)));
    return bag(oid.certBag, inner, i === 0 ? attributes : undefined);
  });
  const keyBag = bag(oid.shroudedKeyBag, encryptPkcs8(key, password, random), attributes);
  const sealed = seal(sequence(...certificateBags), password, random);
  const encrypted = sequence(
    integer(0),
    sequence(
      objectId(oid.pkcs7Data),
      sealed.algorithm,
      element(context(0, { primitive: true }), sealed.sealed),
    ),
  );
  const safe = sequence(
    sequence(objectId(oid.pkcs7Encrypted), element(context(0), encrypted)),
    dataContent(sequence(keyBag)),
  );
  const salt = random.bytes(8);
  const mac = hmac(sha256, deriveKey(password, salt, iterations, "sha256"), safe);
  const macData = sequence(
    sequence(sequence(objectId(oid.sha256), derNull), octetString(mac)),
    octetString(salt),
    integer(iterations),
  );
  return sequence(integer(3), dataContent(safe), macData);
}

/** Reads a bundle. Throws WrongPassword, and EncodingError for what is none. */
export function readPkcs12(bytes: Uint8Array, password: string): Bundle {
  const outer = new DerReader(bytes).next(tag.sequence).reader();
  outer.next(tag.integer);
  const safe = dataOf(outer.next(tag.sequence));
  const macData = outer.optional(tag.sequence);
  const mac = macData && checkMac(macData, safe, password);
  const certificates: BagOf<Certificate>[] = [];
  const keys: BagOf<PrivateKey>[] = [];
  for (const info of new DerReader(safe).next(tag.sequence).reader().rest()) {
    for (const one of bagsOf(info, password)) readBag(one, password, { certificates, keys });
  }
  return { certificates, keys, macHash: mac?.hash, iterations: mac?.count ?? 0 };
}

function bagsOf(info: DerElement, password: string): DerElement[] {
  const kind = info.reader().next(tag.objectId).objectId();
  if (kind === oid.pkcs7Data) return listOf(dataOf(info));
  if (kind !== oid.pkcs7Encrypted) throw new EncodingError(`contents of an unknown kind ${kind}`);
  const inside = info.reader();
  inside.next();
  const data = inside.next(context(0)).reader().next(tag.sequence).reader();
  data.next(tag.integer);
  const content = data.next(tag.sequence).reader();
  content.next(tag.objectId);
  const algorithm = content.next(tag.sequence);
  const sealed = content.next(context(0, { primitive: true })).content;
  return listOf(decrypt(algorithm, sealed, password));
}

function listOf(bytes: Uint8Array): DerElement[] {
  return new DerReader(bytes).next(tag.sequence).reader().rest();
}

function readBag(
  one: DerElement,
  password: string,
  into: { certificates: BagOf<Certificate>[]; keys: BagOf<PrivateKey>[] },
): void {
  const inside = one.reader();
  const kind = inside.next(tag.objectId).objectId();
  const content = inside.next(context(0)).reader().next();
  const marks = marksOf(inside.optional(tag.set));
  if (kind === oid.certBag) {
    const parts = content.reader();
    parts.next(tag.objectId);
    const bytes = parts.next(context(0)).reader().next(tag.octetString).octetString();
    into.certificates.push({ value: parseCertificate(bytes), ...marks });
  } else if (kind === oid.shroudedKeyBag) {
    into.keys.push({ value: decryptPkcs8(content.bytes, password), ...marks });
  } else if (kind === oid.keyBag) {
    into.keys.push({ value: decodePkcs8(content.bytes), ...marks });
  }
}

function marksOf(set: DerElement | undefined): Omit<BagOf<never>, "value"> {
  let name: string | undefined;
  let localKeyId: Uint8Array | undefined;
  for (const attribute of set?.reader().rest() ?? []) {
    const inside = attribute.reader();
    const id = inside.next(tag.objectId).objectId();
    const [value] = inside.next(tag.set).reader().rest();
    if (id === oid.localKeyId) localKeyId = value?.octetString();
    if (id === oid.friendlyName && value) {
      name = "";
      for (let i = 0; i + 1 < value.content.length; i += 2) {
        name += String.fromCharCode(value.content[i]! * 256 + value.content[i + 1]!);
      }
    }
  }
  return { name, localKeyId };
}

function attributesOf(name: string | undefined, id: Uint8Array): Uint8Array {
  const parts = [sequence(objectId(oid.localKeyId), setOf(octetString(id)))];
  if (name !== undefined) {
    const text = element(tag.bmpString, bigEndian(name));
    parts.unshift(sequence(objectId(oid.friendlyName), setOf(text)));
  }
  return setOf(...parts);
}

function bag(kind: string, content: Uint8Array, attributes: Uint8Array | undefined): Uint8Array {
  const parts = [objectId(kind), element(context(0), content)];
  return sequence(...parts, ...(attributes ? [attributes] : []));
}

function dataContent(bytes: Uint8Array): Uint8Array {
  return sequence(objectId(oid.pkcs7Data), element(context(0), octetString(bytes)));
}

function dataOf(info: DerElement): Uint8Array {
  const inside = info.reader();
  inside.next(tag.objectId);
  return inside.next(context(0)).reader().next(tag.octetString).octetString();
}

function checkMac(
  data: DerElement,
  safe: Uint8Array,
  password: string,
): { hash: "sha256" | "sha1"; count: number } {
  const inside = data.reader();
  const info = inside.next(tag.sequence).reader();
  const id = info.next(tag.sequence).reader().next(tag.objectId).objectId();
  const wanted = info.next(tag.octetString).octetString();
  const salt = inside.next(tag.octetString).octetString();
  const count = Number(inside.optional(tag.integer)?.integer() ?? 1n);
  if (count < 1 || count > iterationsMax) throw new EncodingError("a MAC of too many rounds");
  const hash = id === oid.sha256 ? "sha256" : "sha1";
  const key = deriveKey(password, salt, count, hash);
  const seen = hmac(hash === "sha256" ? sha256 : sha1, key, safe);
  if (!equalBytes(seen, wanted)) throw new WrongPassword("the MAC does not fit");
  return { hash, count };
}

/** RFC 7292 appendix B.2, for a MAC key (ID 3), which fits in one block. */
function deriveKey(
  password: string,
  salt: Uint8Array,
  count: number,
  hash: "sha256" | "sha1",
): Uint8Array {
  const digest = hash === "sha256" ? sha256 : sha1;
  const filled = (bytes: Uint8Array): Uint8Array => {
    const size = 64 * Math.ceil(bytes.length / 64);
    return Uint8Array.from({ length: size }, (_, i) => bytes[i % bytes.length]!);
  };
  const secret = concat(bigEndian(password), Uint8Array.of(0, 0));
  let out = digest(concat(new Uint8Array(64).fill(3), filled(salt), filled(secret)));
  for (let i = 1; i < count; i++) out = digest(out);
  return out;
}

/** BMPString: two octets a character. */
function bigEndian(text: string): Uint8Array {
  const codes = [...text].map((char) => char.charCodeAt(0));
  return Uint8Array.from(codes.flatMap((code) => [code >> 8, code & 255]));
}
