// The tall plan, for phones and narrow columns: the house from the front, street at the bottom,
// rooms two abreast above the lobby, one lift at the right.

import { across, clamp, type Box, type Cast, type Measure, type Plan } from "./plan.ts";

const roof = 36;
const margin = 8;
const lift = 30;
const streetH = 104;
const lobbyH = 118;
const roomH = 84;
const slab = 6;

export function planTall(cast: Cast, { width, height }: Measure): Plan {
  const slots = cast.rooms.length + (cast.hall ? 1 : 0);
  const rows = Math.max(Math.ceil(slots / 2), 1);
  const sides = Math.max(cast.doors.length - 1, 0);
  const trayLeast = clamp(
    cast.cards.reduce((sum, lines) => sum + 46 + 18 * Math.min(lines, 7), 26),
    96,
    260,
  );
  const fixed = roof + lobbyH + streetH + rows * roomH;
  const trayH = Math.max(trayLeast, Math.min(height - fixed, 200), sides * 58);
  const total = Math.max(fixed + trayH, height);
  const ground = total - streetH;

  const house: Box = { x: margin, y: roof, w: width - 2 * margin, h: ground - roof };
  const corridor: Box = { ...house, x: house.x + house.w - lift, w: lift };
  const innerW = house.w - lift;
  const facadeW = 78;
  const lobbyY = ground - lobbyH;
  const facade: Box = { x: house.x, y: lobbyY - trayH, w: facadeW, h: lobbyH + trayH };
  const lobby: Box = { ...facade, x: house.x + facadeW, w: innerW - facadeW };
  const wingBottom = lobbyY - trayH;
  const eachRow = clamp((wingBottom - roof) / rows, roomH, 110);
  const wing: Box = { x: house.x, y: roof, w: innerW, h: wingBottom - roof };
  const floors = Array.from({ length: rows }, (_, i) => ({
    y: wingBottom - (rows - i) * eachRow,
    h: eachRow - slab,
  }));
  const cells = floors.flatMap((floor) =>
    across([0, 1], { ...wing, y: floor.y, h: floor.h }, slab).map(({ box }) => box),
  );
  const entrance: Box = { x: facade.x + 4, y: ground - 108, w: facadeW - 8, h: 108 };
  const deskLane: Box = { x: lobby.x + 6, y: lobbyY + 4, w: lobby.w - 12, h: lobbyH - 4 };
  const [first, ...others] = cast.doors;
  const main = first?.kind === "load-balancer" ? first : undefined;
  const sideDoors = main ? others : cast.doors;

  return {
    shape: "tall",
    width,
    height: total,
    house,
    street: { x: 0, y: ground, w: width, h: streetH },
    facade,
    lobby,
    corridor,
    wing,
    book: { x: width - margin - 196, y: ground + 12, w: 190, h: 74 },
    entrance,
    doors: [
      ...(main ? [{ item: main, box: entrance }] : []),
      ...sideDoors.map((item, i) => ({
        item,
        box: { ...entrance, y: entrance.y - (i + 1) * 58, h: 52 },
      })),
      ...cast.balancers.map((item, i) => ({
        item,
        box: { x: margin + 48 + i * 76, y: ground + 8, w: 70, h: 76 },
      })),
    ],
    tray: { x: lobby.x + 6, y: wingBottom + 4, w: lobby.w - 12, h: trayH - 8 },
    vacant: deskLane,
    desks: across(cast.desks, deskLane, 6),
    rooms: cast.rooms.map((item, i) => ({ item, box: cells[i]! })),
    hall: cast.hall ? cells[cast.rooms.length] : undefined,
    backOfHouse: { x: margin, y: total - 18, w: 150, h: 18 },
    floors: floors.map((floor) => floor.y + floor.h),
  };
}
