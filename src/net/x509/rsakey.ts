// RSA keys out of seeded randomness: the same seed gives the same key.

import type { Random } from "../../base/random.ts";
import { modInverse, powMod, toNumber } from "./numbers.ts";
import type { RsaPrivateKey } from "./rsa.ts";

const e = 65537n;

/** Rounds of Miller and Rabin, enough for random candidates of any size in use. */
const rounds = 5;

/** Told of each step of the search, as openssl shows them: a candidate, a prime. */
export type Progress = (what: "candidate" | "prime") => void;

/**
 * A key of so many bits, 512 or more. Takes a tenth of a second for 2048 bits, seconds for 4096;
 * nothing else runs meanwhile.
 */
export function generateRsaKey(random: Random, bits: number, progress?: Progress): RsaPrivateKey {
  const half = Math.ceil(bits / 2);
  for (;;) {
    const a = primeOf(random, half, progress);
    const b = primeOf(random, bits - half, progress);
    const [p, q] = a > b ? [a, b] : [b, a];
    const n = p * q;
    if (p === q || n.toString(2).length !== bits) continue;
    const phi = (p - 1n) * (q - 1n);
    return { type: "rsa", n, e, d: modInverse(e, phi / gcd(p - 1n, q - 1n)), p, q };
  }
}

function primeOf(random: Random, bits: number, progress: Progress | undefined): bigint {
  const small = smallPrimes();
  for (;;) {
    const start = oddNumber(random, bits);
    const rests = small.map((prime) => Number(start % BigInt(prime)));
    for (let step = 0; step < 4096; step += 2) {
      if (small.some((prime, i) => (rests[i]! + step) % prime === 0)) continue;
      const candidate = start + BigInt(step);
      progress?.("candidate");
      if (candidate.toString(2).length !== bits) break;
      if ((candidate - 1n) % e === 0n || !isProbablyPrime(candidate, random)) continue;
      progress?.("prime");
      return candidate;
    }
  }
}

/** With its two highest bits set, so that the product of two has all its bits. */
function oddNumber(random: Random, bits: number): bigint {
  const length = Math.ceil(bits / 8);
  const value = toNumber(random.bytes(length)) >> BigInt(8 * length - bits);
  return value | (3n << BigInt(bits - 2)) | 1n;
}

function isProbablyPrime(n: bigint, random: Random): boolean {
  let odd = n - 1n;
  let twos = 0;
  while ((odd & 1n) === 0n) {
    odd >>= 1n;
    twos++;
  }
  for (let round = 0; round < rounds; round++) {
    const base = round === 0 ? 2n : toNumber(random.bytes(16)) + 2n;
    let x = powMod(base % n, odd, n);
    if (x === 1n || x === n - 1n) continue;
    let witness = true;
    for (let i = 1; i < twos && witness; i++) {
      x = (x * x) % n;
      witness = x !== n - 1n;
    }
    if (witness) return false;
  }
  return true;
}

function smallPrimes(): number[] {
  const out: number[] = [];
  for (let n = 3; n < 4000; n += 2) if (out.every((prime) => n % prime !== 0)) out.push(n);
  return out;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
