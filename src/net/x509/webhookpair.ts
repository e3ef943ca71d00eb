// The certificates that an admission webhook is installed with: an authority of its own and a
// certificate for its Service's name. Models kube-webhook-certgen's create.

import type { Random } from "../../base/random.ts";
import { issue } from "./build.ts";
import { printCertificate } from "./certificate.ts";
import { generateEcKey, printPrivateKey } from "./keys.ts";
import { oid } from "./oid.ts";

const yearMs = 365 * 86_400_000;

/** PEM texts. @param host the name that the API server asks for: "NAME.NAMESPACE.svc". */
export function webhookPair(
  host: string,
  { random, nowMs }: { random: Random; nowMs: number },
): { ca: string; cert: string; key: string } {
  const authority = generateEcKey(random);
  const times = { notBeforeMs: nowMs, notAfterMs: nowMs + 100 * yearMs, random };
  const subject = [{ type: "O", value: "nil1" }];
  const root = issue({ subject, key: authority, ca: true, ...times });
  const key = generateEcKey(random);
  const leaf = issue({
    subject: [{ type: "O", value: "nil2" }],
    key,
    issuer: { certificate: root, key: authority },
    dns: [host],
    purposes: [oid.serverAuth],
    ...times,
  });
  return { ca: printCertificate(root), cert: printCertificate(leaf), key: printPrivateKey(key) };
}
