// Which names an authority may issue for (RFC 5280 section 4.2.1.10): DNS names only.

import type { Certificate } from "./certificate.ts";
import type { NameConstraints } from "./extensions.ts";

/** OpenSSL's number for a name that is not permitted (47) or excluded (48). */
export function namesFault(
  { altNames }: Certificate,
  { permittedDns, excludedDns }: NameConstraints,
): 47 | 48 | undefined {
  const names = altNames?.dns ?? [];
  const outside = (name: string): boolean =>
    permittedDns.length > 0 && !permittedDns.some((base) => within(name, base));
  if (names.some(outside)) return 47;
  const inside = (name: string): boolean => excludedDns.some((base) => within(name, base));
  return names.some(inside) ? 48 : undefined;
}

/** Whether `name` is `base` or below it; a leading dot asks for below. */
function within(name: string, base: string): boolean {
  const lower = name.toLowerCase();
  const wanted = base.toLowerCase();
  if (wanted === "" || lower === wanted) return true;
  return lower.endsWith(wanted.startsWith(".") ? wanted : `.${wanted}`);
}
