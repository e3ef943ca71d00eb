// What can be asked of the API server, once: the in-process client and REST both call these.
// Reads and unreviewed writes are done before the call returns.

import { ApiError } from "../api/errors.ts";
import type { ListOptions, LogOptions, ObjList, Watch, WatchEvent } from "../api/client.ts";
import type { Kind } from "../api/kinds/kind.ts";
import { Pod } from "../api/kinds/pod.ts";
import { keyOf, makeKey, splitKey } from "../api/object.ts";
import type { Key, Obj } from "../api/object.ts";
import type { Clock } from "../base/clock.ts";
import type { Deletion } from "./deletion.ts";
import { merged } from "./merging.ts";
import type * as patching from "./patching.ts";
import { sameJson } from "../api/json.ts";
import { givenEntries } from "./ledger.ts";
import type { PatchReading } from "./patching.ts";
import type { PodExec } from "./podexec.ts";
import { containerIn } from "./podlogs.ts";
import type { PodLogs } from "./podlogs.ts";
import { notFound } from "./refusals.ts";
import { loadOwners } from "./registry.ts";
import type { By, Draft, Registry, Subresource } from "./registry.ts";
import { selection } from "./selection.ts";
import type { Store } from "./store.ts";
import { Watchers } from "./watchers.ts";

export interface WriteOptions extends By {
  readonly dryRun?: boolean;
  readonly subresource?: Subresource;
}

export interface PatchOptions extends WriteOptions, PatchReading {
  readonly force?: boolean;
}

/** Thinks about a write before it is stored, and refuses it by throwing: a webhook. */
export type Reviewer = (draft: Draft, by: By) => Promise<void>;

/** How often a patch is tried anew when somebody else writes during its review. */
const patchAttemptsMax = 5;

export class Verbs {
  readonly store: Store;
  /** Asked in order, after the object is known to be valid. */
  readonly reviewers: Reviewer[] = [];
  /** Waits for kinds that are on their way; absent when there can be none. */
  settle: (() => Promise<void>) | undefined;
  podLogs: PodLogs | undefined;
  podExec: PodExec | undefined;
  readonly #registry: Registry;
  readonly #watchers: Watchers;
  readonly #clock: Clock;
  /** Fetched with the first patch that takes more than merging. */
  #patching: typeof patching | undefined;

  constructor(o: { store: Store; registry: Registry; clock: Clock }) {
    this.store = o.store;
    this.#registry = o.registry;
    this.#clock = o.clock;
    this.#watchers = new Watchers(o);
  }

  get<T extends Obj>(kind: Kind<T>, key: Key): T | undefined {
    return this.store.get(kind, key);
  }

  list<T extends Obj>(kind: Kind<T>, options: ListOptions): ObjList<T> {
    const { namespace, ...rest } = options;
    const all = this.store.list(kind, namespace);
    const test = selection(kind, rest);
    const resourceVersion = String(this.store.revision);
    return { items: test ? all.filter(test) : all, resourceVersion };
  }

  async create<T extends Obj>(kind: Kind<T>, object: T, o: WriteOptions): Promise<T> {
    return this.#make(this.#registry.create(kind, object, o), o);
  }

  async update<T extends Obj>(kind: Kind<T>, given: T, by: WriteOptions): Promise<T> {
    const { object, o } = given.metadata.managedFields
      ? await this.#reclaimed(kind, given, by)
      : { object: given, o: by };
    return this.#make(this.#registry.update(kind, object, o, o.subresource), o);
  }

