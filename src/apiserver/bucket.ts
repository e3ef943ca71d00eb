// The objects of one kind in one namespace, listed by name. Sorting is put off until somebody
// lists, and then costs little: the names were sorted before, and only the new ones are not.

import type { Obj } from "../api/object.ts";

export class Bucket {
  readonly #objects = new Map<string, Obj>();
  /** Sorted up to the last list; new names stand at the end, deleted ones may linger. */
  #names: string[] = [];
  #sorted = true;
  #list: readonly Obj[] | undefined;

  add(object: Obj): void {
    const name = object.metadata.name;
    this.#objects.set(name, object);
    const last = this.#names.at(-1);
    if (last !== undefined && last >= name) this.#sorted = false;
    this.#names.push(name);
    this.#list = undefined;
  }

  replace(object: Obj): void {
    this.#objects.set(object.metadata.name, object);
    this.#list = undefined;
  }

  delete(object: Obj): void {
    this.#objects.delete(object.metadata.name);
    this.#sorted = false;
    this.#list = undefined;
  }

  /** Frozen; the same array until a write. */
  list(): readonly Obj[] {
    this.#list ??= this.#build();
    return this.#list;
  }

  #build(): readonly Obj[] {
    if (!this.#sorted) {
      this.#names = [...new Set(this.#names)].filter((name) => this.#objects.has(name)).sort();
      this.#sorted = true;
    }
    return Object.freeze(this.#names.map((name) => this.#objects.get(name)!));
  }
}
