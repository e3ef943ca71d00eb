// The configuration that a real controller would write for its cards, as lines for reading.

import type { Source } from "./table.ts";

export interface ConfigurationLine {
  readonly text: string;
  /** The rule that made the line; undefined for what is always there. */
  readonly source?: Source;
}
