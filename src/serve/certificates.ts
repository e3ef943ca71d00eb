// What the API server shows to a real kubectl: a certificate authority of its own and a server
// certificate under it, made by the same code as the certificates of the hotel.

import type { Random } from "../base/random.ts";
import type { Identity } from "../net/tls/contract.ts";
import { issue } from "../net/x509/build.ts";
import { printCertificate } from "../net/x509/certificate.ts";
import { generateEcKey } from "../net/x509/keys.ts";
import { oid } from "../net/x509/oid.ts";

export interface ServerIdentity {
  /** PEM of the authority, for the kubeconfig. */
  readonly ca: string;
  readonly identity: Identity;
}

const dayMs = 24 * 60 * 60 * 1000;

/** A fresh authority and a server certificate for loopback, valid from yesterday for a year. */
export function createServerIdentity(nowMs: number, random: Random): ServerIdentity {
  const valid = { notBeforeMs: nowMs - dayMs, notAfterMs: nowMs + 365 * dayMs, random };
  const authority = generateEcKey(random);
  const ca = issue({
    ...valid,
    subject: [{ type: "CN", value: "kubernetes" }],
    key: authority,
    ca: true,
    keyUsage: ["digitalSignature", "keyCertSign"],
  });
  const key = generateEcKey(random);
  const certificate = issue({
    ...valid,
    subject: [{ type: "CN", value: "kube-apiserver" }],
    key,
    issuer: { certificate: ca, key: authority },
    dns: ["localhost", "kubernetes.default.svc"],
    ips: ["127.0.0.1"],
    keyUsage: ["digitalSignature"],
    purposes: [oid.serverAuth],
  });
  return { ca: printCertificate(ca), identity: { chain: [certificate], key } };
}
