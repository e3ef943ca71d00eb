// Names that are a function of what the object wants, so that it is made once only.
// Models pkg/api/util/names.go ComputeName.

import { utf8 } from "../../../base/bytes.ts";

/** "web-tls-1-2870436311" */
export function computedName(prefix: string, spec: unknown): string {
  const short = prefix.slice(0, 52).replace(/[^a-zA-Z\d]+$/, "");
  return `${short}-${fnv32(JSON.stringify(spec))}`;
}

/** FNV-1, 32 bits. */
function fnv32(text: string): number {
  let hash = 0x811c9dc5;
  for (const octet of utf8(text)) hash = Math.imul(hash, 0x01000193) ^ octet;
  return hash >>> 0;
}
