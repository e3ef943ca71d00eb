// additionalPrinterColumns: the columns of `kubectl get` for a custom resource.
// Models apiextensions-apiserver pkg/registry/customresource/tableconvertor.

import { ageSince } from "../age.ts";
import { compileJsonPath, JsonPathError, selectValues } from "../jsonpath.ts";
import { nameColumn } from "../kinds/columns.ts";
import type { PrinterColumn } from "../kinds/customresourcedefinition.ts";
import type { Column } from "../kinds/kind.ts";
import type { Obj } from "../object.ts";

/** The Name, and what the version lists; its Age when it lists nothing. */
export function columnsOf(columns: readonly PrinterColumn[] = []): Column<Obj>[] {
  const listed = columns.length > 0 ? columns : [age];
  return [nameColumn, ...listed.map(columnOf)];
}

const age: PrinterColumn = {
  name: "Age",
  type: "date",
  jsonPath: ".metadata.creationTimestamp",
  description: "",
};

function columnOf(column: PrinterColumn): Column<Obj> {
  const { name, type, format = "", priority = 0, jsonPath, description } = column;
  const told = `Custom resource definition column (in JSONPath format): ${jsonPath}`;
  const path = `{${jsonPath}}`;
  return {
    name,
    type,
    format,
    description: description || told,
    priority,
    cell: (object, now) => cellOf(type, first(path, object), now),
  };
}

/** The first of what the path selects; undefined when it selects nothing. */
function first(path: string, object: Obj): unknown {
  try {
    return selectValues(path, object)[0];
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

const print = compileJsonPath("{$}");

function cellOf(
  type: Column<Obj>["type"],
  value: unknown,
  now: number,
): string | number | boolean | null {
  if (value === undefined) return null;
  switch (type) {
    case "string":
      return print(value);
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date":
      if (typeof value !== "string") return null;
      return Number.isNaN(Date.parse(value)) ? "<invalid>" : ageSince(value, now);
  }
}
