// Ingress objects → routing table. The compiler remembers what each Ingress contributed and
// what each host became, so that a changed Ingress recompiles its hosts only; its results are
// those of a compilation from nothing (a test holds that), whatever the order of the changes.
//
//   const compiler = new Compiler(spec, world);
//   compiler.set(ingress);
//   const { table, verdicts } = compiler.compiled();

import type { Ingress } from "../../api/kinds/ingress.ts";
import { keyOf } from "../../api/object.ts";
import type { Key } from "../../api/object.ts";
import { noHosts, noSuffixes, withHosts, withSuffixes } from "../hosts.ts";
import type { HostTable, RouteTable } from "../table.ts";
import { sameData } from "./equal.ts";
import { ownerOf } from "./profile.ts";
import type { Contribution, HostPart, Merged, Profile } from "./profile.ts";
import type { Verdict } from "./verdict.ts";
import { noting, stillSo } from "./world.ts";
import type { Reading, World } from "./world.ts";

export interface Compiled {
  readonly table: RouteTable;
  readonly verdicts: readonly Verdict[];
  /** Why the implementation could not load this table, if it could not. */
  readonly failure: string | undefined;
}

/** The table of these Ingresses, in any order: a pure function. */
export function compile(
  profile: Profile,
  ingresses: readonly Ingress[],
  world: World = { get: () => undefined },
): Compiled {
  const compiler = new Compiler(profile, world);
  for (const ingress of ingresses) compiler.set(ingress);
  return compiler.compiled();
}

interface Remembered {
  readonly ingress: Ingress;
  readonly contribution: Contribution;
  readonly readings: readonly Reading[];
}

export class Compiler {
  readonly #profile: Profile;
  readonly #world: World;
  readonly #ingresses = new Map<Key, Remembered>();
  /** Host → who contributes to it. */
  readonly #parts = new Map<string, Map<Key, HostPart>>();
  readonly #merged = new Map<string, Merged>();
  readonly #dirty = new Set<string>([""]);
  /** Further name → the hosts that want to be called so. */
  readonly #also = new Map<string, Set<string>>();
  readonly #failing = new Map<string, string>();
  #table: RouteTable;

