// DER, the encoding of certificates and keys (X.690): a strict reader and a writer.
//
//   const outer = new DerReader(bytes).next(tag.sequence);
//   const inside = outer.reader();
//   const version = inside.optional(context(0));
//
//   sequence(integer(2), objectId("1.2.840.10045.2.1"), octetString(bytes))

import { concat, noBytes } from "../../base/bytes.ts";

/** Bytes that are not what they claim to be: PEM, DER, a certificate or a key. */
export class EncodingError extends Error {
  override name = "EncodingError";
}

/** Identifier octets. */
export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectId: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The identifier octet of [n], constructed unless it is a primitive (IMPLICIT string …). */
export function context(n: number, { primitive = false } = {}): number {
  return (primitive ? 0x80 : 0xa0) | n;
}

/** One element: identifier, length, content. */
export class DerElement {
  readonly tag: number;
  /** The element with its header. */
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;

  constructor(tagOctet: number, bytes: Uint8Array, content: Uint8Array) {
    this.tag = tagOctet;
    this.bytes = bytes;
    this.content = content;
  }

  /** Reads the elements inside. */
  reader(): DerReader {
    return new DerReader(this.content);
  }

  /** An INTEGER's value. */
  integer(): bigint {
    const { content } = this;
    if (this.tag !== tag.integer || content.length === 0) throw wrong("INTEGER", this.tag);
    if (content.length > 1 && (content[0] === 0 ? content[1]! < 0x80 : false)) {
      throw new EncodingError("INTEGER is not in its shortest form");
    }
    let out = 0n;
    for (const octet of content) out = (out << 8n) | BigInt(octet);
    return content[0]! >= 0x80 ? out - (1n << BigInt(8 * content.length)) : out;
  }

  /** An OBJECT IDENTIFIER in dotted decimals. */
  objectId(): string {
    if (this.tag !== tag.objectId) throw wrong("OBJECT IDENTIFIER", this.tag);
    const parts: bigint[] = [];
    let value = 0n;
    let open = true;
    for (const octet of this.content) {
      value = (value << 7n) | BigInt(octet & 0x7f);
      open = octet >= 0x80;
      if (open) continue;
      parts.push(value);
      value = 0n;
    }
    const first = parts.shift();
    if (open || first === undefined) throw new EncodingError("OBJECT IDENTIFIER is cut off");
    const root = first < 80n ? first / 40n : 2n;
    return [root, first - root * 40n, ...parts].join(".");
  }

  /** A BIT STRING of whole octets. */
  bitString(): Uint8Array {
    if (this.tag !== tag.bitString || this.content.length === 0)
      throw wrong("BIT STRING", this.tag);
    if (this.content[0] !== 0) throw new EncodingError("BIT STRING has unused bits");
    return this.content.subarray(1);
  }

  octetString(): Uint8Array {
    if (this.tag !== tag.octetString) throw wrong("OCTET STRING", this.tag);
    return this.content;
  }

  boolean(): boolean {
    if (this.tag !== tag.boolean || this.content.length !== 1) throw wrong("BOOLEAN", this.tag);
    return this.content[0] !== 0;
  }
}

/** Reads one element after another. Throws EncodingError. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The next element, of the given kind when one is given. */
  next(wanted?: number): DerElement {
    const bytes = this.#bytes;
    const start = this.#at;
    const seen = bytes[start];
    if (seen === undefined) throw new EncodingError("DER ends where an element was expected");
    if (wanted !== undefined && seen !== wanted) throw wrong(hexTag(wanted), seen);
    if ((seen & 0x1f) === 0x1f) throw new EncodingError("DER tag number above 30");
    const { length, at } = this.#length(start + 1);
    if (at + length > bytes.length) {
      throw new EncodingError(`DER element of ${length} bytes, ${bytes.length - at} are there`);
    }
    this.#at = at + length;
    return new DerElement(seen, bytes.subarray(start, this.#at), bytes.subarray(at, this.#at));
  }

  /** The next element when it is of this kind. */
  optional(wanted: number): DerElement | undefined {
    return this.#bytes[this.#at] === wanted ? this.next() : undefined;
  }

  /** All elements that are left. */
  rest(): DerElement[] {
    const out: DerElement[] = [];
    while (!this.done) out.push(this.next());
    return out;
  }

  /** Throws unless everything was read. */
  end(): void {
    if (!this.done)
      throw new EncodingError(`${this.#bytes.length - this.#at} bytes behind the end`);
  }

  #length(at: number): { length: number; at: number } {
    const first = this.#bytes[at];
    if (first === undefined) throw new EncodingError("DER ends within a header");
    if (first < 0x80) return { length: first, at: at + 1 };
    const octets = first & 0x7f;
    if (octets === 0 || octets > 4) throw new EncodingError(`DER length of ${octets} octets`);
    let length = 0;
    for (let i = 1; i <= octets; i++) length = length * 256 + (this.#bytes[at + i] ?? 0);
    if (length < 0x80 || length < 256 ** (octets - 1)) {
      throw new EncodingError("DER length is not in its shortest form");
    }
    return { length, at: at + 1 + octets };
  }
}

/** An element of any kind around its parts. */
export function element(tagOctet: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = parts.length === 0 ? noBytes : concat(...parts);
  const { length } = content;
  const header = [tagOctet];
  if (length < 0x80) header.push(length);
  else {
    const octets: number[] = [];
    for (let left = length; left > 0; left = Math.floor(left / 256)) octets.unshift(left % 256);
    header.push(0x80 | octets.length, ...octets);
  }
  return concat(Uint8Array.from(header), content);
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(tag.sequence, ...parts);
}

/** SET OF: sorted, as DER wants it. */
export function setOf(...parts: readonly Uint8Array[]): Uint8Array {
  const sorted = [...parts].sort((a, b) => {
    for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
    return a.length - b.length;
  });
  return element(tag.set, ...sorted);
}

export function integer(value: bigint | number): Uint8Array {
  const octets: number[] = [];
  let left = BigInt(value);
  do {
    octets.unshift(Number(left & 0xffn));
    left >>= 8n;
  } while (left !== 0n && left !== -1n);
  const negative = left < 0n;
  if (octets[0]! >= 0x80 !== negative) octets.unshift(negative ? 0xff : 0);
  return element(tag.integer, Uint8Array.from(octets));
}

export function objectId(dotted: string): Uint8Array {
  const [root = 0n, second = 0n, ...rest] = dotted.split(".").map(BigInt);
  const octets: number[] = [];
  for (const part of [root * 40n + second, ...rest]) {
    const digits = [Number(part & 0x7fn)];
    for (let left = part >> 7n; left > 0n; left >>= 7n) digits.unshift(Number(left & 0x7fn) | 0x80);
    octets.push(...digits);
  }
  return element(tag.objectId, Uint8Array.from(octets));
}

export function bitString(bytes: Uint8Array, unusedBits = 0): Uint8Array {
  return element(tag.bitString, Uint8Array.of(unusedBits), bytes);
}

export function octetString(...parts: readonly Uint8Array[]): Uint8Array {
  return element(tag.octetString, ...parts);
}

export function boolean(value: boolean): Uint8Array {
  return element(tag.boolean, Uint8Array.of(value ? 0xff : 0));
}

export const derNull = element(tag.null);

function wrong(wanted: string, seen: number): EncodingError {
  return new EncodingError(`expected ${wanted}, saw ${hexTag(seen)}`);
}

function hexTag(octet: number): string {
  const name = Object.entries(tag).find(([, value]) => value === octet)?.[0];
  return name ?? `tag 0x${octet.toString(16).padStart(2, "0")}`;
}
