// bcrypt (Provos and Mazières, "A Future-Adaptable Password Scheme"): Blowfish whose key
// schedule is made as expensive as the hash says. Checks only; nothing here makes hashes.
//
//   "$2y$10$" + 22 characters of salt + 31 characters of hash

import { utf8 } from "../../base/bytes.ts";

/** Blowfish's tables: the first fractional digits of π. */
interface Tables {
  readonly p: Int32Array;
  readonly s: Int32Array;
}

const rounds = 16;
const tableWords = rounds + 2 + 4 * 256;

/** The most expensive hash that is checked: more would stop the world for seconds. */
const costMax = 12;

const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Checks passwords; makes its tables once, on first use. */
export class Bcrypt {
  #start: Tables | undefined;

  /** Undefined for a hash that is no bcrypt hash, or too expensive. */
  matches(password: string, hash: string): boolean | undefined {
    const parts = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/.exec(hash);
    const cost = Number(parts?.[1]);
    if (!parts || cost < 4 || cost > costMax) return undefined;
    this.#start ??= piTables();
    const key = words(Uint8Array.of(...utf8(password).subarray(0, 71), 0), 18);
    const salt = words(decode(parts[2]!), 4);
    const tables = { p: this.#start.p.slice(), s: this.#start.s.slice() };
    expand(tables, salt, key);
    for (let i = 0; i < 2 ** cost; i++) {
      expand(tables, none, key);
      expand(tables, none, salt);
    }
    return digestOf(tables) === parts[3];
  }
}

const none = new Int32Array(4);
const magic = utf8("OrpheanBeholderScryDoubt");

/** "OrpheanBeholderScryDoubt", encrypted 64 times, in bcrypt's base64. */
function digestOf(tables: Tables): string {
  const text = words(magic, 6);
  for (let i = 0; i < 6; i += 2) {
    for (let round = 0; round < 64; round++) encrypt(tables, text, i);
  }
  const bytes = new Uint8Array(23);
  for (let i = 0; i < 23; i++) bytes[i] = text[i >> 2]! >>> (24 - 8 * (i & 3));
  return encode(bytes);
}

/** Mixes the key into P, then replaces P and S by what they encrypt, with the salt mixed in. */
function expand(tables: Tables, salt: Int32Array, key: Int32Array): void {
  const { p, s } = tables;
  for (let i = 0; i < p.length; i++) p[i]! ^= key[i % key.length]!;
  const block = new Int32Array(2);
  let grain = 0;
  for (const table of [p, s]) {
    for (let i = 0; i < table.length; i += 2) {
      block[0]! ^= salt[grain]!;
      block[1]! ^= salt[grain + 1]!;
      grain = (grain + 2) & 3;
      encrypt(tables, block, 0);
      table[i] = block[0]!;
      table[i + 1] = block[1]!;
    }
  }
}

/** One block, in place: Blowfish's sixteen rounds. */
function encrypt({ p, s }: Tables, block: Int32Array, at: number): void {
  let left = block[at]!;
  let right = block[at + 1]!;
  for (let i = 0; i < rounds; i++) {
    left ^= p[i]!;
    const sum = (s[left >>> 24]! + s[256 + ((left >>> 16) & 255)]!) | 0;
    right ^= ((sum ^ s[512 + ((left >>> 8) & 255)]!) + s[768 + (left & 255)]!) | 0;
    [left, right] = [right, left];
  }
  block[at] = right ^ p[rounds + 1]!;
  block[at + 1] = left ^ p[rounds]!;
}

/** Big-endian words of the bytes, repeated as often as needed. */
function words(bytes: Uint8Array, count: number): Int32Array {
  const out = new Int32Array(count);
  for (let i = 0; i < 4 * count; i++) {
    out[i >> 2] = (out[i >> 2]! << 8) | bytes[i % bytes.length]!;
  }
  return out;
}

function decode(text: string): Uint8Array {
  const out: number[] = [];
  let bits = 0;
  let value = 0;
  for (const character of text) {
    value = (value << 6) | alphabet.indexOf(character);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push((value >> bits) & 255);
  }
  return Uint8Array.from(out.slice(0, 16));
}

function encode(bytes: Uint8Array): string {
  let out = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += alphabet[(value >> bits) & 63]!;
    }
  }
  return bits > 0 ? out + alphabet[(value << (6 - bits)) & 63]! : out;
}

/** Blowfish starts from the digits of π; Machin: π = 16 arctan(1/5) − 4 arctan(1/239). */
function piTables(): Tables {
  const bits = BigInt(tableWords * 32);
  const guard = 64n;
  const one = 1n << (bits + guard);
  const arctan = (inverse: bigint): bigint => {
    let power = one / inverse;
    let sum = power;
    const square = inverse * inverse;
    for (let n = 3n, sign = -1n; power !== 0n; n += 2n, sign = -sign) {
      power /= square;
      sum += (sign * power) / n;
    }
    return sum;
  };
  const pi = (16n * arctan(5n) - 4n * arctan(239n)) >> guard;
  const digits = (pi & ((1n << bits) - 1n)).toString(16).padStart(tableWords * 8, "0");
  const all = new Int32Array(tableWords);
  for (let i = 0; i < tableWords; i++) all[i] = parseInt(digits.slice(8 * i, 8 * i + 8), 16);
  return { p: all.slice(0, rounds + 2), s: all.slice(rounds + 2) };
}