  async patch<T extends Obj>(kind: Kind<T>, key: Key, patch: unknown, o: PatchOptions): Promise<T> {
    if (o.type === "apply") return this.#apply(kind, key, patch, o);
    const plain = o.type === "merge" && o.fieldValidation === undefined;
    if (!plain) this.#patching ??= await this.#clock.during(import("./patching.ts"));
    // Only kubectl's move from client-side to server-side apply patches these.
    const claims = !plain && (JSON.stringify(patch)?.includes("managedFields") ?? false);
    return this.#tried(kind, key, o, (old) => {
      if (old === undefined) throw notFound(kind, splitKey(key).name);
      if (claims) return this.#claimed(kind, old, patch, o);
      const wanted = plain ? merged(old, patch) : this.#patching!.patched(kind, old, patch, o);
      return this.#registry.update(kind, wanted, o, o.subresource);
    });
  }

  async #claimed<T extends Obj>(
    kind: Kind<T>,
    old: T,
    patch: unknown,
    o: PatchOptions,
  ): Promise<Draft<T>> {
    const shown = (await this.managedFields())(kind, old);
    const wanted = this.#patching!.patched(kind, shown, patch, o);
    const next = await this.#reclaimed(kind, wanted, o);
    return this.#registry.update(kind, next.object, next.o, o.subresource);
  }

  /** Shows an object with its metadata.managedFields. */
  async managedFields(): Promise<<T extends Obj>(kind: Kind, object: T) => T> {
    const { withManagedFields } = await loadOwners(this.#clock);
    const { ledgers } = this.#registry;
    return (kind, object) => withManagedFields(kind, ledgers.of(object), object);
  }

  async #apply<T extends Obj>(
    kind: Kind<T>,
    key: Key,
    configuration: unknown,
    o: PatchOptions,
  ): Promise<T> {
    const { serverSideApply } = await loadOwners(this.#clock);
    const parts = { registry: this.#registry, nowMs: this.#clock.now() };
    return this.#tried(kind, key, o, (old) =>
      serverSideApply(kind, { key, old, configuration, options: o }, parts),
    );
  }

  /** Thinks a write over anew when somebody else wrote during its review. */
  async #tried<T extends Obj>(
    kind: Kind<T>,
    key: Key,
    o: WriteOptions,
    think: (old: T | undefined) => Draft<T> | Promise<Draft<T>>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const old = this.store.get(kind, key);
      const thought = think(old);
      const draft = thought instanceof Promise ? await thought : thought;
      try {
        return await this.#make(draft, o);
      } catch (error) {
        const overtaken = this.store.get(kind, key) !== old;
        if (!overtaken || attempt === patchAttemptsMax) throw error;
      }
    }
  }

  /**
   * The object without its managedFields; they are remembered when they are not those that it
   * has. Only somebody who means to change them sends others.
   */
  async #reclaimed<T extends Obj, O extends WriteOptions>(
    kind: Kind<T>,
    { metadata, ...rest }: T,
    o: O,
  ): Promise<{ object: T; o: O }> {
    const { managedFields, ...others } = metadata;
    const object = { ...rest, metadata: others } as unknown as T;
    const given = givenEntries(managedFields);
    const stored = this.store.get(
      kind,
      keyOf(kind.namespaced ? object : { metadata: { name: metadata.name } }),
    );
    if (given === undefined || stored === undefined || o.subresource !== undefined) {
      return { object, o };
    }
    const shown = (await this.managedFields())(kind, stored);
    if (sameJson(given, shown.metadata.managedFields ?? [])) return { object, o };
    return { object, o: { ...o, managed: given } };
  }

  /** The object as it stands afterwards, or its last state when `gone`. */
  async remove<T extends Obj>(
    kind: Kind<T>,
    key: Key,
    options: Deletion,
    o: WriteOptions,
  ): Promise<{ object: T; gone: boolean }> {
    const draft = this.#registry.remove(kind, key, options, o);
    const object = await this.#make(draft, o);
    return { object, gone: draft.object === undefined };
  }

  /** Like Client.watch. A `since` that is too old is told by `onError`, in an event of its own. */
  watch<T extends Obj>(
    kind: Kind<T>,
    options: ListOptions & { since: string },
    onEvent: (event: WatchEvent<T>) => void,
    onError?: (error: Error) => void,
  ): Watch {
    const test = selection(kind, options);
    const since = Number(options.since);
    try {
      return this.#watchers.watch(kind, since, test, onEvent as (event: WatchEvent<Obj>) => void);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const timer = this.#clock.after(0, () => onError?.(error));
      return { stop: () => timer.cancel() };
    }
  }

  /** Throws at once when there is no such Pod or container. */
  log(key: Key, options: LogOptions = {}): AsyncIterable<Uint8Array> {
    const { namespace, name } = splitKey(key);
    const pod = this.store.get(Pod, makeKey(namespace, name));
    if (pod === undefined) throw notFound(Pod, name);
    const container = containerIn(pod, options.container);
    if (this.podLogs === undefined) {
      throw new ApiError("ServiceUnavailable", "no kubelet is there to ask for logs");
    }
    return this.podLogs.read(pod, container, options);
  }

  async #make<T extends Obj>(draft: Draft<T>, o: WriteOptions): Promise<T> {
    for (const review of this.reviewers) await review(draft as unknown as Draft, o);
    return this.#registry.commit(draft, o.dryRun);
  }
}
