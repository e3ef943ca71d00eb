// Issuers and ClusterIssuers: whether they can issue, as their condition Ready says.
// Models pkg/controller/{issuers,clusterissuers}/sync.go and pkg/issuer/{ca,selfsigned}/setup.go.

import { Secret } from "../../api/kinds/secret.ts";
import { sameJson } from "../../api/json.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import { keyOf } from "../../api/object.ts";
import type { Key } from "../../api/object.ts";
import { watching } from "../../client/reconciler.ts";
import type { Reconciler } from "../../client/reconciler.ts";
import { authorityIn, KeyPairFault } from "./authority.ts";
import { keysWhere } from "./desk.ts";
import type { Desk } from "./desk.ts";
import type { Condition, Issuer } from "./kinds.ts";

/** What setting an issuer up came to. */
export interface Setup {
  readonly ready: Omit<Condition, "lastTransitionTime" | "type">;
  readonly event?: readonly [type: "Normal" | "Warning", reason: string, message: string];
  /** Tried again later when set; what the log says. */
  readonly error?: string;
  readonly acme?: NonNullable<Issuer["status"]>["acme"];
}

/** Sets up issuers of a further type; undefined for those that are not of it. */
export type SetUp = (issuer: Issuer) => Promise<Setup> | undefined;

export class IssuerController implements Reconciler {
  readonly name: string;
  readonly #desk: Desk;
  readonly #kind: Kind<Issuer>;
  readonly #more: SetUp;

  constructor(desk: Desk, kind: Kind<Issuer>, more: SetUp) {
    this.#desk = desk;
    this.#kind = kind;
    this.#more = more;
    this.name = kind.plural;
  }

  get watches(): Reconciler["watches"] {
    const issuers = this.#desk.o.informers.of(this.#kind);
    return [
      watching(this.#kind, (o) => [keyOf(o)]),
      watching(Secret, ({ metadata }) =>
        keysWhere(
          issuers.list(),
          (one) =>
            this.#desk.secretsOf(one) === metadata.namespace &&
            [one.spec.ca?.secretName, one.spec.acme?.privateKeySecretRef.name].includes(
              metadata.name,
            ),
        ),
      ),
    ];
  }

  async reconcile(key: Key): Promise<void> {
    const issuer = this.#desk.o.informers.of(this.#kind).get(key);
    if (!issuer || issuer.metadata.deletionTimestamp !== undefined) return;
    const setup = await this.#setUp(issuer);
    if (!setup) return;
    const { ready, event, error, acme } = setup;
    const conditions = this.#desk.withCondition(issuer, { type: "Ready", ...ready });
    const status = { ...issuer.status, conditions, ...(acme && { acme }) };
    const changed = !sameJson(status, issuer.status ?? {});
    if (changed) await this.#desk.o.client.updateStatus(this.#kind, { ...issuer, status });
    if (event && (changed || event[0] === "Warning")) {
      this.#desk.event(`cert-manager-${this.name}`, issuer, ...event);
    }
    if (error === undefined) return;
    const message = `Error initializing issuer: ${error}`;
    this.#desk.event(`cert-manager-${this.name}`, issuer, "Warning", "ErrInitIssuer", message);
    throw new SetupError(error);
  }

  async #setUp(issuer: Issuer): Promise<Setup | undefined> {
    const { selfSigned, ca } = issuer.spec;
    if (selfSigned) return { ready: { status: "True", reason: "IsReady" } };
    if (ca) return this.#verify(issuer, ca.secretName);
    return this.#more(issuer);
  }

  #verify(issuer: Issuer, name: string): Setup {
    const bad = (reason: string, why: string): Setup => {
      const message = `Error getting keypair for CA issuer: ${why}`;
      return { ready: { status: "False", reason, message }, event: ["Warning", reason, message] };
    };
    const namespace = this.#desk.secretsOf(issuer);
    try {
      const { chain } = authorityIn(this.#desk, namespace, name);
      if (!chain[0].basicConstraints?.ca) {
        return bad("ErrInvalidKeyPair", "certificate is not a CA");
      }
    } catch (error) {
      if (!(error instanceof KeyPairFault)) throw error;
      this.#desk.error("setup.go:47", error.message, "error getting signing CA TLS certificate", {
        logger: `cert-manager.${this.name}.setup`,
        resource_name: issuer.metadata.name,
        resource_namespace: issuer.metadata.namespace ?? "",
        resource_kind: issuer.kind,
        resource_version: "v1",
      });
      return { ...bad("ErrGetKeyPair", error.message), error: error.message };
    }
    const message = "Signing CA verified";
    const reason = "KeyPairVerified";
    return { ready: { status: "True", reason, message }, event: ["Normal", reason, message] };
  }
}

/** Not our mistake: tried again, later and later. */
export class SetupError extends Error {
  override name = "SetupError";
}
