// The characters of RFC 9110 and RFC 9112: tokens, field values, request targets, hosts.
// All texts here are one character a byte.

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";

const digitChars = table(digits);
const tokenChars = table(letters + digits + "!#$%&'*+-.^_`|~");

/** Visible ASCII and, as nginx, raw bytes from 0x80: curl sends what the user typed. No "#". */
const targetChars = table(range(0x21, 0x7e).replace("#", "") + range(0x80, 0xff));

/** RFC 9110 section 5.5: HTAB, SP, visible ASCII and obs-text. */
const valueChars = table("\t" + range(0x20, 0x7e) + range(0x80, 0xff));

/** RFC 3986 reg-name (percent signs are not checked further) with the port's colon apart. */
const hostChars = table(letters + digits + "-._~%!$&'()*+,;=");

/** RFC 9110 section 5.6.2: one or more tchar. */
export function isToken(text: string, start = 0, end = text.length): boolean {
  return start < end && every(tokenChars, text, start, end);
}

/** Whether `text` may stand as a field value: no CR, LF, NUL or other control character. */
export function isFieldValue(text: string): boolean {
  return every(valueChars, text, 0, text.length);
}

/** Whether all characters may stand in a request target. Its form is checked elsewhere. */
export function isTargetText(text: string): boolean {
  return text.length > 0 && every(targetChars, text, 0, text.length);
}

/** RFC 9110 section 7.2: uri-host [ ":" port ]. Empty is allowed there, and here. */
export function isHost(text: string): boolean {
  let end = text.length;
  const colon = text.lastIndexOf(":");
  const literal = text.startsWith("[");
  if (colon > (literal ? text.indexOf("]") : -1)) {
    if (colon === 0 || !isPort(text.slice(colon + 1))) return false;
    end = colon;
  }
  if (literal) return /^\[[0-9A-Fa-f:.]{2,45}\]$/.test(text.slice(0, end));
  return every(hostChars, text, 0, end);
}

/** Digits of at most 65535; empty is allowed (RFC 3986 section 3.2.3). */
function isPort(text: string): boolean {
  return text.length <= 5 && every(digitChars, text, 0, text.length) && Number(text) <= 65_535;
}

/** Compares ASCII text without regard to case; `lower` is in lower case. */
export function equalsIgnoreCase(text: string, lower: string): boolean {
  return text.length === lower.length && text.toLowerCase() === lower;
}

/** The members of comma-separated field values, trimmed; empty members are skipped. */
export function listMembers(values: readonly string[]): string[] {
  const out: string[] = [];
  for (const value of values) {
    for (const member of value.split(",")) {
      const trimmed = trimOws(member);
      if (trimmed !== "") out.push(trimmed);
    }
  }
  return out;
}

/** Without optional white space (SP and HTAB only) at both ends. */
export function trimOws(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOws(text.charCodeAt(start))) start++;
  while (end > start && isOws(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

export function isOws(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function every(allowed: Uint8Array, text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (allowed[text.charCodeAt(i)] !== 1) return false;
  return true;
}

function table(chars: string): Uint8Array {
  const out = new Uint8Array(256);
  for (let i = 0; i < chars.length; i++) out[chars.charCodeAt(i)] = 1;
  return out;
}

function range(first: number, last: number): string {
  let out = "";
  for (let code = first; code <= last; code++) out += String.fromCharCode(code);
  return out;
}
