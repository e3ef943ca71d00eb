// Times in certificates (RFC 5280 section 4.1.2.5): UTCTime until 2049, GeneralizedTime after.

import { latin1, utf8 } from "../../base/bytes.ts";
import { element, EncodingError, tag } from "./der.ts";
import type { DerElement } from "./der.ts";

/** Milliseconds since the epoch, to the second, as the form its year asks for. */
export function encodeTime(ms: number): Uint8Array {
  const digits = new Date(ms)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[-T:]/g, "");
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050
    ? element(tag.utcTime, utf8(digits.slice(2)))
    : element(tag.generalizedTime, utf8(digits));
}

/** Milliseconds since the epoch. Throws EncodingError for what RFC 5280 does not allow. */
export function decodeTime({ tag: kind, content }: DerElement): number {
  const written = latin1(content);
  const short = kind === tag.utcTime;
  if (!short && kind !== tag.generalizedTime) throw new EncodingError("expected a time");
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(written);
  if (!match || (match[1]!.length === 2) !== short) {
    throw new EncodingError(`expected a time to the second in UTC, saw "${written}"`);
  }
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  const full = short ? year! + (year! < 50 ? 2000 : 1900) : year!;
  return Date.UTC(full, month! - 1, day, hour, minute, second);
}
