// Drives the cluster's clock against real time: at a speed, paused, or step by step.
//
//   const pace = new Pace(cluster.clock, { ran: () => … });
//   pace.set({ speed: 2, paused: false });
//
// It works in slices, each with a turn of the host's message loop in between, and holds no
// timer when the cluster has nothing due.

import type { VirtualClock } from "../base/clock.ts";

/** A slice runs events for so long, then the message loop gets its turn. */
const sliceMs = 12;
/** The longest stretch that real time may run ahead, as after a laptop's sleep. */
const behindMsMax = 2_000;
/** The longest sleep; a browser counts timers in signed 32 bits. */
const sleepMsMax = 60_000;

const speedMin = 0.05;
const speedMax = 100;

export class Pace {
  readonly #clock: VirtualClock;
  readonly #ran: () => void;
  readonly #failed: (error: unknown) => void;
  #speed = 1;
  #paused = false;
  #stopped = false;
  #running = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Cluster time `#clusterAt` is real time `#realAt`. */
  #clusterAt: number;
  #realAt = performance.now();
  /** Until this cluster time nobody waits for real time. */
  #jumpTo = 0;

  /** @param on.ran called after every slice. @param on.failed an event threw. */
  constructor(clock: VirtualClock, on: { ran: () => void; failed: (error: unknown) => void }) {
    this.#clock = clock;
    this.#ran = on.ran;
    this.#failed = on.failed;
    this.#clusterAt = clock.now();
    clock.onScheduled = () => this.#wake();
  }

  get speed(): number {
    return this.#speed;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** A speed out of range, or no number, becomes the nearest that is allowed. */
  set({ speed, paused }: { speed: number; paused: boolean }): void {
    this.#anchor(this.#paused ? this.#clock.now() : this.#target());
    this.#speed = Number.isFinite(speed) ? Math.min(speedMax, Math.max(speedMin, speed)) : 1;
    this.#paused = paused;
    this.#wake();
  }

  /** Runs the next event, whenever it is due. For a paused clock. */
  async step(): Promise<void> {
    if (this.#running || this.#stopped || !this.#paused) return;
    this.#running = true;
    try {
      await this.#clock.step();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#running = false;
      this.#anchor(this.#clock.now());
      this.#ran();
    }
  }

  /** Lets `ms` of cluster time pass as fast as the machine can. */
  jump(ms: number): void {
    this.#jumpTo = this.#clock.now() + ms;
    this.#wake();
  }

  /** Lets the date jump by `ms`; nothing happens on the way. */
  leap(ms: number): void {
    this.#clock.leap(ms);
    this.#clusterAt += ms;
    this.#jumpTo += ms;
    this.#wake();
  }

  /** Brings the cluster's time up to now, so that what comes from outside happens now. */
  async catchUp(): Promise<void> {
    await this.#run();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#clock.onScheduled = undefined;
  }

  /** Where cluster time ought to be now. */
  #target(): number {
    return this.#clusterAt + (performance.now() - this.#realAt) * this.#speed;
  }

  #anchor(clusterAt: number): void {
    this.#clusterAt = clusterAt;
    this.#realAt = performance.now();
  }

  /** Sees to it that the next event runs in time. Cheap: it is called for every one. */
  #wake(): void {
    if (this.#running || this.#stopped || this.#paused) return;
    clearTimeout(this.#timer);
    const dueAt = this.#clock.dueAt();
    if (dueAt === undefined) return;
    const jumping = this.#jumpTo > this.#clock.now();
    const waitMs = jumping ? 0 : Math.max(0, (dueAt - this.#target()) / this.#speed);
    this.#timer = setTimeout(() => void this.#run(), Math.min(waitMs, sleepMsMax));
  }

  async #run(): Promise<void> {
    if (this.#running || this.#stopped || this.#paused) return;
    this.#running = true;
    try {
      await this.#slice();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#running = false;
    }
    this.#ran();
    this.#wake();
  }

  async #slice(): Promise<void> {
    const until = performance.now() + sliceMs;
    const target = this.#target();
    if (target - this.#clock.now() > behindMsMax * Math.max(1, this.#speed)) {
      this.#anchor(this.#clock.now() + behindMsMax * Math.max(1, this.#speed));
    }
    const jumping = this.#jumpTo > this.#clock.now();
    const goal = jumping ? this.#jumpTo : this.#target();
    while (performance.now() < until && !this.#paused && !this.#stopped) {
      if (!(await this.#clock.step(goal))) {
        if (goal > this.#clock.now()) await this.#clock.advanceTo(goal);
        if (jumping) this.#anchor(this.#clock.now());
        return;
      }
    }
    // Not done in time: what is left is late, and the anchor says so.
    this.#anchor(this.#clock.now());
  }
}
