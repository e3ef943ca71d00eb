// The server name of a TLS hello, read before anybody answers it: the name tells whether the
// connection ends here or goes on as it came.

import { concat, noBytes } from "../../../base/bytes.ts";
import type { Connection } from "../../../net/connection.ts";
import { UpgradedConnection } from "../../../net/http/upgraded.ts";
import { TlsAlert } from "../../../net/tls/alerts.ts";
import { readExtension, readServerName } from "../../../net/tls/extensions.ts";
import { readClientHello } from "../../../net/tls/hellos.ts";
import { WireReader } from "../../../net/tls/wire.ts";

/** A connection of which the hello has been looked at, and is still to be read. */
export interface Peeked {
  readonly connection: Connection;
  /** In lower case; undefined when the hello has none, or is none. */
  readonly serverName: string | undefined;
}

const handshakeRecord = 22;
/** Type, version, length. */
const headBytes = 5;

/** Reads the first record. Throws NetError; undefined when the client has gone. */
export async function peekServerName(connection: Connection): Promise<Peeked | undefined> {
  let seen: Uint8Array = noBytes;
  const whole = (): boolean => {
    if (seen.length === 0) return false;
    if (seen[0] !== handshakeRecord) return true;
    return seen.length >= headBytes && seen.length >= headBytes + (seen[3]! << 8) + seen[4]!;
  };
  while (!whole()) {
    const more = await connection.read();
    if (more === null) return undefined;
    seen = concat(seen, more);
  }
  return { connection: new UpgradedConnection(connection, seen), serverName: nameIn(seen) };
}

function nameIn(record: Uint8Array): string | undefined {
  if (record[0] !== handshakeRecord) return undefined;
  try {
    const reader = new WireReader(record.subarray(headBytes));
    if (reader.number(1) !== 1) return undefined; // no ClientHello
    const { extensions } = readClientHello(reader.vector(3));
    return readExtension(extensions, "server_name", readServerName);
  } catch (error) {
    if (error instanceof TlsAlert) return undefined; // the engine will tell the client
    throw error;
  }
}
