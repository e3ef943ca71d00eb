// Bounds on what one client address may ask for: requests under way (limit_conn) and requests
// in time (limit_req, a leaky bucket). Models ngx_http_limit_conn_module and _limit_req_module.

import type { Clock } from "../../base/clock.ts";
import type { ConnectionsFilter, RateFilter } from "../filters.ts";
import type { Exchange } from "./exchange.ts";
import type { Outcome } from "./outcome.ts";
import { inAny } from "./ranges.ts";

/** How many addresses a zone remembers at most. */
const addressesMax = 65_536;

interface Bucket {
  /** Requests above the rate, in thousandths, as nginx counts. */
  excess: number;
  atMs: number;
}

export class Limits {
  readonly #clock: Clock;
  readonly #underWay = new Map<string, number>();
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  connections(filter: ConnectionsFilter, x: Exchange): Outcome | undefined {
    if (inAny(x.remoteAddr, filter.free)) return undefined;
    const key = `${filter.zone} ${x.remoteAddr}`;
    const count = this.#underWay.get(key) ?? 0;
    if (count >= filter.max) {
      return {
        status: filter.status,
        why: `${count} requests of ${x.remoteAddr} are under way, ${filter.max} are allowed`,
        error: `limiting connections by zone "${filter.zone}"`,
      };
    }
    this.#underWay.set(key, count + 1);
    x.endings.push(() => {
      const left = this.#underWay.get(key)! - 1;
      if (left > 0) this.#underWay.set(key, left);
      else this.#underWay.delete(key);
    });
    return undefined;
  }

  rate(filter: RateFilter, x: Exchange): Outcome | undefined {
    if (inAny(x.remoteAddr, filter.free)) return undefined;
    const key = `${filter.zone} ${x.remoteAddr}`;
    const now = this.#clock.now();
    const known = this.#buckets.get(key);
    // rate × elapsed ms leaks out; one request (1000) comes in.
    const leaked = known ? filter.perSecond * (now - known.atMs) : 0;
    const excess = known ? Math.max(0, known.excess - leaked + 1000) : 0;
    if (excess > filter.burst * 1000) {
      return {
        status: filter.status,
        why: `more than ${filter.perSecond} requests a second of ${x.remoteAddr}, beyond the burst`,
        error: `limiting requests, excess: ${(excess / 1000).toFixed(3)} by zone "${filter.zone}"`,
      };
    }
    this.#buckets.delete(key);
    this.#buckets.set(key, { excess, atMs: now });
    if (this.#buckets.size > addressesMax) {
      const [oldest] = this.#buckets.keys();
      this.#buckets.delete(oldest!);
    }
    return undefined;
  }
}