  constructor(profile: Profile, world: World) {
    this.#profile = profile;
    this.#world = world;
    this.#table = {
      exact: noHosts,
      wildcard: noSuffixes,
      any: undefined,
      fallThrough: profile.fallThrough,
      ...(profile.inherits && { inherits: true }),
      ...(profile.conditional && { conditional: true }),
    };
  }

  /** Adds an Ingress or replaces it. Nothing happens when it is the very same object. */
  set(ingress: Ingress): void {
    const key = keyOf(ingress);
    const known = this.#ingresses.get(key);
    if (known && known.ingress === ingress && stillSo(this.#world, known.readings)) return;
    const readings: Reading[] = [];
    const contribution = this.#profile.contribute(ingress, noting(this.#world, readings));
    this.#replace(key, known?.contribution, contribution);
    this.#ingresses.set(key, { ingress, contribution, readings });
  }

  remove(key: Key): void {
    const known = this.#ingresses.get(key);
    if (!known) return;
    this.#replace(key, known.contribution, undefined);
    this.#ingresses.delete(key);
  }

  /** Asks every Ingress anew whose references have changed. */
  refresh(): void {
    for (const { ingress, readings } of [...this.#ingresses.values()]) {
      if (!stillSo(this.#world, readings)) this.set(ingress);
    }
  }

  /** Keeps exactly these Ingresses. */
  keep(ingresses: readonly Ingress[]): void {
    const wanted = new Set(ingresses.map(keyOf));
    for (const key of [...this.#ingresses.keys()]) if (!wanted.has(key)) this.remove(key);
    for (const ingress of ingresses) this.set(ingress);
  }

  /** The table now; the very same one when no host has changed. */
  compiled(): Compiled {
    this.#mergeDirty();
    const failure = this.#failing.values().next().value;
    return { table: this.#table, verdicts: this.#verdicts(), failure };
  }

  /** The table alone: what a change costs when nobody asks for the verdicts. */
  table(): RouteTable {
    this.#mergeDirty();
    return this.#table;
  }

  #replace(key: Key, old: Contribution | undefined, now: Contribution | undefined): void {
    for (const host of old?.hosts.keys() ?? []) {
      if (now?.hosts.has(host)) continue;
      const parts = this.#parts.get(host)!;
      parts.delete(key);
      if (parts.size === 0) this.#parts.delete(host);
      this.#dirty.add(host);
    }
    for (const [host, part] of now?.hosts ?? []) {
      let parts = this.#parts.get(host);
      if (!parts) this.#parts.set(host, (parts = new Map()));
      parts.set(key, part);
      this.#dirty.add(host);
    }
  }

  #mergeDirty(): void {
    if (this.#dirty.size === 0) return;
    const changed = new Set<string>();
    if (this.#profile.inherits) this.#spread();
    for (const host of this.#dirty) {
      const merged = this.#mergeHost(host);
      const known = this.#merged.get(host);
      if (merged === known) continue;
      if (merged) this.#merged.set(host, merged);
      else this.#merged.delete(host);
      if (merged?.failure !== undefined) this.#failing.set(host, merged.failure);
      else this.#failing.delete(host);
      changed.add(host);
      this.#rename(host, known, merged, changed);
    }
    this.#dirty.clear();
    if (changed.size > 0) this.#swap(changed);
  }

  /** Notes the further names that a host no longer has, or has now. */
  #rename(
    host: string,
    old: Merged | undefined,
    now: Merged | undefined,
    changed: Set<string>,
  ): void {
    for (const { name } of old?.also ?? []) {
      this.#also.get(name)?.delete(host);
      changed.add(name);
    }
    for (const { name } of now?.also ?? []) {
      const hosts = this.#also.get(name) ?? new Set();
      this.#also.set(name, hosts.add(host));
      changed.add(name);
    }
  }

  #swap(changed: ReadonlySet<string>): void {
    const exact = new Map<string, HostTable | undefined>();
    const wildcard = new Map<string, HostTable | undefined>();
    let { any } = this.#table;
    for (const name of changed) {
      const table = this.#tableOf(name);
      if (name === "") any = table;
      else if (name.startsWith("*.")) wildcard.set(name.slice(2), table);
      else exact.set(name, table);
    }
    this.#table = {
      ...this.#table,
      exact: withHosts(this.#table.exact, exact),
      wildcard: withSuffixes(this.#table.wildcard, wildcard),
      any,
    };
  }

  /** The table of a name: its own rules', or that of the first host that lends it its own. */
  #tableOf(name: string): HostTable | undefined {
    const own = this.#merged.get(name);
    if (own) return own.table;
    const [lender] = [...(this.#also.get(name) ?? [])].sort();
    const merged = lender === undefined ? undefined : this.#merged.get(lender);
    if (!merged) return undefined;
    return merged.also!.find((one) => one.name === name)!.table ?? merged.table;
  }

  /** Who inherits from a changed host has changed too. */
  #spread(): void {
    for (const host of this.#parts.keys()) {
      if (inheritedBy(host).some((from) => this.#dirty.has(from))) this.#dirty.add(host);
    }
  }

  #mergeHost(host: string): Merged | undefined {
    const parts = [...(this.#parts.get(host)?.values() ?? [])];
    if (parts.length === 0 && host !== "") return undefined;
    for (const from of this.#profile.inherits ? inheritedBy(host) : []) {
      parts.push(...(this.#parts.get(from)?.values() ?? []));
    }
    parts.sort((a, b) => this.#profile.older(a.owner, b.owner));
    const merged = this.#profile.merge(host, parts);
    const known = this.#merged.get(host);
    return merged && known && sameMerged(known, merged) ? known : merged;
  }

  /** In the order of the Ingresses' age, then of the hosts. */
  #verdicts(): Verdict[] {
    const known = [...this.#ingresses.values()].filter(
      (one) => one.contribution.verdicts.length > 0,
    );
    const aged = known.map((one) => ({ ...one.contribution, owner: ownerOf(one.ingress) }));
    aged.sort((a, b) => this.#profile.older(a.owner, b.owner));
    const hosts = [...this.#merged].filter(([, merged]) => merged.verdicts.length > 0);
    hosts.sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      ...aged.flatMap(({ verdicts }) => verdicts),
      ...hosts.flatMap(([, { verdicts }]) => verdicts),
    ];
  }
}

/** The less specific hosts whose rules may hold for a host too. */
function inheritedBy(host: string): string[] {
  if (host === "") return [];
  const dot = host.indexOf(".");
  return host.startsWith("*.") || dot < 0 ? [""] : [`*${host.slice(dot)}`, ""];
}

/** Whether nothing but the identity of the objects has changed: a status write, for one. */
function sameMerged(a: Merged, b: Merged): boolean {
  return (
    sameData(a.table.keys, b.table.keys) && // first: most changes show here, and it is quick
    sameData(a.table.routes, b.table.routes) &&
    sameData(a.table.shadowed, b.table.shadowed) &&
    sameData(a.table.server, b.table.server) &&
    sameData(a.verdicts, b.verdicts) &&
    sameData(a.also, b.also) &&
    a.failure === b.failure
  );
}
