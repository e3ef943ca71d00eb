// Session affinity: which endpoint a client was sent to before, for as long as that counts.

import type { Clock } from "../base/clock.ts";

/** How many clients are remembered; the longest unseen are forgotten first. */
const rememberedMax = 10_000;

export class Affinity {
  readonly #clock: Clock;
  readonly #kept = new Map<string, { readonly to: string; readonly untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined when there is none, or its time is over. */
  of(word: string): string | undefined {
    const kept = this.#kept.get(word);
    return kept && kept.untilMs > this.#clock.now() ? kept.to : undefined;
  }

  keep(word: string, to: string, forMs: number): void {
    this.#kept.delete(word);
    this.#kept.set(word, { to, untilMs: this.#clock.now() + forMs });
    if (this.#kept.size <= rememberedMax) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      return;
    }
  }
}
