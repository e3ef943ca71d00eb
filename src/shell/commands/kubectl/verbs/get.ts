// kubectl get. Models kubectl pkg/cmd/get: the server makes the tables, kubectl prints them.

import { ApiError } from "../../../../api/errors.ts";
import type { Obj } from "../../../../api/object.ts";
import { readFileText } from "../../../command.ts";
import type { Arguments } from "../arguments.ts";
import { combined } from "../errors.ts";
import { relaxed, selectValues } from "../../../../api/jsonpath.ts";
import { listOf, printerFor, type ObjectPrinter } from "../output/printer.ts";
import { TablePrinter, type ServerTable, type TableOptions } from "../output/table.ts";
import {
  pathOf,
  resourceName,
  tableType,
  typeName,
  withSelectors,
  type Resource,
} from "../rest.ts";
import { selectors, wantedBy, type Wanted } from "../targets.ts";
import type { Kubectl, Verb } from "../verb.ts";
import { watchObjects } from "./getwatch.ts";

export const get: Verb = {
  path: "get",
  summary: "list objects, or print some",
  flags:
    "all-namespaces field-selector filename recursive ignore-not-found label-columns no-headers output output-watch-events raw selector show-kind show-labels sort-by watch watch-only",
  completes: "type-name",
  example: "kubectl get pods -A -o wide",
  run,
};

const nothingNamed = `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.

error: Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).
See 'kubectl get -h' for help and examples`;

async function run(kubectl: Kubectl, given: Arguments): Promise<number> {
  if (given.given("raw")) return raw(kubectl, given.text("raw"));
  if (given.operands.length === 0 && !given.given("filename")) {
    kubectl.err(`${nothingNamed}\n`);
    return 1;
  }
  const wanted = await wantedBy(kubectl, given);
  const printer = printerFor(
    given.text("output") || (given.given("template") ? "go-template" : ""),
    {
      nameOf: (object) => names.get(object) ?? object.metadata.name,
      managedFields: given.is("show-managed-fields"),
      headers: !given.is("no-headers"),
      template: given.text("template"),
      readFile: (path) => readFileText(kubectl.call, path),
    },
  );
  const names = new Map<Obj, string>();
  if (given.is("watch") || given.is("watch-only")) {
    return watchObjects(kubectl, given, wanted, printer, tableOptions(given, wanted));
  }
  if (printer !== undefined) return printObjects(kubectl, given, wanted, printer, names);
  return printTables(kubectl, given, wanted);
}

async function raw(kubectl: Kubectl, path: string): Promise<number> {
  const [plain = "", query = ""] = path.split("?");
  const response = await kubectl.api.send("GET", plain, {
    query: Object.fromEntries(new URLSearchParams(query)),
  });
  const { body } = response;
  kubectl.out(typeof body === "string" ? body : `${JSON.stringify(body)}\n`);
  return 0;
}

// ---------------------------------------------------------------- tables

interface Section {
  readonly resource: Resource;
  table: ServerTable;
}

async function printTables(kubectl: Kubectl, given: Arguments, wanted: Wanted): Promise<number> {
  const errors: Error[] = [...wanted.errors];
  const sections: Section[] = [];
  const query = given.given("sort-by") ? { includeObject: "Object" } : {};
  for (const { resource, namespace } of wanted.listings) {
    await collect(errors, given, async () => {
      const asked = { ...selectors(given), ...query, limit: "500" };
      sections.push({
        resource,
        table: await listTable(kubectl, resource, namespace, asked),
      });
    });
  }
  for (const { resource, namespace, name } of wanted.targets) {
    await collect(errors, given, async () => {
      const path = pathOf(resource, namespace, name);
      const response = await kubectl.api.send("GET", path, { accept: tableType, query });
      const table = response.body as ServerTable;
      const last = sections.find((section) => section.resource === resource);
      if (last) last.table = { ...last.table, rows: [...last.table.rows, ...table.rows] };
      else sections.push({ resource, table });
    });
  }
  if (given.given("sort-by")) {
    for (const section of sections) section.table = sortRows(section.table, given.text("sort-by"));
  }
  const filled = sections.filter((section) => section.table.rows.length > 0);
  for (const [index, { resource, table }] of filled.entries()) {
    if (index > 0) kubectl.out("\n");
    const options = tableOptions(given, wanted);
    new TablePrinter((text) => kubectl.out(text)).print(table, {
      ...options,
      withNamespace: options.withNamespace && resource.namespaced,
      namePrefix: wanted.severalKinds || given.is("show-kind") ? `${typeName(resource)}/` : "",
    });
  }
  if (filled.length === 0 && errors.length === 0 && !given.is("ignore-not-found")) {
    kubectl.err(`${nothingFound(kubectl, given, wanted)}\n`);
  }
  const error = combined(errors);
  if (error) throw error;
  return 0;
}

