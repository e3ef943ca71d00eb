// The cluster's memory, in the place of etcd and the watch cache: every object once, parsed,
// deep-frozen and shared by all readers; one revision counter for the whole cluster; and for
// each kind the log of its changes, from which watches read.
//
//   const store = new Store({ kinds });
//   const pod = store.put(Pod, { … });            // revision + 1, logged
//   store.list(Pod, "default");                   // sorted by key, the same array until a write
//   store.log(Pod).since("17");                   // changes after revision 17, or 410 Expired

import { ApiError } from "../api/errors.ts";
import { keyOf } from "../api/object.ts";
import type { Key, Obj } from "../api/object.ts";
import type { Kind } from "../api/kinds/kind.ts";
import { assert } from "../base/assert.ts";
import { Bucket } from "./bucket.ts";
import { ChangeLog } from "./changelog.ts";
import { deepFreeze } from "./freeze.ts";

/** How many changes a kind's log keeps once they are delivered. Older watches get 410 Expired. */
const logLengthMax = 2_000;

const nothing: readonly Obj[] = Object.freeze([]);

/** What is kept of one kind. */
interface Shelf {
  readonly kind: Kind;
  readonly byKey: Map<Key, Obj>;
  /** By namespace; cluster-scoped objects stand under "". */
  readonly buckets: Map<string, Bucket>;
  readonly log: ChangeLog;
  /** Everything in key order; absent after a write until the next list. */
  all: readonly Obj[] | undefined;
}

export class Store {
  #revision = 0;
  readonly #shelves = new Map<Kind, Shelf>();
  readonly #byResource = new Map<string, Kind>();
  readonly #served = new Set<Kind>();
  /** Objects as seen by kinds that are kept as another: readers share these too. */
  readonly #views = new WeakMap<Kind, WeakMap<Obj, Obj>>();
  readonly #logLengthMax: number;

  /** Called after each write. It must not write itself. */
  onWrite: ((kind: Kind) => void) | undefined;

  constructor(o: { kinds: readonly Kind[]; logLengthMax?: number }) {
    this.#logLengthMax = o.logLengthMax ?? logLengthMax;
    for (const kind of o.kinds) this.addKind(kind);
  }

  /** The cluster-wide resourceVersion: that of the last write. */
  get revision(): number {
    return this.#revision;
  }

