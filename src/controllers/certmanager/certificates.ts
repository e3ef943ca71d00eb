// Certificates: from what is wanted to a Secret, and again before it expires.
//
//   trigger    Secret missing, wrong or nearing its end → condition Issuing
//   key        a new private key in a Secret of its own
//   request    a CertificateRequest NAME-REVISION with that key
//   issue      the signed certificate and the key into the Secret; revision + 1
//   readiness  condition Ready, notBefore, notAfter, renewalTime
//
// Upstream these are five controllers (pkg/controller/certificates); here they are the steps of one,
// each of which writes and waits for being called again.

import { Secret } from "../../api/kinds/secret.ts";
import { sameJson } from "../../api/json.ts";
import { controlledBy, controllerOf, keyOf, timestamp } from "../../api/object.ts";
import type { Key, Obj } from "../../api/object.ts";
import { base64, text, fromBase64, utf8 } from "../../base/bytes.ts";
import type { Random } from "../../base/random.ts";
import { watching } from "../../client/reconciler.ts";
import type { Reconciler } from "../../client/reconciler.ts";
import { keysMatch, publicKeyOf } from "../../net/x509/keys.ts";
import { glanceMsMax, keysWhere } from "./desk.ts";
import type { Desk } from "./desk.ts";
import { renewalMs } from "./durations.ts";
import { Certificate, CertificateRequest, conditionOf, names } from "./kinds.ts";
import type { CertificateStatus, Condition } from "./kinds.ts";
import { mustIssue, notReady, requestViolations } from "./policies.ts";
import type { Situation, Violation } from "./policies.ts";
import { secretFor } from "./secret.ts";
import {
  keyViolations,
  newKey,
  printKey,
  readChain,
  readKey,
  readRequest,
  requestFor,
} from "./signing.ts";

const hourMs = 3_600_000;
/** Retries come later and later: after 1, 2, 4 … 32 hours. */
const backOffHoursMax = 32;

/** A Certificate and all that belongs to it, as one glance shows it. */
interface Case extends Situation {
  readonly owned: readonly CertificateRequest[];
  readonly nextKeys: readonly Secret[];
}

