// Finds the winner among many literal paths of one host in one walk over the request's path,
// without making a single string.
//
// Every path of a rule is a key of one open-addressing table, hashed by a polynomial whose steps
// can be undone (its factor is odd, so it has an inverse modulo 2³²). The walk hashes the whole
// path forwards once, looks it up, then takes character after character off again, looking up
// where a key may end: the longest key comes first, as precedence wants it.

import { anyKind, exactKind, patternKind, startKind } from "./table.ts";
import type { Clauses } from "./table.ts";

/** Positions in the host's routes, by key. */
export interface PathIndex {
  /**
   * Two numbers a slot, side by side in memory: the key's hash, then `place`; 0 stands for an
   * empty slot. Routes with the same key follow each other in the order of consideration. The
   * number of slots is a power of two.
   */
  readonly slots: Int32Array;
  /** Bit n is set when some Start key's length is n modulo 32: such a key may end anywhere. */
  readonly starts: number;
  /** The longest key's length: what follows in a path needs no look. */
  readonly longest: number;
  /** The first Any route, or -1. */
  readonly rest: number;
}

/** Hosts with fewer routes than this are scanned: comparing is faster than hashing. */
const indexFrom = 25;

const factor = 0x01000193;
/** factor × inverse = 1 modulo 2³². */
const inverse = 0x359c449b;

/**
 * The index of a host's routes, or undefined when the order of consideration is not "longest
 * path first", or when regular expressions take part: then only a scan gives the first route.
 */
export function pathIndex(clauses: Clauses): PathIndex | undefined {
  const { heads, keys } = clauses;
  if (heads.length < indexFrom || !inOrder(clauses)) return undefined;
  let capacity = 4;
  while (capacity < keys.length * 2) capacity *= 2;
  const slots = new Int32Array(capacity * 2);
  let starts = 0;
  let longest = 0;
  let rest = -1;
  for (let i = 0; i < keys.length; i++) {
    const kind = heads[i]! & 7;
    if (kind === anyKind) {
      rest = i;
      break; // inOrder: nothing but further default backends follows
    }
    const key = keys[i]!;
    put(slots, hashOf(key), place(i, kind));
    if (kind === startKind) starts |= 1 << (key.length & 31);
    if (key.length > longest) longest = key.length;
  }
  return { slots, starts, longest, rest };
}

/** A route's position plus 1, and its kind in the three lowest bits. */
function place(position: number, kind: number): number {
  return ((position + 1) << 3) | kind;
}

function put(slots: Int32Array, hash: number, placed: number): void {
  const mask = slots.length - 2;
  let at = slotOf(hash) & mask;
  while (slots[at + 1] !== 0) at = (at + 2) & mask;
  slots[at] = hash;
  slots[at + 1] = placed;
}

/** The position of the route that wins for `path`, or -1. Allocates nothing. */
export function findPath(index: PathIndex, keys: readonly string[], path: string): number {
  const { starts, longest } = index;
  const length = path.length;
  let end = length < longest ? length : longest;
  let hash = 0;
  for (let i = 0; i < end; i++) hash = (Math.imul(hash, factor) + path.charCodeAt(i)) | 0;
  let next = end === length ? slash : path.charCodeAt(end);
  for (;;) {
    // Exact and Prefix keys end with the path or before a slash; Start keys anywhere.
    if (next === slash || ((starts >>> (end & 31)) & 1) === 1) {
      const at = lookUp(index.slots, keys, hash, path, end, next === slash);
      if (at >= 0) return at;
    }
    if (end === 0) return index.rest;
    end--;
    next = path.charCodeAt(end);
    hash = Math.imul(hash - next, inverse); // the hash of the path without that character
  }
}

const slash = 47;

/** The first route whose key is path[0, end), among the kinds that may hold there, or -1. */
function lookUp(
  slots: Int32Array,
  keys: readonly string[],
  hash: number,
  path: string,
  end: number,
  boundary: boolean,
): number {
  const mask = slots.length - 2;
  for (let at = slotOf(hash) & mask; ; at = (at + 2) & mask) {
    const placed = slots[at + 1]!;
    if (placed === 0) return -1;
    if (slots[at] !== hash) continue;
    const position = (placed >> 3) - 1;
    if (end === path.length) {
      if (keys[position] === path) return position;
      continue;
    }
    const kind = placed & 7;
    if (kind === exactKind || (!boundary && kind !== startKind)) continue;
    const key = keys[position]!;
    if (key.length === end && path.startsWith(key)) return position;
  }
}

/** Even, to be masked. */
function slotOf(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) << 1;
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
function inOrder({ heads, keys }: Clauses): boolean {
  let shortest = Infinity;
  let rest = false;
  for (let i = 0; i < heads.length; i++) {
    const kind = heads[i]! & 7;
    if (kind === patternKind) return false;
    if (kind === anyKind) rest = true;
    else if (rest || keys[i]!.length > shortest) return false;
    else if (kind !== exactKind) shortest = keys[i]!.length;
  }
  return true;
}
