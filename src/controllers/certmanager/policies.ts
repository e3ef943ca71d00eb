// Whether a Certificate's Secret is what the Certificate wants, and if not, why: the reasons and
// sentences of its Ready and Issuing conditions.
// Models internal/controller/certificates/policies and pkg/util/pki/match.go.

import { timestamp } from "../../api/object.ts";
import type { Secret } from "../../api/kinds/secret.ts";
import { hex } from "../../base/bytes.ts";
import { decodeAltNames } from "../../net/x509/extensions.ts";
import { keysMatch, publicKeyOf } from "../../net/x509/keys.ts";
import { commonName } from "../../net/x509/name.ts";
import { oid } from "../../net/x509/oid.ts";
import { renewalMs } from "./durations.ts";
import { names } from "./kinds.ts";
import type { Certificate, CertificateRequest, IssuerRef } from "./kinds.ts";
import { keyViolations, readChain, readKey, readRequest, requestedSpec } from "./signing.ts";

export interface Situation {
  readonly certificate: Certificate;
  readonly secret: Secret | undefined;
  /** The request that the Secret is from. */
  readonly current: CertificateRequest | undefined;
  readonly nowMs: number;
}

export interface Violation {
  readonly reason: string;
  readonly message: string;
}

/** Why it must be issued anew; undefined: it need not be. */
export function mustIssue(now: Situation): Violation | undefined {
  return mismatch(now) ?? nearingExpiry(now);
}

/** Why it is not ready; undefined: it is. */
export function notReady(now: Situation): Violation | undefined {
  return mismatch(now) ?? expired(now);
}

function mismatch({ certificate, secret, current }: Situation): Violation | undefined {
  if (!secret) return of("DoesNotExist", "Issuing certificate as Secret does not exist");
  const { data } = secret;
  const missing = (what: string): Violation =>
    of("MissingData", `Issuing certificate as Secret does not contain ${what}`);
  if (!data) return missing("any data");
  if (!data["tls.key"]) return missing("a private key");
  if (!data["tls.crt"]) return missing("a certificate");
  const key = readKey(data["tls.key"]);
  if (!key) {
    const why = "error decoding private key PEM block";
    const message = `Issuing certificate as Secret contains invalid private key data: ${why}`;
    return of("InvalidKeyPair", message);
  }
  const [leaf] = readChain(data["tls.crt"]);
  if (!leaf) {
    const why = "error decoding certificate PEM block";
    const message = `Issuing certificate as Secret contains an invalid certificate: ${why}`;
    return of("InvalidCertificate", message);
  }
  const own = publicKeyOf(key);
  if (!keysMatch(leaf.publicKey, own)) {
    const what = "a private key that does not match the certificate";
    return of("InvalidKeyPair", `Issuing certificate as Secret contains ${what}`);
  }
  const other = otherOrigin(certificate, secret);
  if (other) return other;
  const wrong = keyViolations(key, certificate.spec);
  if (wrong.length > 0) {
    const message = `Existing private key is not up to date for spec: [${wrong.join(" ")}]`;
    return of("SecretMismatch", message);
  }
  if (!current) return undefined;
  if (!keysMatch(readRequest(current.spec.request).publicKey, own)) {
    const what = "a private key that does not match the current CertificateRequest";
    return of("SecretMismatch", `Secret contains ${what}`);
  }
  const fields = requestViolations(current, certificate);
  if (fields.length === 0) return undefined;
  const message = `Fields on existing CertificateRequest resource not up to date: [${fields.join(" ")}]`;
  return of("RequestChanged", message);
}

/** Whether another issuer, or another Certificate, has written the Secret. */
function otherOrigin({ metadata, spec }: Certificate, secret: Secret): Violation | undefined {
  const noted = secret.metadata.annotations ?? {};
  const { [names.issuerName]: name, [names.issuerKind]: kind, [names.issuerGroup]: group } = noted;
  if (name !== undefined || kind !== undefined || group !== undefined) {
    const was: IssuerRef = { name: name ?? "", ...(kind && { kind }), ...(group && { group }) };
    if (printedRef(was) !== printedRef(spec.issuerRef)) {
      const message = `Issuing certificate as Secret was previously issued by "${printedRef(was)}"`;
      return of("IncorrectIssuer", message);
    }
  }
  const owner = noted[names.certificateName];
  if (owner === undefined || owner === metadata.name) return undefined;
  const hint = "If this message is not transient, you might have two conflicting Certificates";
  const message = `Secret was issued for "${owner}". ${hint} pointing to the same secret.`;
  return of("IncorrectCertificate", message);
}

function printedRef({ name, kind, group }: IssuerRef): string {
  return `${kind || "Issuer"}.${group || "cert-manager.io"}/${name}`;
}

function nearingExpiry({ certificate, secret, nowMs }: Situation): Violation | undefined {
  const [leaf] = readChain(secret?.data?.["tls.crt"]);
  if (!leaf || renewalMs(leaf, certificate.spec) > nowMs) return undefined;
  const at = goTime(renewalMs(leaf, certificate.spec));
  return of("Renewing", `Renewing certificate as renewal was scheduled at ${at}`);
}

function expired({ secret, nowMs }: Situation): Violation | undefined {
  const [leaf] = readChain(secret?.data?.["tls.crt"]);
  if (!leaf || nowMs <= leaf.notAfterMs) return undefined;
  const at = new Date(leaf.notAfterMs).toUTCString().replace("GMT", "UTC");
  return of("Expired", `Certificate expired on ${at}`);
}

/** The fields in which a request is not what the Certificate wants any more. */
export function requestViolations(
  { spec: asked }: CertificateRequest,
  { spec }: Certificate,
): string[] {
  const csr = readRequest(asked.request);
  const value = csr.extensions?.find(({ id }) => id === oid.subjectAltName)?.value;
  const alt = value && decodeAltNames(value);
  const wanted = requestedSpec(spec);
  const out: string[] = [];
  const differ = (field: string, a: readonly string[], b: readonly string[]): void => {
    if ([...a].sort().join("\n") !== [...b].sort().join("\n")) out.push(field);
  };
  differ("spec.commonName", [commonName(csr.subject) ?? ""], [spec.commonName ?? ""]);
  differ("spec.dnsNames", alt?.dns ?? [], spec.dnsNames ?? []);
  differ("spec.ipAddresses", (alt?.ips ?? []).map(hex), wanted.ips.map(hex));
  const subject = (some: readonly { type: string; value: string }[]): string[] =>
    some.filter(({ type }) => type !== "CN").map(({ type, value }) => `${type}=${value}`);
  differ("spec.subject", subject(csr.subject.attributes), subject(wanted.subject));
  if ((asked.isCA ?? false) !== (spec.isCA ?? false)) out.push("spec.isCA");
  differ("spec.usages", asked.usages ?? [], spec.usages ?? []);
  differ("spec.duration", [asked.duration ?? ""], [spec.duration ?? ""]);
  if (printedRef(asked.issuerRef) !== printedRef(spec.issuerRef)) out.push("spec.issuerRef");
  return out;
}

/** time.Time's String in whole seconds. */
function goTime(ms: number): string {
  return `${timestamp(ms).slice(0, -1).replace("T", " ")} +0000 UTC`;
}

function of(reason: string, message: string): Violation {
  return { reason, message };
}
