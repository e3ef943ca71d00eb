// Heads and chunks to bytes. What would break the framing is refused here, whoever asks for it:
// a CR or LF in a value splits a response in two.
//
// Use one Encoder a connection: short messages are cut from one larger array, which costs a
// third of an array each. What was handed out is never written to again.

import { noBytes } from "../../base/bytes.ts";
import { shown } from "./fields.ts";
import type { HeaderField } from "./message.ts";
import { HttpError } from "./message.ts";
import { isFieldValue, isTargetText, isToken } from "./syntax.ts";

/** Size of the array that short messages are cut from. */
const slabBytes = 8 * 1024;

export class Encoder {
  #slab: Uint8Array = noBytes;
  #used = 0;

  /**
   * A request head with `content` behind it. Throws HttpError 400 naming the part that cannot
   * be sent.
   */
  requestHead(
    method: string,
    target: string,
    headers: readonly HeaderField[],
    content: Uint8Array = noBytes,
  ): Uint8Array {
    if (!isToken(method)) throw new HttpError(400, `invalid method: ${shown(method)}`);
    if (!isTargetText(target)) throw new HttpError(400, `invalid request target: ${shown(target)}`);
    const head = `${method} ${target} HTTP/1.1\r\n${fieldLines(headers, 400)}\r\n`;
    return this.#latin1(head, content);
  }

  /**
   * A response head with `content` behind it. Throws HttpError 500 naming the part that cannot
   * be sent.
   */
  responseHead(
    status: number,
    reason: string,
    headers: readonly HeaderField[],
    content: Uint8Array = noBytes,
  ): Uint8Array {
    if (!(Number.isInteger(status) && status >= 100 && status <= 999)) {
      throw new HttpError(500, `invalid status: ${status}`);
    }
    if (!isFieldValue(reason)) throw new HttpError(500, `invalid reason: ${shown(reason)}`);
    const head = `HTTP/1.1 ${status} ${reason}\r\n${fieldLines(headers, 500)}\r\n`;
    return this.#latin1(head, content);
  }

  /** One chunk; an empty one would be the last, and gives nothing instead. */
  chunk(bytes: Uint8Array): Uint8Array {
    if (bytes.length === 0) return bytes;
    const size = `${bytes.length.toString(16)}\r\n`;
    const out = this.#room(size.length + bytes.length + 2);
    for (let i = 0; i < size.length; i++) out[i] = size.charCodeAt(i);
    out.set(bytes, size.length);
    out[out.length - 2] = 0x0d;
    out[out.length - 1] = 0x0a;
    return out;
  }

  /** The last chunk and the trailer section. */
  lastChunk(trailers: readonly HeaderField[] = []): Uint8Array {
    return this.#latin1(`0\r\n${fieldLines(trailers, 500)}\r\n`, noBytes);
  }

  /** One byte a character; the checks of the parts let nothing else come here. */
  #latin1(head: string, content: Uint8Array): Uint8Array {
    const out = this.#room(head.length + content.length);
    for (let i = 0; i < head.length; i++) out[i] = head.charCodeAt(i);
    if (content.length > 0) out.set(content, head.length);
    return out;
  }

  /** A fresh part of the slab; long messages get an array of their own. */
  #room(length: number): Uint8Array {
    if (length > slabBytes / 4) return new Uint8Array(length);
    if (this.#used + length > this.#slab.length) {
      this.#slab = new Uint8Array(slabBytes);
      this.#used = 0;
    }
    return this.#slab.subarray(this.#used, (this.#used += length));
  }
}

function fieldLines(headers: readonly HeaderField[], invalid: number): string {
  let out = "";
  for (const [name, value] of headers) {
    if (!isToken(name)) throw new HttpError(invalid, `invalid header name: ${shown(name)}`);
    if (!isFieldValue(value)) {
      throw new HttpError(invalid, `invalid value of header ${name}: ${shown(value)}`);
    }
    out += `${name}: ${value}\r\n`;
  }
  return out;
}
