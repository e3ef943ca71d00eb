// Orders: what is asked of an ACME server for one CertificateRequest, until the certificate is there.
// Models pkg/controller/acmeorders/{sync,util}.go and pkg/controller/certificaterequests/acme.

import { sameJson } from "../../../api/json.ts";
import { controlledBy, controllerOf, keyOf, timestamp } from "../../../api/object.ts";
import type { Key } from "../../../api/object.ts";
import { base64, utf8 } from "../../../base/bytes.ts";
import { watching } from "../../../client/reconciler.ts";
import type { Reconciler } from "../../../client/reconciler.ts";
import { base64url } from "../../../net/acme/jws.ts";
import type { Desk } from "../desk.ts";
import type { AcmeIssuer, Solver } from "../kinds.ts";
import { readRequest } from "../signing.ts";
import type { Accounts } from "./accounts.ts";
import { AcmeError } from "./client.ts";
import type { AcmeClient } from "./client.ts";
import { computedName } from "./computedname.ts";
import { Challenge, isFailure, Order } from "./kinds.ts";
import type { OrderAuthorization, OrderStatus } from "./kinds.ts";
import { pickSolver } from "./solvers.ts";

const recheckMs = 2_000;
/** Upstream's override of a solver's class, from the Certificate's annotations. */
const classOverride = "acme.cert-manager.io/http01-override-ingress-class";

export class OrderController implements Reconciler {
  readonly name = "orders";
  readonly #desk: Desk;
  readonly #accounts: Accounts;
  readonly watches = [
    watching(Order, (o) => [keyOf(o)]),
    watching(Challenge, (one): Key[] => {
      const owner = controllerOf(one);
      return owner?.kind === "Order" ? [`${one.metadata.namespace}/${owner.name}`] : [];
    }),
  ];

  constructor(desk: Desk, accounts: Accounts) {
    this.#desk = desk;
    this.#accounts = accounts;
  }

  async reconcile(key: Key): Promise<void | { requeueAfterMs: number }> {
    const order = this.#desk.o.informers.of(Order).get(key);
    if (!order || order.metadata.deletionTimestamp !== undefined) return;
    const { status = {}, spec } = order;
    if (isFailure(status.state)) return;
    const issuer = this.#desk.issuerOf(spec.issuerRef, order.metadata.namespace);
    const client = issuer && this.#accounts.clientOf(issuer);
    if (!client || !issuer.spec.acme) return { requeueAfterMs: recheckMs };
    const challenges = this.#challengesOf(order);
    if (status.state === "valid" && status.certificate !== undefined) {
      for (const one of challenges) {
        if (one.metadata.deletionTimestamp !== undefined) continue;
        await this.#desk.o.client.remove(Challenge, keyOf(one));
      }
      return;
    }
    try {
      return await this.#advance(order, { client, acme: issuer.spec.acme, challenges });
    } catch (error) {
      if (!(error instanceof AcmeError) || error.status >= 500) throw error;
      const what =
        status.url === undefined ? "Failed to create Order" : "Failed to retrieve Order resource";
      await this.#fail(order, `${what}: ${error.message}`);
    }
  }

