// The garbage collector: what is owned goes when its owners are gone.
//   Background  the owner goes at once, its dependents after it
//   Foreground  the owner waits (finalizer foregroundDeletion) until those that block it are gone
//   Orphan      the owner waits (finalizer orphan) until its dependents have forgotten it
// Models kubernetes/pkg/controller/garbagecollector.

import type { Client } from "../api/client.ts";
import { isNotFound } from "../api/errors.ts";
import type { Kind } from "../api/kinds/kind.ts";
import { keyOf } from "../api/object.ts";
import type { Key, Obj, OwnerReference } from "../api/object.ts";
import { watching } from "../client/reconciler.ts";
import type { Reconciler, Watching } from "../client/reconciler.ts";
import type { Informers } from "../client/informer.ts";
import type { ControllerContext, ServedKinds } from "./context.ts";

const foreground = "foregroundDeletion";
const orphan = "orphan";

/** An object in the graph. */
interface Vertex {
  readonly kind: Kind;
  readonly object: Obj;
}

export class GarbageCollector implements Reconciler {
  readonly name = "garbage";
  readonly watches: readonly Watching[];
  readonly #client: Client;
  readonly #informers: Informers;
  readonly #kinds: ServedKinds;
  /** By uid: all that is alive. */
  readonly #alive = new Map<string, Vertex>();
  /** By the owner's uid the uids of its dependents. */
  readonly #dependents = new Map<string, Set<string>>();

  /** @param kinds all that may own or be owned, and those that come later */
  constructor({ client, informers }: ControllerContext, kinds: ServedKinds) {
    this.#client = client;
    this.#informers = informers;
    this.#kinds = kinds;
    this.watches = kinds.now().map((kind) => this.#watching(kind));
  }

  later(watch: (watching: Watching) => void): void {
    this.#kinds.later((kinds) => {
      for (const kind of kinds) watch(this.#watching(kind));
    });
  }

  #watching(kind: Kind): Watching {
    this.#informers.of(kind).on(({ old, new: now }) => {
      if (old) this.#forget(old);
      if (now) this.#learn({ kind, object: now });
    });
    return watching(kind, (object) => this.#keysOf(object));
  }

  async reconcile(uid: Key): Promise<void> {
    const vertex = this.#alive.get(uid);
    if (!vertex) return;
    const { metadata } = vertex.object;
    if (metadata.finalizers?.includes(orphan)) return this.#orphanDependents(vertex);
    if (metadata.finalizers?.includes(foreground)) return this.#waitForDependents(vertex);
    if (metadata.deletionTimestamp === undefined) await this.#collect(vertex);
  }

  /** Keys are uids: an object's own, when it has owners or waits; its dependents', when it goes. */
  #keysOf({ metadata }: Obj): string[] {
    const uid = metadata.uid!;
    const keys: string[] = [];
    const owners = metadata.ownerReferences ?? [];
    if (this.#alive.has(uid)) {
      const waits = metadata.finalizers?.some((one) => one === foreground || one === orphan);
      if (owners.length > 0 || waits) keys.push(uid);
    } else {
      keys.push(...(this.#dependents.get(uid) ?? []));
      // An owner that waits for this one can look again.
      for (const owner of owners) if (owner.blockOwnerDeletion) keys.push(owner.uid);
    }
    return keys;
  }

  /** Deletes what all owners have left; takes off references to some that are gone. */
  async #collect(vertex: Vertex): Promise<void> {
    const { object } = vertex;
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length === 0) return;
    const alive = owners.filter((one) => this.#alive.has(one.uid));
    if (alive.length === 0) return this.#delete(vertex, { propagation: "Background" });
    const staying = alive.filter((one) => !this.#waitsForeground(one));
    if (staying.length === 0) return this.#delete(vertex, { propagation: "Foreground" });
    if (alive.length < owners.length) await this.#setOwners(vertex, alive);
  }

  #waitsForeground(owner: OwnerReference): boolean {
    const { metadata } = this.#alive.get(owner.uid)!.object;
    const waits = metadata.finalizers?.includes(foreground) ?? false;
    return waits && metadata.deletionTimestamp !== undefined && owner.blockOwnerDeletion === true;
  }

  async #waitForDependents(vertex: Vertex): Promise<void> {
    const uid = vertex.object.metadata.uid!;
    let blocking = 0;
    for (const dependent of this.#dependentsOf(uid)) {
      const { metadata } = dependent.object;
      const reference = metadata.ownerReferences?.find((one) => one.uid === uid);
      if (!reference?.blockOwnerDeletion) continue;
      blocking++;
      if (metadata.deletionTimestamp === undefined) await this.#collect(dependent);
    }
    if (blocking === 0) await this.#release(vertex, foreground);
  }

  async #orphanDependents(vertex: Vertex): Promise<void> {
    const uid = vertex.object.metadata.uid!;
    for (const dependent of this.#dependentsOf(uid)) {
      const owners = dependent.object.metadata.ownerReferences ?? [];
      await this.#setOwners(
        dependent,
        owners.filter((one) => one.uid !== uid),
      );
    }
    await this.#release(vertex, orphan);
  }

  #dependentsOf(uid: string): Vertex[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((one) => this.#alive.get(one) ?? []);
  }

  async #delete(
    { kind, object }: Vertex,
    options: { propagation: "Background" | "Foreground" },
  ): Promise<void> {
    await forgiving(
      this.#client.remove(kind, keyOf(object), { ...options, uid: object.metadata.uid! }),
    );
  }

  async #release({ kind, object }: Vertex, finalizer: string): Promise<void> {
    const finalizers = object.metadata.finalizers!.filter((one) => one !== finalizer);
    await this.#patch(kind, object, { finalizers: finalizers.length > 0 ? finalizers : null });
  }

  async #setOwners({ kind, object }: Vertex, owners: readonly OwnerReference[]): Promise<void> {
    await this.#patch(kind, object, { ownerReferences: owners.length > 0 ? owners : null });
  }

  async #patch(kind: Kind, object: Obj, metadata: object): Promise<void> {
    const { uid, resourceVersion } = object.metadata;
    const patch = { metadata: { ...metadata, uid, resourceVersion } };
    await forgiving(this.#client.patch(kind, keyOf(object), patch, { type: "merge" }));
  }

  #learn(vertex: Vertex): void {
    const { uid, ownerReferences = [] } = vertex.object.metadata;
    this.#alive.set(uid!, vertex);
    for (const owner of ownerReferences) {
      let dependents = this.#dependents.get(owner.uid);
      if (!dependents) this.#dependents.set(owner.uid, (dependents = new Set()));
      dependents.add(uid!);
    }
  }

  #forget({ metadata: { uid, ownerReferences = [] } }: Obj): void {
    this.#alive.delete(uid!);
    for (const owner of ownerReferences) {
      const dependents = this.#dependents.get(owner.uid);
      dependents?.delete(uid!);
      if (dependents?.size === 0) this.#dependents.delete(owner.uid);
    }
  }
}

/** What is gone already needs nothing more. */
async function forgiving(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
