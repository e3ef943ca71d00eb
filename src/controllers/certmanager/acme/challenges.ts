// Challenges: the token is put where the world can see it, looked at from inside, and only then is
// the ACME server asked to look. Models pkg/controller/acmechallenges/sync.go and
// pkg/issuer/acme/http/http.go.

import { Ingress } from "../../../api/kinds/ingress.ts";
import { Pod } from "../../../api/kinds/pod.ts";
import { Service } from "../../../api/kinds/service.ts";
import { sameJson } from "../../../api/json.ts";
import type { Kind } from "../../../api/kinds/kind.ts";
import { controllerOf, keyOf } from "../../../api/object.ts";
import type { Key, Obj } from "../../../api/object.ts";
import { watching } from "../../../client/reconciler.ts";
import type { Reconciler } from "../../../client/reconciler.ts";
import { visit, VisitFault } from "../../../net/acme/visit.ts";
import type { Desk } from "../desk.ts";
import type { Accounts } from "./accounts.ts";
import { AcmeError } from "./client.ts";
import type { AcmeClient, ServerChallenge } from "./client.ts";
import { Challenge, isFailure } from "./kinds.ts";
import { solverIngress, solverLabels, solverPod, solverService } from "./solverobjects.ts";

type Status = NonNullable<Challenge["status"]>;
type Level = "Normal" | "Warning";

const finalizer = "acme.cert-manager.io/finalizer";
const recheckMs = 10_000;
/** The token must be seen so many times, two seconds apart. */
const passes = 5;
const betweenMs = 2_000;
const userAgent = "cert-manager-challenges/v1.19.1 (linux/amd64) cert-manager/git";
/** How long the server may take to look, and how often it is asked whether it has. */
const authorizationMs = 120_000;
const pollMs = 1_000;

export class ChallengeController implements Reconciler {
  readonly name = "challenges";
  readonly #desk: Desk;
  readonly #accounts: Accounts;
  readonly watches = [
    watching(Challenge, (o) => [keyOf(o)]),
    watching(Ingress, ownerKeys),
    watching(Service, ownerKeys),
    watching(Pod, ownerKeys),
  ];

  constructor(desk: Desk, accounts: Accounts) {
    this.#desk = desk;
    this.#accounts = accounts;
  }

  async reconcile(key: Key): Promise<void | { requeueAfterMs: number }> {
    const { informers, client } = this.#desk.o;
    const challenge = informers.of(Challenge).get(key);
    if (!challenge) return;
    const { metadata, status = {} } = challenge;
    const { finalizers = [] } = metadata;
    if (metadata.deletionTimestamp !== undefined) {
      if (!finalizers.includes(finalizer)) return;
      await this.#cleanUp(challenge);
      const left = finalizers.filter((one) => one !== finalizer);
      await client.update(Challenge, { ...challenge, metadata: { ...metadata, finalizers: left } });
      return;
    }
    if (!finalizers.includes(finalizer)) {
      const both = [...finalizers, finalizer];
      await client.update(Challenge, { ...challenge, metadata: { ...metadata, finalizers: both } });
      return;
    }
    if (status.state === "valid" || isFailure(status.state)) return this.#finish(challenge, status);
    if (!status.processing) return this.#write(challenge, { ...status, processing: true });
    return this.#advance(challenge, status);
  }

