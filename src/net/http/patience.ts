// How long a server waits for a client: between requests, for a whole head, for the next content.
//
// One timer a connection, re-armed lazily, so that a busy connection costs no timer a request.

import type { Clock, Timer } from "../../base/clock.ts";

/** Milliseconds; nginx' defaults. */
export interface PatienceLimits {
  /** Between two requests (`keepalive_timeout`): then the connection is closed without a word. */
  readonly idleMs: number;
  /** From a head's first byte to its last (`client_header_timeout`): then 408. */
  readonly headMs: number;
  /** Between two arrivals of content (`client_body_timeout`): then 408. */
  readonly contentMs: number;
  /** For the client to close after we did (`lingering_timeout`): then the connection is torn. */
  readonly lingerMs: number;
}

const defaultPatience: PatienceLimits = {
  idleMs: 75_000,
  headMs: 60_000,
  contentMs: 60_000,
  lingerMs: 5_000,
};

/** What is being waited for. */
export type Awaited = "idle" | "head" | "content" | "linger";

export class Patience {
  readonly #clock: Clock;
  readonly #limits: PatienceLimits;
  readonly #expire: (awaited: Awaited) => void;
  #awaited: Awaited | undefined;
  #until = 0;
  #timer: Timer | undefined;
  #timerAt = 0;

  /** @param expire called once a wait has been too long. */
  constructor(o: {
    clock: Clock;
    limits?: Partial<PatienceLimits>;
    expire(awaited: Awaited): void;
  }) {
    this.#clock = o.clock;
    this.#limits = { ...defaultPatience, ...o.limits };
    this.#expire = (awaited) => o.expire(awaited);
  }

  /** A wait begins, or goes on: the time for a head runs from its first byte. */
  await(awaited: Awaited): void {
    if (awaited === "head" && this.#awaited === "head") return;
    this.#awaited = awaited;
    this.#until = this.#clock.now() + this.#limits[`${awaited}Ms`];
    // A timer that comes too early looks again; one that comes too late is replaced.
    if (!this.#timer || this.#timerAt > this.#until) this.#arm();
  }

  /** Nothing is waited for: the request is being handled. */
  rest(): void {
    this.#awaited = undefined;
  }

  stop(): void {
    this.#awaited = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timerAt = this.#until;
    this.#timer = this.#clock.after(this.#until - this.#clock.now(), () => {
      this.#timer = undefined;
      const awaited = this.#awaited;
      if (awaited === undefined) return;
      if (this.#clock.now() < this.#until) return this.#arm();
      this.#awaited = undefined;
      this.#expire(awaited);
    });
  }
}
