// Columns of `kubectl get`: what the printers of several kinds share.
// Models kubernetes/pkg/printers/internalversion.

import { ageSince } from "../age.ts";
import type { Obj } from "../object.ts";
import type { Column } from "./kind.ts";

type Cell<T extends Obj> = Column<T>["cell"];

/** A column that is always shown. */
export function column<T extends Obj>(
  name: string,
  cell: Cell<T>,
  type: Column<T>["type"] = "string",
): Column<T> {
  return { name, type, format: "", description: "", priority: 0, cell };
}

/** A column shown with -o wide only. */
export function wide<T extends Obj>(name: string, cell: Cell<T>): Column<T> {
  return { ...column(name, cell), priority: 1 };
}

export const nameColumn: Column<Obj> = {
  ...column("Name", (object) => object.metadata.name),
  format: "name",
};

export const ageColumn: Column<Obj> = column("Age", (object, now) =>
  ageSince(object.metadata.creationTimestamp, now),
);
