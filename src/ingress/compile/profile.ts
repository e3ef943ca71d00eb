// What an ingress controller implementation must say of itself, so that one compiler makes its
// table: what an Ingress contributes to which host, and how the contributions to one host are
// ordered. Both are pure, so that the compiler may remember their results.

import type { Ingress } from "../../api/kinds/ingress.ts";
import type { HostTable } from "../table.ts";
import type { Verdict } from "./verdict.ts";
import type { World } from "./world.ts";

type ProfileName = "spec" | "ingress-nginx" | "traefik" | "alb";

export interface Profile<Part extends HostPart = HostPart> {
  readonly name: ProfileName;
  /** See RouteTable. */
  readonly fallThrough: boolean;
  /** See RouteTable: `merge` is then given the parts of less specific hosts too. */
  readonly inherits?: true;
  /** See RouteTable. */
  readonly conditional?: true;
  /** What one Ingress says of which hosts. Reads other objects through `world` only. */
  contribute(ingress: Ingress, world: World): Contribution<Part>;
  /**
   * The table of one host. `parts` come from the oldest Ingress to the youngest (`older`).
   * Undefined when nothing is served there. Called without parts for no host (""): some
   * implementations answer there of themselves.
   */
  merge(host: string, parts: readonly Part[]): Merged | undefined;
  /** The order of age: negative when `a` goes before `b`. Never 0 for two Ingresses. */
  older(a: Owner, b: Owner): number;
}

export interface Contribution<Part extends HostPart = HostPart> {
  /** By host as the table knows it: "example.com", "*.foo.com", "" for no host. */
  readonly hosts: ReadonlyMap<string, Part>;
  readonly verdicts: readonly Verdict[];
}

/** One Ingress' say on one host. */
export interface HostPart {
  readonly owner: Owner;
}

/** Whose rule it is, and since when. */
export interface Owner {
  readonly namespace: string;
  readonly name: string;
  readonly createdMs: number;
}

export interface Merged {
  readonly table: HostTable;
  readonly verdicts: readonly Verdict[];
  /** Further names, unless rules name them: aliases of this table, or tables of their own. */
  readonly also?: readonly { readonly name: string; readonly table?: HostTable }[];
  /** Why the implementation cannot load a configuration with this host in it. */
  readonly failure?: string;
}

export function ownerOf(ingress: Ingress): Owner {
  const { namespace = "default", name, creationTimestamp } = ingress.metadata;
  const createdMs = creationTimestamp ? Date.parse(creationTimestamp) : 0;
  return { namespace, name, createdMs };
}

/** Oldest first, then by namespace and name. */
export function byAgeThenName(a: Owner, b: Owner): number {
  return a.createdMs - b.createdMs || (ownerKey(a) < ownerKey(b) ? -1 : 1);
}

export function ownerKey({ namespace, name }: Owner): string {
  return `${namespace}/${name}`;
}
