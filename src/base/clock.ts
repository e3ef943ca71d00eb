// The cluster's one clock. Time moves only when somebody drives it.
//
//   const clock = new VirtualClock({ startMs: Date.UTC(2026, 10, 23) });
//   clock.after(250, () => log("a quarter of a second later"));
//   await clock.advance(1_000);
//
// Between two events every promise continuation runs to its end: a task may `await` as it
// likes, and still nothing else happens in the cluster meanwhile. That is what makes a run a
// function of (seed, inputs). Waiting for a *peer* takes virtual time; finite work outside
// (WebCrypto) holds time still with `during`.

import { Heap } from "./heap.ts";

/** A scheduled task that can still be called off. */
export interface Timer {
  cancel(): void;
}

/** What everything below the sandbox knows of time. All times are milliseconds. */
export interface Clock {
  /** Milliseconds since the Unix epoch, in cluster time. */
  now(): number;
  /** Runs `task` after `delayMs`, never sooner than the current event's end. */
  after(delayMs: number, task: () => void): Timer;
  sleep(delayMs: number): Promise<void>;
  /** Holds time still until `work` settles. For finite work outside the simulation only. */
  during<T>(work: Promise<T>): Promise<T>;
}

interface Entry {
  at: number;
  sequence: number;
  task: (() => void) | undefined;
}

/** The clock that a driver steps. One driver at a time. */
export class VirtualClock implements Clock {
  #now: number;
  #sequence = 0;
  #held = 0;
  #released: (() => void)[] = [];
  readonly #turn: () => Promise<void>;
  readonly #queue = new Heap<Entry>((a, b) =>
    a.at !== b.at ? a.at < b.at : a.sequence < b.sequence,
  );

  /** Called when a task is scheduled, so that a real-time driver can wake up. */
  onScheduled: (() => void) | undefined;

  constructor({ startMs, turn = hostTurn }: { startMs: number; turn?: () => Promise<void> }) {
    this.#now = startMs;
    this.#turn = turn;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, task: () => void): Timer {
    const delay = delayMs > 0 ? delayMs : 0; // NaN counts as now
    const entry: Entry = { at: this.#now + delay, sequence: this.#sequence++, task };
    this.#queue.push(entry);
    this.onScheduled?.();
    return { cancel: () => (entry.task = undefined) };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  async during<T>(work: Promise<T>): Promise<T> {
    this.#held++;
    try {
      return await work;
    } finally {
      this.#held--;
      if (this.#held === 0) for (const release of this.#released.splice(0)) release();
    }
  }

  /**
   * The date jumps ahead and nothing happens on the way, as when a whole machine was asleep: what
   * was due in a minute is still due in a minute.
   */
  leap(ms: number): void {
    this.#now += ms;
    for (const entry of this.#queue.values()) entry.at += ms;
  }

  /** When the next task is due, or undefined when nothing is scheduled. */
  dueAt(): number | undefined {
    let next = this.#queue.peek();
    while (next !== undefined && next.task === undefined) {
      this.#queue.pop();
      next = this.#queue.peek();
    }
    return next?.at;
  }

  /**
   * Runs the next task that is due by `untilMs`, then lets every promise continuation run.
   * Returns false when there was none.
   */
  async step(untilMs = Infinity): Promise<boolean> {
    await this.settle();
    return this.#next(untilMs);
  }

  async #next(untilMs: number): Promise<boolean> {
    const dueAt = this.dueAt();
    if (dueAt === undefined || dueAt > untilMs) return false;
    const entry = this.#queue.pop()!;
    if (entry.at > this.#now) this.#now = entry.at;
    entry.task!();
    await this.settle();
    return true;
  }

  /** Lets promise continuations run to their end, and waits for work held by `during`. */
  async settle(): Promise<void> {
    await this.#turn();
    while (this.#held > 0) {
      await new Promise<void>((resolve) => this.#released.push(resolve));
      await this.#turn();
    }
  }

  /** Runs everything due in the next `ms` milliseconds; afterwards the time is exactly then. */
  async advance(ms: number): Promise<void> {
    await this.advanceTo(this.#now + ms);
  }

  async advanceTo(atMs: number): Promise<void> {
    await this.settle();
    while (await this.#next(atMs));
    if (atMs > this.#now) this.#now = atMs;
  }

  /** Runs until `done()` holds; false when `limitMs` of cluster time passed or nothing is left. */
  async until(done: () => boolean, { limitMs = 300_000 } = {}): Promise<boolean> {
    const atMs = this.#now + limitMs;
    await this.settle();
    while (!done()) if (!(await this.#next(atMs))) return done();
    return true;
  }

  /** Runs until `work` settles, and gives its result. Throws when `limitMs` passed before. */
  async finish<T>(work: Promise<T>, { limitMs = 300_000 } = {}): Promise<T> {
    let settled = false;
    const mark = (): void => void (settled = true);
    work.then(mark, mark);
    if (!(await this.until(() => settled, { limitMs }))) {
      throw new Error(`not finished within ${limitMs} ms of cluster time`);
    }
    return work;
  }
}

/**
 * One turn of the host's event loop: after it, no promise continuation is left waiting.
 * A turn measures no time. MessageChannel, because a page's timers are clamped to 4 ms.
 */
const hostTurn: () => Promise<void> =
  typeof setImmediate === "function"
    ? () => new Promise((resolve) => setImmediate(resolve))
    : channelTurn();

function channelTurn(): () => Promise<void> {
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];
  channel.port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      channel.port2.postMessage(0);
    });
}
