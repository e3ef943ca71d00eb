import type { Obj } from "../object.ts";
import { defineKind } from "./kind.ts";
import { eventColumns } from "./eventcolumns.ts";
import type { Kind } from "./kind.ts";
import { validateEvent } from "./othervalidation.ts";

/** core/v1 Event. */
export interface Event extends Obj {
  involvedObject: ObjectReference;
  reason?: string;
  message?: string;
  source?: { component?: string; host?: string };
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  count?: number;
  type?: "Normal" | "Warning" | string;
  eventTime?: string | null;
  series?: { count?: number; lastObservedTime?: string };
  action?: string;
  related?: ObjectReference;
  reportingComponent?: string;
  reportingInstance?: string;
}

export interface ObjectReference {
  kind?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  apiVersion?: string;
  resourceVersion?: string;
  fieldPath?: string;
}

export const Event: Kind<Event> = defineKind<Event>({
  kind: "Event",
  plural: "events",
  shortNames: ["ev"],
  namespaced: true,
  selectableFields: [
    "metadata.name",
    "metadata.namespace",
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  validate: validateEvent,
  columns: eventColumns,
});
