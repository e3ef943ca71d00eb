// Puts an element where the plan says.

import type { Box } from "./plan.ts";

/** Inline style for an absolutely positioned element that fills `box`. */
export function at({ x, y, w, h }: Box): string {
  return `left:${x}px;top:${y}px;width:${w}px;height:${h}px`;
}
