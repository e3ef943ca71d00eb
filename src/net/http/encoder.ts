// Heads and chunks to bytes. What would break the framing is refused here, whoever asks for it:
// a CR or LF in a value splits a response in two.

import { utf8 } from "../../base/bytes.ts";
import { shown } from "./fields.ts";
import type { HeaderField } from "./message.ts";
import { HttpError } from "./message.ts";
import { isFieldValue, isTargetText, isToken } from "./syntax.ts";

/** A request head. Throws HttpError 400 naming the part that cannot be sent. */
export function encodeRequestHead(
  method: string,
  target: string,
  headers: readonly HeaderField[],
): Uint8Array {
  if (!isToken(method)) throw new HttpError(400, `invalid method: ${shown(method)}`);
  if (!isTargetText(target)) throw new HttpError(400, `invalid request target: ${shown(target)}`);
  return latin1Bytes(`${method} ${target} HTTP/1.1\r\n${fieldLines(headers, 400)}\r\n`);
}

/** A response head. Throws HttpError 500 naming the part that cannot be sent. */
export function encodeResponseHead(
  status: number,
  reason: string,
  headers: readonly HeaderField[],
): Uint8Array {
  if (!(Number.isInteger(status) && status >= 100 && status <= 999)) {
    throw new HttpError(500, `invalid status: ${status}`);
  }
  if (!isFieldValue(reason)) throw new HttpError(500, `invalid reason: ${shown(reason)}`);
  return latin1Bytes(`HTTP/1.1 ${status} ${reason}\r\n${fieldLines(headers, 500)}\r\n`);
}

/** One chunk; an empty one would be the last, and gives nothing instead. */
export function encodeChunk(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return bytes;
  const size = utf8(`${bytes.length.toString(16)}\r\n`);
  const out = new Uint8Array(size.length + bytes.length + 2);
  out.set(size);
  out.set(bytes, size.length);
  out[out.length - 2] = 0x0d;
  out[out.length - 1] = 0x0a;
  return out;
}

/** The last chunk and the trailer section. */
export function encodeLastChunk(trailers: readonly HeaderField[] = []): Uint8Array {
  return latin1Bytes(`0\r\n${fieldLines(trailers, 500)}\r\n`);
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

/** One byte a character; the checks above let nothing else come here. */
function latin1Bytes(text: string): Uint8Array {
  const bytes = utf8(text);
  if (bytes.length === text.length) return bytes;
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}
