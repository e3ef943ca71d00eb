// The pod-template-hash: FNV-1a over the template, spelled in Kubernetes' safe alphabet.
// Models kubernetes/pkg/controller/controller_utils.go ComputeHash and util/rand SafeEncodeString.
// Upstream hashes Go's printing of the struct, which nobody else can reproduce: the hashes have
// the same form and the same uses, not the same value.

import type { PodTemplate } from "../../api/kinds/pod.ts";

const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** Up to ten characters that change whenever the template or `collisions` does. */
export function templateHash(template: PodTemplate, collisions = 0): string {
  let hash = 0x811c9dc5;
  const text = canonical(template) + (collisions > 0 ? `#${collisions}` : "");
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return Array.from(String(hash >>> 0), (digit) => alphabet[digit.charCodeAt(0) % 27]!).join("");
}

/** JSON with sorted names, so that the order of fields does not count. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`);
  return `{${fields.join(",")}}`;
}
