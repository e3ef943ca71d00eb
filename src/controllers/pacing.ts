// Two brakes for reconcilers over many objects: a burst of changes costs few passes, and what
// was just written but not yet seen is not written again.

import type { Key, Obj } from "../api/object.ts";
import { controllerOf, keyOf } from "../api/object.ts";
import type { Clock } from "../base/clock.ts";
import type { ObjectChange } from "../client/informer.ts";

/** A Service of 100 Pods is looked at every 50 ms while they come up, one of two every ms. */
const objectsPerMs = 2;

/**
 * Lets each key pass once a window. A lone change passes at once; a burst is folded.
 * The window grows with the objects to go through, so that small clusters never feel it.
 */
export class Pace {
  readonly #clock: Clock;
  /** When a key may pass again. */
  readonly #nextAt = new Map<Key, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds to wait; 0: go on. */
  waitMs(key: Key): number {
    return Math.max(0, (this.#nextAt.get(key) ?? 0) - this.#clock.now());
  }

  /** A pass over `objects` begins. */
  passes(key: Key, objects: number): void {
    this.#nextAt.set(key, this.#clock.now() + objects / objectsPerMs);
  }

  forget(key: Key): void {
    this.#nextAt.delete(key);
  }
}

/** The informer that will show what was written. */
interface Changes {
  on(handler: (change: ObjectChange<Obj>) => void): unknown;
}

/**
 * What a controller has written and its informer has not shown yet, by owner.
 * Models kubernetes/pkg/controller/controller_utils.go ControllerExpectations.
 */
export class Expectations {
  /** Owner uid → uids to be seen. */
  readonly #creations = new Map<string, Set<string>>();
  readonly #deletions = new Map<string, Set<string>>();

  constructor(informer: Changes) {
    informer.on(({ old, new: now }) => {
      const object = (now ?? old)!;
      const owner = controllerOf(object)?.uid;
      if (owner === undefined) return;
      const { uid, deletionTimestamp } = object.metadata;
      seen(this.#creations, owner, uid!);
      if (!now || deletionTimestamp !== undefined) seen(this.#deletions, owner, uid!);
    });
  }

  created(owner: string, uid: string): void {
    expect(this.#creations, owner, uid);
  }

  deleted(owner: string, uid: string): void {
    expect(this.#deletions, owner, uid);
  }

  /** Calls off a deletion that failed. */
  notDeleted(owner: string, uid: string): void {
    seen(this.#deletions, owner, uid);
  }

  met(owner: string): boolean {
    return !this.#creations.has(owner) && !this.#deletions.has(owner);
  }

  forget(owner: string): void {
    this.#creations.delete(owner);
    this.#deletions.delete(owner);
  }
}

/** What a controller has updated and its informer does not show yet, by owner's key. */
export class Unseen {
  /** Owner → object → the version to be seen; Infinity: to be seen gone. */
  readonly #byOwner = new Map<Key, Map<Key, number>>();
  readonly #owners = new Map<Key, Key>();

  constructor(informer: Changes) {
    informer.on(({ old, new: now }) => {
      const key = keyOf((now ?? old)!);
      const owner = this.#owners.get(key);
      if (owner === undefined) return;
      const waiting = this.#byOwner.get(owner)!;
      if (now && Number(now.metadata.resourceVersion) < waiting.get(key)!) return;
      this.#owners.delete(key);
      waiting.delete(key);
      if (waiting.size === 0) this.#byOwner.delete(owner);
    });
  }

  wrote(owner: Key, object: Obj): void {
    this.#note(owner, keyOf(object), Number(object.metadata.resourceVersion));
  }

  deletes(owner: Key, key: Key): void {
    this.#note(owner, key, Infinity);
  }

  has(owner: Key): boolean {
    return this.#byOwner.has(owner);
  }

  forget(owner: Key): void {
    for (const key of this.#byOwner.get(owner)?.keys() ?? []) this.#owners.delete(key);
    this.#byOwner.delete(owner);
  }

  #note(owner: Key, key: Key, version: number): void {
    let waiting = this.#byOwner.get(owner);
    if (!waiting) this.#byOwner.set(owner, (waiting = new Map()));
    waiting.set(key, version);
    this.#owners.set(key, owner);
  }
}

function expect(all: Map<string, Set<string>>, owner: string, uid: string): void {
  const waiting = all.get(owner);
  if (waiting) waiting.add(uid);
  else all.set(owner, new Set([uid]));
}

function seen(all: Map<string, Set<string>>, owner: string, uid: string): void {
  const waiting = all.get(owner);
  if (waiting?.delete(uid) && waiting.size === 0) all.delete(owner);
}
