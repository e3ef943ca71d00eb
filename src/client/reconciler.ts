// Controllers: which objects concern which keys, and what to do about a key. A reconciler reads
// everything from informers, then writes what differs; it is called again whenever something
// that it watches changed, and later and later as long as it throws.
//
//   runReconciler({
//     name: "replicaset",
//     watches: [watching(ReplicaSet, (o) => [keyOf(o)]), watching(Pod, ownerKeys)],
//     reconcile: async (key) => { … },
//   }, { informers, clock });
//
// Models controller-runtime's Reconciler.

import { isConflict } from "../api/errors.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type { Key, Obj } from "../api/object.ts";
import type { Clock } from "../base/clock.ts";
import type { Informers } from "./informer.ts";
import { WorkQueue } from "./queue.ts";

/** A kind that a reconciler looks at, and whom a change of an object concerns. */
export interface Watching {
  readonly kind: Kind;
  keys(object: Obj): readonly Key[];
}

export interface Reconciler {
  readonly name: string;
  readonly watches: readonly Watching[];
  /** Called once when it runs: `watch` adds kinds that come while it does. */
  later?(watch: (watching: Watching) => void): void;
  /** Makes the world right for `key`; throwing, or asking for it, means being called again. */
  reconcile(key: Key): Promise<void | { requeueAfterMs: number }>;
}

/** For both the old and the new state of a changed object, `keys` says what to reconcile. */
export function watching<T extends Obj>(
  kind: Kind<T>,
  keys: (object: T) => readonly Key[],
): Watching {
  return { kind: kind as unknown as Kind, keys: keys as (object: Obj) => readonly Key[] };
}

interface Options {
  readonly informers: Informers;
  readonly clock: Clock;
  /** Told of every failure but conflicts, which are part of normal work. */
  onError?(key: Key, error: unknown): void;
}

/** Runs it, one key at a time, once all its informers are synced. */
export function runReconciler(reconciler: Reconciler, options: Options): { stop(): void } {
  const run = new Run(reconciler, options);
  return { stop: () => run.stop() };
}

class Run {
  readonly #reconciler: Reconciler;
  readonly #options: Options;
  readonly #queue: WorkQueue;
  readonly #endings: (() => void)[] = [];
  #synced = false;
  /** A turn is scheduled or under way. */
  #busy = false;
  #stopped = false;

  constructor(reconciler: Reconciler, options: Options) {
    this.#reconciler = reconciler;
    this.#options = options;
    this.#queue = new WorkQueue({ clock: options.clock, onReady: () => this.#wake() });
    void this.#start();
  }

  stop(): void {
    this.#stopped = true;
    for (const end of this.#endings) end();
    this.#queue.clear();
  }

  async #start(): Promise<void> {
    const { informers } = this.#options;
    for (const watching of this.#reconciler.watches) this.#watch(watching);
    this.#reconciler.later?.((watching) => this.#watch(watching));
    await Promise.all(this.#reconciler.watches.map(({ kind }) => informers.of(kind).whenSynced()));
    this.#synced = true;
    this.#wake();
  }

  #watch({ kind, keys }: Watching): void {
    const enqueue = (object: Obj | undefined): void => {
      if (object !== undefined) for (const key of keys(object)) this.#queue.add(key);
    };
    const off = this.#options.informers.of(kind).on((change) => {
      enqueue(change.old);
      enqueue(change.new);
    });
    this.#endings.push(off);
  }

  /** One key a clock event: a burst of changes folds, and nobody else has to wait for long. */
  #wake(): void {
    if (this.#busy || this.#stopped || !this.#synced || this.#queue.size === 0) return;
    this.#busy = true;
    this.#options.clock.after(0, () => void this.#turn());
  }

  async #turn(): Promise<void> {
    const key = this.#stopped ? undefined : this.#queue.take();
    if (key !== undefined) await this.#reconcile(key);
    this.#busy = false;
    this.#wake();
  }

  async #reconcile(key: Key): Promise<void> {
    try {
      const result = await this.#reconciler.reconcile(key);
      this.#queue.forget(key);
      if (result !== undefined && !this.#stopped) {
        this.#queue.addAfter(key, result.requeueAfterMs);
      }
    } catch (error) {
      if (this.#stopped) return;
      if (!isConflict(error)) this.#options.onError?.(key, error);
      this.#queue.addFailed(key);
    } finally {
      if (!this.#stopped) this.#queue.done(key);
    }
  }
}
