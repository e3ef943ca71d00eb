// Finds the winner among many literal paths of one host in one walk over the request's path,
// without making a single string.
//
// Every path of a rule is a key of one open-addressing table, hashed by a polynomial whose steps
// can be undone (its factor is odd, so it has an inverse modulo 2³²). The walk hashes the whole
// path forwards once, looks it up, then takes character after character off again, looking up
// at those lengths that some key has: the longest key comes first, as precedence wants it.

import { anyKind, exactKind, patternKind, prefixKind, startKind } from "./table.ts";
import type { Scan } from "./table.ts";

/** Positions in the host's routes, by key. */
export interface PathIndex {
  /**
   * Four numbers a slot, side by side in memory: the key's hash, then the first Exact, Prefix
   * and Start route with that key, plus 1; 0 stands for none. The last three
   * are 0 in an empty slot. The number of slots is a power of two.
   */
  readonly slots: Int32Array;
  /** The key of each slot. */
  readonly keys: readonly string[];
  /** Bit n is set when some key's length is n modulo 32. */
  readonly lengths: number;
  /** The longest key's length: what follows in a path needs no look. */
  readonly longest: number;
  /** Whether a key may end anywhere, not only before a slash. */
  readonly anywhere: boolean;
  /** The first Any route, or -1. */
  readonly rest: number;
}

/** Hosts with fewer routes than this are scanned: comparing is faster than hashing. */
const indexFrom = 17;

const factor = 0x01000193;
/** factor × inverse = 1 modulo 2³². */
const inverse = 0x359c449b;

/**
 * The index of a host's routes, or undefined when the order of consideration is not "longest
 * path first", or when regular expressions take part: then only a scan gives the first route.
 */
export function pathIndex(scan: Scan): PathIndex | undefined {
  const { heads, keys } = scan;
  if (heads.length < indexFrom || !inOrder(scan)) return undefined;
  let capacity = 4;
  while (capacity < keys.length * 2) capacity *= 2;
  const slots = new Int32Array(capacity * 4);
  const slotKeys = new Array<string>(capacity).fill("");
  let lengths = 0;
  let longest = 0;
  let anywhere = false;
  let rest = -1;
  for (let i = 0; i < keys.length; i++) {
    const kind = kindAt(heads, i);
    if (kind === anyKind) {
      rest = i;
      break; // inOrder: nothing but further default backends follows
    }
    const key = keys[i]!;
    const slot = claim(slots, slotKeys, key);
    const field = 4 * slot + 1 + (kind === exactKind ? 0 : kind === prefixKind ? 1 : 2);
    if (slots[field] === 0) slots[field] = i + 1;
    lengths |= 1 << (key.length & 31);
    longest = Math.max(longest, key.length);
    if (kind === startKind) anywhere = true;
  }
  return { slots, keys: slotKeys, lengths, longest, anywhere, rest };
}

/** The slot of `key`, taken for it when it has none yet. */
function claim(slots: Int32Array, keys: string[], key: string): number {
  const hash = hashOf(key);
  const mask = keys.length - 1;
  let slot = slotOf(hash, keys.length);
  while (isTaken(slots, slot) && keys[slot] !== key) slot = (slot + 1) & mask;
  slots[4 * slot] = hash;
  keys[slot] = key;
  return slot;
}

function isTaken(slots: Int32Array, slot: number): boolean {
  return (slots[4 * slot + 1]! | slots[4 * slot + 2]! | slots[4 * slot + 3]!) !== 0;
}

/** The position of the route that wins for `path`, or -1. Allocates nothing. */
export function findPath(index: PathIndex, path: string): number {
  const { lengths, anywhere } = index;
  const length = path.length;
  let end = length < index.longest ? length : index.longest;
  let hash = 0;
  for (let i = 0; i < end; i++) hash = (Math.imul(hash, factor) + path.charCodeAt(i)) | 0;
  for (;;) {
    if ((lengths >>> (end & 31)) & 1) {
      const whole = end === length;
      const boundary = whole || path.charCodeAt(end) === 47;
      if (boundary || anywhere) {
        const at = lookUp(index, hash, path, end, whole, boundary);
        if (at >= 0) return at;
      }
    }
    if (end === 0) return index.rest;
    // The hash of the path without its last character.
    end--;
    hash = Math.imul(hash - path.charCodeAt(end), inverse);
  }
}

/** The first route whose key is path[0, end), among the kinds that may hold there, or -1. */
function lookUp(
  index: PathIndex,
  hash: number,
  path: string,
  end: number,
  whole: boolean,
  boundary: boolean,
): number {
  const { slots, keys } = index;
  const mask = keys.length - 1;
  let slot = slotOf(hash, keys.length);
  for (;;) {
    const at = slot * 4;
    const exact = slots[at + 1]!;
    const prefix = slots[at + 2]!;
    const start = slots[at + 3]!;
    if ((exact | prefix | start) === 0) return -1;
    if (slots[at] === hash) {
      const key = keys[slot]!;
      if (key.length === end && path.startsWith(key)) {
        return first(whole ? exact : 0, first(boundary ? prefix : 0, start)) - 1;
      }
    }
    slot = (slot + 1) & mask;
  }
}

/** The smaller of two numbers, of those that are not 0. */
function first(a: number, b: number): number {
  return a === 0 ? b : b === 0 || a < b ? a : b;
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
function inOrder({ heads, keys }: Scan): boolean {
  let shortest = Infinity;
  let rest = false;
  for (let i = 0; i < heads.length; i++) {
    const kind = kindAt(heads, i);
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

function kindAt(heads: readonly number[], i: number): number {
  return heads[i]! & 7;
}
