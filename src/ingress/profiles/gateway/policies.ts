// BackendTLSPolicies: which of them holds for a Service's port, and what it makes the proxy ask of
// the backend's certificate.

import { parseCertificates } from "../../../net/x509/certificate.ts";
import type { Certificate } from "../../../net/x509/certificate.ts";
import { EncodingError } from "../../../net/x509/der.ts";
import type { BackendTls } from "../../upstreams.ts";
import { byAge, namespaceOf } from "./everything.ts";
import type { Everything, Problem } from "./everything.ts";
import type { BackendTLSPolicy, ObjectRef } from "./kinds.ts";

/** The policy of a port: one for the port by name goes before one for the whole Service. */
export function policyFor(
  service: string,
  portName: string | undefined,
  all: Everything,
): BackendTLSPolicy | undefined {
  const targeting = [...all.policies]
    .sort(byAge)
    .flatMap((policy) => targetsOf(policy).map((target) => ({ policy, ...target })))
    .filter((one) => one.service === service);
  const named = targeting.find(({ section }) => section !== "" && section === portName);
  return (named ?? targeting.find(({ section }) => section === ""))?.policy;
}

/** What the policy asks of a backend; authorities that cannot be read believe nobody. */
export function backendTls(policy: BackendTLSPolicy, all: Everything): BackendTls {
  const { hostname, subjectAltNames = [] } = policy.spec.validation;
  const dns = subjectAltNames.flatMap((one) => one.hostname ?? []);
  const uris = subjectAltNames.flatMap((one) => one.uri ?? []);
  const names = subjectAltNames.length > 0 ? { dns, uris } : { dns: [hostname], uris: [] };
  return { serverName: hostname, authorities: authoritiesOf(policy, all).trusted, ...names };
}

/** What is wrong with a policy: an older one has its target, or its authorities are none. */
export function policyProblems(
  policy: BackendTLSPolicy,
  all: Everything,
): { readonly refused: Problem | undefined; readonly unresolved: Problem | undefined } {
  const { trusted, problem } = authoritiesOf(policy, all);
  const rival = rivalOf(policy, all);
  const none = "no certificate of an authority can be used";
  const refused = rival
    ? { reason: "Conflicted", message: `the older ${rival.metadata.name} has the same target` }
    : trusted.length === 0
      ? { reason: "NoValidCACertificate", message: problem?.message ?? none }
      : undefined;
  return { refused, unresolved: problem };
}

/** "namespace/name" of the Services that a policy is for, and the name of the port or "". */
export function targetsOf(policy: BackendTLSPolicy): { service: string; section: string }[] {
  return policy.spec.targetRefs
    .filter(({ group = "", kind }) => group === "" && kind === "Service")
    .map(({ name, sectionName = "" }) => ({
      service: `${namespaceOf(policy)}/${name}`,
      section: sectionName,
    }));
}

function rivalOf(policy: BackendTLSPolicy, all: Everything): BackendTLSPolicy | undefined {
  const own = targetsOf(policy);
  return all.policies.find(
    (other) =>
      other !== policy &&
      byAge(other, policy) < 0 &&
      targetsOf(other).some((one) =>
        own.some(({ service, section }) => one.service === service && one.section === section),
      ),
  );
}

function authoritiesOf(
  policy: BackendTLSPolicy,
  all: Everything,
): { trusted: readonly Certificate[]; problem: Problem | undefined } {
  const { caCertificateRefs = [], wellKnownCACertificates: known } = policy.spec.validation;
  const trusted: Certificate[] = [];
  let problem: Problem | undefined;
  if (known !== undefined) {
    const message = `well-known authorities (${known}) are not known here`;
    problem = { reason: "InvalidCACertificateRef", message };
  }
  for (const ref of caCertificateRefs) {
    const found = authorities(policy, ref, all);
    if ("reason" in found) problem ??= found;
    else trusted.push(...found);
  }
  return { trusted, problem };
}

function authorities(
  policy: BackendTLSPolicy,
  { group = "", kind = "ConfigMap", name }: ObjectRef,
  all: Everything,
): readonly Certificate[] | Problem {
  if (group !== "" || kind !== "ConfigMap") {
    const message = `${kind} ${name} (group "${group}") is no ConfigMap`;
    return { reason: "InvalidKind", message };
  }
  const reason = "InvalidCACertificateRef";
  const key = `${namespaceOf(policy)}/${name}`;
  const pem = all.configMap(key)?.data?.["ca.crt"];
  if (pem === undefined) return { reason, message: `ConfigMap ${key} has no ca.crt` };
  try {
    const found = parseCertificates(pem);
    if (found.length > 0) return found;
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
  }
  return { reason, message: `ca.crt of ConfigMap ${key} holds no certificate` };
}
