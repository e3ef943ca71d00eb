// What a path names:
//
//   /api/v1/namespaces/NAMESPACE/pods/NAME/log
//   /apis/GROUP/VERSION/namespaces/NAMESPACE/RESOURCE/NAME/SUBRESOURCE
//   /apis/GROUP/VERSION/RESOURCE            (cluster-scoped, or all namespaces)

import type { Kind } from "../../api/kinds/kind.ts";
import type { Store } from "../store.ts";

export interface Resource {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  /** Absent for the collection. */
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** Undefined when the path names no resource that is served. */
export function resourceAt(path: string, store: Pick<Store, "kindAt">): Resource | undefined {
  const segments = path.split("/").map(decoded);
  if (segments.shift() !== "") return undefined;
  if (segments.at(-1) === "") segments.pop();
  const prefix = segments.shift();
  const group = prefix === "api" ? "" : prefix === "apis" ? segments.shift() : undefined;
  const version = segments.shift();
  if (group === undefined || version === undefined || segments.includes("")) return undefined;

  const served = (plural: string): Kind | undefined => store.kindAt(group, version, plural);
  const [first, namespace, ...rest] = segments;
  if (first === "namespaces" && namespace !== undefined) {
    const inside = named(served, namespace, rest);
    if (inside?.kind.namespaced) return inside;
  }
  return named(served, undefined, segments);
}

function named(
  served: (plural: string) => Kind | undefined,
  namespace: string | undefined,
  [plural = "", name, subresource, ...more]: readonly string[],
): Resource | undefined {
  const kind = served(plural);
  if (kind === undefined || more.length > 0) return undefined;
  if (kind.namespaced && namespace === undefined && name !== undefined) return undefined;
  if (subresource !== undefined && !subresourcesOf(kind).includes(subresource)) return undefined;
  return { kind, namespace, name, subresource };
}

/** What a kind offers below its objects. */
export function subresourcesOf(kind: Kind): readonly string[] {
  return [...kind.subresources, ...(more[`${kind.group}/${kind.kind}`] ?? [])];
}

/** What is particular to one kind. */
const more: Readonly<Record<string, readonly string[]>> = {
  "/Namespace": ["finalize"],
  "/Pod": ["attach", "binding", "eviction", "exec"],
};

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
