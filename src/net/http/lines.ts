// Finds the end of a section of lines (a head, or a trailer section) in the inbox.
//
// Strict about octets (RFC 9112 section 2.2): every line ends with CRLF, a CR or LF alone is an
// error, and so is any other control character but HTAB.

import { latin1 } from "../../base/bytes.ts";
import type { Inbox } from "../inbox.ts";
import type { HttpLimits } from "./limits.ts";
import { HttpError } from "./message.ts";

const decoder = new TextDecoder();

/** Scans one section; a new one, or `reset`, for the next. Each byte is looked at once. */
export class SectionScanner {
  readonly #limits: HttpLimits;
  readonly #hasStartLine: boolean;
  readonly #malformed: number;
  /** All offsets are from the section's first byte. */
  #scanned = 0;
  #lineStart = 0;
  #firstFieldAt = 0;
  #lines = 0;
  #high = false;

  /**
   * @param malformed the status of an HttpError for bad octets: 400 for requests, 502 for
   * responses.
   */
  constructor(o: { limits: HttpLimits; hasStartLine: boolean; malformed: number }) {
    this.#limits = o.limits;
    this.#hasStartLine = o.hasStartLine;
    this.#malformed = o.malformed;
  }

  reset(): void {
    this.#scanned = this.#lineStart = this.#firstFieldAt = this.#lines = 0;
    this.#high = false;
  }

  /**
   * Takes the section out of the inbox: its lines, each with its CRLF, without the empty line
   * at the end. Undefined while it is incomplete.
   */
  take(inbox: Inbox): string | undefined {
    const { bytes, start, end } = inbox;
    let at = start + this.#scanned;
    for (; at < end; at++) {
      const octet = bytes[at]!;
      if (octet >= 0x20) {
        if (octet >= 0x7f) this.#notAscii(octet);
        continue;
      }
      if (octet !== 0x0d) {
        if (octet !== 0x09) this.#control(octet);
        continue;
      }
      if (at + 1 === end) break;
      if (bytes[at + 1] !== 0x0a) throw this.#bad("CR without LF");
      if (at - start === this.#lineStart && !this.#atStartLine()) {
        inbox.start = at + 2;
        const section = bytes.subarray(start, at);
        const out = this.#high ? latin1(section) : decoder.decode(section);
        this.reset();
        return out;
      }
      this.#endLine(at - start);
      at++;
    }
    this.#scanned = at - start;
    this.#checkSize(this.#scanned);
    return undefined;
  }

  #atStartLine(): boolean {
    return this.#hasStartLine && this.#lines === 0;
  }

  #endLine(endsAt: number): void {
    this.#checkSize(endsAt);
    this.#lineStart = endsAt + 2;
    if (this.#atStartLine()) this.#firstFieldAt = this.#lineStart;
    else if (this.#fields() >= this.#limits.fieldsMax) {
      throw new HttpError(431, `more than ${this.#limits.fieldsMax} header fields`);
    }
    this.#lines++;
  }

  #fields(): number {
    return this.#hasStartLine ? this.#lines - 1 : this.#lines;
  }

  #checkSize(scanned: number): void {
    const { startLineBytesMax, fieldBytesMax } = this.#limits;
    if (this.#atStartLine()) {
      if (scanned > startLineBytesMax) {
        throw new HttpError(414, `first line longer than ${startLineBytesMax} bytes`);
      }
    } else if (scanned - this.#firstFieldAt > fieldBytesMax) {
      throw new HttpError(431, `header fields longer than ${fieldBytesMax} bytes`);
    }
  }

  #notAscii(octet: number): void {
    if (octet === 0x7f) this.#control(octet);
    this.#high = true;
  }

  #control(octet: number): never {
    if (octet === 0x0a) throw this.#bad("LF without CR");
    throw this.#bad(`control character 0x${octet.toString(16).padStart(2, "0")}`);
  }

  #bad(what: string): HttpError {
    const where = this.#atStartLine() ? "the first line" : `header line ${this.#fields() + 1}`;
    return new HttpError(this.#malformed, `${what} in ${where}`);
  }
}
