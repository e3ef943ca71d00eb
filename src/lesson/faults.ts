// Which faults a hotel opens with, of those that a lesson has in store.

import type { Random } from "../base/random.ts";
import type { Faults, StartFile } from "./lesson.ts";

/** Draws as many faults as wanted, no two of them about the same thing. */
export function drawFaults({ draw, of }: Faults, random: Random): readonly StartFile[] {
  const left = [...of];
  const drawn: StartFile[] = [];
  while (drawn.length < draw && left.length > 0) {
    const [one] = left.splice(random.int(left.length), 1);
    if (!drawn.some((other) => faultGroup(other) === faultGroup(one!))) drawn.push(one!);
  }
  return drawn;
}

/** What a fault is about: "kitchen" of "kitchen-port.yaml". */
export function faultGroup({ name }: StartFile): string {
  return name.replace(/[-.].*$/, "");
}
