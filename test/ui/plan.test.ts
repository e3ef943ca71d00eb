// The floor plan: everything stands inside the stage, nothing on top of another, at every size.

import { describe, expect, test } from "vitest";
import type { Scene } from "../../src/sandbox/protocol.ts";
import { planStage, unassigned, type Box, type Plan } from "../../src/ui/stage/plan.ts";
import { drawn, lengthOf, pointAt, standing, wayBetween } from "../../src/ui/stage/route.ts";
import { walkOf } from "../../src/ui/stage/walk.ts";
import { finished, guestTo, vacant } from "./fixture/scene.ts";

const crowded: Scene = {
  ...finished,
  rooms: Array.from({ length: 24 }, (_, i) => ({
    ...finished.rooms[0]!,
    key: `default/shop-${String(i).padStart(2, "0")}`,
  })),
};

const sizes = [
  [359, 420, true],
  [320, 300, false],
  [520, 300, false],
  [600, 360, false],
  [800, 420, true],
  [1280, 406, true],
  [1920, 700, false],
] as const;

const scenes = { finished, vacant, crowded };

const cases = Object.entries(scenes).flatMap(([name, scene]) =>
  sizes.map(([width, height, opening]) => ({ name, scene, width, height, opening })),
);

function overlap(a: Box, b: Box): boolean {
  const gap = 0.01;
  return (
    a.x + gap < b.x + b.w && b.x + gap < a.x + a.w && a.y + gap < b.y + b.h && b.y + gap < a.y + a.h
  );
}

function boxes(plan: Plan): [string, Box][] {
  return [
    ...plan.doors.map(({ item, box }): [string, Box] => [`door ${item.service}`, box]),
    ["tray", plan.tray],
    ...plan.desks.map(({ item, box }): [string, Box] => [`desk ${item.id}`, box]),
    ...plan.rooms.map(({ item, box }): [string, Box] => [`room ${item.key}`, box]),
    ...(plan.hall ? [["hall", plan.hall] as [string, Box]] : []),
    ["book", plan.book],
  ];
}

describe.each(cases)("$name at $width × $height", ({ scene, width, height, opening }) => {
  const plan = planStage(scene, { width, height, opening });

  test("keeps everything inside, as high as asked or higher", () => {
    expect(plan.width).toBe(width);
    expect(plan.height).toBeGreaterThanOrEqual(Math.min(height, 300));
    for (const [name, { x, y, w, h }] of boxes(plan)) {
      expect([name, x >= 0, y >= 0, x + w <= width, y + h <= plan.height]).toEqual([
        name,
        true,
        true,
        true,
        true,
      ]);
      expect(w > 0 && h > 0).toBe(true);
    }
  });

  test("puts nothing on top of another", () => {
    const all = boxes(plan);
    for (const [i, [a, box]] of all.entries()) {
      for (const [b, other] of all.slice(i + 1)) {
        expect([a, b, overlap(box, other)]).toEqual([a, b, false]);
      }
    }
  });

  test("lets guests walk without leaving the stage", () => {
    const { stops } = walkOf(guestTo("/api", 1), scene);
    for (let i = 1; i < stops.length; i++) {
      const way = wayBetween(plan, stops[i - 1]!.place, stops[i]!.place);
      expect(way[0]).toEqual(standing(plan, stops[i - 1]!.place));
      expect(way.at(-1)).toEqual(standing(plan, stops[i]!.place));
      for (const { x, y } of way) {
        expect(x >= 0 && x <= width && y >= 0 && y <= plan.height).toBe(true);
      }
    }
  });
});

test("Pods that no room lists wait in the hall", () => {
  expect(unassigned(finished)).toEqual([]);
  expect(unassigned(vacant)).toEqual(["default/service-a-5b8d7c4f6-kk2lp"]);
});

test.each([
  [0, { x: 0, y: 0 }],
  [5, { x: 5, y: 0 }],
  [15, { x: 10, y: 5 }],
  [99, { x: 10, y: 10 }],
])("%i pixels along a corner is at %o", (along, point) => {
  const way = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
  ];
  expect(lengthOf(way)).toBe(20);
  expect(pointAt(way, along)).toEqual(point);
});

test("a way is drawn with rounded corners, nothing as nothing", () => {
  expect(drawn([])).toBe("");
  expect(
    drawn([
      { x: 0, y: 0 },
      { x: 20, y: 0 },
      { x: 20, y: 20 },
    ]),
  ).toBe("M0.0 0.0L11.0 0.0Q20.0 0.0 20.0 9.0L20.0 20.0");
});
