// The hotel's floor plan: where everything stands, in pixels, for a scene and a stage size.
// Fixed lanes, no layout engine:
//
//   wide   street | façade | lobby (tray over desks) | corridor | wing (a room a floor)
//   tall   the same house seen from the front: street below, lobby, tray, rooms above, lift right
//
// A plan is plain data made by a pure function, so it is tested with literals.

import type { Desk, Door, Room, Scene, StageKey } from "../../sandbox/protocol.ts";
import { planTall } from "./plan-tall.ts";
import { planWide } from "./plan-wide.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Planned<T> {
  readonly item: T;
  readonly box: Box;
}

/** Where each lane and fitting stands. What is inside a box is drawn by its component. */
export interface Plan {
  readonly shape: "wide" | "tall";
  readonly width: number;
  readonly height: number;
  /** The whole house, without street and sky. */
  readonly house: Box;
  readonly street: Box;
  readonly facade: Box;
  readonly lobby: Box;
  readonly corridor: Box;
  readonly wing: Box;
  readonly book: Box;
  /** The big door, drawn even while nobody has opened it. */
  readonly entrance: Box;
  readonly doors: readonly Planned<Door>[];
  readonly tray: Box;
  /** The place of the empty desk, when there are no desks. */
  readonly vacant: Box;
  readonly desks: readonly Planned<Desk>[];
  readonly rooms: readonly Planned<Room>[];
  /** Where Pods wait that no room lists; undefined when there are none. */
  readonly hall: Box | undefined;
  readonly backOfHouse: Box;
  /** Floors between rooms: the y on which guests walk there. */
  readonly floors: readonly number[];
}

export interface Measure {
  readonly width: number;
  readonly height: number;
  /** Room for the headline beside the house. */
  readonly opening: boolean;
}

/** Below this width the house is drawn tall. */
const tallBelow = 520;

/** The plan of `scene` for a stage of that size; it may be higher than asked, never wider. */
export function planStage(scene: Scene, measure: Measure): Plan {
  const cast: Cast = {
    doors: sortedDoors(scene.doors.filter(({ kind }) => kind !== "balancer")),
    balancers: sortedDoors(scene.doors.filter(({ kind }) => kind === "balancer")),
    desks: scene.desks,
    rooms: scene.rooms
      .filter((room) => !room.backstage)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    hall: unassigned(scene).length > 0,
    cards: scene.cards.map((card) => card.rules.length + (card.remark || !card.desk ? 3 : 0)),
  };
  return measure.width < tallBelow ? planTall(cast, measure) : planWide(cast, measure);
}

/** The house before the sandbox has told anything: walls, and nobody at home. */
export const emptyScene: Scene = {
  at: 0,
  names: [],
  doors: [],
  desks: [],
  cards: [],
  rooms: [],
  staff: [],
  nodes: [],
};

/** What a plan has to find room for. */
export interface Cast {
  readonly doors: readonly Door[];
  /** Load balancers that stand on the street. */
  readonly balancers: readonly Door[];
  readonly desks: readonly Desk[];
  readonly rooms: readonly Room[];
  readonly hall: boolean;
  /** How many lines each card has: its rules, and its remark. */
  readonly cards: readonly number[];
}

/** Pods that serve guests and stand on no room's shift list. */
export function unassigned(scene: Scene): readonly StageKey[] {
  const listed = new Set(scene.rooms.flatMap((room) => room.staff.map(({ pod }) => pod)));
  return scene.staff.filter((pod) => !pod.backstage && !listed.has(pod.key)).map((pod) => pod.key);
}

export function doorId(door: Door): string {
  return `${door.kind} ${door.service}`;
}

/** The entrance first: a concierge's load balancer, then other load balancers, then side doors. */
function sortedDoors(doors: readonly Door[]): readonly Door[] {
  const rank = (door: Door): number =>
    door.kind === "node-port" ? 2 : door.desk === undefined ? 1 : 0;
  return doors.toSorted((a, b) => rank(a) - rank(b) || (a.service < b.service ? -1 : 1));
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** Boxes side by side in `box`, with `gap` between them. */
export function across<T>(items: readonly T[], box: Box, gap: number): Planned<T>[] {
  const w = (box.w - gap * (items.length - 1)) / Math.max(items.length, 1);
  return items.map((item, i) => ({ item, box: { ...box, x: box.x + i * (w + gap), w } }));
}
