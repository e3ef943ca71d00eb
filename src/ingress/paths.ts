// Finds the winner among many literal paths of one host in one walk over the request's path,
// without making a single string.
//
// Every path of a rule is a key of one open-addressing table, hashed by a polynomial whose steps
// can be undone (its factor is odd, so it has an inverse modulo 2³²). The walk hashes the whole
// path forwards once, looks it up, then takes character after character off again, looking up
// at those lengths that some key has: the longest key comes first, as precedence wants it.

import { anyKind, exactKind, patternKind, prefixKind, startKind } from "./table.ts";
import type { Scan } from "./table.ts";

/** Positions in the host's routes, by key. -1 stands for none. */
export interface PathIndex {
  /** Slot → key number + 1; 0 is empty. Its length is a power of two. */
  readonly slots: Int32Array;
  readonly hashes: Int32Array;
  readonly keys: readonly string[];
  /** Key number → the first route of that kind. */
  readonly exact: Int32Array;
  readonly prefix: Int32Array;
  readonly start: Int32Array;
  /** Bit n is set when some key's length is n modulo 32. */
  readonly lengths: number;
  /** Whether a key may end anywhere, not only before a slash. */
  readonly anywhere: boolean;
  /** The first Any route. */
  readonly rest: number;
}

/** Hosts with fewer routes than this are scanned: comparing is faster than hashing. */
export const indexFrom = 17;

const factor = 0x01000193;
/** factor × inverse = 1 modulo 2³². */
const inverse = 0x359c449b;

/**
 * The index of a host's routes, or undefined when the order of consideration is not "longest
 * path first", or when regular expressions take part: then only a scan gives the first route.
 */
export function pathIndex(scan: Scan): PathIndex | undefined {
  const { kinds, keys } = scan;
  if (kinds.length < indexFrom || !inOrder(scan)) return undefined;
  const numbers = new Map<string, number>();
  for (let i = 0; i < keys.length; i++) {
    if (kinds[i] !== anyKind && !numbers.has(keys[i]!)) numbers.set(keys[i]!, numbers.size);
  }
  const count = numbers.size;
  let capacity = 4;
  while (capacity < count * 2) capacity *= 2;
  const index = {
    slots: new Int32Array(capacity),
    hashes: new Int32Array(count),
    keys: [...numbers.keys()],
    exact: new Int32Array(count).fill(-1),
    prefix: new Int32Array(count).fill(-1),
    start: new Int32Array(count).fill(-1),
    lengths: 0,
    anywhere: false,
    rest: -1,
  };
  for (const [key, number] of numbers) {
    const hash = hashOf(key);
    index.hashes[number] = hash;
    let slot = slotOf(hash, capacity);
    while (index.slots[slot] !== 0) slot = (slot + 1) & (capacity - 1);
    index.slots[slot] = number + 1;
  }
  for (let i = 0; i < keys.length; i++) {
    const kind = kinds[i]!;
    if (kind === anyKind) {
      if (index.rest < 0) index.rest = i;
      continue;
    }
    const key = keys[i]!;
    const of = kind === exactKind ? index.exact : kind === prefixKind ? index.prefix : index.start;
    const number = numbers.get(key)!;
    if (of[number] === -1) of[number] = i;
    if (kind !== exactKind) index.lengths |= 1 << (key.length & 31);
    if (kind === startKind) index.anywhere = true;
  }
  return index;
}

/** The position of the route that wins for `path`, or -1. Allocates nothing. */
export function findPath(index: PathIndex, path: string): number {
  const { lengths, anywhere } = index;
  let hash = 0;
  const length = path.length;
  for (let i = 0; i < length; i++) hash = (Math.imul(hash, factor) + path.charCodeAt(i)) | 0;
  let at = lookUp(index, hash, path, length, true, true);
  let next = length;
  while (at < 0 && next > 0) {
    // The hash of path[0, next) once path[next] is taken off.
    next--;
    const code = path.charCodeAt(next);
    hash = Math.imul(hash - code, inverse);
    if ((lengths >>> (next & 31)) & 1 && (code === 47 || anywhere)) {
      at = lookUp(index, hash, path, next, false, code === 47);
    }
  }
  return at >= 0 ? at : index.rest;
}

/** The first route whose key is path[0, length), among the kinds that may hold there. */
function lookUp(
  index: PathIndex,
  hash: number,
  path: string,
  length: number,
  whole: boolean,
  element: boolean,
): number {
  const { slots, hashes, keys } = index;
  const mask = slots.length - 1;
  let slot = slotOf(hash, slots.length);
  for (;;) {
    const number = slots[slot]! - 1;
    if (number < 0) return -1;
    if (hashes[number] === hash) {
      const key = keys[number]!;
      if (key.length === length && path.startsWith(key)) {
        const exact = whole ? index.exact[number]! : -1;
        const prefix = element ? index.prefix[number]! : -1;
        return first(exact, first(prefix, index.start[number]!));
      }
    }
    slot = (slot + 1) & mask;
  }
}

function first(a: number, b: number): number {
  return a < 0 ? b : b < 0 || a < b ? a : b;
}

function slotOf(hash: number, capacity: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) & (capacity - 1);
}

function hashOf(key: string): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, factor) + key.charCodeAt(i)) | 0;
  return hash;
}

/**
 * Whether the first holding route is always the one with the longest key, so that walking the
 * path from its end finds it: keys of Prefix and Start never get longer down the order, Exact
 * comes before everything of its own length or shorter, Any comes last.
 */
function inOrder({ kinds, keys }: Scan): boolean {
  let shortest = Infinity;
  let rest = false;
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i]!;
    if (kind === patternKind) return false;
    if (kind === anyKind) rest = true;
    else if (rest) return false;
    else if (kind === exactKind) {
      if (keys[i]!.length > shortest) return false;
    } else if (keys[i]!.length > shortest) return false;
    else shortest = keys[i]!.length;
  }
  return true;
}
