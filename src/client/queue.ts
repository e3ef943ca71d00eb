// What is still to be reconciled. A key is in it at most once, is never handed out while it is
// being worked on, and comes back later and later as long as it fails.
// Models client-go util/workqueue with its default per-item limiter.

import type { Key } from "../api/object.ts";
import type { Clock, Timer } from "../base/clock.ts";

const delayMsMin = 5;
const delayMsMax = 1_000_000;

export class WorkQueue {
  readonly #clock: Clock;
  readonly #onReady: () => void;
  /** Waiting, in the order of their arrival. */
  readonly #waiting = new Set<Key>();
  readonly #working = new Set<Key>();
  /** Added again while being worked on. */
  readonly #again = new Set<Key>();
  readonly #failures = new Map<Key, number>();
  readonly #later = new Map<Key, { readonly atMs: number; readonly timer: Timer }>();

  /** @param onReady called when a key became available. */
  constructor(o: { clock: Clock; onReady: () => void }) {
    this.#clock = o.clock;
    this.#onReady = o.onReady;
  }

  get size(): number {
    return this.#waiting.size;
  }

  add(key: Key): void {
    if (this.#working.has(key)) {
      this.#again.add(key);
    } else if (!this.#waiting.has(key)) {
      this.#waiting.add(key);
      this.#onReady();
    }
  }

  /** Adds the key when the time has come; of several times the earliest counts. */
  addAfter(key: Key, delayMs: number): void {
    const atMs = this.#clock.now() + delayMs;
    const known = this.#later.get(key);
    if (known !== undefined && known.atMs <= atMs) return;
    known?.timer.cancel();
    const timer = this.#clock.after(delayMs, () => {
      this.#later.delete(key);
      this.add(key);
    });
    this.#later.set(key, { atMs, timer });
  }

  /** Adds the key after a delay that doubles with each failure: 5 ms, 10 ms … 1000 s. */
  addFailed(key: Key): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(delayMsMin * 2 ** failures, delayMsMax));
  }

  /** The next key, which is then being worked on until `done`. */
  take(): Key | undefined {
    const [key] = this.#waiting;
    if (key === undefined) return undefined;
    this.#waiting.delete(key);
    this.#working.add(key);
    return key;
  }

  done(key: Key): void {
    this.#working.delete(key);
    if (this.#again.delete(key)) this.add(key);
  }

  /** The key is fine: its next failure is its first. */
  forget(key: Key): void {
    this.#failures.delete(key);
  }

  /** Drops everything, timers too. */
  clear(): void {
    for (const { timer } of this.#later.values()) timer.cancel();
    for (const keys of [this.#later, this.#failures, this.#waiting, this.#again]) keys.clear();
  }
}
