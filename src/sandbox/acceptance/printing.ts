// Cases of format "kubectl-printing/1": the rows of `kubectl get`, ages, and the texts of
// `kubectl describe`. As in upstream's unit tests objects are printed as they stand, without the
// defaults that an API server would fill in.

import { ageSince } from "../../api/age.ts";
import { furtherKinds } from "../../api/kinds/further.ts";
import { kinds } from "../../api/kinds/index.ts";
import type { Column, Kind } from "../../api/kinds/kind.ts";
import type { Obj } from "../../api/object.ts";
import { matches, parseLabelSelector } from "../../api/selector.ts";
import type { RestTransport } from "../../api/transport.ts";
import { printRows } from "../../shell/commands/kubectl/output/table.ts";
import { runOnLaptop } from "./laptop.ts";
import { unlike, verdictOf, wordsOf } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

type Cell = string | number | boolean | null;

export interface PrintingCase {
  readonly id: string;
  readonly title: string;
  readonly verb: "get" | "describe" | "age-since";
  readonly now?: string;
  readonly options?: { readonly wide?: boolean };
  readonly objects?: readonly Obj[];
  readonly timestamp?: string;
  readonly target?: { readonly kind: string; readonly namespace?: string; readonly name: string };
  readonly expect: {
    readonly columns?: readonly string[];
    readonly rows?: readonly (readonly Cell[])[] | null;
    readonly columnValues?: Readonly<Record<string, readonly Cell[]>>;
    /** The reason of the row's condition Completed. */
    readonly rowCompleted?: string;
    readonly text?: string;
  };
}

const all: readonly Kind[] = [...kinds, ...furtherKinds];

/** Never throws: what breaks is a complaint. */
export async function runPrintingCase(one: PrintingCase): Promise<Verdict> {
  try {
    switch (one.verb) {
      case "age-since":
        return verdictOf(one, unlike("age", ageSince(one.timestamp, nowOf(one)), one.expect.text));
      case "get":
        return verdictOf(one, rows(one));
      case "describe":
        return verdictOf(one, await description(one));
    }
  } catch (error) {
    return verdictOf(one, [wordsOf(error)]);
  }
}

function nowOf({ now = "2025-01-15T12:00:00Z" }: PrintingCase): number {
  return Date.parse(now);
}

function rows(one: PrintingCase): string[] {
  const { objects = [], options = {}, expect } = one;
  const { wide = false } = options;
  const kind = all.find((known) => known.kind === objects[0]!.kind);
  if (!kind) return [`wanted a kind that is served, saw ${objects[0]!.kind}`];
  const columns = kind.columns.filter(({ priority }) => wide || priority === 0);
  const complaints = unlike(
    "columns",
    columns.map(({ name }) => name),
    expect.columns,
  );
  const cells = (column: Column<Obj>): Cell[] =>
    objects.map((object) => column.cell(object, nowOf(one), !wide));
  const seen = objects.map((_, i) => columns.map((column) => cells(column)[i]!));
  if (expect.rows) complaints.push(...unlike("rows", seen, expect.rows));
  for (const [name, values] of Object.entries(expect.columnValues ?? {})) {
    const column = columns.find((known) => known.name === name);
    complaints.push(...unlike(name, column && cells(column), values));
  }
  if (expect.rowCompleted !== undefined) {
    complaints.push(...unlike("completed", kind.completed?.(objects[0]!), expect.rowCompleted));
  }
  if (expect.text !== undefined) {
    let text = "";
    const head = columns.map(({ name }) => name);
    printRows([head, ...seen.map((row) => row.map(String))], (part) => (text += part));
    complaints.push(...unlike("text", text, expect.text));
  }
  return complaints;
}

async function description(one: PrintingCase): Promise<string[]> {
  const { target, objects = [], expect } = one;
  const { kind, namespace, name } = target!;
  const within = namespace ? ` -n ${namespace}` : "";
  const events = expect.text?.includes("Events:") ? "" : " --show-events=false";
  const line = `kubectl describe ${kind} ${name}${within}${events}`;
  const { out, err } = await runOnLaptop(line, { api: serving(objects), nowMs: nowOf(one) });
  return unlike("text", out + err, expect.text);
}

/** Answers discovery, gets and lists from a handful of objects. */
function serving(objects: readonly Obj[]): RestTransport {
  const answer = (status: number, body: unknown) =>
    Promise.resolve({ status, headers: {}, warnings: [], body });
  return ({ path, query }) => {
    if (path === "/api" || path === "/apis") return answer(200, discovery(path === "/api"));
    for (const kind of all) {
      const root = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.apiVersion}`;
      const pattern = `^${root}(?:/namespaces/([^/]+))?/${kind.plural}(?:/([^/]+))?$`;
      const found = new RegExp(pattern).exec(path);
      if (found === null) continue;
      const [, namespace, name] = found;
      const own = objects.filter((object) => {
        const inside = namespace === undefined || object.metadata.namespace === namespace;
        return object.kind === kind.kind && inside;
      });
      if (name === undefined) {
        const selector = parseLabelSelector(query.get("labelSelector") ?? "");
        const items = own.filter((object) => matches(selector, object.metadata.labels));
        const metadata = { resourceVersion: "1" };
        return answer(200, { kind: `${kind.kind}List`, metadata, items });
      }
      const object = own.find(({ metadata }) => metadata.name === name);
      if (object !== undefined) return answer(200, object);
      const resource = kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
      const message = `${resource} "${name}" not found`;
      const reason = "NotFound";
      return answer(404, { kind: "Status", status: "Failure", reason, message, code: 404 });
    }
    return answer(404, "404 page not found\n");
  };
}

function discovery(core: boolean): object {
  const served = all.filter((kind) => (kind.group === "") === core);
  return {
    items: served.map((kind) => ({
      metadata: { name: kind.group },
      versions: [{ version: kind.version, resources: [resource(kind)] }],
    })),
  };
}

function resource(kind: Kind): object {
  const { group, version, plural, singular, namespaced, shortNames } = kind;
  return {
    resource: plural,
    singularResource: singular,
    responseKind: { group, version, kind: kind.kind },
    scope: namespaced ? "Namespaced" : "Cluster",
    verbs: [],
    shortNames,
  };
}
