// The handshake of https: from a TCP connection to one that speaks TLS.
//
// This is where the engine of src/net/tls comes in: `secure` drives a TlsClient over the
// connection (SNI from `host`, ALPN http/1.1, the check of the chain unless -k, --cacert, --cert
// and --key out of config.tls), prints the `* TLSv1.3 (OUT), …` lines, and gives a Kept whose
// Line runs over the sealed connection. Until the desk speaks TLS it says so.

import { notHere } from "../../command.ts";
import type { Config } from "./config.ts";
import { code, CurlError } from "./errors.ts";
import type { Messages } from "./messages.ts";
import type { Kept } from "./transport.ts";

/** Throws CurlError 35. */
export function secure(
  kept: Kept,
  { host }: { host: string },
  _config: Pick<Config, "tls">,
  _messages: Messages,
): Promise<Kept> {
  kept.line.connection.destroy();
  const why = `TLS at the desk is not open yet, so nobody can shake hands for ${host}; use http://`;
  return Promise.reject(new CurlError(code.sslConnectError, notHere(why)));
}
