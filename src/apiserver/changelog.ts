// The log of one kind's changes: what a watch reads, and what an old revision is rebuilt from.
// Models the window of events of upstream's watch cache
// (apiserver pkg/storage/cacher/watch_cache.go): bounded, and 410 Expired beyond it.

import { ApiError } from "../api/errors.ts";
import type { WatchEvent } from "../api/client.ts";
import type { Obj } from "../api/object.ts";

/** One write. */
export interface Change {
  readonly revision: number;
  /** Shared by every watcher that sees all objects. */
  readonly event: WatchEvent<Obj> & { readonly type: "ADDED" | "MODIFIED" | "DELETED" };
  readonly object: Obj;
  /** The state before; absent for a new object. */
  readonly old: Obj | undefined;
}

export class ChangeLog {
  #changes: Change[] = [];
  /** How many changes were dropped: positions count from the first change ever. */
  #dropped = 0;
  /** The revision of the newest dropped change: watches from before it miss something. */
  #reachesBackTo: number;
  readonly #lengthMax: number;

  constructor(o: { lengthMax: number; startsAt: number }) {
    this.#lengthMax = o.lengthMax;
    this.#reachesBackTo = o.startsAt;
  }

  /** The position after the newest change. */
  get end(): number {
    return this.#dropped + this.#changes.length;
  }

  push(change: Change): void {
    this.#changes.push(change);
  }

  at(position: number): Change {
    return this.#changes[position - this.#dropped]!;
  }

  /** The position of the first change after `revision`. Throws Expired beyond the window. */
  positionAfter(revision: number, current: number): number {
    if (revision < this.#reachesBackTo) throw expired(revision, this.#reachesBackTo);
    if (revision > current) throw tooLarge(revision, current);
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#changes[middle]!.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#dropped + low;
  }

  /** The changes after `revision`, oldest first. Throws Expired beyond the window. */
  since(revision: number, current: number): readonly Change[] {
    return this.#changes.slice(this.positionAfter(revision, current) - this.#dropped);
  }

  /** Drops what is too much. Called between deliveries, so that no live watch loses anything. */
  trim(): void {
    const excess = this.#changes.length - this.#lengthMax;
    if (excess <= this.#lengthMax / 4) return; // slicing for every change would cost more
    this.#reachesBackTo = this.#changes[excess - 1]!.revision;
    this.#changes = this.#changes.slice(excess);
    this.#dropped += excess;
  }
}

/** The wording of watch_cache.go. */
function expired(revision: number, oldest: number): ApiError {
  return new ApiError("Expired", `too old resource version: ${revision} (${oldest})`);
}

/** The wording of apiserver pkg/storage/errors.go NewTooLargeResourceVersionError. */
export function tooLarge(revision: number, current: number): ApiError {
  return new ApiError("Timeout", `Too large resource version: ${revision}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}
