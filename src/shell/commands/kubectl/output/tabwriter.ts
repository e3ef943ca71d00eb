// Elastic tab stops, as Go's text/tabwriter: tab-terminated cells of consecutive lines make a
// column, as wide as its widest cell. describe and get print through it.

import { textWidth } from "../../../terminal/width.ts";

export interface TabLayout {
  /** The least width of a cell, padding included. */
  readonly minWidth: number;
  readonly padding: number;
}

/** The text with its cells aligned. Text after a line's last tab is no cell of a column. */
export function alignTabs(text: string, { minWidth, padding }: TabLayout): string {
  const ends = text.endsWith("\n");
  const lines = (ends ? text.slice(0, -1) : text).split("\n").map((line) => line.split("\t"));
  const out = lines.map(() => "");
  format(lines, 0, lines.length, [], out, { minWidth, padding });
  return out.join("\n") + (ends ? "\n" : "");
}

/**
 * Lays out the lines from `start` to `end`, given the widths of the columns to the left.
 * Models text/tabwriter Writer.format: a column block is a run of lines that have a further
 * tab-terminated cell.
 */
function format(
  lines: readonly (readonly string[])[],
  start: number,
  end: number,
  widths: readonly number[],
  out: string[],
  layout: TabLayout,
): void {
  const column = widths.length;
  for (let at = start; at < end; at++) {
    if (column >= lines[at]!.length - 1) {
      out[at] = row(lines[at]!, widths);
      continue;
    }
    let stop = at;
    let width = layout.minWidth;
    while (stop < end && column < lines[stop]!.length - 1) {
      width = Math.max(width, textWidth(lines[stop]![column]!) + layout.padding);
      stop++;
    }
    format(lines, at, stop, [...widths, width], out, layout);
    at = stop - 1;
  }
}

function row(cells: readonly string[], widths: readonly number[]): string {
  let out = "";
  for (const [index, cell] of cells.entries()) {
    const last = index === cells.length - 1;
    const width = widths[index];
    out +=
      last || width === undefined ? cell : cell + " ".repeat(Math.max(0, width - textWidth(cell)));
  }
  return out;
}
