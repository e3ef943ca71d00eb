// The files of TLS: whom to believe (--cacert) and what to show (--cert, --key).

import { text } from "../../../base/bytes.ts";
import type { Identity } from "../../../net/tls/contract.ts";
import { parseCertificates, type Certificate } from "../../../net/x509/certificate.ts";
import { EncodingError } from "../../../net/x509/der.ts";
import { keysMatch, parsePrivateKey, publicKeyOf } from "../../../net/x509/keys.ts";
import { FileError } from "../../files.ts";
import { defaultAuthorities } from "../authorities.ts";
import type { Config } from "./config.ts";
import { code, CurlError } from "./errors.ts";

/** A file that an option names. Throws FileError. */
export type ReadFile = (name: string) => Uint8Array;

/** Throws CurlError 77 for a file without a certificate in it. */
export function authoritiesOf({ cacert }: Config["tls"], read: ReadFile): readonly Certificate[] {
  const name = cacert ?? defaultAuthorities;
  try {
    return parseCertificates(text(read(name)));
  } catch (error) {
    if (!(error instanceof FileError) && !(error instanceof EncodingError)) throw error;
    throw new CurlError(code.sslCacertBadfile, `error setting certificate file: ${name}`);
  }
}

/** What the client shows when it is asked; throws CurlError 58. */
export function identityOf({ cert, key }: Config["tls"], read: ReadFile): Identity | undefined {
  if (cert === undefined) return undefined;
  const [leaf, ...others] = clientChain(cert, read);
  const keyFile = key ?? cert;
  try {
    const secret = parsePrivateKey(text(read(keyFile)));
    if (keysMatch(leaf.publicKey, publicKeyOf(secret))) {
      return { chain: [leaf, ...others], key: secret };
    }
  } catch (error) {
    if (!(error instanceof FileError) && !(error instanceof EncodingError)) throw error;
  }
  const words = `unable to set private key file: '${keyFile}' type PEM`;
  throw new CurlError(code.sslCertproblem, words);
}

function clientChain(name: string, read: ReadFile): [Certificate, ...Certificate[]] {
  let why = "error:0480006C:PEM routines::no start line";
  try {
    const [leaf, ...others] = parseCertificates(text(read(name)));
    if (leaf) return [leaf, ...others];
  } catch (error) {
    if (error instanceof FileError) {
      why = "error:80000002:system library::No such file or directory";
    } else if (!(error instanceof EncodingError)) throw error;
  }
  const words =
    `could not load PEM client certificate from ${name}, OpenSSL error ${why}, ` +
    "(no key found, wrong pass phrase, or wrong file format?)";
  throw new CurlError(code.sslCertproblem, words);
}
