// The API server: one store, one set of verbs, reached in process or over REST.
//
//   const server = new ApiServer({ clock, random, kinds });
//   await server.client().create(Ingress, { … });
//   const response = await server.transport({ method: "GET", path: "/version", … });

import type { Client } from "../api/client.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type { RestTransport } from "../api/transport.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { admissionSteps } from "./admission.ts";
import { firstObjects } from "./boot.ts";
import { LocalClient } from "./local.ts";
import type { PodExec } from "./podexec.ts";
import type { PodLogs } from "./podlogs.ts";
import { Registry } from "./registry.ts";
import { Store } from "./store.ts";
import { Verbs } from "./verbs.ts";
import type { Reviewer } from "./verbs.ts";

export type { PodExec } from "./podexec.ts";
export type { PodLogs } from "./podlogs.ts";
export type { Reviewer } from "./verbs.ts";

export class ApiServer {
  /** The same over HTTP's requests and responses. */
  readonly transport: RestTransport;
  readonly #verbs: Verbs;
  readonly #clock: Clock;
  readonly #further: boolean;
  readonly #onKinds: ((kinds: readonly Kind[]) => void)[] = [];
  #completed: Promise<void> | undefined;

  /** @param o.further whether it also serves what `complete` brings */
  constructor(o: { clock: Clock; random: Random; kinds: readonly Kind[]; further?: boolean }) {
    this.#clock = o.clock;
    this.#further = o.further ?? false;
    const store = new Store({ kinds: o.kinds });
    const random = o.random.fork("apiserver");
    const registry = new Registry({ store, clock: o.clock, random, admission: admissionSteps });
    this.#verbs = new Verbs({ store, registry, clock: o.clock });
    const late = lateTransport({ verbs: this.#verbs, clock: o.clock });
    this.transport = async (request) => {
      await this.complete();
      return late(request);
    };
    for (const [kind, object] of firstObjects(o.kinds)) {
      registry.commit(
        registry.create(kind, object, {
          user: "system:apiserver",
          manager: "kube-apiserver",
        }),
      );
    }
  }

  /**
   * The same verbs as over REST.
   * @param user whose writes these are.
   * @param manager who managedFields says has made them, when the user's name does not.
   */
  client(user = "system:admin", manager?: string): Client {
    return new LocalClient({ verbs: this.#verbs, user, manager });
  }

  /** What is served now: the kinds it began with, and those that came since. */
  get kinds(): readonly Kind[] {
    return this.#verbs.store.kinds;
  }

  /** Serves a further kind. */
  addKind(kind: Kind): void {
    this.#change([], [kind]);
  }

  /** Serves a kind no longer. Its objects should be gone by then. */
  removeKind(kind: Kind): void {
    this.#change([kind], []);
  }

  /** Tells of kinds that come later than this call. */
  onKinds(told: (kinds: readonly Kind[]) => void): void {
    this.#onKinds.push(told);
  }

  /**
   * Serves what the first screen does without: further kinds and custom resources. Comes by
   * itself with the first request over HTTP; whoever needs a further kind in process waits for it.
   */
  async complete(): Promise<void> {
    if (!this.#further) return;
    this.#completed ??= this.#complete();
    await this.#completed;
  }

  async #complete(): Promise<void> {
    const { serveFurther } = await this.#clock.during(import("./further.ts"));
    const changed = (old: readonly Kind[], now: readonly Kind[]): void => this.#change(old, now);
    serveFurther({ verbs: this.#verbs, clock: this.#clock, changed });
  }

  #change(old: readonly Kind[], now: readonly Kind[]): void {
    this.#verbs.store.replaceKinds(old, now);
    for (const told of this.#onKinds) told(now);
  }

  /** Has every write thought over, once it is known to be valid: validating webhooks. */
  review(reviewer: Reviewer): void {
    this.#verbs.reviewers.push(reviewer);
  }

  /** How the logs of Pods are read; set by whoever runs the kubelets. */
  get podLogs(): PodLogs | undefined {
    return this.#verbs.podLogs;
  }

  set podLogs(logs: PodLogs | undefined) {
    this.#verbs.podLogs = logs;
  }

  /** How commands are run in containers; set by whoever runs the kubelets. */
  get podExec(): PodExec | undefined {
    return this.#verbs.podExec;
  }

  set podExec(exec: PodExec | undefined) {
    this.#verbs.podExec = exec;
  }
}

/** HTTP's side is fetched with the first request: a cluster runs without. */
function lateTransport(o: { verbs: Verbs; clock: Clock }): RestTransport {
  let transport: RestTransport | undefined;
  return async (request) => {
    transport ??= (await o.clock.during(import("./rest.ts"))).restTransport(o);
    return transport(request);
  };
}
