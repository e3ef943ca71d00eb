// Fields of a message, each with the place of its bytes. A FieldReader takes bytes from left to
// right, and every byte that it takes belongs to one field: whoever points at a byte finds what it
// means, and the other way round.

import { hex } from "../../../base/bytes.ts";

export interface Field {
  readonly name: string;
  /** In words or hex, short enough for a line. */
  readonly value: string;
  /** Why it is there, in a sentence; "" where name and value say it all. */
  readonly meaning: string;
  /** Offset of its first byte in the bytes that the message (or record) gives. */
  readonly at: number;
  readonly length: number;
  /** What it is made of; these together cover it whole. */
  readonly fields: readonly Field[];
}

/** The bytes end too early, or too late: what was wanted and seen. */
class Unreadable extends Error {
  override name = "Unreadable";
}

export interface Telling {
  /** What the bytes say, in words. Default: hex. */
  readonly value?: string;
  readonly meaning?: string;
}

export class FieldReader {
  readonly fields: Field[] = [];
  readonly bytes: Uint8Array;
  readonly end: number;
  #at: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#at = at;
    this.end = end;
  }

  get at(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at >= this.end;
  }

  get left(): number {
    return this.end - this.#at;
  }

  /** A number, told by `tell`. */
  number(
    name: string,
    octets: number,
    tell: (value: number) => string = String,
    meaning = "",
  ): number {
    const at = this.#at;
    let value = 0;
    for (const octet of this.#take(octets)) value = value * 256 + octet;
    this.#push({ name, value: tell(value), meaning, at, length: octets, fields: [] });
    return value;
  }

  /** Bytes of a length known otherwise. */
  raw(name: string, length: number, telling: (bytes: Uint8Array) => Telling = bare): Uint8Array {
    const at = this.#at;
    const bytes = this.#take(length);
    const { value = shortHex(bytes), meaning = "" } = telling(bytes);
    this.#push({ name, value, meaning, at, length, fields: [] });
    return bytes;
  }

  /** A vector of bytes with its length in front. */
  opaque(
    name: string,
    lengthOctets: number,
    telling: (bytes: Uint8Array) => Telling = bare,
  ): Uint8Array {
    let bytes: Uint8Array = new Uint8Array(0);
    this.vector(name, lengthOctets, (inside) => {
      bytes = inside.bytes.subarray(inside.at, inside.end);
      const { value = shortHex(bytes), meaning = "" } = telling(bytes);
      if (bytes.length > 0) inside.raw("content", bytes.length, () => ({ value }));
      return { value, meaning };
    });
    return bytes;
  }

  /** A vector whose content is read by `inside`, which tells the whole. */
  vector(name: string, lengthOctets: number, inside: (reader: FieldReader) => Telling): void {
    const at = this.#at;
    const head = new FieldReader(this.bytes, at, this.end);
    const length = head.number("length", lengthOctets, (count) => `${count} bytes`);
    if (length > head.left) {
      throw new Unreadable(`${name}: ${length} bytes wanted, ${head.left} are left`);
    }
    const body = new FieldReader(this.bytes, head.at, head.at + length);
    const told = this.#within(name, body, () => inside(body));
    this.#at = body.end;
    this.#push({
      ...{ name, value: told.value ?? `${length} bytes`, meaning: told.meaning ?? "" },
      ...{ at, length: body.end - at, fields: [...head.fields, ...body.fields] },
    });
  }

  /** Fields that belong together, without a length. */
  group(name: string, inside: (reader: FieldReader) => Telling): void {
    const at = this.#at;
    const body = new FieldReader(this.bytes, at, this.end);
    const told = inside(body);
    this.#at = body.at;
    this.#push({
      ...{ name, value: told.value ?? "", meaning: told.meaning ?? "" },
      ...{ at, length: body.at - at, fields: body.fields },
    });
  }

  /** Whatever is left, as one field. */
  rest(name: string, telling: Telling = {}): void {
    if (!this.done) this.raw(name, this.left, (bytes) => ({ value: shortHex(bytes), ...telling }));
  }

  /** What cannot be read is told as such, and the vector around it stays readable. */
  #within(name: string, body: FieldReader, read: () => Telling): Telling {
    try {
      const told = read();
      body.rest("left over", { meaning: `Nothing was expected here in ${name}.` });
      return told;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      body.rest("unreadable", { meaning: `This cannot be read: ${error.message}.` });
      return { value: "unreadable" };
    }
  }

  #push(field: Field): void {
    this.fields.push(field);
  }

  #take(length: number): Uint8Array {
    if (length > this.left) {
      throw new Unreadable(`${length} bytes wanted, ${this.left} are left`);
    }
    const bytes = this.bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }
}

/** Fields of bytes as far as they can be read. */
export function readFields(
  bytes: Uint8Array,
  read: (reader: FieldReader) => void,
): readonly Field[] {
  const reader = new FieldReader(bytes);
  try {
    read(reader);
    reader.rest("left over", { meaning: "Nothing was expected behind the end." });
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    reader.rest("unreadable", { meaning: `This cannot be read: ${error.message}.` });
  }
  return reader.fields;
}

/** Hex of the first bytes: "1a2b3c… (32 bytes)". */
export function shortHex(bytes: Uint8Array, max = 16): string {
  if (bytes.length === 0) return "empty";
  if (bytes.length <= max) return hex(bytes);
  return `${hex(bytes.subarray(0, max))}… (${bytes.length} bytes)`;
}

function bare(): Telling {
  return {};
}
