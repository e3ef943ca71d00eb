// The presentation language of TLS (RFC 8446 section 3): numbers and length-prefixed vectors.

import { concat, noBytes } from "../../base/bytes.ts";
import { TlsAlert } from "./alerts.ts";

/** Reads a message; whatever does not fit throws TlsAlert decode_error. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** How far it has read. */
  get offset(): number {
    return this.#at;
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      const left = this.#bytes.length - this.#at;
      throw new TlsAlert("decode_error", `${length} bytes wanted, ${left} are left`);
    }
    const out = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return out;
  }

  /** A number of one to four octets. */
  number(octets: number): number {
    let out = 0;
    for (const octet of this.take(octets)) out = out * 256 + octet;
    return out;
  }

  /** A vector whose length takes so many octets. */
  vector(octets: number, { min = 0 } = {}): Uint8Array {
    const length = this.number(octets);
    if (length < min) throw new TlsAlert("decode_error", `a vector of ${length} bytes`);
    return this.take(length);
  }

  /** The content of a vector, to be read further. */
  inside(octets: number, options?: { min?: number }): WireReader {
    return new WireReader(this.vector(octets, options));
  }

  /** A vector of numbers, all of them. */
  numbers(lengthOctets: number, octets: number): number[] {
    const inside = this.inside(lengthOctets);
    const out: number[] = [];
    while (!inside.done) out.push(inside.number(octets));
    return out;
  }

  /** Throws unless everything was read. */
  end(): void {
    if (!this.done) {
      const left = this.#bytes.length - this.#at;
      throw new TlsAlert("decode_error", `${left} bytes behind the end`);
    }
  }
}

/** A number as big-endian octets. */
export function number(value: number, octets: number): Uint8Array {
  const out = new Uint8Array(octets);
  for (let i = octets - 1, left = value; i >= 0; i--, left = Math.floor(left / 256)) {
    out[i] = left % 256;
  }
  return out;
}

/** Parts with their length in front. */
export function vector(octets: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = parts.length === 0 ? noBytes : concat(...parts);
  return concat(number(content.length, octets), content);
}

/** A vector of numbers of two octets. */
export function codes(lengthOctets: number, values: readonly number[]): Uint8Array {
  return vector(lengthOctets, ...values.map((value) => number(value, 2)));
}

/** Throws TlsAlert unless a Finished message carries what it must. */
export function checkFinished(seen: Uint8Array, wanted: Uint8Array, where: string): void {
  if (seen.length !== wanted.length) {
    throw new TlsAlert("decode_error", `${where} of ${seen.length} bytes`);
  }
  if (!equalSecrets(seen, wanted)) throw new TlsAlert("decrypt_error", where);
}

/** Compares secrets in a time that depends on their length alone. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}
