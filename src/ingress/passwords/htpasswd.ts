// Passwords of htpasswd files, in the kinds of hashes that `htpasswd` writes: bcrypt ($2a$, $2b$,
// $2y$), Apache's MD5 ($apr1$), SHA-1 ({SHA}), and {PLAIN}. Traditional crypt() is not known.

import { md5, sha1 } from "@noble/hashes/legacy.js";
import { base64, concat, utf8 } from "../../base/bytes.ts";
import { Bcrypt } from "./bcrypt.ts";

export class Passwords {
  readonly #bcrypt = new Bcrypt();

  /** Whether the password belongs to the hash; undefined for a kind of hash not known here. */
  match(password: string, hash: string): boolean | undefined {
    if (hash.startsWith("$2")) return this.#bcrypt.matches(password, hash);
    if (hash.startsWith("{SHA}")) return base64(sha1(utf8(password))) === hash.slice(5);
    if (hash.startsWith("{PLAIN}")) return password === hash.slice(7);
    const apr = /^\$apr1\$([^$]{1,8})\$(.{22})$/.exec(hash);
    return apr ? apr1(password, apr[1]!) === apr[2] : undefined;
  }
}

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Apache's MD5 crypt (apr_md5.c), without its prefix. */
function apr1(password: string, salt: string): string {
  const word = utf8(password);
  const grain = utf8(salt);
  const inner = md5(concat(word, grain, word));
  const first: Uint8Array[] = [word, utf8("$apr1$"), grain];
  for (let left = word.length; left > 0; left -= 16) {
    first.push(inner.subarray(0, Math.min(16, left)));
  }
  for (let bits = word.length; bits > 0; bits >>= 1) {
    first.push(bits & 1 ? Uint8Array.of(0) : word.subarray(0, 1));
  }
  let state = md5(concat(...first));
  for (let round = 0; round < 1000; round++) {
    const parts: Uint8Array[] = [round & 1 ? word : state];
    if (round % 3 !== 0) parts.push(grain);
    if (round % 7 !== 0) parts.push(word);
    parts.push(round & 1 ? state : word);
    state = md5(concat(...parts));
  }
  return printed(state);
}

/** The sixteen bytes in the order and the base64 of crypt(3). */
function printed(state: Uint8Array): string {
  let out = "";
  const add = (value: number, count: number): void => {
    for (let i = 0; i < count; i++, value >>>= 6) out += alphabet[value & 63]!;
  };
  for (const [i, j, k] of order) add((state[i]! << 16) | (state[j]! << 8) | state[k]!, 4);
  add(state[11]!, 2);
  return out;
}

const order = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const;
