// alb.ingress.kubernetes.io/*: those that are served, those that the real controller knows and
// this hotel does not serve, and those that nobody knows.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import { keyOf } from "../../../api/object.ts";
import type { Verdict } from "../../compile/verdict.ts";

export const prefix = "alb.ingress.kubernetes.io/";

const served = new Set([
  "scheme",
  "target-type",
  "listen-ports",
  "group.name",
  "group.order",
  "certificate-arn",
  "ssl-redirect",
  "backend-protocol",
  "load-balancer-name",
]);

const health = "targets count as healthy as long as they are registered";
const network = "subnets and security groups are not simulated";
const other = "not simulated in this hotel";
const unserved: ReadonlyMap<string, string> = new Map([
  ...[
    "healthcheck-path",
    "healthcheck-port",
    "healthcheck-protocol",
    "healthcheck-interval-seconds",
    "healthcheck-timeout-seconds",
    "healthy-threshold-count",
    "unhealthy-threshold-count",
    "success-codes",
  ].map((name) => [name, health] as const),
  ...["subnets", "security-groups", "manage-backend-security-group-rules", "inbound-cidrs"]
    .concat(["security-group-prefix-lists", "customer-owned-ipv4-pool", "ipam-ipv4-pool-id"])
    .map((name) => [name, network] as const),
  ...["ip-address-type", "load-balancer-attributes", "target-group-attributes", "tags"]
    .concat(["ssl-policy", "mutual-authentication", "target-node-labels", "wafv2-acl-arn"])
    .concat(["waf-acl-id", "shield-advanced-protection", "backend-protocol-version"])
    .concat(["auth-type", "auth-idp-cognito", "auth-idp-oidc", "auth-scope", "auth-session-cookie"])
    .concat(["auth-session-timeout", "auth-on-unauthenticated-request"])
    .concat(["minimum-load-balancer-capacity", "multi-cluster-target-group"])
    .map((name) => [name, other] as const),
]);

/** The value of one of our annotations. */
export function annotation({ metadata }: Ingress, name: string): string | undefined {
  return metadata.annotations?.[prefix + name];
}

/** What of an Ingress does nothing here, and why. */
export function remarks(ingress: Ingress): Verdict[] {
  const object = { kind: "Ingress", key: keyOf(ingress) };
  const said = (field: string, reason: string, message: string): Verdict => ({
    object,
    field,
    type: "info",
    reason,
    message,
  });
  const out: Verdict[] = [];
  for (const key of Object.keys(ingress.metadata.annotations ?? {}).sort()) {
    const why = whyIgnored(key);
    if (why) out.push(said(`metadata.annotations["${key}"]`, "AnnotationIgnored", why));
  }
  ingress.spec.tls?.forEach(({ secretName }, i) => {
    if (!secretName) return;
    const message =
      `Secret ${secretName} is not looked at: a load balancer takes its certificates from ACM, ` +
      `by ${prefix}certificate-arn`;
    out.push(said(`spec.tls[${i}].secretName`, "SecretIgnored", message));
  });
  return out;
}

function whyIgnored(key: string): string | undefined {
  if (key.startsWith(prefix)) {
    const name = key.slice(prefix.length);
    if (served.has(name) || /^(actions|conditions)\./.test(name)) return undefined;
    const why = unserved.get(name);
    return `${name}: ${why ?? "the AWS Load Balancer Controller has no such annotation"}`;
  }
  const foreign = /^(nginx|traefik|haproxy|konghq)\.ingress\.kubernetes\.io\//.exec(key);
  return foreign ? `${key}: an annotation of another controller` : undefined;
}
