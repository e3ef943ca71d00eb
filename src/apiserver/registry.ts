// The writing verbs: from what a client sent to what the store holds. Each gives a Draft, which
// `commit` stores unless somebody else wrote in between; so that whoever must think longer (a
// validating webhook) can do so between the two.
//
//   create: metadata → defaults → admission → strategy → addresses → validation
//   update: system fields kept → defaults → admission → strategy → validation
//
// Models apiserver pkg/registry/generic/registry/store.go.

import type { FieldError } from "../api/errors.ts";
import { invalid } from "../api/invalid.ts";
import { sameJson } from "../api/json.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type * as Owners from "./fields/owners.ts";
import { keyOf, splitKey } from "../api/object.ts";
import type { Key, ManagedFieldsEntry, Obj } from "../api/object.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { AdmissionStep, Attempt, Operation } from "./admission.ts";
import { afterDeletion, mayGo } from "./deletion.ts";
import type { Deletion } from "./deletion.ts";
import { deepFreeze } from "./freeze.ts";
import { Ledgers } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import { checkFinalizers, keptMetadata, newMetadata, withGeneration } from "./metadata.ts";
import { alreadyExists, conflict, modified, notFound } from "./refusals.ts";
import { ServiceAddresses } from "./addresses.ts";
import { partOf } from "./subresources.ts";
import type { Store } from "./store.ts";
import { strategyOf } from "./strategy.ts";
import type { Loose, Strategy } from "./strategy.ts";

/** A write that was thought through but not made. */
export interface Draft<T extends Obj = Obj> {
  readonly operation: Operation;
  readonly kind: Kind<T>;
  readonly key: Key;
  readonly old: T | undefined;
  /** What will be stored. `old` itself: nothing changes. Undefined: the object goes. */
  readonly object: T | undefined;
  /** Who manages which of its fields afterwards. */
  readonly ledger: Ledger | undefined;
}

/** Who writes. */
export interface By {
  readonly user: string;
  /** Whose fields these are from now on; "unknown" when empty. */
  readonly manager?: string;
  /** What managedFields call the subresource, where it is none of ours: "scale". */
  readonly through?: string;
  /** What the writer says who managed the object until now. */
  readonly managed?: readonly ManagedFieldsEntry[] | undefined;
}

/** Parts of an object that have writers of their own. */
export type Subresource = "status" | "finalize" | "binding";

export class Registry {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #steps: readonly AdmissionStep[];
  readonly #addresses: ServiceAddresses;
  readonly ledgers: Ledgers;
  readonly #strategies = new Map<Kind, Strategy>();

  constructor(o: {
    store: Store;
    clock: Clock;
    random: Random;
    admission: readonly AdmissionStep[];
  }) {
    this.#store = o.store;
    this.#clock = o.clock;
    this.#random = o.random;
    this.#steps = o.admission;
    this.ledgers = new Ledgers(async () => {
      const { managersOf, printEntries } = await loadOwners(o.clock);
      return (...ledger) => printEntries(managersOf(...ledger));
    });
    this.#addresses = new ServiceAddresses(o.random.fork("addresses"));
  }

