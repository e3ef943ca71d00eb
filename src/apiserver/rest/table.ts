// meta.k8s.io/v1 Table: what `kubectl get` prints. The columns and cells are the kinds'.

import type { Column, Kind } from "../../api/kinds/kind.ts";
import type { Obj } from "../../api/object.ts";

/** What goes with each row. */
export type IncludeObject = "None" | "Metadata" | "Object";

export interface Table {
  kind: "Table";
  apiVersion: "meta.k8s.io/v1";
  metadata: Record<string, unknown>;
  columnDefinitions: Record<string, unknown>[] | null;
  rows: { cells: (string | number | boolean | null)[]; conditions?: object[]; object?: unknown }[];
}

export function tableOf<T extends Obj>(
  kind: Kind<T>,
  objects: readonly T[],
  o: {
    nowMs: number;
    metadata: Record<string, unknown>;
    include: IncludeObject;
    /** Later events of a watch leave them out. */
    definitions: boolean;
  },
): Table {
  const rows = objects.map((object) => ({
    cells: kind.columns.map((column) => column.cell(object, o.nowMs)),
    ...completion(kind.completed?.(object)),
    ...(o.include !== "None" && {
      object: o.include === "Object" ? object : partialMetadata(object),
    }),
  }));
  const columnDefinitions = o.definitions ? kind.columns.map(definitionOf) : null;
  const { metadata } = o;
  return { kind: "Table", apiVersion: "meta.k8s.io/v1", metadata, columnDefinitions, rows };
}

/** A row of something that will not change any more says so. */
function completion(reason: string | undefined): { conditions?: object[] } {
  if (reason === undefined) return {};
  const message = completions[reason];
  return {
    conditions: [{ type: "Completed", status: "True", reason, ...(message && { message }) }],
  };
}

const completions: Readonly<Record<string, string>> = {
  Succeeded: "The pod has completed successfully.",
  Failed: "The pod failed.",
};

/** An object without anything but its metadata. */
export function partialMetadata(object: Obj): Obj {
  const { metadata } = object;
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}

function definitionOf<T extends Obj>(column: Column<T>): Record<string, unknown> {
  const { name, type, format = "", description, priority } = column;
  return { name, type, format, description, priority };
}
