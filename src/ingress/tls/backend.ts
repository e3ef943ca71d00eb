// TLS to a backend whose certificate is looked at: the chain, and the names that it must be for.

import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Connection } from "../../net/connection.ts";
import { connectTls } from "../../net/tls/secure.ts";
import { matchesName } from "../../net/x509/hostname.ts";
import { verifyChain } from "../../net/x509/verify.ts";
import type { BackendTls } from "../upstreams.ts";

/** Throws TlsAlert when the backend is not who it should be. */
export function connectVerified(
  connection: Connection,
  { serverName, authorities, dns, uris }: BackendTls,
  { random, clock, alpn = ["http/1.1"] }: { random: Random; clock: Clock; alpn?: string[] },
): Promise<Connection> {
  return connectTls(connection, {
    random,
    now: () => clock.now(),
    alpn,
    serverName,
    check: (chain) => {
      const nowMs = clock.now();
      const result = verifyChain({ chain, trusted: authorities, nowMs, purpose: "server" });
      if (!result.ok) return result.reason;
      const { altNames } = chain[0];
      const named =
        altNames?.dns.some((name) => dns.some((one) => matchesName(name, one))) ||
        altNames?.uris.some((uri) => uris.includes(uri));
      return named ? undefined : "wrong host";
    },
  });
}
