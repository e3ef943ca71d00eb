// A small city of certificates for tests: a root, an authority below it, a server.

import { Random } from "../../../src/base/random.ts";
import { issue } from "../../../src/net/x509/build.ts";
import type { IssueOptions } from "../../../src/net/x509/build.ts";
import type { Certificate } from "../../../src/net/x509/certificate.ts";
import { generateEcKey } from "../../../src/net/x509/keys.ts";
import type { PrivateKey } from "../../../src/net/x509/keys.ts";

export const random = new Random(7);
export const nowMs = Date.UTC(2026, 10, 23, 9);
export const dayMs = 86_400_000;

export interface Party {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
}

/** Valid from yesterday for a year, unless told otherwise. */
export function party(
  name: string,
  issuer?: Party,
  more: Partial<IssueOptions> = {},
  key: PrivateKey = generateEcKey(random),
): Party {
  const certificate = issue({
    subject: [{ type: "CN", value: name }],
    key,
    notBeforeMs: nowMs - dayMs,
    notAfterMs: nowMs + 365 * dayMs,
    random,
    ...(issuer ? { issuer } : {}),
    ...more,
  });
  return { certificate, key };
}

export const root = party("City Root", undefined, { ca: true });
export const authority = party("City Authority", root, { ca: true, pathLength: 0 });
export const server = party("example.com", authority, {
  dns: ["example.com", "*.example.org"],
  ips: ["203.0.113.10"],
});
