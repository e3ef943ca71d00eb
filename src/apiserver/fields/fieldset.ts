// A set of fields of an object, as metav1.FieldsV1 writes it:
//
//   {"f:metadata": {"f:labels": {".": {}, "f:app": {}}}, "f:spec": {"f:replicas": {}}}
//
// "f:NAME" is an entry of a map, "k:{…}" an item of a list told by its keys, "v:…" one told by
// its value; "." is the field itself, where it has children too. Sets are values: no operation
// changes one. Models sigs.k8s.io/structured-merge-diff/v6/fieldpath.

import { goJson } from "../../api/invalid.ts";
import { isObject } from "../../api/json.ts";

/** From the root of the object, elements as FieldsV1 writes them. */
export type Path = readonly string[];

export type FieldsV1 = { readonly [element: string]: FieldsV1 };

export class FieldSet {
  static readonly empty = new FieldSet(false, new Map());
  /** Whether the field itself is in the set, apart from what is below it. */
  readonly self: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;

  constructor(self: boolean, children: ReadonlyMap<string, FieldSet>) {
    this.self = self;
    this.children = children;
  }

  static of(paths: Iterable<Path>): FieldSet {
    let set = FieldSet.empty;
    for (const path of paths) set = set.with(path);
    return set;
  }

  /** Reads a stored set; what is not understood is left out. */
  static fromJson(value: unknown): FieldSet {
    const children = new Map<string, FieldSet>();
    for (const [element, below] of Object.entries(isObject(value) ? value : {})) {
      if (element === ".") continue;
      const child = FieldSet.fromJson(below);
      const self = child.isEmpty || (isObject(below) && "." in below);
      children.set(element, new FieldSet(self, child.children));
    }
    return new FieldSet(false, children);
  }

  get isEmpty(): boolean {
    return !this.self && this.children.size === 0;
  }

  toJson(): FieldsV1 {
    const sorted = [...this.children].sort(([a], [b]) => (a < b ? -1 : 1));
    const below = sorted.map(([element, child]) => [
      element,
      child.self && child.children.size > 0 ? { ".": {}, ...child.toJson() } : child.toJson(),
    ]);
    return Object.fromEntries(below) as FieldsV1;
  }

  has([element, ...rest]: Path): boolean {
    if (element === undefined) return this.self;
    return this.children.get(element)?.has(rest) ?? false;
  }

  with([element, ...rest]: Path): FieldSet {
    if (element === undefined) return new FieldSet(true, this.children);
    const child = (this.children.get(element) ?? FieldSet.empty).with(rest);
    return new FieldSet(this.self, new Map(this.children).set(element, child));
  }

  union(other: FieldSet): FieldSet {
    const children = new Map(this.children);
    for (const [element, child] of other.children) {
      children.set(element, children.get(element)?.union(child) ?? child);
    }
    return new FieldSet(this.self || other.self, children);
  }

  /** Without the very fields of `other`; what is below one of them stays. */
  minus(other: FieldSet): FieldSet {
    const children = new Map<string, FieldSet>();
    for (const [element, child] of this.children) {
      const gone = other.children.get(element);
      const kept = gone === undefined ? child : child.minus(gone);
      if (!kept.isEmpty) children.set(element, kept);
    }
    return new FieldSet(this.self && !other.self, children);
  }

  /** Without what is at and below an element of the root. */
  without(element: string): FieldSet {
    const children = new Map(this.children);
    children.delete(element);
    return new FieldSet(this.self, children);
  }

  intersection(other: FieldSet): FieldSet {
    const children = new Map<string, FieldSet>();
    for (const [element, child] of this.children) {
      const shared = other.children.get(element)?.intersection(child);
      if (shared && !shared.isEmpty) children.set(element, shared);
    }
    return new FieldSet(this.self && other.self, children);
  }

  /** In the order of FieldsV1; a field before what is below it. */
  *paths(above: Path = []): Iterable<Path> {
    if (this.self) yield above;
    const sorted = [...this.children].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [element, child] of sorted) yield* child.paths([...above, element]);
  }
}

export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** @param value of the keys that are there, in the keys' order */
export function keyElement(value: Readonly<Record<string, unknown>>): string {
  return `k:${goJson(value)}`;
}

export function valueElement(value: unknown): string {
  return `v:${goJson(value)}`;
}

/** As Go prints it: `.spec.template.spec.containers[name="web"].image`. */
export function printPath(path: Path): string {
  return path.map(printElement).join("");
}

function printElement(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith("f:")) return `.${rest}`;
  if (element.startsWith("v:")) return `[=${rest}]`;
  const keys = JSON.parse(rest) as Record<string, unknown>;
  return `[${Object.entries(keys).map(([name, value]) => `${name}=${JSON.stringify(value)}`)}]`;
}