export class CertificateController implements Reconciler {
  readonly name = "certificates";
  readonly #desk: Desk;
  readonly #random: Random;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#random = desk.o.random.fork("certificates");
  }

  get watches(): Reconciler["watches"] {
    const certificates = this.#desk.o.informers.of(Certificate);
    return [
      watching(Certificate, (o) => [keyOf(o)]),
      watching(CertificateRequest, ownerKeys),
      watching(Secret, (secret) => [
        ...ownerKeys(secret),
        ...keysWhere(
          certificates.list(secret.metadata.namespace),
          ({ spec }) => spec.secretName === secret.metadata.name,
        ),
      ]),
    ];
  }

  async reconcile(key: Key): Promise<void | { requeueAfterMs: number }> {
    const now = this.#look(key);
    if (!now) return;
    const { certificate } = now;
    const status = this.#withReadiness(now);
    const issuing = conditionOf(certificate, "Issuing")?.status === "True";
    if (!sameJson(status, certificate.status ?? {})) return this.#write(certificate, status);
    if (!issuing) return this.#rest(now);
    await this.#issue(now);
  }

  #look(key: Key): Case | undefined {
    const { informers } = this.#desk.o;
    const certificate = informers.of(Certificate).get(key);
    if (!certificate || certificate.metadata.deletionTimestamp !== undefined) return undefined;
    const { metadata, spec, status } = certificate;
    const { namespace } = metadata;
    const isOwn = (one: Obj): boolean => controllerOf(one)?.uid === metadata.uid;
    const owned = informers.of(CertificateRequest).list(namespace).filter(isOwn);
    const secrets = informers.of(Secret);
    return {
      certificate,
      secret: secrets.get(`${namespace}/${spec.secretName}`),
      current: owned.find((one) => revisionOf(one) === (status?.revision ?? 0)),
      nowMs: this.#desk.nowMs,
      owned,
      nextKeys: secrets
        .list(namespace)
        .filter((one) => one.metadata.labels?.[names.nextPrivateKey] === "true" && isOwn(one)),
    };
  }

  #withReadiness(now: Case): CertificateStatus {
    const { certificate, secret } = now;
    const why = notReady(now);
    const conditions = this.#desk.withCondition(certificate, {
      type: "Ready",
      ...(why
        ? { status: "False", ...why }
        : {
            status: "True",
            reason: "Ready",
            message: "Certificate is up to date and has not expired",
          }),
    });
    const { notBefore: _b, notAfter: _a, renewalTime: _r, ...rest } = certificate.status ?? {};
    const [leaf] = readChain(secret?.data?.["tls.crt"]);
    if (!leaf) return { ...rest, conditions };
    return {
      ...rest,
      conditions,
      notBefore: timestamp(leaf.notBeforeMs),
      notAfter: timestamp(leaf.notAfterMs),
      renewalTime: timestamp(renewalMs(leaf, certificate.spec)),
    };
  }

  /** Nothing is being issued: tidies up, and looks whether something has to be. */
  async #rest(now: Case): Promise<{ requeueAfterMs: number }> {
    const { client } = this.#desk.o;
    for (const left of now.nextKeys) await client.remove(Secret, keyOf(left));
    await this.#forgetOldRequests(now);
    const why = this.#ownsSecret(now) ? mustIssue(now) : undefined;
    const waitMs = why ? this.#backOffMs(now) : 0;
    if (why && waitMs <= 0) await this.#begin(now, why);
    return { requeueAfterMs: glanceMsMax };
  }

  /**
   * Of several Certificates with one Secret, that one which has written it, else the oldest: else
   * each would undo the other's work for ever. Models CertificateOwnsSecret.
   */
  #ownsSecret({ certificate, secret }: Case): boolean {
    const { metadata, spec } = certificate;
    const rivals = this.#desk.o.informers
      .of(Certificate)
      .list(metadata.namespace)
      .filter((one) => one.spec.secretName === spec.secretName)
      .sort((a, b) => (ageAndName(a) < ageAndName(b) ? -1 : 1))
      .map((one) => one.metadata.name);
    const writer = secret?.metadata.annotations?.[names.certificateName];
    const owner = writer !== undefined && rivals.includes(writer) ? writer : rivals[0];
    return owner === metadata.name;
  }

  async #begin({ certificate }: Case, { reason, message }: Violation): Promise<void> {
    const said = { reason, message };
    this.#desk.info("trigger_controller.go:225", "Certificate must be re-issued", {
      logger: "cert-manager.certificates-trigger",
      key: keyOf(certificate),
      ...said,
    });
    const issuing: Omit<Condition, "lastTransitionTime"> = {
      type: "Issuing",
      status: "True",
      ...said,
    };
    const conditions = this.#desk.withCondition(certificate, issuing);
    await this.#write(certificate, { ...certificate.status, conditions });
    this.#event(certificate, "trigger", "Normal", "Issuing", message);
  }

  /** How long to wait yet after a failure; a Certificate that has changed does not wait. */
  #backOffMs({ certificate, owned, nowMs }: Case): number {
    const { lastFailureTime, failedIssuanceAttempts = 1, revision = 0 } = certificate.status ?? {};
    if (lastFailureTime === undefined) return 0;
    const next = owned.find((one) => revisionOf(one) === revision + 1);
    if (next && requestViolations(next, certificate).length > 0) return 0;
    const hours = Math.min(2 ** (failedIssuanceAttempts - 1), backOffHoursMax);
    return Date.parse(lastFailureTime) + hours * hourMs - nowMs;
  }

  /** One step nearer. */
  async #issue(now: Case): Promise<void> {
    const { certificate, nextKeys, owned } = now;
    const { status = {}, spec } = certificate;
    const [stored] = nextKeys;
    if (!stored) return this.#makeKey(now);
    if (status.nextPrivateKeySecretName !== stored.metadata.name) {
      const nextPrivateKeySecretName = stored.metadata.name;
      return this.#write(certificate, { ...status, nextPrivateKeySecretName });
    }
    const key = readKey(stored.data?.["tls.key"]);
    if (!key || keyViolations(key, spec).length > 0) {
      return this.#desk.o.client.remove(Secret, keyOf(stored));
    }
    const revision = (status.revision ?? 0) + 1;
    const request = owned.find((one) => revisionOf(one) === revision);
    if (!request) return this.#request(certificate, stored, revision);
    const fits =
      requestViolations(request, certificate).length === 0 &&
      keysMatch(readRequest(request.spec.request).publicKey, publicKeyOf(key)) &&
      !failedBefore(request, conditionOf(certificate, "Issuing"));
    if (!fits) return this.#desk.o.client.remove(CertificateRequest, keyOf(request));
    const ready = conditionOf(request, "Ready");
    const refused = ["Denied", "InvalidRequest"].map((type) => conditionOf(request, type));
    const failure =
      refused.find((one) => one?.status === "True") ??
      (ready?.reason === "Failed" ? ready : undefined);
    if (failure) return this.#fail(certificate, failure);
    if (ready?.reason === "Issued") await this.#store(now, request, stored, revision);
  }

  async #makeKey({ certificate, secret }: Case): Promise<void> {
    const { metadata, spec } = certificate;
    const old = readKey(secret?.data?.["tls.key"]);
    const keeps = spec.privateKey?.rotationPolicy === "Never";
    const reused = keeps && old && keyViolations(old, spec).length === 0 ? old : undefined;
    const key = reused ?? newKey(spec, this.#random);
    const made = await this.#desk.o.client.create(Secret, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: "",
        generateName: `${metadata.name.slice(0, 52)}-`,
        namespace: metadata.namespace!,
        labels: { [names.nextPrivateKey]: "true", [names.partOf]: "true" },
        ownerReferences: [controlledBy(certificate)],
      },
      data: { "tls.key": base64(utf8(printKey(key, spec))) },
    });
    const [reason, message] = reused
      ? ["Reused", `Reusing private key stored in existing Secret resource "${spec.secretName}"`]
      : [
          "Generated",
          `Stored new private key in temporary Secret resource "${made.metadata.name}"`,
        ];
    this.#event(certificate, "key-manager", "Normal", reason!, message!);
    const nextPrivateKeySecretName = made.metadata.name;
    await this.#write(certificate, { ...certificate.status, nextPrivateKeySecretName });
  }

  async #request(certificate: Certificate, stored: Secret, revision: number): Promise<void> {
    const { metadata, spec } = certificate;
    const { issuerRef, duration, isCA, usages } = spec;
    const key = readKey(stored.data!["tls.key"])!;
    const name = `${metadata.name.slice(0, 52)}-${revision}`;
    const made = await this.#desk.o.client.create(CertificateRequest, {
      apiVersion: CertificateRequest.apiVersion,
      kind: CertificateRequest.kind,
      metadata: {
        name,
        namespace: metadata.namespace!,
        annotations: {
          ...metadata.annotations,
          [names.revision]: String(revision),
          [names.privateKeySecret]: stored.metadata.name,
          [names.certificateName]: metadata.name,
        },
        ...(metadata.labels && { labels: metadata.labels }),
        ownerReferences: [controlledBy(certificate)],
      },
      spec: {
        issuerRef,
        request: requestFor(spec, key, this.#random),
        ...(duration !== undefined && { duration }),
        ...(isCA !== undefined && { isCA }),
        ...(usages && { usages }),
      },
    });
    const message = `Created new CertificateRequest resource "${made.metadata.name}"`;
    this.#event(certificate, "request-manager", "Normal", "Requested", message);
  }

  async #fail(
    certificate: Certificate,
    { reason = "", message: why = "" }: Condition,
  ): Promise<void> {
    const { failedIssuanceAttempts = 0 } = certificate.status ?? {};
    const message = `The certificate request has failed to complete and will be retried: ${why}`;
    const { nextPrivateKeySecretName: _, ...status } = certificate.status ?? {};
    await this.#write(certificate, {
      ...status,
      conditions: this.#desk.withCondition(certificate, {
        type: "Issuing",
        status: "False",
        reason,
        message,
      }),
      lastFailureTime: timestamp(this.#desk.nowMs),
      failedIssuanceAttempts: failedIssuanceAttempts + 1,
    });
    this.#event(certificate, "issuing", "Warning", reason, message);
  }

  async #store(
    { certificate, secret }: Case,
    request: CertificateRequest,
    key: Secret,
    revision: number,
  ): Promise<void> {
    const { client } = this.#desk.o;
    const wanted = secretFor(certificate, {
      old: secret,
      key: text(fromBase64(key.data!["tls.key"]!)),
      request,
      owned: this.#desk.o.ownerRef,
    });
    if (secret) await client.update(Secret, wanted);
    else await client.create(Secret, wanted);
    const {
      nextPrivateKeySecretName: _n,
      lastFailureTime: _l,
      failedIssuanceAttempts: _f,
      conditions = [],
      ...status
    } = certificate.status ?? {};
    const others = conditions.filter(({ type }) => type !== "Issuing");
    await this.#write(certificate, { ...status, conditions: others, revision });
    const message = "The certificate has been successfully issued";
    this.#event(certificate, "issuing", "Normal", "Issuing", message);
  }

  /** Requests of revisions past the limit go (default 1). */
  async #forgetOldRequests({ certificate, owned }: Case): Promise<void> {
    const { revisionHistoryLimit = 1 } = certificate.spec;
    const oldest = (certificate.status?.revision ?? 0) - revisionHistoryLimit;
    for (const one of owned.filter((request) => revisionOf(request) <= oldest)) {
      await this.#desk.o.client.remove(CertificateRequest, keyOf(one));
    }
  }

  async #write(certificate: Certificate, status: CertificateStatus): Promise<void> {
    await this.#desk.o.client.updateStatus(Certificate, { ...certificate, status });
  }

  #event(
    certificate: Certificate,
    part: string,
    ...told: [type: "Normal" | "Warning", reason: string, message: string]
  ): void {
    this.#desk.event(`cert-manager-certificates-${part}`, certificate, ...told);
  }
}

function ownerKeys(object: Obj): Key[] {
  const owner = controllerOf(object);
  return owner?.kind === "Certificate" ? [`${object.metadata.namespace}/${owner.name}`] : [];
}

function ageAndName({ metadata }: Certificate): string {
  return `${metadata.creationTimestamp} ${metadata.name}`;
}

function revisionOf({ metadata }: CertificateRequest): number {
  return Number(metadata.annotations?.[names.revision] ?? 0);
}

/** A failure of an earlier attempt: to be deleted, so that there is a new one. */
function failedBefore({ status }: CertificateRequest, issuing: Condition | undefined): boolean {
  const { failureTime } = status ?? {};
  if (failureTime === undefined || issuing?.lastTransitionTime === undefined) return false;
  return Date.parse(failureTime) < Date.parse(issuing.lastTransitionTime);
}
