// Extensions of hellos and certificates, read and written (RFC 8446 section 4.2, RFC 6066, 7301).

import { latin1, utf8 } from "../../base/bytes.ts";
import { TlsAlert } from "./alerts.ts";
import { extensionType, nameOf } from "./codes.ts";
import { number, vector, WireReader } from "./wire.ts";

export interface TlsExtension {
  readonly type: number;
  readonly data: Uint8Array;
}

export interface OfferedShare {
  readonly group: number;
  readonly key: Uint8Array;
}

export interface OfferedPsks {
  readonly identities: readonly { readonly ticket: Uint8Array; readonly age: number }[];
  readonly binders: readonly Uint8Array[];
  /** How many bytes of the extension the binders take, with their length. */
  readonly bindersLength: number;
}

/** Extensions in order. Throws TlsAlert decode_error, or illegal_parameter for a repetition. */
export function readExtensions(reader: WireReader): TlsExtension[] {
  const out: TlsExtension[] = [];
  const seen = new Set<number>();
  while (!reader.done) {
    const type = reader.number(2);
    if (seen.has(type)) throw new TlsAlert("illegal_parameter", `extension ${type} twice`);
    seen.add(type);
    out.push({ type, data: reader.vector(2) });
  }
  return out;
}

export function writeExtensions(extensions: readonly TlsExtension[]): Uint8Array {
  return vector(2, ...extensions.map(({ type, data }) => concatExtension(type, data)));
}

function concatExtension(type: number, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + data.length);
  out.set(number(type, 2));
  out.set(number(data.length, 2), 2);
  out.set(data, 4);
  return out;
}

/**
 * Refuses what may not stand in `message`: what we know belongs elsewhere (illegal_parameter),
 * and nobody asked for the rest (unsupported_extension), says RFC 8446 section 4.2.
 */
export function refuseExtensions(
  extensions: readonly TlsExtension[],
  message: string,
  { known = [], asked = [] }: { known?: readonly number[]; asked?: readonly number[] } = {},
): void {
  for (const { type } of extensions) {
    if (asked.includes(type)) continue;
    const elsewhere = nameOf(extensionType, type) !== undefined && !known.includes(type);
    const alert = elsewhere ? "illegal_parameter" : "unsupported_extension";
    throw new TlsAlert(alert, `extension ${type} in ${message} was not asked for`);
  }
}

/** The data of one extension. */
export function findExtension(
  extensions: readonly TlsExtension[],
  type: number,
): Uint8Array | undefined {
  return extensions.find((one) => one.type === type)?.data;
}

/** Reads the data of an extension to its end with `read`; undefined when it is not there. */
export function readExtension<T>(
  extensions: readonly TlsExtension[],
  name: keyof typeof extensionType,
  read: (reader: WireReader) => T,
): T | undefined {
  const data = findExtension(extensions, extensionType[name]);
  if (data === undefined) return undefined;
  const reader = new WireReader(data);
  const out = read(reader);
  reader.end();
  return out;
}

/** SNI: one host name, in lower case. An empty answer of a server is no name. */
export function readServerName(reader: WireReader): string {
  const list = reader.inside(2, { min: 1 });
  let name: string | undefined;
  while (!list.done) {
    const kind = list.number(1);
    const value = list.vector(2, { min: 1 });
    if (kind !== 0) continue;
    if (name !== undefined) throw new TlsAlert("illegal_parameter", "two server names");
    name = latin1(value).toLowerCase();
  }
  if (name === undefined || !/^[\x21-\x7e]{1,253}$/.test(name)) {
    throw new TlsAlert("illegal_parameter", "a server name that is no host name");
  }
  return name;
}

export function serverNameData(name: string): Uint8Array {
  return vector(2, Uint8Array.of(0), vector(2, utf8(name)));
}

export function readProtocols(reader: WireReader): string[] {
  const list = reader.inside(2, { min: 2 });
  const out: string[] = [];
  while (!list.done) out.push(latin1(list.vector(1, { min: 1 })));
  return out;
}

export function protocolsData(protocols: readonly string[]): Uint8Array {
  return vector(2, ...protocols.map((one) => vector(1, utf8(one))));
}

export function readShares(reader: WireReader): OfferedShare[] {
  const list = reader.inside(2);
  const out: OfferedShare[] = [];
  while (!list.done) {
    const group = list.number(2);
    if (out.some((one) => one.group === group)) {
      throw new TlsAlert("illegal_parameter", "two shares of one group");
    }
    out.push({ group, key: list.vector(2, { min: 1 }) });
  }
  return out;
}

export function shareData(group: number, key: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + key.length);
  out.set(number(group, 2));
  out.set(number(key.length, 2), 2);
  out.set(key, 4);
  return out;
}

export function readPsks(reader: WireReader): OfferedPsks {
  const list = reader.inside(2, { min: 7 });
  const identities: { ticket: Uint8Array; age: number }[] = [];
  while (!list.done) identities.push({ ticket: list.vector(2, { min: 1 }), age: list.number(4) });
  const bytes = reader.vector(2, { min: 33 });
  const inside = new WireReader(bytes);
  const binders: Uint8Array[] = [];
  while (!inside.done) binders.push(inside.vector(1, { min: 32 }));
  if (binders.length !== identities.length) {
    throw new TlsAlert("illegal_parameter", "as many binders as identities are wanted");
  }
  return { identities, binders, bindersLength: bytes.length + 2 };
}

export const readCodes = (reader: WireReader): number[] => reader.numbers(2, 2);
