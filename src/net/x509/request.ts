// Certificate signing requests (PKCS #10, RFC 2986): who wants a certificate, for which key, with
// which extensions; signed with that key.
//
//   CertificationRequestInfo ::= SEQUENCE { version, subject, subjectPKInfo, attributes [0] }

import type { Random } from "../../base/random.ts";
import {
  bitString,
  context,
  DerReader,
  element,
  integer,
  objectId,
  sequence,
  setOf,
  tag,
} from "./der.ts";
import { decodeExtensions, encodeExtension } from "./extensions.ts";
import type { Extension } from "./extensions.ts";
import { decodePublicKey, encodePublicKey, publicKeyOf } from "./keys.ts";
import type { PrivateKey, PublicKey } from "./keys.ts";
import { decodeName } from "./name.ts";
import type { Name } from "./name.ts";
import { oid } from "./oid.ts";
import { decodeAlgorithm, defaultAlgorithm, encodeAlgorithm, sign, verify } from "./signature.ts";
import type { SignatureAlgorithm } from "./signature.ts";

export interface CertificateRequest {
  readonly bytes: Uint8Array;
  readonly version: number;
  readonly subject: Name;
  readonly publicKey: PublicKey;
  /** What the certificate should have; whoever signs decides. Undefined where none are asked. */
  readonly extensions: readonly Extension[] | undefined;
  readonly algorithm: SignatureAlgorithm | undefined;
  readonly signature: Uint8Array;
  /** Whether it is signed with the key that it is for. */
  readonly genuine: boolean;
}

/** Reads a request. Throws EncodingError. */
export function parseRequest(bytes: Uint8Array): CertificateRequest {
  const whole = new DerReader(bytes);
  const outer = whole.next(tag.sequence);
  whole.end();
  const parts = outer.reader();
  const info = parts.next(tag.sequence);
  const algorithm = decodeAlgorithm(parts.next(tag.sequence));
  const signature = parts.next(tag.bitString).bitString();
  parts.end();
  const fields = info.reader();
  const version = Number(fields.next(tag.integer).integer()) + 1;
  const subject = decodeName(fields.next(tag.sequence));
  const publicKey = decodePublicKey(fields.next(tag.sequence));
  let extensions: readonly Extension[] | undefined;
  for (const attribute of fields.optional(context(0))?.reader().rest() ?? []) {
    const inside = attribute.reader();
    if (inside.next(tag.objectId).objectId() !== oid.extensionRequest) continue;
    extensions = decodeExtensions(inside.next(tag.set).reader().next(tag.sequence).reader());
  }
  const genuine = algorithm !== undefined && verify(publicKey, algorithm, info.bytes, signature);
  return {
    ...{ bytes: outer.bytes, version, subject, publicKey, extensions },
    ...{ algorithm, signature, genuine },
  };
}

/** Makes and signs a request. */
export function makeRequest(o: {
  subject: Name;
  key: PrivateKey;
  extensions: readonly Extension[];
  random: Random;
  algorithm?: SignatureAlgorithm;
}): CertificateRequest {
  const algorithm = o.algorithm ?? defaultAlgorithm(o.key);
  const wanted = o.extensions.map(encodeExtension);
  const asked =
    wanted.length > 0 ? [sequence(objectId(oid.extensionRequest), setOf(sequence(...wanted)))] : [];
  const info = sequence(
    integer(0),
    o.subject.bytes,
    encodePublicKey(publicKeyOf(o.key)),
    element(context(0), ...asked),
  );
  const signature = sign(o.key, algorithm, info, o.random);
  return parseRequest(sequence(info, encodeAlgorithm(algorithm), bitString(signature)));
}
