// The Secret that a Certificate ends in: tls.crt, tls.key and ca.crt, and annotations that say from
// whom and for what. Models pkg/controller/certificates/issuing/internal/secret.go.

import type { Secret } from "../../api/kinds/secret.ts";
import { controlledBy } from "../../api/object.ts";
import { base64, utf8 } from "../../base/bytes.ts";
import { commonName } from "../../net/x509/name.ts";
import type { Certificate as X509 } from "../../net/x509/certificate.ts";
import { names } from "./kinds.ts";
import type { Certificate, CertificateRequest } from "./kinds.ts";
import { readChain } from "./signing.ts";

/** @param o.key PEM */
export function secretFor(
  certificate: Certificate,
  o: {
    old: Secret | undefined;
    key: string;
    request: CertificateRequest;
    owned: boolean;
  },
): Secret {
  const { metadata, spec } = certificate;
  const { certificate: chain = "", ca } = o.request.status ?? {};
  const template = spec.secretTemplate;
  const { issuerRef } = o.request.spec;
  const [leaf] = readChain(chain);
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: o.old?.type ?? "kubernetes.io/tls",
    metadata: {
      ...o.old?.metadata,
      name: spec.secretName,
      namespace: metadata.namespace!,
      labels: { ...o.old?.metadata.labels, ...template?.labels, [names.partOf]: "true" },
      annotations: {
        ...o.old?.metadata.annotations,
        ...template?.annotations,
        ...(leaf && described(leaf)),
        [names.certificateName]: metadata.name,
        [names.issuerName]: issuerRef.name,
        [names.issuerKind]: issuerRef.kind || "Issuer",
        [names.issuerGroup]: issuerRef.group ?? "",
      },
      ...(o.owned && { ownerReferences: [controlledBy(certificate)] }),
    },
    data: {
      ...o.old?.data,
      "tls.crt": chain,
      "tls.key": base64(utf8(o.key)),
      ...(ca !== undefined && { "ca.crt": ca }),
    },
  };
}

function described({ subject, altNames }: X509): Record<string, string> {
  const ips = (altNames?.ips ?? []).map((one) => [...one].join("."));
  const all = (type: string): string =>
    subject.attributes
      .filter((one) => one.type === type)
      .map(({ value }) => value)
      .join(",");
  const subjects = Object.entries(subjectNames)
    .map(([type, name]) => [name, all(type)] as const)
    .filter(([, value]) => value !== "");
  return {
    ...Object.fromEntries(subjects),
    [names.commonName]: commonName(subject) ?? "",
    [names.altNames]: (altNames?.dns ?? []).join(","),
    [names.ipSans]: ips.join(","),
    [names.uriSans]: (altNames?.uris ?? []).join(","),
  };
}

const subjectNames: Readonly<Record<string, string>> = {
  O: "cert-manager.io/subject-organizations",
  OU: "cert-manager.io/subject-organizationalunits",
  C: "cert-manager.io/subject-countries",
  ST: "cert-manager.io/subject-provinces",
  L: "cert-manager.io/subject-localities",
};
