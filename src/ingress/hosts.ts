// Hosts by name, persistent: a changed host copies one small bucket and shares all the others
// with the table before, so that one rule among 100,000 is swapped in microseconds.

import type { HostTable } from "./table.ts";

/** Buckets of hosts. Their number is a power of two and a function of the hosts' number alone. */
export interface HostMap {
  readonly buckets: readonly ReadonlyMap<string, HostTable>[];
  readonly size: number;
}

/** Hosts a bucket is meant to hold. */
const bucketSize = 32;
const bucketsMax = 4096;

export const noHosts: HostMap = { buckets: [new Map()], size: 0 };

function hostMap(tables: Iterable<readonly [string, HostTable]>): HostMap {
  const all = [...tables];
  const buckets = Array.from({ length: bucketsFor(all.length) }, () => new Map());
  for (const [name, table] of all) buckets[bucketOf(name, buckets.length)]!.set(name, table);
  return { buckets, size: all.length };
}

export function hostOf(map: HostMap, name: string): HostTable | undefined {
  const { buckets } = map;
  return buckets[bucketOf(name, buckets.length)]!.get(name);
}

/** The hosts in the order of their names. */
export function hostNames(map: HostMap): string[] {
  return map.buckets.flatMap((bucket) => [...bucket.keys()]).sort();
}

/** `map` with these hosts set, or removed where undefined. */
export function withHosts(
  map: HostMap,
  changes: ReadonlyMap<string, HostTable | undefined>,
): HostMap {
  if (changes.size === 0) return map;
  const buckets = [...map.buckets];
  const copied = new Set<number>();
  let size = map.size;
  for (const [name, table] of changes) {
    const at = bucketOf(name, buckets.length);
    if (!copied.has(at)) buckets[at] = new Map(buckets[at]);
    copied.add(at);
    const bucket = buckets[at] as Map<string, HostTable>;
    size += (table ? 1 : 0) - (bucket.has(name) ? 1 : 0);
    if (table) bucket.set(name, table);
    else bucket.delete(name);
  }
  if (bucketsFor(size) === buckets.length) return { buckets, size };
  return hostMap(buckets.flatMap((bucket) => [...bucket]));
}

function bucketsFor(hosts: number): number {
  let count = 1;
  while (count * bucketSize < hosts && count < bucketsMax) count *= 2;
  return count;
}

/** Spread by the length and four characters: names differ in their first label mostly. */
function bucketOf(name: string, count: number): number {
  if (count === 1) return 0;
  const length = name.length;
  let h = length;
  h = Math.imul(h, 31) + name.charCodeAt(0);
  h = Math.imul(h, 31) + name.charCodeAt(length >> 2);
  h = Math.imul(h, 31) + name.charCodeAt((length * 3) >> 3);
  h = Math.imul(h, 31) + name.charCodeAt(length >> 1);
  h = Math.imul(h, 0x9e3779b1);
  return (h >>> 16) & (count - 1);
}

/** Wildcard hosts by what follows their star, found in a host without cutting it. */
export interface SuffixMap {
  readonly size: number;
  /** In the order of the names. */
  readonly names: readonly string[];
  readonly tables: readonly HostTable[];
  /** Slot → position in `names` + 1; 0 is empty. Its length is a power of two. */
  readonly slots: Int32Array;
  readonly hashes: Int32Array;
}

export const noSuffixes: SuffixMap = suffixMap(new Map());

function suffixMap(byName: ReadonlyMap<string, HostTable>): SuffixMap {
  const names = [...byName.keys()].sort();
  let capacity = 4;
  while (capacity < names.length * 2) capacity *= 2;
  const slots = new Int32Array(capacity);
  const hashes = new Int32Array(names.length);
  names.forEach((name, i) => {
    hashes[i] = hashFrom(name, 0);
    let slot = hashes[i]! & (capacity - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (capacity - 1);
    slots[slot] = i + 1;
  });
  return { size: names.length, names, tables: names.map((n) => byName.get(n)!), slots, hashes };
}

export function withSuffixes(
  map: SuffixMap,
  changes: ReadonlyMap<string, HostTable | undefined>,
): SuffixMap {
  if (changes.size === 0) return map;
  const byName = new Map(map.names.map((name, i) => [name, map.tables[i]!]));
  for (const [name, table] of changes) {
    if (table) byName.set(name, table);
    else byName.delete(name);
  }
  return suffixMap(byName);
}

/** The table of the name that `host` ends with from character `at` on. Allocates nothing. */
export function suffixOf(map: SuffixMap, host: string, at: number): HostTable | undefined {
  const { slots, hashes, names } = map;
  const hash = hashFrom(host, at);
  let slot = hash & (slots.length - 1);
  for (;;) {
    const i = slots[slot]! - 1;
    if (i < 0) return undefined;
    if (hashes[i] === hash) {
      const name = names[i]!;
      if (name.length === host.length - at && host.endsWith(name)) return map.tables[i];
    }
    slot = (slot + 1) & (slots.length - 1);
  }
}

function hashFrom(text: string, at: number): number {
  let h = 0;
  for (let i = at; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h ^ (h >>> 15);
}
