// The tables of `kubectl get`. Models cli-runtime pkg/printers/tableprinter.go: columns as the
// server defines them, three spaces between, widths kept while watching.

import { textWidth } from "../../../terminal/width.ts";

/** meta.k8s.io/v1 Table, as far as it is printed. */
export interface ServerTable {
  readonly kind: "Table";
  readonly metadata: { readonly resourceVersion?: string };
  readonly columnDefinitions:
    readonly { readonly name: string; readonly priority: number }[] | null;
  readonly rows: readonly {
    readonly cells: readonly unknown[];
    readonly object?: {
      readonly metadata: { name: string; namespace?: string; labels?: Record<string, string> };
    };
  }[];
}

export interface TableOptions {
  readonly wide: boolean;
  readonly headers: boolean;
  readonly withNamespace: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  /** "pod/": put before names when several kinds are printed. */
  readonly namePrefix: string;
  /** A first column with the watch event. */
  readonly event?: string;
}

/** Prints tables of one kind; columns never get narrower from one print to the next. */
export class TablePrinter {
  readonly #write: (text: string) => void;
  #widths: number[] = [];
  #definitions: ServerTable["columnDefinitions"] = null;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  print(table: ServerTable, options: TableOptions): void {
    this.#definitions = table.columnDefinitions ?? this.#definitions;
    const definitions = this.#definitions ?? [];
    const shown = definitions.map((column) => options.wide || column.priority === 0);
    const rows: string[][] = [];
    if (options.headers) {
      rows.push([
        ...(options.event === undefined ? [] : ["EVENT"]),
        ...(options.withNamespace ? ["NAMESPACE"] : []),
        ...definitions.filter((_, at) => shown[at]).map((column) => column.name.toUpperCase()),
        ...options.labelColumns.map((label) =>
          label.slice(label.lastIndexOf("/") + 1).toUpperCase(),
        ),
        ...(options.showLabels ? ["LABELS"] : []),
      ]);
    }
    for (const { cells, object } of table.rows) {
      const labels = object?.metadata.labels ?? {};
      const own = cells.filter((_, at) => shown[at] ?? false).map(cellText);
      if (options.namePrefix !== "" && own.length > 0) own[0] = options.namePrefix + own[0];
      rows.push([
        ...(options.event === undefined ? [] : [options.event]),
        ...(options.withNamespace ? [object?.metadata.namespace ?? ""] : []),
        ...own,
        ...options.labelColumns.map((label) => labels[label] ?? ""),
        ...(options.showLabels ? [labelText(labels)] : []),
      ]);
    }
    this.#write(this.#align(rows));
  }

  #align(rows: readonly (readonly string[])[]): string {
    for (const row of rows) {
      for (const [at, cell] of row.entries()) {
        this.#widths[at] = Math.max(this.#widths[at] ?? 6, textWidth(cell) + 3);
      }
    }
    return rows
      .map((row) => {
        const padded = row.map((cell, at) =>
          at === row.length - 1 ? cell : cell + " ".repeat(this.#widths[at]! - textWidth(cell)),
        );
        return `${padded.join("")}\n`;
      })
      .join("");
  }
}

/** A table from rows of ours: first row the headings. */
export function printRows(
  rows: readonly (readonly string[])[],
  write: (text: string) => void,
): void {
  const printer = new TablePrinter(write);
  const [head = [], ...rest] = rows;
  printer.print(
    {
      kind: "Table",
      metadata: {},
      columnDefinitions: head.map((name) => ({ name, priority: 0 })),
      rows: rest.map((cells) => ({ cells })),
    },
    {
      wide: false,
      headers: head.some((name) => name !== ""),
      withNamespace: false,
      showLabels: false,
      labelColumns: [],
      namePrefix: "",
    },
  );
}

function cellText(cell: unknown): string {
  const text =
    typeof cell === "string" ? cell : cell === null || cell === undefined ? "" : String(cell);
  const end = text.search(/[\n\r\f]/);
  return end < 0 ? text : `${text.slice(0, end)}...`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`);
  return pairs.length > 0 ? pairs.join(",") : "<none>";
}
