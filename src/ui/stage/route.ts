// How guests walk between two places of a plan: right angles, along the floors and the one
// corridor, as one would in a house.

import { doorId, type Plan, type Point } from "./plan.ts";
import type { Place } from "./place.ts";

/** Where a guest stands (feet) at a place. Places that are gone fall back to a near one. */
export function standing(plan: Plan, place: Place): Point {
  const ground = plan.house.y + plan.house.h;
  const walk = plan.shape === "wide" ? ground : ground + 88;
  switch (place.at) {
    case "street":
      return { x: plan.shape === "wide" ? Math.min(46, plan.street.w * 0.3) : 26, y: walk };
    case "book":
      return { x: plan.book.x + (plan.shape === "wide" ? plan.book.w * 0.5 : -14), y: walk };
    case "door": {
      const door = plan.doors.find(({ item }) => doorId(item) === place.id);
      const box = door?.box ?? plan.entrance;
      if (door?.item.kind === "balancer") return { x: box.x - 8, y: walk };
      return { x: box.x + box.w / 2, y: box.y + box.h };
    }
    case "node":
      return { x: plan.facade.x + plan.facade.w + 6, y: ground };
    case "desk": {
      const box = plan.desks.find(({ item }) => item.id === place.id)?.box ?? plan.vacant;
      return { x: box.x + Math.min(26, box.w * 0.2), y: ground };
    }
    case "room": {
      const box = plan.rooms.find(({ item }) => item.key === place.key)?.box;
      if (!box) return corridorFoot(plan);
      return { x: plan.shape === "wide" ? box.x + 20 : box.x + box.w - 18, y: box.y + box.h };
    }
    case "staff":
      return atStaff(plan, place);
  }
}

function atStaff(plan: Plan, place: Place & { at: "staff" }): Point {
  const rooms = plan.rooms.filter(({ item }) => item.staff.some(({ pod }) => pod === place.key));
  const room = rooms.find(({ item }) => item.key === place.room) ?? rooms[0];
  if (!room) {
    const hall = plan.hall;
    return hall ? { x: hall.x + hall.w / 2, y: hall.y + hall.h } : corridorFoot(plan);
  }
  const { box, item } = room;
  const index = item.staff.findIndex(({ pod }) => pod === place.key);
  const shown = Math.min(index, staffShown(box.w) - 1);
  // A step left of the figure; rooms lay their staff out from the right edge.
  const right = box.x + box.w - 8 - shown * staffPitch - staffPitch;
  return { x: Math.max(right - 14, box.x + 44), y: box.y + box.h };
}

/** Width of one staff figure with its gap, in pixels. */
export const staffPitch = 32;

/** How many figures fit in a room; the rest is a number. */
export function staffShown(roomWidth: number): number {
  return Math.max(Math.floor((roomWidth - 64) / staffPitch), 1);
}

function corridorFoot(plan: Plan): Point {
  return { x: plan.corridor.x + plan.corridor.w / 2, y: plan.house.y + plan.house.h };
}

/** The corners of the way from one place to the next, both ends included. */
export function wayBetween(plan: Plan, from: Place, to: Place): readonly Point[] {
  const a = standing(plan, from);
  const b = standing(plan, to);
  if (Math.abs(a.y - b.y) < 1) return [a, b];
  if (inWing(from) || inWing(to)) {
    const x = corridorFoot(plan).x;
    return [a, { x, y: a.y }, { x, y: b.y }, b];
  }
  // Up or down at the place that is off the ground: its stairs stand in front of it.
  if (from.at === "door")
    return [
      a,
      { x: plan.facade.x + plan.facade.w - 4, y: a.y },
      { x: plan.facade.x + plan.facade.w - 4, y: b.y },
      b,
    ];
  return [a, { x: b.x, y: a.y }, b];
}

function inWing(place: Place): boolean {
  return place.at === "room" || place.at === "staff";
}

/** The length of a way in pixels. */
export function lengthOf(points: readonly Point[]): number {
  let length = 0;
  for (let i = 1; i < points.length; i++) length += distance(points[i - 1]!, points[i]!);
  return length;
}

/** The point `along` pixels from the start; the ends beyond it. */
export function pointAt(points: readonly Point[], along: number): Point {
  let left = along;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!;
    const b = points[i]!;
    const step = distance(a, b);
    if (left <= step && step > 0) {
      const t = Math.max(left, 0) / step;
      return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
    }
    left -= step;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}

/** The first `along` pixels of a way. */
export function cut(points: readonly Point[], along: number): readonly Point[] {
  const out: Point[] = points.length > 0 ? [points[0]!] : [];
  let left = along;
  for (let i = 1; i < points.length && left > 0; i++) {
    const step = distance(points[i - 1]!, points[i]!);
    out.push(left >= step ? points[i]! : pointAt([points[i - 1]!, points[i]!], left));
    left -= step;
  }
  return out;
}

/** An SVG path through the points, lifted by `lift` pixels, its corners rounded. */
export function drawn(points: readonly Point[], lift = 0): string {
  const corners = points.filter((p, i) => i === 0 || distance(p, points[i - 1]!) > 0.5);
  const first = corners[0];
  if (!first) return "";
  let d = `M${first.x.toFixed(1)} ${(first.y - lift).toFixed(1)}`;
  for (let i = 1; i < corners.length; i++) {
    const at = corners[i]!;
    const next = corners[i + 1];
    if (!next) {
      d += `L${at.x.toFixed(1)} ${(at.y - lift).toFixed(1)}`;
      continue;
    }
    const before = corners[i - 1]!;
    const radius = Math.min(9, distance(before, at) / 2, distance(at, next) / 2);
    const enter = pointAt([at, before], radius);
    const leave = pointAt([at, next], radius);
    d += `L${enter.x.toFixed(1)} ${(enter.y - lift).toFixed(1)}`;
    d += `Q${at.x.toFixed(1)} ${(at.y - lift).toFixed(1)} ${leave.x.toFixed(1)} ${(leave.y - lift).toFixed(1)}`;
  }
  return d;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
