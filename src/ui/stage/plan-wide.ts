// The wide plan: the house cut open from the side, lanes from left to right.

import type { Door } from "../../sandbox/protocol.ts";
import {
  across,
  clamp,
  type Box,
  type Cast,
  type Measure,
  type Plan,
  type Planned,
} from "./plan.ts";

const pavement = 34;
const roof = 44;
const margin = 14;
const slab = 6; // thickness of the floor between two rooms
const wingHead = 20; // the wing's sign
const roomLeast = 52;
const roomWidthLeast = 176;
const roomMost = 132;
const sideDoor = 62;
const deskLeast = 94;
const balancer = 72; // a load balancer on the street, above the address book

export function planWide(cast: Cast, { width, height, opening }: Measure): Plan {
  const streetW = opening ? clamp(width * 0.34, 340, 470) : clamp(width * 0.17, 96, 220);
  const houseW = width - streetW - margin;
  const facadeW = clamp(houseW * 0.11, 60, 96);
  const corridorW = clamp(houseW * 0.06, 28, 52);
  const rest = houseW - facadeW - corridorW;

  const slots = cast.rooms.length + (cast.hall ? 1 : 0);
  const stageH = Math.max(height, 300);
  // A very high window gets more sky, not a tower.
  const inner = Math.min(stageH - roof - pavement, Math.max(houseW * 0.62, 380));
  const columnsMost = clamp(Math.floor((rest * 0.58) / roomWidthLeast), 1, 3);
  const columns = clamp(Math.ceil((slots * roomLeast) / (inner - wingHead)), 1, columnsMost);
  const rows = Math.max(Math.ceil(slots / columns), 1);
  const lobbyW = rest * (columns > 1 || rest < 420 ? 0.45 : 0.5);
  const houseH = Math.max(
    inner,
    rows * roomLeast + wingHead,
    cast.doors.length * sideDoor + 80,
    trayNeeds(cast) + deskLeast + 22,
  );
  const top = Math.max(roof, stageH - pavement - houseH);
  const ground = top + houseH;
  const total = ground + pavement;
  const house: Box = { x: streetW, y: top, w: houseW, h: houseH };

  const facade: Box = { ...house, w: facadeW };
  const lobby: Box = { ...house, x: house.x + facadeW, w: lobbyW };
  const corridor: Box = { ...house, x: lobby.x + lobbyW, w: corridorW };
  const wing: Box = { ...house, x: corridor.x + corridorW, w: rest - lobbyW };
  const deskH = clamp(houseH * 0.34, deskLeast, 150);
  const deskLane: Box = { x: lobby.x + 8, y: ground - deskH, w: lobby.w - 16, h: deskH };
  const entrance: Box = { x: facade.x + 4, y: ground - 112, w: facade.w - 8, h: 112 };
  const floors = wingFloors(wing, rows);
  const cells = floors.flatMap((floor) =>
    across(Array.from({ length: columns }), { ...wing, y: floor.y, h: floor.h }, slab).map(
      ({ box }) => box,
    ),
  );
  const bookW = clamp(streetW - bookGap(streetW) - 6, 84, 196);

  return {
    shape: "wide",
    width,
    height: total,
    house,
    street: { x: 0, y: 0, w: streetW, h: total },
    facade,
    lobby,
    corridor,
    wing,
    book: { x: streetW - bookGap(streetW) - bookW, y: ground - 104, w: bookW, h: 92 },
    entrance,
    doors: [
      ...stackDoors(cast.doors, entrance),
      ...cast.balancers.map((item, i) => ({
        item,
        box: { x: streetW - balancer - 30, y: ground - 196 - i * 84, w: balancer, h: 76 },
      })),
    ],
    tray: { x: lobby.x + 10, y: top + 8, w: lobby.w - 20, h: houseH - deskH - 22 },
    vacant: deskLane,
    desks: across(cast.desks, deskLane, 8),
    rooms: cast.rooms.map((item, i) => ({ item, box: cells[i]! })),
    hall: cast.hall ? cells[cast.rooms.length] : undefined,
    backOfHouse: { x: corridor.x, y: ground, w: width - margin - corridor.x, h: pavement },
    floors: floors.map((floor) => floor.y + floor.h),
  };
}

function bookGap(streetW: number): number {
  return streetW > 200 ? 44 : 6;
}

/** The height that the cards want; a long tray makes the house higher up to a bound. */
function trayNeeds({ cards }: Cast): number {
  return Math.min(
    cards.reduce((sum, lines) => sum + 46 + 18 * Math.min(lines, 7), 16),
    320,
  );
}

function wingFloors(wing: Box, rows: number): { y: number; h: number }[] {
  const top = wing.y + wingHead;
  const each = (wing.h - wingHead) / rows;
  const used = Math.min(each, roomMost);
  const spare = (each - used) * rows;
  return Array.from({ length: rows }, (_, i) => ({ y: top + spare + i * used, h: used - slab }));
}

function stackDoors(doors: readonly Door[], entrance: Box): Planned<Door>[] {
  const first = doors[0]?.kind === "load-balancer" ? doors[0] : undefined;
  const sides = first ? doors.slice(1) : doors;
  const planned = sides.map((item, i) => ({
    item,
    box: { ...entrance, y: entrance.y - (i + 1) * sideDoor, h: sideDoor - 8 },
  }));
  return first ? [{ item: first, box: entrance }, ...planned] : planned;
}