async function listTable(
  kubectl: Kubectl,
  resource: Resource,
  namespace: string | undefined,
  query: Readonly<Record<string, string | undefined>>,
): Promise<ServerTable> {
  const path = pathOf(resource, namespace);
  let table: ServerTable | undefined;
  let more: string | undefined;
  do {
    const asked = { accept: tableType, query: { ...query, continue: more } };
    const response = await kubectl.api.send("GET", path, asked).catch((error: unknown) => {
      throw withSelectors(error, resource, query);
    });
    const page = response.body as ServerTable & { metadata: { continue?: string } };
    table = table ? { ...table, rows: [...table.rows, ...page.rows] } : page;
    more = page.metadata.continue || undefined;
  } while (more !== undefined);
  return table;
}

function tableOptions(given: Arguments, wanted: Pick<Wanted, "severalKinds">): TableOptions {
  return {
    wide: given.text("output") === "wide",
    headers: !given.is("no-headers"),
    withNamespace: given.is("all-namespaces"),
    showLabels: given.is("show-labels"),
    labelColumns: given.all("label-columns"),
    namePrefix: wanted.severalKinds ? "?" : "",
  };
}

function nothingFound(kubectl: Kubectl, given: Arguments, wanted: Wanted): string {
  const namespaced = wanted.listings.some((listing) => listing.resource.namespaced);
  if (given.is("all-namespaces") || !namespaced) return "No resources found";
  return `No resources found in ${kubectl.namespace} namespace.`;
}

function sortRows(table: ServerTable, by: string): ServerTable {
  const path = relaxed(by);
  const keyed = table.rows.map((row) => ({ row, key: selectValues(path, row.object)[0] }));
  // As upstream: a field that no object has leaves nothing to print.
  if (keyed.every(({ key }) => key === undefined)) return { ...table, rows: [] };
  return { ...table, rows: keyed.sort((a, b) => compare(a.key, b.key)).map(({ row }) => row) };
}

/** As cli-runtime's sorter: missing values first, numbers by value, texts in natural order. */
function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [String(a), String(b)];
  return left.localeCompare(right, "en", { numeric: true });
}

// ---------------------------------------------------------------- objects

async function printObjects(
  kubectl: Kubectl,
  given: Arguments,
  wanted: Wanted,
  printer: ObjectPrinter,
  names: Map<Obj, string>,
): Promise<number> {
  const errors: Error[] = [...wanted.errors];
  let items: Obj[] = [];
  const keep = (resource: Resource, object: Obj): void => {
    items.push(object);
    names.set(object, resourceName(resource, object.metadata.name));
  };
  for (const { resource, namespace } of wanted.listings) {
    await collect(errors, given, async () => {
      const list = await kubectl.api.list(resource, namespace, selectors(given));
      for (const object of list.items) keep(resource, object);
    });
  }
  for (const { resource, namespace, name } of wanted.targets) {
    await collect(errors, given, async () =>
      keep(resource, await kubectl.api.get(resource, namespace, name)),
    );
  }
  if (given.given("sort-by")) {
    const path = relaxed(given.text("sort-by"));
    items = items.sort((a, b) => compare(selectValues(path, a)[0], selectValues(path, b)[0]));
  }
  const single = wanted.listings.length === 0 && wanted.targets.length === 1;
  const write = (text: string): void => kubectl.out(text);
  if (single && items[0] !== undefined) printer.print(items[0], write);
  else if (!single && (items.length > 0 || (printer.asList && errors.length === 0))) {
    printer.print(listOf(items), write);
  }
  const error = combined(errors);
  if (error) throw error;
  return 0;
}

/** Runs one read; a refusal is kept, so that the others are printed too. */
async function collect(
  errors: Error[],
  given: Arguments,
  read: () => Promise<void>,
): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason === "NotFound" && given.is("ignore-not-found")) return;
    errors.push(error);
  }
}
