// CertificateRequests: approved, then signed by the issuer that they name.
// Models pkg/controller/certificaterequests (sync.go, util/reporter.go, approver, ca, selfsigned).

import { Secret } from "../../api/kinds/secret.ts";
import { sameJson } from "../../api/json.ts";
import { keyOf, timestamp } from "../../api/object.ts";
import type { Key } from "../../api/object.ts";
import type { Random } from "../../base/random.ts";
import { watching } from "../../client/reconciler.ts";
import type { Reconciler } from "../../client/reconciler.ts";
import { EncodingError } from "../../net/x509/der.ts";
import { keysMatch, publicKeyOf } from "../../net/x509/keys.ts";
import { authorityIn, KeyPairFault } from "./authority.ts";
import { keysWhere } from "./desk.ts";
import type { Desk } from "./desk.ts";
import { lifetimeMs } from "./durations.ts";
import { CertificateRequest, ClusterIssuer, conditionOf, Issuer, names } from "./kinds.ts";
import { readKey, readRequest, signed } from "./signing.ts";
import type { Issued } from "./signing.ts";

/** What signing came to. */
export type Signed =
  | { readonly did: "sign"; readonly issued: Issued }
  | { readonly did: "wait" | "fail"; readonly reason: string; readonly message: string };

/** Signs requests for issuers of a further type. */
export type SignBy = (request: CertificateRequest) => Promise<Signed>;

/** Upstream has one controller for each; all of them speak until an issuer is found. */
const types = ["acme", "ca", "selfsigned", "vault", "venafi"] as const;
type Type = (typeof types)[number];

const approved = "Certificate request has been approved by cert-manager.io";
const fetched = "Certificate fetched from issuer successfully";

export class RequestController implements Reconciler {
  readonly name = "certificaterequests";
  readonly #desk: Desk;
  readonly #random: Random;
  readonly #acme: SignBy;
  readonly #further: Reconciler["watches"];

  /** @param further whose changes concern requests, beside issuers and Secrets */
  constructor(desk: Desk, acme: SignBy, further: Reconciler["watches"]) {
    this.#desk = desk;
    this.#acme = acme;
    this.#further = further;
    this.#random = desk.o.random.fork("signing");
  }

  get watches(): Reconciler["watches"] {
    const { informers } = this.#desk.o;
    const pending = (namespace: string | undefined, name: string, kind: string): Key[] =>
      keysWhere(
        informers.of(CertificateRequest).list(namespace),
        ({ spec }) => spec.issuerRef.name === name && (spec.issuerRef.kind || "Issuer") === kind,
      );
    return [
      watching(CertificateRequest, (o) => [keyOf(o)]),
      watching(Issuer, ({ metadata }) => pending(metadata.namespace, metadata.name, "Issuer")),
      watching(ClusterIssuer, ({ metadata }) => pending(undefined, metadata.name, "ClusterIssuer")),
      watching(Secret, ({ metadata }) =>
        keysWhere(
          informers.of(CertificateRequest).list(metadata.namespace),
          (one) => one.metadata.annotations?.[names.privateKeySecret] === metadata.name,
        ),
      ),
      ...this.#further,
    ];
  }

  async reconcile(key: Key): Promise<void> {
    const request = this.#desk.o.informers.of(CertificateRequest).get(key);
    if (!request || request.metadata.deletionTimestamp !== undefined) return;
    if (conditionOf(request, "Denied")?.status === "True") return this.#deny(request);
    if (conditionOf(request, "Approved")?.status !== "True") return this.#approve(request);
    const { reason } = conditionOf(request, "Ready") ?? {};
    if (reason === "Failed" || reason === "Issued") return;
    const { issuerRef } = request.spec;
    const { name, kind = "Issuer", group = "cert-manager.io" } = issuerRef;
    if (group !== "cert-manager.io" && group !== "") return; // somebody else's
    const issuer = this.#desk.issuerOf(issuerRef, request.metadata.namespace);
    if (!issuer) {
      const why = `${kind.toLowerCase()}.cert-manager.io "${name}" not found`;
      const message = `Referenced "${kind}" not found: ${why}`;
      return this.#report(request, types, { did: "wait", reason: "IssuerNotFound", message });
    }
    const type = typeOf(issuer);
    if (!type) {
      const why = `no issuer specified for Issuer '${issuer.metadata.namespace ?? ""}/${name}'`;
      const message = `Missing issuer type: ${why}`;
      return this.#report(request, types, { did: "wait", reason: "IssuerTypeMissing", message });
    }
    if (conditionOf(issuer, "Ready")?.status !== "True") {
      const message = "Referenced issuer does not have a Ready status condition";
      return this.#report(request, [type], { did: "wait", reason: "IssuerNotReady", message });
    }
    await this.#report(request, [type], await this.#tried(request, issuer, type));
  }

