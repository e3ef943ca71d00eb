// Where something of a request happens on stage, without saying where on the screen that is.
// walk.ts makes places from hops; plan.ts gives each place its point.

import type { StageKey } from "../../sandbox/protocol.ts";

export type Place =
  | { readonly at: "street" }
  | { readonly at: "book" }
  /** A door by its id; an address at which no door stands is the closed entrance. */
  | { readonly at: "door"; readonly id: string }
  /** Inside the façade, where a node's kube-proxy hands connections on. */
  | { readonly at: "node" }
  | { readonly at: "desk"; readonly id: string }
  | { readonly at: "room"; readonly key: StageKey }
  | { readonly at: "staff"; readonly key: StageKey; readonly room: StageKey | undefined };

/** One text a place, for maps and comparisons. */
export function placeId(place: Place): string {
  switch (place.at) {
    case "street":
    case "book":
    case "node":
      return place.at;
    case "door":
    case "desk":
      return `${place.at} ${place.id}`;
    case "room":
      return `room ${place.key}`;
    case "staff":
      return `staff ${place.key} ${place.room ?? ""}`;
  }
}
