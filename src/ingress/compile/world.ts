// The objects that an Ingress may refer to, read by key. A World that watches what is read
// through it tells the compiler when a remembered result is out of date.

import type { Kind } from "../../api/kinds/kind.ts";
import type { Key, Obj } from "../../api/object.ts";

export interface World {
  get<T extends Obj>(kind: Kind<T>, key: Key): T | undefined;
}

/** What was read, and what it was: still valid while every read gives the very same object. */
export interface Reading {
  readonly kind: Kind;
  readonly key: Key;
  readonly found: Obj | undefined;
}

/** `world`, noting what is read through it in `readings`. */
export function noting(world: World, readings: Reading[]): World {
  return {
    get<T extends Obj>(kind: Kind<T>, key: Key): T | undefined {
      const found = world.get(kind, key);
      readings.push({ kind: kind as unknown as Kind, key, found });
      return found;
    },
  };
}

export function stillSo(world: World, readings: readonly Reading[]): boolean {
  return readings.every(({ kind, key, found }) => world.get(kind, key) === found);
}

/** A World of literals, for tests and for comparing profiles. */
export function worldOf(objects: readonly Obj[]): World {
  const byName = new Map(
    objects.map((object) => {
      const { namespace, name } = object.metadata;
      return [`${object.kind} ${namespace ? `${namespace}/` : ""}${name}`, object];
    }),
  );
  return {
    get: <T extends Obj>(kind: Kind<T>, key: Key) => byName.get(`${kind.kind} ${key}`) as T,
  };
}
