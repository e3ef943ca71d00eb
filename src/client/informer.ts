// A local copy of all objects of one kind, kept by list and watch: read without asking anybody.
//
//   const informers = new Informers({ client, clock });
//   const pods = informers.of(Pod);
//   pods.on(({ old, new: now }) => …);
//   pods.list("default");
//
// Models client-go's shared informers. What is read may be a moment old, as in a real cluster.

import type { Client, Watch, WatchEvent } from "../api/client.ts";
import { ApiError } from "../api/errors.ts";
import type { Kind } from "../api/kinds/kind.ts";
import { keyOf } from "../api/object.ts";
import type { Key, Obj } from "../api/object.ts";
import type { Clock, Timer } from "../base/clock.ts";
import { Indexed } from "./indexed.ts";
import type { ObjectIndex } from "./indexed.ts";

/** `old` is absent for a new object, `new` for one that is gone. */
export interface ObjectChange<T extends Obj> {
  readonly old?: T;
  readonly new?: T;
}

/** The shared informers of one component: one a kind, started on first use. */
export class Informers {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #informers = new Map<Kind, Informer<Obj>>();
  #stopped = false;

  constructor(o: { client: Client; clock: Clock }) {
    this.#client = o.client;
    this.#clock = o.clock;
  }

  of<T extends Obj>(kind: Kind<T>): Informer<T> {
    let informer = this.#informers.get(kind);
    if (informer === undefined) {
      informer = new Informer<Obj>({ kind, client: this.#client, clock: this.#clock });
      this.#informers.set(kind, informer);
      if (!this.#stopped) informer.start();
    }
    return informer as unknown as Informer<T>;
  }

  stop(): void {
    this.#stopped = true;
    for (const informer of this.#informers.values()) informer.stop();
  }
}

const retryMsMin = 800;
const retryMsMax = 30_000;

export class Informer<T extends Obj> {
  readonly kind: Kind<T>;
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #objects = new Map<Key, T>();
  readonly #byNamespace = new Indexed<T>((object) => [object.metadata.namespace ?? ""]);
  readonly #indices: Indexed<T>[] = [this.#byNamespace];
  readonly #handlers = new Set<(change: ObjectChange<T>) => void>();
  readonly #waiting: (() => void)[] = [];
  #all: readonly T[] | undefined;
  #synced = false;
  #stopped = false;
  #retryMs = retryMsMin;
  #watch: Watch | undefined;
  #retry: Timer | undefined;

  constructor(o: { kind: Kind<T>; client: Client; clock: Clock }) {
    this.kind = o.kind;
    this.#client = o.client;
    this.#clock = o.clock;
  }

  /** Whether the first list has arrived: before that, an absent object may well exist. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Settles when `synced` holds; never when the informer is stopped before. */
  whenSynced(): Promise<void> {
    if (this.#synced) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  get(key: Key): T | undefined {
    return this.#objects.get(key);
  }

  /** In no particular order; the array is frozen and shared until the next change. */
  list(namespace?: string): readonly T[] {
    if (namespace !== undefined && this.kind.namespaced) return this.#byNamespace.get(namespace);
    return (this.#all ??= Object.freeze([...this.#objects.values()]));
  }

  /** Objects found by a value of theirs, such as their owner's uid, without going through all. */
  indexed(values: (object: T) => readonly string[]): ObjectIndex<T> {
    const index = new Indexed(values);
    for (const object of this.#objects.values()) index.change(undefined, object);
    this.#indices.push(index);
    return index;
  }

  /**
   * Tells each change from now on. What is already known is told as new before this returns.
   * The function returned ends it.
   */
  on(handler: (change: ObjectChange<T>) => void): () => void {
    for (const object of this.#objects.values()) handler({ new: object });
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  /** Called once, by Informers. */
  start(): void {
    void this.#listAndWatch();
  }

  stop(): void {
    this.#stopped = true;
    this.#watch?.stop();
    this.#retry?.cancel();
  }

  async #listAndWatch(): Promise<void> {
    try {
      const { items, resourceVersion } = await this.#client.list(this.kind);
      if (this.#stopped) return;
      this.#replace(items);
      this.#retryMs = retryMsMin;
      this.#watch = this.#client.watch(
        this.kind,
        { since: resourceVersion },
        (event) => this.#apply(event),
        (error) => this.#again(error),
      );
    } catch (error) {
      this.#again(error);
    }
  }

  /** Lists anew: at once when the watch fell behind, later and later when the server is away. */
  #again(error: unknown): void {
    this.#watch?.stop();
    if (this.#stopped) return;
    const expired = error instanceof ApiError && error.reason === "Expired";
    const delayMs = expired ? 0 : this.#retryMs;
    if (!expired) this.#retryMs = Math.min(2 * this.#retryMs, retryMsMax);
    this.#retry = this.#clock.after(delayMs, () => void this.#listAndWatch());
  }

  #replace(items: readonly T[]): void {
    const now = new Map(items.map((object) => [keyOf(object), object]));
    for (const [key, old] of this.#objects) if (!now.has(key)) this.#change(key, old, undefined);
    for (const [key, object] of now) {
      const old = this.#objects.get(key);
      if (old?.metadata.resourceVersion !== object.metadata.resourceVersion) {
        this.#change(key, old, object);
      }
    }
    this.#synced = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #apply(event: WatchEvent<T>): void {
    if (event.type === "BOOKMARK") return;
    const key = keyOf(event.object);
    const old = this.#objects.get(key);
    if (event.type !== "DELETED") this.#change(key, old, event.object);
    else if (old !== undefined) this.#change(key, event.object, undefined);
  }

  #change(key: Key, old: T | undefined, now: T | undefined): void {
    const known = this.#objects.get(key);
    if (now === undefined) this.#objects.delete(key);
    else this.#objects.set(key, now);
    this.#all = undefined;
    for (const index of this.#indices) index.change(known, now);
    const change = { ...(old && { old }), ...(now && { new: now }) };
    for (const handler of [...this.#handlers]) handler(change);
  }
}