  get kinds(): readonly Kind[] {
    return [...this.#byResource.values()];
  }

  serves(kind: Kind): boolean {
    return this.#served.has(kind);
  }

  /** Whether objects are kept as those of a kind; it need not be served itself. */
  keeps(kind: Kind): boolean {
    return this.#shelves.has(kind);
  }

  /**
   * The kind that is served where `kind` would be: a client's own token for a custom resource
   * stands for the one that the definition made.
   */
  servedFor<T extends Obj>(kind: Kind<T>): Kind<T> {
    if (this.#served.has(kind as unknown as Kind)) return kind;
    return (this.#byResource.get(resourceOf(kind as unknown as Kind)) ?? kind) as Kind<T>;
  }

  /** A stored object as one of the kind: always the same one for the same two. */
  seen<T extends Obj>(kind: Kind<T>, stored: Obj | undefined): T | undefined {
    if (stored === undefined || !kind.stored) return stored as T | undefined;
    let views = this.#views.get(kind as unknown as Kind);
    if (!views) this.#views.set(kind as unknown as Kind, (views = new WeakMap()));
    let view = views.get(stored);
    if (!view) views.set(stored, (view = deepFreeze(kind.stored.from(stored))));
    return view as T;
  }

  /** The kind of a resource: `kindAt("apps", "v1", "deployments")`. */
  kindAt(group: string, version: string, plural: string): Kind | undefined {
    return this.#byResource.get(`${group}/${version}/${plural}`);
  }

  /** Serves a further kind: from now on its resource is in discovery and in OpenAPI. */
  addKind(kind: Kind): void {
    assert(!this.#byResource.has(resourceOf(kind)), `store: ${resourceOf(kind)} is served already`);
    this.replaceKinds([], [kind]);
  }

  /** Serves a kind no longer, and forgets what is left of it without a word to watchers. */
  removeKind(kind: Kind): void {
    this.replaceKinds([kind], []);
  }

  /** Serves some kinds instead of others; objects kept as those of a kind that both have stay. */
  replaceKinds(old: readonly Kind[], now: readonly Kind[]): void {
    for (const kind of old) {
      this.#byResource.delete(resourceOf(kind));
      this.#served.delete(kind);
    }
    for (const kind of now) {
      this.#served.add(kind);
      this.#byResource.set(resourceOf(kind), kind);
      const home = homeOf(kind);
      if (this.#shelves.has(home)) continue;
      const log = new ChangeLog({ lengthMax: this.#logLengthMax, startsAt: this.#revision });
      const shelf = { kind: home, byKey: new Map(), buckets: new Map(), log, all: undefined };
      this.#shelves.set(home, shelf);
    }
    const homes = new Set(this.kinds.map(homeOf));
    for (const kind of old) if (!homes.has(homeOf(kind))) this.#shelves.delete(homeOf(kind));
  }

  get<T extends Obj>(kind: Kind<T>, key: Key): T | undefined {
    return this.seen(kind, this.#shelf(kind).byKey.get(key));
  }

  count(kind: Kind): number {
    return this.#shelf(kind).byKey.size;
  }

  /** In the order of keys, as etcd gives them. The array is frozen and shared until a write. */
  list<T extends Obj>(kind: Kind<T>, namespace?: string): readonly T[] {
    const shelf = this.#shelf(kind);
    const objects =
      namespace === undefined || !kind.namespaced
        ? (shelf.all ??= everything(shelf))
        : (shelf.buckets.get(namespace)?.list() ?? nothing);
    return kind.stored
      ? objects.map((object) => this.seen(kind, object)!)
      : (objects as readonly T[]);
  }

  /** What `list` gave at an earlier revision. Throws Expired when the log does not reach back. */
  listAt<T extends Obj>(kind: Kind<T>, revision: number, namespace?: string): readonly T[] {
    const shelf = this.#shelf(kind);
    const changes = shelf.log.since(revision, this.#revision);
    if (changes.length === 0) return this.list(kind, namespace);
    const then = new Map(shelf.byKey);
    for (let i = changes.length - 1; i >= 0; i--) {
      const { object, old } = changes[i]!;
      if (old === undefined) then.delete(keyOf(object));
      else then.set(keyOf(old), old);
    }
    return [...then.values()]
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      .map((object) => this.seen(kind, object)!);
  }

  /**
   * Adds or replaces an object and returns what is now stored. Takes the object over: it is
   * frozen in place, and its parts are shared with every reader. Its metadata is copied.
   */
  put<T extends Obj>(kind: Kind<T>, object: T): T {
    const shelf = this.#shelf(kind);
    const key = keyOf(object);
    const old = shelf.byKey.get(key);
    const stored = this.#stamped(kind.stored ? kind.stored.to(object) : object);
    shelf.byKey.set(key, stored);
    const bucket = bucketOf(shelf, stored);
    if (old === undefined) bucket.add(stored);
    else bucket.replace(stored);
    this.#log(shelf, old === undefined ? "ADDED" : "MODIFIED", stored, old);
    return this.seen(kind, stored)!;
  }

  /** Forgets an object and returns its last state, at the revision of its deletion. */
  delete<T extends Obj>(kind: Kind<T>, key: Key): T {
    const shelf = this.#shelf(kind);
    const old = shelf.byKey.get(key);
    assert(old !== undefined, `store: ${kind.plural} ${key} is not there to be deleted`);
    const last = this.#stamped(old);
    shelf.byKey.delete(key);
    bucketOf(shelf, old).delete(old);
    this.#log(shelf, "DELETED", last, old);
    return this.seen(kind, last)!;
  }

  /** The changes of a kind, oldest first. */
  log(kind: Kind): ChangeLog {
    return this.#shelf(kind).log;
  }

  #stamped<T extends Obj>(object: T): T {
    const resourceVersion = String(++this.#revision);
    return deepFreeze({ ...object, metadata: { ...object.metadata, resourceVersion } });
  }

  #log(shelf: Shelf, type: "ADDED" | "MODIFIED" | "DELETED", object: Obj, old?: Obj): void {
    shelf.all = undefined;
    shelf.log.push({ revision: this.#revision, event: { type, object }, object, old });
    this.onWrite?.(shelf.kind);
  }

  #shelf(kind: Kind): Shelf {
    const shelf = this.#shelves.get(homeOf(kind));
    if (shelf === undefined) {
      throw new ApiError("NotFound", "the server could not find the requested resource", {
        group: kind.group,
        kind: kind.plural,
      });
    }
    return shelf;
  }
}

function resourceOf({ group, version, plural }: Kind): string {
  return `${group}/${version}/${plural}`;
}

/** The kind as whose objects those of a kind are kept: mostly itself. */
export function homeOf(kind: Kind): Kind {
  return kind.stored?.as ?? kind;
}

function everything(shelf: Shelf): readonly Obj[] {
  const names = [...shelf.buckets.keys()].sort((a, b) => (`${a}/` < `${b}/` ? -1 : 1));
  return Object.freeze(names.flatMap((name) => shelf.buckets.get(name)!.list()));
}

function bucketOf(shelf: Shelf, object: Obj): Bucket {
  const namespace = object.metadata.namespace ?? "";
  let bucket = shelf.buckets.get(namespace);
  if (bucket === undefined) shelf.buckets.set(namespace, (bucket = new Bucket()));
  return bucket;
}
