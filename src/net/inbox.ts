// Bytes that arrived and are not decoded yet, in one array.
//
// A chunk that finds the inbox empty is taken over without a copy. What was handed out is never
// overwritten: new bytes are appended behind, or to a new array.

import { noBytes } from "../base/bytes.ts";

export class Inbox {
  /** The array; only the part from `start` to `end` counts. */
  bytes: Uint8Array = noBytes;
  start = 0;
  end = 0;
  /** Whether `bytes` is our own, and may be appended to. */
  #own = false;

  get size(): number {
    return this.end - this.start;
  }

  push(chunk: Uint8Array): void {
    const size = this.end - this.start;
    if (size === 0) {
      this.bytes = chunk;
      this.start = 0;
      this.end = chunk.length;
      this.#own = false;
      return;
    }
    if (!this.#own || this.end + chunk.length > this.bytes.length) {
      // Twice the size, so that many small chunks cost linear time.
      const grown = new Uint8Array(2 * (size + chunk.length));
      grown.set(this.bytes.subarray(this.start, this.end));
      this.bytes = grown;
      this.start = 0;
      this.end = size;
      this.#own = true;
    }
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** The next bytes, at most `sizeMax`; a view, not a copy. */
  take(sizeMax: number): Uint8Array {
    const size = Math.min(sizeMax, this.end - this.start);
    const out = this.bytes.subarray(this.start, this.start + size);
    this.start += size;
    return out;
  }
}
