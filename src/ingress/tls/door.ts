// The HTTPS door: connections that begin with a TLS handshake are opened with the certificate that
// their server name asks for; plain HTTP that comes here is told so.

import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Connection } from "../../net/connection.ts";
import { NetError } from "../../net/errors.ts";
import { UpgradedConnection } from "../../net/http/upgraded.ts";
import { TlsAlert } from "../../net/tls/alerts.ts";
import type { HelloOffer, Identity, TlsServerConfig } from "../../net/tls/contract.ts";
import type { TlsVersion } from "../../net/tls/codes.ts";
import { acceptTls } from "../../net/tls/secure.ts";
import type { SecureConnection } from "../../net/tls/secure.ts";
import type { Actor } from "../../net/trace.ts";

/** Which certificate is shown, and why that one. */
export interface Shown {
  /** Undefined refuses the handshake: unrecognized_name. */
  readonly identity: Identity | undefined;
  readonly why: string;
  /** Whether the client is asked for a certificate; whoever shows none comes in all the same. */
  readonly asksClient: boolean;
  /** Subjects of the authorities whose certificates are wanted, encoded. */
  readonly authorities: readonly Uint8Array[];
}

export interface DoorOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly by: Actor;
  readonly alpn?: readonly string[];
  readonly versions?: readonly TlsVersion[];
  /** By the registry's names. */
  readonly suites?: readonly string[];
  /** The certificate for a server name, in lower case; undefined when none was sent. */
  choose(serverName: string | undefined): Shown;
  onSecure(connection: SecureConnection): void;
  /** A connection that speaks something else than TLS. */
  onPlain(connection: Connection): void;
}

/** The first byte of a TLS record that carries a handshake. */
const handshakeByte = 22;

/** Opens a connection; never throws. */
export async function openDoor(connection: Connection, o: DoorOptions): Promise<void> {
  try {
    const first = await connection.read();
    if (first === null) return connection.end();
    const whole = new UpgradedConnection(connection, first);
    if (first[0] !== handshakeByte) return o.onPlain(whole);
    let shown: Shown | undefined;
    const config = configOf(o, (now) => (shown = now));
    const secure = await acceptTls(whole, config, { by: o.by, why: () => shown?.why ?? "" });
    o.onSecure(secure);
  } catch (error) {
    // A failed handshake has left its hop; there is nobody left to answer.
    if (!(error instanceof TlsAlert) && !(error instanceof NetError)) throw error;
  }
}

function configOf(o: DoorOptions, onChoice: (shown: Shown) => void): TlsServerConfig {
  let shown: Shown | undefined;
  return {
    random: o.random,
    now: () => o.clock.now(),
    alpn: o.alpn ?? ["http/1.1"],
    ...(o.versions && { versions: o.versions }),
    ...(o.suites && { suites: o.suites }),
    certificate({ serverName }: HelloOffer) {
      shown = o.choose(serverName);
      onChoice(shown);
      return shown.identity;
    },
    // Asked for after the certificate was chosen: the server name decides both.
    get clientCertificate() {
      if (!shown?.asksClient) return undefined;
      return { required: false, authorities: shown.authorities, check: () => undefined };
    },
  };
}
