// AES-GCM (NIST SP 800-38D) under one key for many records: noble's AES in counter mode, and a
// GHASH whose table is made once a key. noble's own gcm makes both anew for every record.

import { unsafe } from "@noble/ciphers/aes.js";

const block = 16;
const tagLength = 16;

/** A key, expanded for use. */
export class Gcm {
  readonly #aes: Uint32Array<ArrayBuffer>;
  readonly #table: Int32Array;

  /** @param key of 16 or 32 bytes */
  constructor(key: Uint8Array) {
    this.#aes = unsafe.expandKeyLE(key);
    this.#table = productsOf(unsafe.encryptBlock(this.#aes, new Uint8Array(block)));
  }

  /** Ciphertext with its tag. @param nonce of 12 bytes, never used twice */
  seal(nonce: Uint8Array, additional: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const out = new Uint8Array(plaintext.length + tagLength);
    const body = out.subarray(0, plaintext.length);
    this.#crypt(nonce, plaintext, body);
    out.set(this.#tag(nonce, additional, body), plaintext.length);
    return out;
  }

  /** Plaintext, or undefined when the tag does not fit. */
  open(nonce: Uint8Array, additional: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const length = sealed.length - tagLength;
    if (length < 0) return undefined;
    const body = sealed.subarray(0, length);
    const tag = this.#tag(nonce, additional, body);
    let different = 0; // no early end: the time tells nothing of the tag
    for (let i = 0; i < tagLength; i++) different |= tag[i]! ^ sealed[length + i]!;
    if (different !== 0) return undefined;
    const out = new Uint8Array(length);
    this.#crypt(nonce, body, out);
    return out;
  }

  #crypt(nonce: Uint8Array, from: Uint8Array, to: Uint8Array): void {
    const aligned = from.byteOffset % 4 === 0 ? from : from.slice();
    unsafe.ctr32(this.#aes, false, counter(nonce, 2), aligned, to);
  }

  #tag(nonce: Uint8Array, additional: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    const state = new Int32Array(4);
    absorb(this.#table, state, additional);
    absorb(this.#table, state, ciphertext);
    const lengths = new DataView(new ArrayBuffer(block));
    lengths.setUint32(4, additional.length * 8);
    lengths.setUint32(12, ciphertext.length * 8);
    absorb(this.#table, state, new Uint8Array(lengths.buffer));
    const tag = unsafe.encryptBlock(this.#aes, counter(nonce, 1));
    const view = new DataView(tag.buffer);
    state.forEach((word, i) => view.setInt32(i * 4, word ^ view.getInt32(i * 4)));
    return tag;
  }
}

function counter(nonce: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(block);
  out.set(nonce);
  out[block - 1] = count;
  return out;
}

/** H times every value of every half octet of a block: 32 places, 16 values, 4 words. */
function productsOf(h: Uint8Array): Int32Array {
  const table = new Int32Array(32 * 16 * 4);
  const view = new DataView(h.buffer, h.byteOffset, block);
  let a = view.getInt32(0);
  let b = view.getInt32(4);
  let c = view.getInt32(8);
  let d = view.getInt32(12);
  for (let place = 0; place < 32; place++) {
    for (let bit = 8; bit > 0; bit >>= 1) {
      for (let value = bit; value < 16; value++) {
        if ((value & bit) === 0) continue;
        const at = (place * 16 + value) * 4;
        table[at]! ^= a;
        table[at + 1]! ^= b;
        table[at + 2]! ^= c;
        table[at + 3]! ^= d;
      }
      // Times x: a shift to the right, for GCM writes its bits mirrored.
      const carry = d & 1;
      d = (d >>> 1) | (c << 31);
      c = (c >>> 1) | (b << 31);
      b = (b >>> 1) | (a << 31);
      a = (a >>> 1) ^ (carry ? 0xe1000000 : 0);
    }
  }
  return table;
}

/** Adds bytes to a GHASH, filled up with zeros to whole blocks. */
function absorb(table: Int32Array, state: Int32Array, data: Uint8Array): void {
  const whole = data.length - (data.length % block);
  blocks(table, state, data, whole);
  if (whole === data.length) return;
  const last = new Uint8Array(block);
  last.set(data.subarray(whole));
  blocks(table, state, last, block);
}

function blocks(t: Int32Array, state: Int32Array, data: Uint8Array, end: number): void {
  let [s0, s1, s2, s3] = [state[0]!, state[1]!, state[2]!, state[3]!];
  for (let at = 0; at < end; at += block) {
    s0 ^= word(data, at);
    s1 ^= word(data, at + 4);
    s2 ^= word(data, at + 8);
    s3 ^= word(data, at + 12);
    let z0 = 0;
    let z1 = 0;
    let z2 = 0;
    let z3 = 0;
    for (let half = 0; half < 8; half++) {
      const shift = 28 - 4 * half;
      const base = half * 64;
      for (let i = 0; i < 4; i++) {
        const s = i === 0 ? s0 : i === 1 ? s1 : i === 2 ? s2 : s3;
        const k = i * 512 + base + (((s >>> shift) & 15) << 2);
        z0 ^= t[k]!;
        z1 ^= t[k + 1]!;
        z2 ^= t[k + 2]!;
        z3 ^= t[k + 3]!;
      }
    }
    s0 = z0;
    s1 = z1;
    s2 = z2;
    s3 = z3;
  }
  state.set([s0, s1, s2, s3]);
}

function word(data: Uint8Array, at: number): number {
  return (data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!;
}