  /** Refuses what may not be created; see the file's head for the order of things. */
  create<T extends Obj>(kind: Kind<T>, given: T, by: By): Draft<T> {
    const strategy = this.#strategy(kind);
    const metadata = newMetadata(kind, given as Loose, {
      clock: this.#clock,
      random: this.#random,
      taken: (name) => this.#has(kind, { ...given.metadata, name }),
      counted: strategy.counts !== undefined,
    });
    const sent: Loose = { ...kind.defaulted(named(kind, { ...given, metadata })) };
    let object = this.#admitted("CREATE", kind, sent, undefined, by);
    object = strategy.create(object);
    object = kind.defaulted(this.#addresses.allocated(kind, object) as T);
    this.#check(kind, object as T, kind.validate(object as T));
    const ledger = this.#noted(kind, by, undefined, {
      before: undefined,
      given: object === sent ? undefined : sent,
    });
    const key = keyOf(object);
    return { operation: "CREATE", kind, key, old: undefined, object: object as T, ledger };
  }

  /** Conflict when the object names a resourceVersion or uid that is not the stored one's. */
  update<T extends Obj>(kind: Kind<T>, given: T, by: By, subresource?: Subresource): Draft<T> {
    const key = keyOf(kind.namespaced ? given : { metadata: { name: given.metadata.name } });
    const old = this.#old(kind, key);
    const { resourceVersion, uid } = given.metadata;
    if (uid && uid !== old.metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
      throw conflict(kind, old.metadata.name, why);
    }
    if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) {
      throw modified(kind, old.metadata.name);
    }
    const object = subresource
      ? partOf(given as Loose, old as Loose, subresource, this.#clock.now())
      : this.#replaced(kind, given, old, by);
    if (subresource === "status") {
      this.#check(kind, object as T, kind.validateStatus(object as T, old));
    }
    const ledger =
      subresource === "binding"
        ? this.ledgers.of(old)
        : this.#noted(kind, by, subresource, { before: old, known: by.managed });
    const next = settled(kind, object as T, old);
    const reset = next === old && by.managed !== undefined;
    return { operation: "UPDATE", kind, key, old, object: reset ? { ...old } : next, ledger };
  }

  remove<T extends Obj>(kind: Kind<T>, key: Key, options: Deletion, by: By): Draft<T> {
    const old = this.#old(kind, key);
    this.#admitted("DELETE", kind, old as Loose, old, by);
    const o = { strategy: this.#strategy(kind), nowMs: this.#clock.now() };
    const object = afterDeletion(kind, old, options, o);
    return { operation: "DELETE", kind, key, old, object, ledger: this.ledgers.of(old) };
  }

  /** Makes the write, and returns what is stored now, or the last state of what is gone. */
  commit<T extends Obj>({ kind, key, old, object, ledger }: Draft<T>, dryRun = false): T {
    if (this.#store.get(kind, key) !== old) {
      const { name } = splitKey(key);
      throw old === undefined ? alreadyExists(kind, name) : modified(kind, name);
    }
    if (object === old) return old!;
    const stored = dryRun
      ? deepFreeze((object ?? old)!)
      : object
        ? this.#store.put(kind, object)
        : this.#store.delete(kind, key);
    if (ledger !== undefined) this.ledgers.set(stored, ledger);
    if (dryRun) return stored;
    this.#addresses.note(kind, old, object && stored);
    return stored;
  }

  #replaced<T extends Obj>(kind: Kind<T>, given: T, old: T, by: By): Loose {
    const strategy = this.#strategy(kind);
    const metadata = keptMetadata(given.metadata, old.metadata);
    let object: Loose = strategy.update(named(kind, { ...given, metadata }), old as Loose);
    object = kind.defaulted(this.#addresses.kept(kind, object, old) as T);
    object = this.#admitted("UPDATE", kind, object, old, by);
    object = this.#addresses.allocated(kind, object, old);
    const errors = checkFinalizers(metadata, old.metadata);
    this.#check(kind, object as T, [...errors, ...kind.validate(object as T, old)]);
    return withGeneration(strategy, object, old as Loose);
  }

  #noted(
    kind: Kind,
    { manager = "", through }: By,
    subresource: Subresource | undefined,
    write: Parameters<Ledgers["written"]>[2],
  ): Ledger {
    const atMs = this.#clock.now();
    const part = through ?? subresource ?? "";
    return this.ledgers.written(kind, { manager, subresource: part, atMs }, write);
  }

  #old<T extends Obj>(kind: Kind<T>, key: Key): T {
    const old = this.#store.get(kind, key);
    if (old === undefined) throw notFound(kind, splitKey(key).name);
    return old;
  }

  #has(kind: Kind, metadata: { namespace?: string; name: string }): boolean {
    return this.#store.get(kind, keyOf({ metadata })) !== undefined;
  }

  #check<T extends Obj>(kind: Kind<T>, object: T, errors: readonly FieldError[]): void {
    if (errors.length > 0) throw invalid(kind, object.metadata.name, errors);
  }

  #admitted(operation: Operation, kind: Kind, given: Loose, old: Obj | undefined, by: By): Loose {
    let object: Obj = given;
    for (const step of this.#steps) {
      if (!step.operations.includes(operation)) continue;
      const attempt: Attempt = { operation, kind, object, old, user: by.user };
      object = step.admit(attempt, this.#store);
    }
    return object;
  }

  #strategy(kind: Kind): Strategy {
    let strategy = this.#strategies.get(kind);
    if (strategy === undefined) this.#strategies.set(kind, (strategy = strategyOf(kind)));
    return strategy;
  }
}

/** What works managedFields out: few ask, so it is loaded when the first does. */
export function loadOwners(clock: Clock): Promise<typeof Owners> {
  return clock.during(import("./fields/owners.ts"));
}

/** apiVersion and kind are the resource's, whatever the client left out. */
function named<T extends Obj>(kind: Kind<T>, object: T): T & Loose {
  return { ...object, apiVersion: kind.apiVersion, kind: kind.kind };
}

/** Nothing when nothing changed, and the object goes when its last finalizer is off. */
function settled<T extends Obj>(kind: Kind<T>, object: T, old: T): T | undefined {
  if (mayGo(kind, object)) return undefined;
  return sameJson(object, old) ? old : object;
}
