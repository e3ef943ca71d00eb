// events.k8s.io/v1: the same Events as the core group's, with other names for the same fields.
// Models kubernetes/pkg/apis/events/v1/conversion.go.

import type { Obj } from "../object.ts";
import { Event } from "./event.ts";
import { eventColumns } from "./eventcolumns.ts";
import { defineKind } from "./kind.ts";
import type { Kind } from "./kind.ts";

type Fields = Obj & Readonly<Record<string, unknown>>;

const names: readonly (readonly [core: string, events: string])[] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["reportingComponent", "reportingController"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
];

const toCore = (object: Obj): Event =>
  renamed(object, "v1", (core, events) => [events, core]) as unknown as Event;
const fromCore = (object: Obj): Obj =>
  renamed(object, "events.k8s.io/v1", (core, events) => [core, events]);

const plain = defineKind({
  kind: "Event",
  group: "events.k8s.io",
  plural: "events",
  shortNames: ["ev"],
  namespaced: true,
  selectableFields: [
    "metadata.name",
    "metadata.namespace",
    "reason",
    "regarding.kind",
    "regarding.name",
    "regarding.namespace",
    "regarding.uid",
    "reportingController",
    "type",
  ],
  validate: (event, old) =>
    Event.validate(toCore(event), old && toCore(old)).map((error) => ({
      ...error,
      field: error.field.replace(/^involvedObject/, "regarding"),
    })),
  columns: eventColumns.map((column) => ({
    ...column,
    cell: (event: Obj, now: number) => column.cell(toCore(event), now),
  })),
});

export const EventsV1: Kind = {
  ...plain,
  stored: {
    as: Event as unknown as Kind,
    to: toCore as (object: Obj) => Obj,
    from: fromCore,
  },
};

function renamed(
  object: Obj,
  apiVersion: string,
  pair: (core: string, events: string) => [from: string, to: string],
): Obj {
  const { ...out } = object as Fields & Record<string, unknown>;
  for (const [core, events] of names) {
    const [from, to] = pair(core, events);
    if (out[from] !== undefined) (out as Record<string, unknown>)[to] = out[from];
    delete (out as Record<string, unknown>)[from];
  }
  return { ...out, apiVersion };
}
