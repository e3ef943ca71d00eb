// PEM: base64 between BEGIN and END lines (RFC 7468). Text around the blocks is skipped.

import { base64, fromBase64 } from "../../base/bytes.ts";
import { EncodingError } from "./der.ts";

export interface PemBlock {
  /** "CERTIFICATE", "PRIVATE KEY", … */
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** All blocks in order. Throws EncodingError for a block that is not closed or not base64. */
export function parsePem(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  const begin = /-----BEGIN ([A-Z0-9 ]+)-----/g;
  for (let match; (match = begin.exec(text));) {
    const label = match[1]!;
    const end = text.indexOf(`-----END ${label}-----`, begin.lastIndex);
    if (end < 0) throw new EncodingError(`PEM block ${label} has no END line`);
    const body = text.slice(begin.lastIndex, end);
    // Encapsulated headers (Proc-Type, DEK-Info) mark an encrypted key of the old kind.
    if (/^[A-Za-z-]+:/m.test(body)) throw new EncodingError(`PEM block ${label} has headers`);
    try {
      blocks.push({ label, bytes: fromBase64(body) });
    } catch {
      throw new EncodingError(`PEM block ${label} is not base64`);
    }
    begin.lastIndex = end;
  }
  return blocks;
}

/** One block, lines of 64 characters, with a line end behind. */
export function printPem(label: string, bytes: Uint8Array): string {
  const lines = base64(bytes).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
