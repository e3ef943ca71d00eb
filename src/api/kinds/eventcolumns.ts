// How `kubectl get events` prints. Models printEvent in printers.go.

import { ageSince } from "../age.ts";
import { column, wide } from "./columns.ts";
import type { Event } from "./event.ts";
import type { Column } from "./kind.ts";

export const eventColumns: readonly Column<Event>[] = [
  column("Last Seen", (event, now) => ageSince(lastSeen(event), now)),
  column("Type", ({ type }) => type ?? ""),
  column("Reason", ({ reason }) => reason ?? ""),
  column("Object", ({ involvedObject: { kind = "", name = "" } = {} }) => {
    return name === "" ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
  }),
  wide("Subobject", ({ involvedObject }) => involvedObject?.fieldPath ?? ""),
  wide("Source", (event) => {
    const component = event.source?.component || event.reportingComponent || "";
    const host = event.source?.host || event.reportingInstance || "";
    return host === "" ? component : `${component}, ${host}`;
  }),
  column("Message", ({ message = "" }) => message.trim()),
  wide("First Seen", (event, now) => ageSince(firstSeen(event), now)),
  wide("Count", ({ series, count }) => (series ? (series.count ?? 0) : count || 1), "integer"),
  wide("Name", ({ metadata }) => metadata.name),
];

function firstSeen({ firstTimestamp, eventTime }: Event): string | null | undefined {
  return firstTimestamp || eventTime;
}

function lastSeen(event: Event): string | null | undefined {
  if (event.series) return event.series.lastObservedTime;
  return event.lastTimestamp || firstSeen(event);
}