  async #approve(request: CertificateRequest): Promise<void> {
    for (const type of types) {
      const message = "Not signing CertificateRequest until it is Approved";
      this.#event(type, request, "Normal", "WaitingForApproval", message);
    }
    const reason = "cert-manager.io";
    const wanted = { type: "Approved", status: "True", reason, message: approved } as const;
    await this.#write(request, {
      ...request.status,
      conditions: this.#desk.withCondition(request, wanted),
    });
    const component = "cert-manager-certificaterequests-approver";
    this.#desk.event(component, request, "Normal", reason, approved);
  }

  async #deny(request: CertificateRequest): Promise<void> {
    const message = "The CertificateRequest was denied by an approval controller";
    const wanted = { type: "Ready", status: "False", reason: "Denied", message } as const;
    const failureTime = request.status?.failureTime ?? timestamp(this.#desk.nowMs);
    const conditions = this.#desk.withCondition(request, wanted);
    await this.#write(request, { ...request.status, conditions, failureTime });
  }

  /** Somebody may have written a request by hand. */
  async #tried(request: CertificateRequest, issuer: Issuer, type: Type): Promise<Signed> {
    try {
      return await this.#sign(request, issuer, type);
    } catch (error) {
      if (!(error instanceof EncodingError)) throw error;
      const message = `Error generating certificate template: ${error.message}`;
      return { did: "fail", reason: "SigningError", message };
    }
  }

  async #sign(request: CertificateRequest, issuer: Issuer, type: Type): Promise<Signed> {
    if (type === "acme") return this.#acme(request);
    switch (type) {
      case "selfsigned":
        return this.#signItself(request);
      case "ca":
        return this.#signByAuthority(request, issuer);
      default: {
        const message = `${type} issuers have no counterpart in this cluster`;
        return { did: "wait", reason: "NotSimulated", message };
      }
    }
  }

  #signItself(request: CertificateRequest): Signed {
    const { namespace, annotations } = request.metadata;
    const name = annotations?.[names.privateKeySecret];
    if (!name) {
      const message = `Annotation "${names.privateKeySecret}" missing or reference empty: secret name missing`;
      return { did: "fail", reason: "MissingAnnotation", message };
    }
    const secret = this.#desk.o.informers.of(Secret).get(`${namespace}/${name}`);
    if (!secret) {
      const why = `secrets "${name}" not found`;
      const message = `Referenced secret ${namespace}/${name} not found: ${why}`;
      return { did: "wait", reason: "MissingSecret", message };
    }
    const key = readKey(secret.data?.["tls.key"]);
    if (!key) {
      const why = "error decoding private key PEM block";
      const message = `Failed to get key "${name}" referenced in annotation "${names.privateKeySecret}": ${why}`;
      return { did: "wait", reason: "ErrorParsingKey", message };
    }
    const csr = readRequest(request.spec.request);
    if (csr.subject.attributes.length === 0) {
      const message =
        "Certificate will be issued with an empty Issuer DN, which contravenes RFC 5280 and could break some strict clients";
      this.#event("selfsigned", request, "Warning", "BadConfig", message);
    }
    if (!keysMatch(publicKeyOf(key), csr.publicKey)) {
      const why = "CSR not signed by referenced private key";
      const message = `Error generating certificate template: ${why}`;
      return { did: "fail", reason: "ErrorKeyMatch", message };
    }
    return { did: "sign", issued: signed(csr, { key }, this.#terms(request)) };
  }

  #signByAuthority(request: CertificateRequest, issuer: Issuer): Signed {
    const namespace = this.#desk.secretsOf(issuer);
    const { secretName } = issuer.spec.ca!;
    try {
      const by = authorityIn(this.#desk, namespace, secretName);
      const csr = readRequest(request.spec.request);
      return { did: "sign", issued: signed(csr, by, this.#terms(request)) };
    } catch (error) {
      if (!(error instanceof KeyPairFault)) throw error;
      const at = `${namespace}/${secretName}`;
      const [reason, what] = error.missing
        ? ["SecretMissing", `Referenced secret ${at} not found`]
        : ["SecretInvalidData", `Failed to parse signing CA keypair from secret ${at}`];
      return { did: "wait", reason: reason!, message: `${what}: ${error.message}` };
    }
  }

  #terms({ spec }: CertificateRequest): { durationMs: number; nowMs: number; random: Random } {
    return { durationMs: lifetimeMs(spec), nowMs: this.#desk.nowMs, random: this.#random };
  }

  /** @param by the controllers that speak */
  async #report(request: CertificateRequest, by: readonly Type[], result: Signed): Promise<void> {
    const { status = {} } = request;
    if (result.did === "sign") {
      const wanted = { type: "Ready", status: "True", reason: "Issued", message: fetched } as const;
      const conditions = this.#desk.withCondition(request, wanted);
      await this.#write(request, { ...status, ...result.issued, conditions });
      for (const type of by) this.#event(type, request, "Normal", "CertificateIssued", fetched);
      return;
    }
    const { did, message } = result;
    const reason = did === "fail" ? "Failed" : "Pending";
    const news = did === "fail" || conditionOf(request, "Ready")?.reason !== "Pending";
    const wanted = { type: "Ready", status: "False", reason, message } as const;
    const conditions = this.#desk.withCondition(request, wanted);
    const failureTime = did === "fail" && { failureTime: timestamp(this.#desk.nowMs) };
    await this.#write(request, { ...status, conditions, ...failureTime });
    if (!news) return;
    const level = did === "fail" ? "Warning" : "Normal";
    for (const type of by) this.#event(type, request, level, result.reason, message);
  }

  async #write(
    request: CertificateRequest,
    status: NonNullable<CertificateRequest["status"]>,
  ): Promise<void> {
    if (sameJson(status, request.status ?? {})) return;
    await this.#desk.o.client.updateStatus(CertificateRequest, { ...request, status });
  }

  #event(
    type: Type,
    request: CertificateRequest,
    ...told: [type: "Normal" | "Warning", reason: string, message: string]
  ): void {
    this.#desk.event(`cert-manager-certificaterequests-issuer-${type}`, request, ...told);
  }
}

function typeOf({ spec }: Issuer): Type | undefined {
  if (spec.acme) return "acme";
  if (spec.ca) return "ca";
  if (spec.selfSigned) return "selfsigned";
  if (spec.vault) return "vault";
  return spec.venafi ? "venafi" : undefined;
}
