// The server name of a ClientHello that is on its way to somebody else: read, and left as it is.

import { concat } from "../../base/bytes.ts";
import type { Connection } from "../connection.ts";
import { TlsAlert } from "./alerts.ts";
import { contentType, handshakeType } from "./codes.ts";
import { readClientHello } from "./hellos.ts";
import { readOffer } from "./offer.ts";

/** A record holds no more, so a hello that is not complete by then is not looked for. */
const sniffedBytesMax = 5 + 16_384;

/**
 * Reads as far as the first record, and the name in it: undefined for a client that names nobody,
 * or does not speak TLS. `first` is what was read.
 */
export async function sniffServerName(
  connection: Connection,
): Promise<{ first: Uint8Array; serverName: string | undefined }> {
  let first: Uint8Array = new Uint8Array(0);
  for (;;) {
    const bytes = await connection.read();
    if (bytes) first = concat(first, bytes);
    const size = first.length < 5 ? 5 : 5 + first[3]! * 256 + first[4]!;
    const tls = first.length === 0 || first[0] === contentType.handshake;
    if (!bytes || !tls || first.length >= Math.min(size, sniffedBytesMax)) break;
  }
  return { first, serverName: serverNameIn(first) };
}

function serverNameIn(record: Uint8Array): string | undefined {
  if (record[0] !== contentType.handshake || record[5] !== handshakeType.client_hello) {
    return undefined;
  }
  const length = (record[6]! << 16) | (record[7]! << 8) | record[8]!;
  try {
    return readOffer(readClientHello(record.subarray(9, 9 + length))).serverName;
  } catch (error) {
    if (error instanceof TlsAlert) return undefined; // whoever ends the TLS will refuse it
    throw error;
  }
}
