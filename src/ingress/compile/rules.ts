// Walks the rules of an Ingress, with the YAML path of each: what every profile begins with.

import type { Ingress, IngressBackend, IngressPath } from "../../api/kinds/ingress.ts";
import type { Backend, Source } from "../table.ts";

export interface WrittenRule {
  /** Lower case; "" when the rule has no host. */
  readonly host: string;
  /** "/" when the path is absent or empty. */
  readonly path: string;
  readonly pathType: IngressPath["pathType"];
  readonly backend: IngressBackend;
  readonly field: string;
}

/** The path rules of an Ingress in the order of the manifest. */
export function writtenRules(ingress: Ingress): WrittenRule[] {
  return (ingress.spec.rules ?? []).flatMap((rule, r) =>
    (rule.http?.paths ?? []).map((written, p) => {
      const host = hostName(rule.host);
      const path = written.path || "/";
      return {
        host,
        path,
        pathType: written.pathType,
        backend: written.backend,
        field: `spec.rules[${r}].http.paths[${p}]`,
      };
    }),
  );
}

/** Every host that the rules name, also those without paths; "" for no host. */
export function writtenHosts(ingress: Ingress): string[] {
  return [...new Set((ingress.spec.rules ?? []).map((rule) => hostName(rule.host)))];
}

/** A host as tables know it: in lower case, "" for none. */
export function hostName(host: string | undefined): string {
  return (host ?? "").toLowerCase();
}

export function sourceOf(ingress: Ingress, field: string): Source {
  const { namespace = "default", name } = ingress.metadata;
  return { kind: "Ingress", namespace, name, field };
}

/** Undefined when the backend is not a Service. */
export function backendOf(
  ingress: Ingress,
  { service }: IngressBackend,
  upstreamName: (namespace: string, service: string, port: string) => string = upstreamOf,
): Backend | undefined {
  if (!service) return undefined;
  const { namespace = "default" } = ingress.metadata;
  const port = service.port?.name || String(service.port?.number ?? "");
  return {
    upstream: upstreamName(namespace, service.name, port),
    namespace,
    service: service.name,
    port,
  };
}

/** "default-web-80": how ingress-nginx names an upstream (controller/util.go upstreamName). */
function upstreamOf(namespace: string, service: string, port: string): string {
  return `${namespace}-${service}-${port}`;
}
