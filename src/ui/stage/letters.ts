// Which letter and hue a room wears. A room keeps its letter as long as the page is open, even
// when rooms around it come and go: the learner has learnt it.

import type { Room, StageKey } from "../../sandbox/protocol.ts";

export interface RoomMark {
  readonly letter: string;
  /** 0–3; hues repeat after four rooms, letters do not. */
  readonly hue: number;
  /** SVG dash pattern of the trail that leads there. */
  readonly dashes: string;
}

const dashes = ["none", "10 5", "2 5", "12 4 2 4"] as const;

export class Letters {
  readonly #marks = new Map<StageKey, RoomMark>();

  /** Gives a mark to every room that has none yet; backstage rooms get none. */
  name(rooms: readonly Room[]): void {
    const fresh = rooms.filter((room) => !room.backstage && !this.#marks.has(room.key));
    for (const room of [...fresh].sort((a, b) => (a.key < b.key ? -1 : 1))) {
      this.#marks.set(room.key, markOf(this.#marks.size));
    }
  }

  of(room: StageKey | undefined): RoomMark | undefined {
    return room === undefined ? undefined : this.#marks.get(room);
  }
}

/** A, B … Z, AA, AB …, as spreadsheets count. */
function markOf(index: number): RoomMark {
  let letter = "";
  for (let n = index; n >= 0; n = Math.floor(n / 26) - 1) {
    letter = String.fromCharCode(65 + (n % 26)) + letter;
  }
  return { letter, hue: index % 4, dashes: dashes[index % 4]! };
}
