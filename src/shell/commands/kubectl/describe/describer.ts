// What a describer is: a function from an object to a sheet. It may read further objects.

import type { Obj } from "../../../../api/object.ts";
import type { Event } from "../../../../api/kinds/event.ts";
import type { Kubectl } from "../verb.ts";
import type { Sheet } from "./sheet.ts";

export interface Describing {
  readonly kubectl: Kubectl;
  readonly sheet: Sheet;
  readonly showEvents: boolean;
}

export type Describer<T extends Obj = Obj> = (object: T, describing: Describing) => Promise<void>;

/** Objects of a kind that the server may not serve: then there are none. */
export async function listIfServed(
  kubectl: Kubectl,
  type: string,
  namespace: string | undefined,
  query: Readonly<Record<string, string | undefined>>,
): Promise<readonly Obj[]> {
  const resource = await kubectl.discovery.lookup(type);
  if (resource === undefined) return [];
  return (await kubectl.api.list(resource, namespace, query)).items;
}

/** The Events about an object, if they are wanted. */
export async function describeEvents(
  object: Obj,
  { kubectl, sheet, showEvents }: Describing,
): Promise<void> {
  if (!showEvents) return;
  const { name, namespace, uid } = object.metadata;
  const fields = [
    `involvedObject.name=${name}`,
    ...(namespace ? [`involvedObject.namespace=${namespace}`] : []),
    `involvedObject.kind=${object.kind}`,
    ...(uid ? [`involvedObject.uid=${uid}`] : []),
  ];
  const fieldSelector = fields.join(",");
  const events = (await listIfServed(kubectl, "events.v1", namespace, {
    fieldSelector,
  })) as readonly Event[];
  printEvents(events, sheet);
}

function printEvents(events: readonly Event[], sheet: Sheet): void {
  if (events.length === 0) return sheet.line(0, "Events:\t<none>");
  sheet.flush();
  sheet.line(0, "Events:");
  sheet.line(1, "Type\tReason\tAge\tFrom\tMessage");
  sheet.line(1, "----\t------\t----\t----\t-------");
  const sorted = [...events].sort((a, b) => lastSeen(a).localeCompare(lastSeen(b)));
  for (const event of sorted) {
    const first = sheet.age(event.eventTime ?? event.firstTimestamp);
    let interval = first;
    if (event.series) {
      interval = `${sheet.age(event.series.lastObservedTime)} (x${event.series.count} over ${first})`;
    } else if ((event.count ?? 0) > 1) {
      interval = `${sheet.age(event.lastTimestamp)} (x${event.count} over ${first})`;
    }
    const from = event.source?.component || (event.reportingComponent ?? "");
    const message = (event.message ?? "").trim();
    sheet.line(1, `${event.type ?? ""}\t${event.reason ?? ""}\t${interval}\t${from}\t${message}`);
  }
}

function lastSeen(event: Event): string {
  return event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? "";
}
