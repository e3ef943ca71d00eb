// Zone data: names and their addresses, with DNS wildcards (RFC 1034 section 4.3.3, RFC 4592).
//
//   const zone = new Zone();
//   zone.set("*.example.com", ["203.0.113.10"]);
//   network.serveNames((name) => zone.answer(name, "dns/public"));
//
// A DNS wildcard stands for any number of labels, and only where no closer name exists. That is
// not what a wildcard host of an Ingress rule means: that one stands for exactly one label.

import type { NameServer } from "./network.ts";
import type { Actor } from "./trace.ts";

export interface ZoneRecord {
  /** As it was set, in lower case without the final dot. */
  readonly name: string;
  readonly ips: readonly string[];
}

/** Names without regard to case and final dots. */
export class Zone {
  readonly #records = new Map<string, ZoneRecord>();

  /** How many records each name has below it: such a name exists, though it has no address. */
  readonly #below = new Map<string, number>();

  /** Sets a name's addresses, replacing what it had. "*.example.com" is a wildcard. */
  set(name: string, ips: readonly string[]): void {
    const key = normalName(name);
    if (!this.#records.has(key)) this.#countAncestors(key, 1);
    this.#records.set(key, { name: key, ips: [...ips] });
  }

  remove(name: string): void {
    const key = normalName(name);
    if (this.#records.delete(key)) this.#countAncestors(key, -1);
  }

  /** All records, by name. */
  list(): readonly ZoneRecord[] {
    return [...this.#records.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The record that answers `name`: its own, or the wildcard of its closest encloser. */
  lookup(name: string): ZoneRecord | undefined {
    const asked = normalName(name);
    const own = this.#records.get(asked);
    if (own) return own;
    if (this.#exists(asked)) return undefined;
    for (let at = asked.indexOf("."); at >= 0; at = asked.indexOf(".", at + 1)) {
      const ancestor = asked.slice(at + 1);
      const wildcard = this.#records.get(`*.${ancestor}`);
      if (wildcard) return wildcard;
      if (this.#exists(ancestor)) return undefined;
    }
    return undefined;
  }

  /** The answer of a name server that knows this zone and nothing else. */
  answer(name: string, by: Actor): ReturnType<NameServer> {
    const record = this.lookup(name);
    if (!record) return undefined;
    const ips = record.ips.join(", ");
    const via = record.name === normalName(name) ? "" : ` by the wildcard ${record.name}`;
    return { ips: record.ips, by, why: `${normalName(name)} is ${ips}${via}` };
  }

  /** Whether a name is there, or another below it. */
  #exists(name: string): boolean {
    return this.#records.has(name) || (this.#below.get(name) ?? 0) > 0;
  }

  #countAncestors(name: string, change: number): void {
    for (let at = name.indexOf("."); at >= 0; at = name.indexOf(".", at + 1)) {
      const ancestor = name.slice(at + 1);
      this.#below.set(ancestor, (this.#below.get(ancestor) ?? 0) + change);
    }
  }
}

/** Lower case, without a final dot. */
function normalName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : lower;
}
