// Big-endian bytes and whole numbers, and modular powers.

export function toNumber(bytes: Uint8Array): bigint {
  let digits = "0x0";
  for (const octet of bytes) digits += octet.toString(16).padStart(2, "0");
  return BigInt(digits);
}

/** Exactly `length` bytes; the value must fit. */
export function toBytes(value: bigint, length: number): Uint8Array {
  const digits = value.toString(16).padStart(2 * length, "0");
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) out[i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/** How many bytes a value takes. */
export function byteLength(value: bigint): number {
  return Math.ceil(value.toString(16).length / 2);
}

/** base^exponent mod modulus, four bits of the exponent at a time. */
export function powMod(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const powers = [1n, base % modulus];
  for (let i = 2; i < 16; i++) powers.push((powers[i - 1]! * powers[1]!) % modulus);
  let out = 1n;
  for (const digit of exponent.toString(16)) {
    for (let i = 0; i < 4; i++) out = (out * out) % modulus;
    const power = parseInt(digit, 16);
    if (power > 0) out = (out * powers[power]!) % modulus;
  }
  return out;
}

/** The inverse of a modulo m, by Euclid. */
export function modInverse(a: bigint, m: bigint): bigint {
  let [r, next, s, nextS] = [a % m, m, 1n, 0n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [s, nextS] = [nextS, s - quotient * nextS];
  }
  return ((s % m) + m) % m;
}
