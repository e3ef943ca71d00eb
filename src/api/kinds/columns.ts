// Columns of `kubectl get`: what the printers of several kinds share.
// Models kubernetes/pkg/printers/internalversion/printers.go.

import { ageSince } from "../age.ts";
import type { Obj } from "../object.ts";
import { formatSelector } from "../selector.ts";
import type { LabelSelector } from "../selector.ts";
import type { Column } from "./kind.ts";
import type { PodTemplate } from "./pod.ts";
import type { LoadBalancerStatus } from "./service.ts";

type Cell<T extends Obj> = Column<T>["cell"];

/** A column that is always shown. */
export function column<T extends Obj>(
  name: string,
  cell: Cell<T>,
  type: Column<T>["type"] = "string",
): Column<T> {
  return { name, type, format: "", description: "", priority: 0, cell };
}

/** A column of whole numbers. */
export function count<T extends Obj>(name: string, cell: (object: T) => number): Column<T> {
  return column(name, cell, "integer");
}

/** A column shown with -o wide only. */
export function wide<T extends Obj>(
  name: string,
  cell: Cell<T>,
  type: Column<T>["type"] = "string",
): Column<T> {
  return { ...column(name, cell, type), priority: 1 };
}

export const nameColumn: Column<Obj> = {
  ...column("Name", (object) => object.metadata.name),
  format: "name",
};

export const ageColumn: Column<Obj> = column("Age", (object, now) =>
  ageSince(object.metadata.creationTimestamp, now),
);

/** Containers, Images, Selector: what is told of a workload with -o wide. */
export function workloadColumns<
  T extends Obj & { spec: { selector: LabelSelector; template?: PodTemplate } },
>(): Column<T>[] {
  const all = (object: T): { name: string; image?: string }[] =>
    object.spec?.template?.spec?.containers ?? [];
  return [
    wide("Containers", (object) =>
      all(object)
        .map(({ name }) => name)
        .join(","),
    ),
    wide("Images", (object) =>
      all(object)
        .map(({ image = "" }) => image)
        .join(","),
    ),
    wide("Selector", (object) => formatSelector(object.spec?.selector)),
  ];
}

/** At most three of the items, and how many more there are. */
export function firstThree(items: readonly string[]): string {
  const more = items.length > 3 ? ` + ${items.length - 3} more...` : "";
  return items.slice(0, 3).join(",") + more;
}

const addressWidth = 16;

/** The addresses of a load balancer, sorted; `clipped` to 16 characters when asked to. */
export function addressesOf(status: LoadBalancerStatus | undefined, clipped = false): string {
  const all = (status?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "");
  const text = [...new Set(all.filter((one) => one !== ""))].sort().join(",");
  const tooWide = clipped && text.length > addressWidth;
  return tooWide ? `${text.slice(0, addressWidth - 3)}...` : text;
}
