// Objects as Kubernetes' protobuf, which kubectl insists on for `kubectl create KIND` and
// `kubectl auth`: from bytes to the JSON value that the same request would have carried.
//
//   "k8s\0"  Unknown { 1: TypeMeta { 1: apiVersion, 2: kind }, 2: the object's bytes }
//
// Field numbers stand in protobuftables.ts, types in api/schema. Only requests come this way:
// every client that sends protobuf reads JSON as well.
// Models apimachinery pkg/runtime/serializer/protobuf.

import { timestamp } from "../../api/object.ts";
import { fieldOf, parseField } from "../../api/schema/schema.ts";
import type { FieldType } from "../../api/schema/schema.ts";
import { base64, text } from "../../base/bytes.ts";
import { badRequest } from "../refusals.ts";
import { kept, messages } from "./protobuftables.ts";

const magic = "k8s\0";

/** Throws ApiError BadRequest for what is no object that is known here. */
export function protobufValue(bytes: Uint8Array): unknown {
  if (text(bytes.subarray(0, 4)) !== magic) {
    throw badRequest(
      "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
    );
  }
  const unknown = new Map(fieldsOf(bytes.subarray(4)));
  const typeMeta = new Map(fieldsOf(asBytes(unknown.get(1) ?? new Uint8Array())));
  const apiVersion = text(asBytes(typeMeta.get(1) ?? new Uint8Array()));
  const kind = text(asBytes(typeMeta.get(2) ?? new Uint8Array()));
  if (messages[kind] === undefined) {
    throw badRequest(`no kind "${kind}" is registered for version "${apiVersion}" in protobuf`);
  }
  return { apiVersion, kind, ...message(kind, asBytes(unknown.get(2) ?? new Uint8Array())) };
}

/** A value on the wire: of a varint or of so many bytes. */
type Wire = bigint | Uint8Array;

/** The fields of a message in their order. Groups and fixed-width numbers are never sent. */
function* fieldsOf(bytes: Uint8Array): Iterable<[number: number, value: Wire]> {
  const reader = new Reader(bytes);
  while (!reader.ended) {
    const tag = Number(reader.varint());
    const wireType = tag & 7;
    if (wireType === 0) yield [tag >>> 3, reader.varint()];
    else if (wireType === 2) yield [tag >>> 3, reader.bytes(Number(reader.varint()))];
    else throw broken(`wire type ${wireType}`);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw broken("unexpected EOF");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw broken("integer overflow");
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw broken("unexpected EOF");
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }
}

function broken(why: string): Error {
  return badRequest(`unable to decode the protobuf of the request: proto: ${why}`);
}

function asBytes(value: Wire): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw broken("wrong wireType = 0");
}

function message(type: string, bytes: Uint8Array): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  read(type, (messages[type] ?? "").split(" "), bytes, out);
  return out;
}

/** Reads fields into `out`; "+a+b" are those of a struct that JSON writes inline. */
function read(
  type: string,
  names: readonly string[],
  bytes: Uint8Array,
  out: Record<string, unknown>,
): void {
  for (const [number, value] of fieldsOf(bytes)) {
    const entry = names[number - 1] ?? "-";
    if (entry.startsWith("+")) {
      read(type, entry.slice(1).split("+"), asBytes(value), out);
      continue;
    }
    const [name = "", notation] = entry.split(":");
    const field = notation === undefined ? fieldOf(type, name) : parseField(notation);
    if (field !== undefined) put(out, name, field, value);
  }
}

function put(out: Record<string, unknown>, name: string, field: FieldType, value: Wire): void {
  if (field.many === "list") {
    ((out[name] ??= []) as unknown[]).push(one(field, value) ?? zero(field));
  } else if (field.many === "map") {
    const [key, item] = entryOf(field, asBytes(value));
    // Defined, not assigned: a key may be "__proto__".
    Object.defineProperty((out[name] ??= {}), key, {
      value: item,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    const decoded = one(field, value) ?? (kept.has(name) ? zero(field) : undefined);
    if (decoded !== undefined) out[name] = decoded;
  }
}

function entryOf(field: FieldType, bytes: Uint8Array): [string, unknown] {
  const entry = new Map(fieldsOf(bytes));
  const item = entry.get(2);
  const value = item === undefined ? undefined : one(field, item);
  return [text(asBytes(entry.get(1) ?? new Uint8Array())), value ?? zero(field)];
}

function zero({ object, scalar }: FieldType): unknown {
  if (object !== undefined) return {};
  return scalar === "b" ? false : scalar === "i" || scalar === "l" ? 0 : "";
}

/** Undefined for what Go's zero value is: it is sent always, and JSON would leave it out. */
function one({ object, scalar }: FieldType, value: Wire): unknown {
  if (object !== undefined) return message(object, asBytes(value));
  switch (scalar) {
    case "i":
    case "l":
      return signed(value) || undefined;
    case "b":
      return value !== 0n || undefined;
    case "y":
      return base64(asBytes(value)) || undefined;
    case "t":
    case "T":
      return time(asBytes(value));
    case "q":
      return text(asBytes(new Map(fieldsOf(asBytes(value))).get(1) ?? new Uint8Array()));
    case "x":
      return intOrString(asBytes(value));
    default:
      return text(asBytes(value)) || undefined;
  }
}

function signed(value: Wire | undefined): number {
  if (value instanceof Uint8Array) throw broken("wrong wireType = 2");
  return Number(BigInt.asIntN(64, value ?? 0n));
}

function time(bytes: Uint8Array): string | undefined {
  const seconds = signed(new Map(fieldsOf(bytes)).get(1));
  return bytes.length === 0 ? undefined : timestamp(1_000 * seconds);
}

function intOrString(bytes: Uint8Array): number | string {
  const fields = new Map(fieldsOf(bytes));
  if (signed(fields.get(1)) === 0) return signed(fields.get(2));
  return text(asBytes(fields.get(3) ?? new Uint8Array()));
}
