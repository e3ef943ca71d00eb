// Bytes and their meaning, joined: which field a byte belongs to, and rows of a hex dump.

import type { Field } from "../../../net/tls/log/log.ts";

/** A field with how deep it lies, in reading order. */
export interface Line {
  readonly field: Field;
  readonly depth: number;
  /** "0.3.1": the same field, whenever the log is read again. */
  readonly id: string;
}

/** All fields, outer ones first. */
export function linesOf(fields: readonly Field[], depth = 0, prefix = ""): Line[] {
  return fields.flatMap((field, i) => {
    const id = `${prefix}${i}`;
    return [{ field, depth, id }, ...linesOf(field.fields, depth + 1, `${id}.`)];
  });
}

/** The innermost field that a byte belongs to. */
export function lineAt(lines: readonly Line[], at: number): Line | undefined {
  return lines.findLast(({ field }) => at >= field.at && at < field.at + field.length);
}

/** How many bytes of a message are drawn; behind them lies what an application sent. */
export const drawnBytesMax = 2048;

export interface Row {
  readonly at: number;
  readonly bytes: readonly number[];
}

/** Rows of so many bytes each. */
export function rowsOf(bytes: Uint8Array, width: number): Row[] {
  const rows: Row[] = [];
  const end = Math.min(bytes.length, drawnBytesMax);
  for (let at = 0; at < end; at += width) {
    rows.push({ at, bytes: [...bytes.subarray(at, Math.min(at + width, end))] });
  }
  return rows;
}

export function hexOf(octet: number): string {
  return octet.toString(16).padStart(2, "0");
}

/** As hex dumps print it: a point for what is no letter. */
export function letterOf(octet: number): string {
  return octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : ".";
}

/** "bytes 5 to 36", "byte 9". */
export function placeOf({ at, length }: Field): string {
  return length === 1 ? `byte ${at}` : `bytes ${at} to ${at + length - 1}`;
}
