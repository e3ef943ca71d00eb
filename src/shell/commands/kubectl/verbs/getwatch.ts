// kubectl get --watch: what is there, then every change as a row of its own.

import type { Obj } from "../../../../api/object.ts";
import type { Arguments } from "../arguments.ts";
import { KubectlError } from "../errors.ts";
import type { ObjectPrinter } from "../output/printer.ts";
import { TablePrinter, type ServerTable, type TableOptions } from "../output/table.ts";
import { pathOf, tableType, typeOf } from "../rest.ts";
import { selectors, type Wanted } from "../targets.ts";
import type { Kubectl } from "../verb.ts";

export async function watchObjects(
  kubectl: Kubectl,
  given: Arguments,
  wanted: Wanted,
  printer: ObjectPrinter | undefined,
  options: TableOptions,
): Promise<number> {
  if (wanted.listings.length + wanted.targets.length !== 1) {
    throw new KubectlError("you may only specify a single resource type");
  }
  const one = wanted.listings[0] ?? wanted.targets[0]!;
  const name = wanted.targets[0]?.name;
  const { resource, namespace } = one;
  const path = pathOf(resource, namespace);
  const query = {
    ...selectors(given),
    ...(name !== undefined && { fieldSelector: `metadata.name=${name}` }),
  };
  // A name that is not there is an error, and not something to wait for.
  if (name !== undefined) await kubectl.api.get(resource, namespace, name);
  const accept = printer === undefined ? tableType : undefined;
  const first = await kubectl.api.send("GET", path, { query, ...(accept && { accept }) });
  const show = shower(kubectl, given, printer, {
    ...options,
    withNamespace: options.withNamespace && resource.namespaced,
  });
  const list = first.body as ServerTable & { items?: Obj[] };
  if (!given.is("watch-only")) {
    if (printer === undefined) show("ADDED", list);
    else for (const item of list.items ?? []) show("ADDED", { ...typeOf(resource), ...item });
  }
  const since = { ...query, resourceVersion: list.metadata.resourceVersion };
  for await (const { type, object } of kubectl.api.watch(path, since, accept)) {
    show(type, object as Obj | ServerTable);
  }
  return kubectl.call.signal.aborted ? 130 : 0;
}

/** Prints one event: the headings once, columns as wide as ever. */
function shower(
  kubectl: Kubectl,
  given: Arguments,
  printer: ObjectPrinter | undefined,
  options: TableOptions,
): (type: string, value: Obj | ServerTable) => void {
  const table = new TablePrinter((text) => kubectl.out(text));
  const withEvents = given.is("output-watch-events");
  let { headers } = options;
  let first = true;
  return (type, value) => {
    if (printer !== undefined) {
      const yaml = given.text("output") === "yaml";
      if (!first && yaml) kubectl.out("---\n");
      first = false;
      return printer.print(value as Obj, (text) => kubectl.out(text));
    }
    const rows = value as ServerTable;
    if (rows.rows.length === 0) return;
    table.print(rows, { ...options, headers, ...(withEvents && { event: type }) });
    headers = false;
  };
}
