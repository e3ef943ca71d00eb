// The certificate that is shown when there is no better one: self-signed, for nobody's host.

import type { Random } from "../../base/random.ts";
import type { Identity } from "../../net/tls/contract.ts";
import { issue } from "../../net/x509/build.ts";
import { generateEcKey } from "../../net/x509/keys.ts";
import { oid } from "../../net/x509/oid.ts";

const dayMs = 86_400_000;

/** Subject and names as ingress-nginx makes them (internal/net/ssl/ssl.go getFakeHostSSLCert). */
export function fakeIdentity(
  o: { random: Random; nowMs: number },
  { organisation = "Acme Co", name = "Kubernetes Ingress Controller Fake Certificate" } = {},
): Identity {
  const key = generateEcKey(o.random);
  const certificate = issue({
    subject: [
      { type: "O", value: organisation },
      { type: "CN", value: name },
    ],
    key,
    notBeforeMs: o.nowMs,
    notAfterMs: o.nowMs + 365 * dayMs,
    random: o.random,
    dns: ["ingress.local"],
    keyUsage: ["digitalSignature", "keyEncipherment"],
    purposes: [oid.serverAuth],
  });
  return { chain: [certificate], key };
}
