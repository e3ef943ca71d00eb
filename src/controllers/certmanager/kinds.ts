// cert-manager's kinds as its controller reads and writes them: cert-manager.io/v1. Their schemas,
// defaults and columns come with the definitions that the chart installs.

import { defineKind } from "../../api/kinds/kind.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import type { Obj } from "../../api/object.ts";

export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  observedGeneration?: number;
}

export interface IssuerRef {
  name: string;
  kind?: string;
  group?: string;
}

interface SecretKeySelector {
  name: string;
  key?: string;
}

interface IngressSolver {
  class?: string;
  ingressClassName?: string;
  name?: string;
  serviceType?: string;
  ingressTemplate?: {
    metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  };
}

export interface Solver {
  selector?: {
    matchLabels?: Record<string, string>;
    dnsNames?: string[];
    dnsZones?: string[];
  };
  http01?: { ingress?: IngressSolver; gatewayHTTPRoute?: object };
  dns01?: object;
}

export interface AcmeIssuer {
  server: string;
  email?: string;
  caBundle?: string;
  skipTLSVerify?: boolean;
  privateKeySecretRef: SecretKeySelector;
  solvers?: Solver[];
}

/** An Issuer or a ClusterIssuer. */
export interface Issuer extends Obj {
  spec: {
    selfSigned?: object;
    ca?: { secretName: string };
    acme?: AcmeIssuer;
    vault?: object;
    venafi?: object;
  };
  status?: {
    conditions?: Condition[];
    acme?: { uri?: string; lastRegisteredEmail?: string };
  };
}

export interface Certificate extends Obj {
  spec: {
    secretName: string;
    issuerRef: IssuerRef;
    commonName?: string;
    dnsNames?: string[];
    ipAddresses?: string[];
    isCA?: boolean;
    duration?: string;
    renewBefore?: string;
    renewBeforePercentage?: number;
    revisionHistoryLimit?: number;
    usages?: string[];
    subject?: {
      organizations?: string[];
      organizationalUnits?: string[];
      countries?: string[];
      provinces?: string[];
      localities?: string[];
    };
    privateKey?: {
      algorithm?: "RSA" | "ECDSA" | "Ed25519";
      encoding?: "PKCS1" | "PKCS8";
      rotationPolicy?: "Never" | "Always";
      size?: number;
    };
    secretTemplate?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  };
  status?: CertificateStatus;
}

export interface CertificateStatus {
  conditions?: Condition[];
  failedIssuanceAttempts?: number;
  lastFailureTime?: string;
  nextPrivateKeySecretName?: string;
  notAfter?: string;
  notBefore?: string;
  renewalTime?: string;
  revision?: number;
}

export interface CertificateRequest extends Obj {
  spec: {
    issuerRef: IssuerRef;
    /** Base64 of PEM. */
    request: string;
    duration?: string;
    isCA?: boolean;
    usages?: string[];
  };
  status?: {
    conditions?: Condition[];
    /** Base64 of PEM. */
    certificate?: string;
    ca?: string;
    failureTime?: string;
  };
}

const group = "cert-manager.io";

export const Issuer: Kind<Issuer> = defineKind<Issuer>({
  kind: "Issuer",
  group,
  plural: "issuers",
  namespaced: true,
  subresources: ["status"],
});

export const ClusterIssuer: Kind<Issuer> = defineKind<Issuer>({
  kind: "ClusterIssuer",
  group,
  plural: "clusterissuers",
  namespaced: false,
  subresources: ["status"],
});

export const Certificate: Kind<Certificate> = defineKind<Certificate>({
  kind: "Certificate",
  group,
  plural: "certificates",
  namespaced: true,
  subresources: ["status"],
});

export const CertificateRequest: Kind<CertificateRequest> = defineKind<CertificateRequest>({
  kind: "CertificateRequest",
  group,
  plural: "certificaterequests",
  namespaced: true,
  subresources: ["status"],
});

/** The names of cert-manager's annotations and labels. */
export const names = {
  altNames: "cert-manager.io/alt-names",
  ipSans: "cert-manager.io/ip-sans",
  uriSans: "cert-manager.io/uri-sans",
  commonName: "cert-manager.io/common-name",
  issuer: "cert-manager.io/issuer",
  clusterIssuer: "cert-manager.io/cluster-issuer",
  issuerName: "cert-manager.io/issuer-name",
  issuerKind: "cert-manager.io/issuer-kind",
  issuerGroup: "cert-manager.io/issuer-group",
  certificateName: "cert-manager.io/certificate-name",
  revision: "cert-manager.io/certificate-revision",
  privateKeySecret: "cert-manager.io/private-key-secret-name",
  /** Labels. */
  nextPrivateKey: "cert-manager.io/next-private-key",
  partOf: "controller.cert-manager.io/fao",
} as const;

export function conditionOf(
  object: { status?: { conditions?: Condition[] } },
  type: string,
): Condition | undefined {
  return object.status?.conditions?.find((one) => one.type === type);
}
