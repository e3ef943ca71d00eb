// The street's DNS: names that anybody can look up, exact or with a wildcard.

import type { NameServer } from "../net/network.ts";

/** The address book. "*.example.com" stands for every name below example.com. */
export interface PublicNames {
  set(name: string, ip: string): void;
  remove(name: string): void;
  list(): readonly { readonly name: string; readonly ip: string }[];
}

const by = "dns/public";

export class AddressBook implements PublicNames {
  readonly #ips = new Map<string, string>();
  readonly #standing: ReadonlyMap<string, string>;

  /** @param standing names that are there whatever anybody writes, and in no list */
  constructor(standing: ReadonlyMap<string, string> = new Map()) {
    this.#standing = standing;
  }

  set(name: string, ip: string): void {
    this.#ips.set(name.toLowerCase(), ip);
  }

  remove(name: string): void {
    this.#ips.delete(name.toLowerCase());
  }

  list(): readonly { readonly name: string; readonly ip: string }[] {
    const names = [...this.#ips].map(([name, ip]) => ({ name, ip }));
    return names.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** To be given to the network: always an answer, as nobody can be asked after the root. */
  readonly resolve: NameServer = (asked) => {
    const name = asked.replace(/\.$/, "").toLowerCase();
    const exact = this.#ips.get(name) ?? this.#standing.get(name);
    if (exact !== undefined) return { ips: [exact], by, why: `${name} is in the address book` };
    const labels = name.split(".");
    for (let i = 1; i < labels.length; i++) {
      const wildcard = `*.${labels.slice(i).join(".")}`;
      const ip = this.#ips.get(wildcard);
      if (ip !== undefined) return { ips: [ip], by, why: `${wildcard} is in the address book` };
    }
    return { ips: [], by, why: `the address book has no ${name}` };
  };
}
