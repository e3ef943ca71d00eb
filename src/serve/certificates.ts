// A certification authority of this process' own, and the API server's certificate under it.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import forge from "node-forge";

export interface ServerIdentity {
  /** PEM of the authority, for the kubeconfig. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const day = 24 * 60 * 60 * 1000;

/** A fresh authority and a server certificate for loopback, valid from yesterday for a year. */
export function createServerIdentity(nowMs: number): ServerIdentity {
  const authority = keyPair();
  const ca = forge.pki.createCertificate();
  const caName = [{ name: "commonName", value: "kubernetes" }];
  prepare(ca, { subject: caName, issuer: caName, publicKey: authority.publicKey, nowMs });
  ca.setExtensions([
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, digitalSignature: true, critical: true },
    { name: "subjectKeyIdentifier" },
  ]);
  ca.sign(authority.privateKey, forge.md.sha256.create());

  const server = keyPair();
  const leaf = forge.pki.createCertificate();
  const subject = [{ name: "commonName", value: "kube-apiserver" }];
  prepare(leaf, { subject, issuer: caName, publicKey: server.publicKey, nowMs });
  leaf.setExtensions([
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
    { name: "extKeyUsage", serverAuth: true },
    {
      name: "subjectAltName",
      altNames: [
        { type: 7, ip: "127.0.0.1" },
        { type: 2, value: "localhost" },
        { type: 2, value: "kubernetes.default.svc" },
      ],
    },
  ]);
  leaf.sign(authority.privateKey, forge.md.sha256.create());
  return {
    ca: forge.pki.certificateToPem(ca),
    certificate: forge.pki.certificateToPem(leaf),
    key: forge.pki.privateKeyToPem(server.privateKey),
  };
}

/** Node makes the keys (forge would take seconds); forge puts them into certificates. */
function keyPair(): forge.pki.rsa.KeyPair {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const own = forge.pki.privateKeyFromPem(pem);
  return { privateKey: own, publicKey: forge.pki.setRsaPublicKey(own.n, own.e) };
}

function prepare(
  certificate: forge.pki.Certificate,
  o: {
    subject: forge.pki.CertificateField[];
    issuer: forge.pki.CertificateField[];
    publicKey: forge.pki.PublicKey;
    nowMs: number;
  },
): void {
  certificate.publicKey = o.publicKey;
  // The first bit must be clear: serial numbers are positive (RFC 5280 section 4.1.2.2).
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  certificate.validity.notBefore = new Date(o.nowMs - day);
  certificate.validity.notAfter = new Date(o.nowMs + 365 * day);
  certificate.setSubject(o.subject);
  certificate.setIssuer(o.issuer);
}
