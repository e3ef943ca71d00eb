// What is remembered of an object's writers, so that metadata.managedFields can be worked out
// when somebody asks. Nearly nobody does, and working it out costs more than the write itself:
// so a write only notes who made it, when, and what stood there before. Writes by one manager
// in a row are one note, and old notes are folded once there are many.

import type { Kind } from "../api/kinds/kind.ts";
import type { ManagedFieldsEntry, Obj } from "../api/object.ts";

export type Ledger = Known | Written;

interface Known {
  readonly entries: readonly ManagedFieldsEntry[];
}

interface Written {
  /** What was known of `before`. */
  readonly base: Ledger | undefined;
  /** Undefined for a creation. */
  readonly before: Obj | undefined;
  /** What a creator sent, where admission added to it. */
  readonly given: Obj | undefined;
  readonly manager: string;
  /** "" for the main resource. */
  readonly subresource: string;
  readonly atMs: number;
  /** How many notes there are, this one included. */
  readonly length: number;
}

interface Write {
  readonly before: Obj | undefined;
  readonly given?: Obj | undefined;
  /** What the writer says who managed `before`, in place of what is remembered. */
  readonly known?: readonly ManagedFieldsEntry[] | undefined;
}

/** Works notes out: the part that is loaded when it is first needed. */
type Fold = (kind: Kind, ledger: Ledger, object: Obj) => readonly ManagedFieldsEntry[];

/** More notes than these are folded with the next write, as soon as that is possible. */
const notesMax = 12;

export class Ledgers {
  readonly #byObject = new WeakMap<Obj, Ledger>();
  readonly #load: () => Promise<Fold>;
  #fold: Fold | "loading" | undefined;

  constructor(load: () => Promise<Fold>) {
    this.#load = load;
  }

  of(object: Obj): Ledger | undefined {
    return this.#byObject.get(object);
  }

  set(object: Obj, ledger: Ledger): void {
    this.#byObject.set(object, ledger);
  }

  /** The ledger after a write that turns `before` into something else. */
  written(
    kind: Kind,
    by: { manager: string; subresource: string; atMs: number },
    { before, given, known }: Write,
  ): Ledger {
    let base = known ? { entries: known } : before && this.#byObject.get(before);
    if (base && !("entries" in base)) {
      const again = base.manager === by.manager && base.subresource === by.subresource;
      if (again && base.given === undefined) return { ...base, atMs: by.atMs };
      if (base.length >= notesMax) base = this.#folded(kind, base, before!);
    }
    const length = base && "length" in base ? base.length + 1 : 1;
    return { base, before, given, ...by, length };
  }

  #folded(kind: Kind, ledger: Ledger, object: Obj): Ledger {
    if (typeof this.#fold === "function") return { entries: this.#fold(kind, ledger, object) };
    if (this.#fold === undefined) {
      this.#fold = "loading";
      void this.#load().then((fold) => (this.#fold = fold));
    }
    return ledger;
  }
}

/** What a client says of managedFields: undefined when it says nothing that counts. */
export function givenEntries(managedFields: unknown): readonly ManagedFieldsEntry[] | undefined {
  if (!Array.isArray(managedFields)) return undefined;
  const entries = managedFields as ManagedFieldsEntry[];
  const reset = entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0;
  if (reset) return [];
  const valid = entries.every(
    ({ operation, apiVersion, fieldsType }) =>
      (operation === "Apply" || operation === "Update") && apiVersion && fieldsType === "FieldsV1",
  );
  return valid ? entries : undefined;
}
