// Handshakes that nobody sees: they make the tables of the curves and let the machine compile the
// cryptography, so that the first handshake a learner waits for takes a few milliseconds, not
// some hundred. In steps, so that whoever runs it can do something else in between.

import { Random } from "../../base/random.ts";
import { issue } from "../x509/build.ts";
import { generateEcKey } from "../x509/keys.ts";
import { verifyChain } from "../x509/verify.ts";
import { TlsClient } from "./client.ts";
import type { TlsVersion } from "./codes.ts";
import { TlsServer } from "./server.ts";

/** After so many of each version the times no longer fall. */
const rounds = 4;

/** Each step takes some milliseconds. What it yields is the version that was agreed on. */
export function* warmUp(): Generator<TlsVersion | undefined> {
  const random = new Random(0);
  const key = generateEcKey(random);
  yield undefined;
  const host = "example.com";
  const subject = [{ type: "CN", value: host }];
  const valid = { notBeforeMs: 0, notAfterMs: 2_000_000 };
  const certificate = issue({ ...valid, subject, key, random, dns: [host] });
  yield undefined;
  for (let i = 0; i < rounds; i++) {
    for (const version of ["TLSv1.3", "TLSv1.2"] as const) {
      const common = { random, now: () => 1_000_000, versions: [version] };
      const server = new TlsServer({
        ...common,
        certificate: () => ({ chain: [certificate], key }),
      });
      const client = new TlsClient({
        ...common,
        serverName: host,
        check: (chain) => {
          const o = { chain, trusted: [certificate], nowMs: 1_000_000, host };
          const seen = verifyChain({ ...o, purpose: "server" });
          return seen.ok ? undefined : seen.reason;
        },
      });
      let { bytes } = client.start();
      for (let end: TlsServer | TlsClient = server; bytes.length > 0;) {
        ({ bytes } = end.receive(bytes));
        end = end === server ? client : server;
        yield undefined;
      }
      yield client.session && server.session?.version;
    }
  }
}