  async #advance(
    order: Order,
    o: { client: AcmeClient; acme: AcmeIssuer; challenges: readonly Challenge[] },
  ): Promise<void | { requeueAfterMs: number }> {
    const { client, acme, challenges } = o;
    const { status = {}, spec } = order;
    if (status.url === undefined) {
      const made = await client.newOrder(namesOf(order));
      const authorizations = made.authorizations.map((url) => ({ url }));
      const { url, finalize: finalizeURL, status: state } = made;
      return this.#write(order, { ...status, url, finalizeURL, state, authorizations });
    }
    const { authorizations = [] } = status;
    if (authorizations.some(({ identifier }) => identifier === undefined)) {
      const known = await Promise.all(authorizations.map((one) => populated(client, one)));
      return this.#write(order, { ...status, authorizations: known });
    }
    if (status.state === "ready") {
      const csr = base64url(readRequest(spec.request).bytes);
      const pem = await client.finalize(status.finalizeURL!, csr);
      const certificate = base64(utf8(pem));
      await this.#write(order, { ...status, state: "valid", certificate });
      this.#event(order, "Normal", "Complete", "Order completed successfully");
      return;
    }
    if (challenges.length < authorizations.length) {
      return this.#challenge(order, acme, client, challenges);
    }
    const final = challenges.every(({ status: s }) => s?.state === "valid" || isFailure(s?.state));
    if (!final && !challenges.some(({ status: s }) => isFailure(s?.state))) return;
    const { status: state } = await client.order(status.url);
    if (state === status.state) return { requeueAfterMs: recheckMs };
    const failureTime = isFailure(state) && { failureTime: timestamp(this.#desk.nowMs) };
    await this.#write(order, { ...status, state, ...failureTime });
  }

  /** Makes the Challenges that are not there yet. */
  async #challenge(
    order: Order,
    acme: AcmeIssuer,
    client: AcmeClient,
    there: readonly Challenge[],
  ): Promise<void> {
    for (const one of order.status?.authorizations ?? []) {
      const dnsName = one.identifier!;
      if (there.some(({ spec }) => spec.dnsName === dnsName)) continue;
      const solver = pickSolver(acme.solvers ?? [], dnsName, order.metadata.labels);
      const offered = one.challenges?.find(({ type }) => type === "http-01");
      if (!solver || !offered) {
        const why = "no configured challenge solvers can be used for this challenge";
        const what =
          "Failed to determine a valid solver configuration for the set of domains on the Order";
        this.#event(order, "Warning", "Solver", `${what}: ${why}`);
        return;
      }
      const spec: Challenge["spec"] = {
        authorizationURL: one.url,
        dnsName,
        issuerRef: order.spec.issuerRef,
        key: client.answerFor(offered.token),
        solver: overridden(solver, order.metadata.annotations?.[classOverride]),
        token: offered.token,
        type: "HTTP-01",
        url: offered.url,
        wildcard: false,
      };
      const name = computedName(order.metadata.name, { ...spec, key: "" });
      await this.#desk.o.client.create(Challenge, {
        apiVersion: Challenge.apiVersion,
        kind: Challenge.kind,
        metadata: {
          name,
          namespace: order.metadata.namespace!,
          ownerReferences: [controlledBy(order)],
        },
        spec,
      });
      const message = `Created Challenge resource "${name}" for domain "${dnsName}"`;
      this.#event(order, "Normal", "Created", message);
    }
  }

  #challengesOf({ metadata }: Order): Challenge[] {
    return this.#desk.o.informers
      .of(Challenge)
      .list(metadata.namespace)
      .filter((one) => controllerOf(one)?.uid === metadata.uid);
  }

  async #fail(order: Order, reason: string): Promise<void> {
    const failureTime = timestamp(this.#desk.nowMs);
    await this.#write(order, { ...order.status, state: "errored", reason, failureTime });
  }

  async #write(order: Order, status: OrderStatus): Promise<void> {
    if (sameJson(status, order.status ?? {})) return;
    await this.#desk.o.client.updateStatus(Order, { ...order, status });
  }

  #event(
    order: Order,
    ...told: [type: "Normal" | "Warning", reason: string, message: string]
  ): void {
    this.#desk.event("cert-manager-orders", order, ...told);
  }
}

function namesOf({ spec }: Order): string[] {
  const all = [...(spec.commonName ? [spec.commonName] : []), ...(spec.dnsNames ?? [])];
  return [...new Set(all)].sort();
}

async function populated(
  client: AcmeClient,
  { url }: OrderAuthorization,
): Promise<OrderAuthorization> {
  const { status, identifier, wildcard = false, challenges } = await client.authorization(url);
  return {
    url,
    identifier: identifier.value,
    initialState: status,
    wildcard,
    challenges: challenges.map(({ type, url: at, token }) => ({ type, url: at, token })),
  };
}

function overridden(solver: Solver, className: string | undefined): Solver {
  if (className === undefined || !solver.http01?.ingress) return solver;
  const { ingressClassName: _, ...ingress } = solver.http01.ingress;
  return { ...solver, http01: { ...solver.http01, ingress: { ...ingress, class: className } } };
}
