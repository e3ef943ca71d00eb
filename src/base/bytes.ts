// Bytes and their spellings: UTF-8, Latin-1, hexadecimal, base64.
// No Buffer, so that the same code runs in a page, in a Worker and in Node.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const noBytes = new Uint8Array(0);

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; malformed sequences become U+FFFD. */
export function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** One character a byte, as HTTP header fields are read (RFC 9110 section 5.5). */
export function latin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let out = "";
  for (let i = start; i < end; i++) out += String.fromCharCode(bytes[i]!);
  return out;
}

/** The concatenation of a few parts. Of a list whose length others decide: `joined`. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return joined(parts);
}

/** The concatenation of any number of parts: spread as arguments, 100,000 would not fit. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function hex(bytes: Uint8Array): string {
  let out = "";
  for (const byte of bytes) out += byte.toString(16).padStart(2, "0");
  return out;
}

/** Bytes of an even-length hexadecimal text. Throws on any other character. */
export function fromHex(digits: string): Uint8Array {
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) {
    throw new TypeError(`expected an even number of hexadecimal digits, saw "${digits}"`);
  }
  const out = new Uint8Array(digits.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return out;
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function base64(bytes: Uint8Array): string {
  let binary = "";
  const chunk = 0x8000; // keeps the argument list of fromCharCode bounded
  for (let i = 0; i < bytes.length; i += chunk) {
    binary += String.fromCharCode(...bytes.subarray(i, i + chunk));
  }
  return btoa(binary);
}

/** Base64 of a text in UTF-8. */
export function base64OfText(text: string): string {
  // eslint-disable-next-line no-control-regex -- the whole of ASCII, of which btoa takes care itself
  return /^[\x00-\x7f]*$/.test(text) ? btoa(text) : base64(utf8(text));
}

/** Bytes of standard base64; white space is skipped. Throws TypeError on anything else. */
export function fromBase64(encoded: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(encoded.replace(/\s+/g, ""));
  } catch {
    throw new TypeError("illegal base64 data");
  }
  const out = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) out[i] = binary.charCodeAt(i);
  return out;
}
