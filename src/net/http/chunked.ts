// Chunked content (RFC 9112 section 7.1), decoded.
//
//   1a;name=value CRLF  26 bytes  CRLF   …   0 CRLF  trailer fields  CRLF

import { latin1 } from "../../base/bytes.ts";
import { parseFields, shown } from "./fields.ts";
import type { Inbox } from "../inbox.ts";
import type { HttpLimits } from "./limits.ts";
import { SectionScanner } from "./lines.ts";
import type { HeaderField } from "./message.ts";
import { HttpError } from "./message.ts";

/** What the next bytes of the inbox gave: content, or the end; undefined when more is needed. */
export type BodyEvent =
  | { readonly type: "data"; readonly bytes: Uint8Array }
  | { readonly type: "end"; readonly trailers: readonly HeaderField[] };

/** The most digits of a chunk size that a number still holds exactly. */
const sizeDigitsMax = 13;

/** Decodes one chunked body out of an inbox. */
export class ChunkedDecoder {
  readonly #limits: HttpLimits;
  readonly #malformed: number;
  readonly #trailers: SectionScanner;
  #at: "size" | "data" | "line-end" | "trailers" = "size";
  #left = 0;
  #scanned = 0;
  #extensionBytes = 0;

  constructor({ limits, malformed }: { limits: HttpLimits; malformed: number }) {
    this.#limits = limits;
    this.#malformed = malformed;
    this.#trailers = new SectionScanner({ limits, hasStartLine: false, malformed });
  }

  next(inbox: Inbox): BodyEvent | undefined {
    for (;;) {
      switch (this.#at) {
        case "size": {
          const line = this.#sizeLine(inbox);
          if (line === undefined) return undefined;
          this.#left = this.#sizeOf(line);
          this.#at = this.#left === 0 ? "trailers" : "data";
          break;
        }
        case "data": {
          if (inbox.size === 0) return undefined;
          const bytes = inbox.take(this.#left);
          this.#left -= bytes.length;
          if (this.#left === 0) this.#at = "line-end";
          return { type: "data", bytes };
        }
        case "line-end":
          if (inbox.size < 2) {
            if (inbox.size === 1 && inbox.bytes[inbox.start] !== 0x0d) throw this.#noLineEnd();
            return undefined;
          }
          if (inbox.bytes[inbox.start] !== 0x0d || inbox.bytes[inbox.start + 1] !== 0x0a) {
            throw this.#noLineEnd();
          }
          inbox.start += 2;
          this.#at = "size";
          break;
        case "trailers": {
          const lines = this.#trailers.take(inbox);
          if (lines === undefined) return undefined;
          const malformed = this.#malformed;
          return { type: "end", trailers: parseFields(lines, 0, { lenient: false, malformed }) };
        }
      }
    }
  }

  /** The line that opens a chunk, without its CRLF. */
  #sizeLine(inbox: Inbox): string | undefined {
    const { bytes, start, end } = inbox;
    const from = start + this.#scanned;
    let at = from;
    while (at < end && bytes[at] !== 0x0a) at++;
    if (at - start > this.#limits.chunkLineBytesMax) {
      throw this.#bad(`chunk size line longer than ${this.#limits.chunkLineBytesMax} bytes`);
    }
    if (at === end) {
      this.#scanned = at - start;
      return undefined;
    }
    this.#scanned = 0;
    inbox.start = at + 1;
    if (at === start || bytes[at - 1] !== 0x0d) throw this.#bad("LF without CR after a chunk size");
    return latin1(bytes, start, at - 1);
  }

  #sizeOf(line: string): number {
    const digits = /^[0-9A-Fa-f]+/.exec(line)?.[0] ?? "";
    const extension = line.slice(digits.length);
    const significant = digits.replace(/^0+/, "");
    if (digits === "" || significant.length > sizeDigitsMax || !isExtension(extension)) {
      throw this.#bad(`invalid chunk size: ${shown(line)}`);
    }
    this.#extensionBytes += extension.length;
    if (this.#extensionBytes > this.#limits.chunkExtensionBytesMax) {
      throw this.#bad(`chunk extensions longer than ${this.#limits.chunkExtensionBytesMax} bytes`);
    }
    return parseInt(digits, 16);
  }

  #noLineEnd(): HttpError {
    return this.#bad("chunk longer than its size says");
  }

  #bad(message: string): HttpError {
    return new HttpError(this.#malformed, message);
  }
}

/** *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ) */
const extensions =
  /^(?:[ \t]*;[ \t]*[\w!#$%&'*+.^`|~-]+(?:[ \t]*=[ \t]*(?:[\w!#$%&'*+.^`|~-]+|"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"))?)*$/;

function isExtension(text: string): boolean {
  return text === "" || extensions.test(text);
}
