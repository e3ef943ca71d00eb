// The two vocabularies of the page: the hotel, and Kubernetes. Every hotel term that the page
// shows stands here next to the thing it pictures; the H/K toggle switches all of them.

import type { Vocabulary } from "./settings.svelte.ts";

const hotel = {
  guest: "guest",
  guests: "guests",
  card: "card",
  cards: "cards",
  tray: "Card tray",
  room: "room",
  rooms: "rooms",
  wing: "Wing",
  staff: "staff",
  desk: "concierge desk",
  desks: "Concierge desks",
  door: "revolving door",
  doors: "Doors",
  sideDoor: "side door",
  street: "The street",
  addressBook: "Address book",
  vacant: "Position vacant",
  backOfHouse: "Back of house",
  unassigned: "Staff without a room",
  noStaff: "nobody on shift",
  sendGuest: "Let a guest in",
  tear: "Tear up a card",
  putBack: "Put the card back",
  nobodyReads: "nobody reads this card",
  emptyTray: "No cards. Write one below.",
  guestDesk: "Guest desk",
  timeline: "Guest book",
} as const;

/** The words for everything on stage, by term. */
export type Words = { readonly [K in keyof typeof hotel]: string };

const kubernetes: Words = {
  guest: "request",
  guests: "requests",
  card: "Ingress",
  cards: "Ingresses",
  tray: "Ingress objects",
  room: "Service",
  rooms: "Services",
  wing: "Namespace",
  staff: "Pods",
  desk: "ingress controller",
  desks: "Ingress controllers",
  door: "load balancer",
  doors: "Entrances",
  sideDoor: "NodePort",
  street: "The internet",
  addressBook: "DNS",
  vacant: "No controller installed",
  backOfHouse: "Infrastructure",
  unassigned: "Pods of no Service",
  noStaff: "no endpoints",
  sendGuest: "Send a request",
  tear: "Delete an Ingress",
  putBack: "Re-create the Ingress",
  nobodyReads: "no controller acts on it",
  emptyTray: "No Ingress objects. Apply one below.",
  guestDesk: "Request builder",
  timeline: "Request history",
};

export function wordsIn(vocabulary: Vocabulary): Words {
  return vocabulary === "hotel" ? hotel : kubernetes;
}