  async #finish(challenge: Challenge, status: Status): Promise<void> {
    if (status.presented) await this.#cleanUp(challenge);
    await this.#write(challenge, { ...status, presented: false, processing: false });
  }

  async #advance(challenge: Challenge, status: Status): Promise<void | { requeueAfterMs: number }> {
    const { issuerRef } = challenge.spec;
    const issuer = this.#desk.issuerOf(issuerRef, challenge.metadata.namespace);
    const client = issuer && this.#accounts.clientOf(issuer);
    if (!client) return { requeueAfterMs: recheckMs };
    if (status.state === undefined) {
      const now = await stateOf(client, challenge);
      return this.#write(challenge, { ...status, ...now });
    }
    await this.#present(challenge);
    if (!status.presented) {
      this.#event(
        challenge,
        "Normal",
        "Presented",
        "Presented challenge using HTTP-01 challenge mechanism",
      );
      return this.#write(challenge, { ...status, presented: true });
    }
    const why = await this.#selfCheck(challenge);
    if (why === undefined) return this.#accept(client, challenge, status);
    this.#desk.error("sync.go:208", why, "propagation check failed", {
      logger: "cert-manager.controller",
      resource_name: challenge.metadata.name,
      resource_namespace: challenge.metadata.namespace ?? "",
      resource_kind: "Challenge",
      resource_version: "v1",
      dnsName: challenge.spec.dnsName,
      type: challenge.spec.type,
    });
    const reason = `Waiting for HTTP-01 challenge propagation: ${why}`;
    await this.#write(challenge, { ...status, reason });
    return { requeueAfterMs: recheckMs };
  }

  /** Makes what is missing of Pod, Service and Ingress. */
  async #present(challenge: Challenge): Promise<void> {
    const { client } = this.#desk.o;
    const [pod] = this.#own(Pod, challenge);
    if (!pod) await client.create(Pod, solverPod(challenge, this.#desk.o.solverImage));
    let [service] = this.#own(Service, challenge);
    service ??= await client.create(Service, solverService(challenge));
    const [ingress] = this.#own(Ingress, challenge);
    if (!ingress) await client.create(Ingress, solverIngress(challenge, service.metadata.name));
  }

  async #cleanUp(challenge: Challenge): Promise<void> {
    for (const kind of [Pod, Service, Ingress] as const) {
      for (const one of this.#own<Obj>(kind as unknown as Kind, challenge)) {
        await this.#desk.o.client.remove(kind as unknown as Kind, keyOf(one));
      }
    }
  }

  #own<T extends Obj>(kind: Kind<T>, challenge: Challenge): T[] {
    const labels = Object.entries(solverLabels(challenge));
    return this.#desk.o.informers
      .of(kind)
      .list(challenge.metadata.namespace)
      .filter((one) => controllerOf(one)?.uid === challenge.metadata.uid)
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .filter(({ metadata }) => labels.every(([name, value]) => metadata.labels?.[name] === value));
  }

  /** Why the token is not seen; undefined: it is, every time. */
  async #selfCheck({ spec }: Challenge): Promise<string | undefined> {
    const { network, clock, random, host } = this.#desk.o;
    const url = `http://${spec.dnsName}/.well-known/acme-challenge/${spec.token}`;
    for (let pass = 1; pass <= passes; pass++) {
      try {
        const from = { network, clock, random, host, userAgent };
        const { status, body } = await visit(from, { method: "GET", url });
        if (status !== 200) return `wrong status code '${status}', expected '200'`;
        if (body !== spec.key) {
          const saw = body.length > 24 ? `${body.slice(0, 24).trim()}... (truncated)` : body;
          const what = "did not get expected response when querying endpoint";
          return `${what}, expected "${spec.key}" but got: ${saw}`;
        }
      } catch (error) {
        if (!(error instanceof VisitFault)) throw error;
        return `failed to perform self check GET request '${url}': Get "${url}": ${error.message}`;
      }
      if (pass < passes) await clock.sleep(betweenMs);
    }
    return undefined;
  }

  async #accept(client: AcmeClient, challenge: Challenge, status: Status): Promise<void> {
    const { dnsName, url } = challenge.spec;
    try {
      await client.accept(url);
    } catch (error) {
      if (!(error instanceof AcmeError)) throw error;
      const reason = `Error accepting challenge: ${error.message}`;
      return this.#write(challenge, { ...status, state: "errored", reason });
    }
    const { clock } = this.#desk.o;
    const untilMs = clock.now() + authorizationMs;
    for (;;) {
      const now = await challengeAt(client, challenge);
      if (now?.status === "valid") {
        const message = `Domain "${dnsName}" verified with "HTTP-01" validation`;
        this.#event(challenge, "Normal", "DomainVerified", message);
        const reason = "Successfully authorized domain";
        return this.#write(challenge, { ...status, state: "valid", reason });
      }
      if (now?.status === "invalid") return this.#refused(challenge, status, now);
      if (clock.now() >= untilMs) return;
      await clock.sleep(pollMs);
    }
  }

  async #refused(challenge: Challenge, status: Status, { error }: ServerChallenge): Promise<void> {
    const { type = "", detail = "", status: code = 0 } = error ?? {};
    const said = new AcmeError(code, type, detail).message;
    const message = `acme: authorization error for ${challenge.spec.dnsName}: ${said}`;
    const failed = `Accepting challenge authorization failed: ${message}`;
    this.#event(challenge, "Warning", "Failed", failed);
    const reason = `Error accepting authorization: ${message}`;
    await this.#write(challenge, { ...status, state: "invalid", reason });
  }

  async #write(challenge: Challenge, status: Status): Promise<void> {
    if (sameJson(status, challenge.status ?? {})) return;
    await this.#desk.o.client.updateStatus(Challenge, { ...challenge, status });
  }

  #event(challenge: Challenge, ...told: [type: Level, reason: string, message: string]): void {
    this.#desk.event("cert-manager-challenges", challenge, ...told);
  }
}

function ownerKeys(object: Obj): Key[] {
  const owner = controllerOf(object);
  return owner?.kind === "Challenge" ? [`${object.metadata.namespace}/${owner.name}`] : [];
}

async function challengeAt(
  client: AcmeClient,
  { spec }: Challenge,
): Promise<ServerChallenge | undefined> {
  const { challenges } = await client.authorization(spec.authorizationURL);
  return challenges.find(({ url }) => url === spec.url);
}

async function stateOf(client: AcmeClient, challenge: Challenge): Promise<Partial<Status>> {
  try {
    const now = await challengeAt(client, challenge);
    if (now) return { state: now.status, reason: now.error?.detail ?? "" };
    return { state: "errored", reason: "challenge was not present in authorization" };
  } catch (error) {
    if (!(error instanceof AcmeError)) throw error;
    return { state: "errored", reason: `Failed to retrieve Order resource: ${error.message}` };
  }
}
