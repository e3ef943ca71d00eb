// Leader election: of several replicas one acts, as long as it renews its Lease. Models client-go
// tools/leaderelection with its usual durations.

import type { Client } from "../../../api/client.ts";
import { ApiError } from "../../../api/errors.ts";
import { Lease } from "../../../api/kinds/lease.ts";
import type { Clock, Timer } from "../../../base/clock.ts";

const leaseSeconds = 15;
const renewEveryMs = 10_000;
const retryEveryMs = 2_000;

export interface LeaderOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  /** Told once, when this one begins to lead. */
  lead(): void;
}

export class Leader {
  readonly #o: LeaderOptions;
  #timer: Timer | undefined;
  #leading = false;
  #stopped = false;

  constructor(o: LeaderOptions) {
    this.#o = o;
  }

  start(): void {
    void this.#round();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #round(): Promise<void> {
    const holds = await this.#claim().catch((error: unknown) => {
      if (error instanceof ApiError) return false; // somebody else was quicker
      throw error;
    });
    if (this.#stopped) return;
    if (holds && !this.#leading) {
      this.#leading = true;
      this.#o.lead();
    }
    const delayMs = holds ? renewEveryMs : retryEveryMs;
    this.#timer = this.#o.clock.after(delayMs, () => void this.#round());
  }

  async #claim(): Promise<boolean> {
    const { client, clock, namespace, name, identity } = this.#o;
    const nowMs = clock.now();
    const time = new Date(nowMs).toISOString().replace("Z", "000Z");
    const known = await client.get(Lease, `${namespace}/${name}`);
    const own = { holderIdentity: identity, leaseDurationSeconds: leaseSeconds, renewTime: time };
    if (!known) {
      await client.create(Lease, {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name, namespace },
        spec: { ...own, acquireTime: time, leaseTransitions: 0 },
      });
      return true;
    }
    const { spec = {} } = known;
    const mine = spec.holderIdentity === identity;
    const over = Date.parse(spec.renewTime ?? time) + leaseSeconds * 1000 < nowMs;
    if (!mine && !over) return false;
    const transitions = (spec.leaseTransitions ?? 0) + (mine ? 0 : 1);
    const acquired = mine ? (spec.acquireTime ?? time) : time;
    const next = { ...own, acquireTime: acquired, leaseTransitions: transitions };
    await client.update(Lease, { ...known, spec: next });
    return true;
  }
}
