// Which Secrets with certificates an Ingress names.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import type { Key } from "../../../api/object.ts";

/** The Secrets with certificates that an Ingress names. */
export function secretsOf({ metadata, spec }: Ingress): Key[] {
  const { namespace = "default", annotations = {} } = metadata;
  const names = (spec.tls ?? []).map(({ secretName }) => secretName ?? "");
  names.push(annotations["nginx.ingress.kubernetes.io/auth-tls-secret"] ?? "");
  return names
    .filter((name) => name !== "")
    .map((name) => (name.includes("/") ? name : `${namespace}/${name}`));
}
