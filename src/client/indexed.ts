// Objects by a value of theirs: client-go's Indexer. An informer keeps it up to date.

import { keyOf } from "../api/object.ts";
import type { Key, Obj } from "../api/object.ts";

export interface ObjectIndex<T extends Obj> {
  /** Frozen and shared until one of them changes. */
  get(value: string): readonly T[];
}

interface Entry<T> {
  readonly objects: Map<Key, T>;
  list: readonly T[] | undefined;
}

const none: readonly never[] = Object.freeze([]);

export class Indexed<T extends Obj> implements ObjectIndex<T> {
  readonly #values: (object: T) => readonly string[];
  readonly #entries = new Map<string, Entry<T>>();

  constructor(values: (object: T) => readonly string[]) {
    this.#values = values;
  }

  get(value: string): readonly T[] {
    const entry = this.#entries.get(value);
    if (entry === undefined) return none;
    return (entry.list ??= Object.freeze([...entry.objects.values()]));
  }

  /** Replaces `old` by `now`; either may be absent. */
  change(old: T | undefined, now: T | undefined): void {
    const before = old ? this.#values(old) : none;
    const after = now ? this.#values(now) : none;
    if (old) for (const value of before) if (!after.includes(value)) this.#remove(value, old);
    if (now) for (const value of after) this.#put(value, now);
  }

  #put(value: string, object: T): void {
    let entry = this.#entries.get(value);
    if (entry === undefined) {
      entry = { objects: new Map(), list: undefined };
      this.#entries.set(value, entry);
    }
    entry.objects.set(keyOf(object), object);
    entry.list = undefined;
  }

  #remove(value: string, object: T): void {
    const entry = this.#entries.get(value);
    if (entry === undefined) return;
    entry.objects.delete(keyOf(object));
    entry.list = undefined;
    if (entry.objects.size === 0) this.#entries.delete(value);
  }
}
