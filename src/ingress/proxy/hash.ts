// Which endpoint a key belongs to: the one with the highest score for it (rendezvous hashing),
// so that an endpoint that comes or goes moves only its own keys. Not the same numbers as
// lua-resty-chash gives, but the same promise.

import type { Endpoint } from "../upstreams.ts";

/** The endpoint of a key, among those that `usable` lets pass. */
export function byHash(
  endpoints: readonly Endpoint[],
  key: string,
  usable: (endpoint: Endpoint) => boolean = () => true,
): Endpoint | undefined {
  let best: Endpoint | undefined;
  let highest = -1;
  for (const endpoint of endpoints) {
    if (!usable(endpoint)) continue;
    const score = hash32(`${key}\n${endpoint.host}:${endpoint.port}`);
    if (score > highest) [best, highest] = [endpoint, score];
  }
  return best;
}

/** FNV-1a with a finisher, 32 bits. */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32 hexadecimal digits that stand for a text; where nginx writes an MD5. */
export function digest(text: string): string {
  let out = "";
  for (let i = 0; i < 4; i++) out += hash32(`${i}${text}`).toString(16).padStart(8, "0");
  return out;
}
