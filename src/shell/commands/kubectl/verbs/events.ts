// kubectl events. Models kubectl pkg/cmd/events.

import { ageSince } from "../../../../api/age.ts";
import type { Event } from "../../../../api/kinds/event.ts";
import type { Obj } from "../../../../api/object.ts";
import { readFileText } from "../../../command.ts";
import type { Arguments } from "../arguments.ts";
import { KubectlError } from "../errors.ts";
import { listOf, printerFor } from "../output/printer.ts";
import { TablePrinter } from "../output/table.ts";
import { pathOf } from "../rest.ts";
import type { Kubectl, Verb } from "../verb.ts";

export const events: Verb = {
  path: "events",
  summary: "list what happened",
  flags: "all-namespaces for types watch no-headers output",
  completes: "none",
  example: "kubectl events --for ingress/simple-fanout",
  run,
};

async function run(kubectl: Kubectl, given: Arguments): Promise<number | void> {
  const resource = await kubectl.discovery.find("events.v1");
  const namespace = given.is("all-namespaces") ? undefined : kubectl.namespace;
  const types = given.all("types");
  const odd = types.find((type) => !["normal", "warning"].includes(type.toLowerCase()));
  if (odd !== undefined) throw new KubectlError(`valid --types are Normal or Warning`);
  const query = { fieldSelector: await aboutWhat(kubectl, given.text("for")) };
  const list = await kubectl.api.list(resource, namespace, query);
  const wanted = (event: Event): boolean =>
    types.length === 0 ||
    types.some((type) => type.toLowerCase() === (event.type ?? "").toLowerCase());
  const found = (list.items as readonly Obj[] as readonly Event[]).filter(wanted).sort(byTime);
  const printer = printerFor(given.text("output"), {
    nameOf: (object) => `event/${object.metadata.name}`,
    readFile: (path) => readFileText(kubectl.call, path),
    managedFields: given.is("show-managed-fields"),
  });
  if (printer) {
    printer.print(listOf(found), (text) => kubectl.out(text));
    return;
  }
  const table = new TablePrinter((text) => kubectl.out(text));
  const print = (some: readonly Event[], headers: boolean): void =>
    table.print(
      {
        kind: "Table",
        metadata: {},
        columnDefinitions: [
          ...(namespace ? [] : ["Namespace"]),
          "Last Seen",
          "Type",
          "Reason",
          "Object",
          "Message",
        ].map((name) => ({ name, priority: 0 })),
        rows: some.map((event) => ({
          cells: rowOf(event, kubectl.clock.now(), namespace === undefined),
        })),
      },
      {
        wide: false,
        headers,
        withNamespace: false,
        showLabels: false,
        labelColumns: [],
        namePrefix: "",
      },
    );
  if (found.length === 0 && !given.is("watch")) {
    kubectl.err(namespace ? `No events found in ${namespace} namespace.\n` : "No events found.\n");
    return;
  }
  print(found, !given.is("no-headers"));
  if (!given.is("watch")) return;
  const since = { ...query, resourceVersion: list.metadata.resourceVersion };
  for await (const { type, object } of kubectl.api.watch(pathOf(resource, namespace), since)) {
    if (type !== "DELETED" && wanted(object as Event)) print([object as Event], false);
  }
  return kubectl.call.signal.aborted ? 130 : 0;
}

async function aboutWhat(kubectl: Kubectl, text: string): Promise<string | undefined> {
  if (text === "") return undefined;
  const [type = "", name] = text.split("/");
  if (name === undefined) throw new KubectlError("--for must be in resource/name form");
  const resource = await kubectl.discovery.find(type);
  return `involvedObject.kind=${resource.kind},involvedObject.name=${name}`;
}

function lastSeen({ series, lastTimestamp, eventTime, firstTimestamp }: Event): string {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? "";
}

function byTime(a: Event, b: Event): number {
  return lastSeen(a).localeCompare(lastSeen(b));
}

function rowOf(event: Event, nowMs: number, withNamespace: boolean): string[] {
  const first = ageSince(event.eventTime ?? event.firstTimestamp, nowMs);
  const count = event.series?.count ?? event.count ?? 0;
  const last = ageSince(event.series?.lastObservedTime ?? event.lastTimestamp, nowMs);
  const seen = count > 1 ? `${last} (x${count} over ${first})` : first;
  const { kind, name } = event.involvedObject;
  return [
    ...(withNamespace ? [event.metadata.namespace ?? ""] : []),
    seen,
    event.type ?? "",
    event.reason ?? "",
    `${kind}/${name}`,
    (event.message ?? "").trim(),
  ];
}
