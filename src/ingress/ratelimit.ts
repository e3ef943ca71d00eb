// One piece of work at a time, at most so often: a token bucket with one token, so that the first
// one comes at once and a burst of wishes folds into one run.

import type { Clock, Timer } from "../base/clock.ts";

export class PacedTask {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #work: () => Promise<void>;
  #lastMs = -Infinity;
  #timer: Timer | undefined;
  #running = false;
  #wanted = false;
  #stopped = false;

  constructor(o: { clock: Clock; everyMs: number; work: () => Promise<void> }) {
    this.#clock = o.clock;
    this.#everyMs = o.everyMs;
    this.#work = o.work;
  }

  /** Runs the work soon: in a later event, and not before the pace allows. */
  wish(): void {
    if (this.#stopped) return;
    if (this.#running) {
      this.#wanted = true;
      return;
    }
    if (this.#timer) return;
    const waitMs = Math.max(0, this.#lastMs + this.#everyMs - this.#clock.now());
    this.#timer = this.#clock.after(waitMs, () => void this.#run());
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#running = true;
    this.#lastMs = this.#clock.now();
    try {
      await this.#work();
    } finally {
      this.#running = false;
      if (this.#wanted) {
        this.#wanted = false;
        this.wish();
      }
    }
  }
}
