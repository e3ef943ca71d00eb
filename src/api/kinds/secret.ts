import type { Obj } from "../object.ts";

export interface Secret extends Obj {
  type?: string;
  /** Base64. */
  data?: Record<string, string>;
  /** Write-only: merged into `data` on the way in. */
  stringData?: Record<string, string>;
  immutable?: boolean;
}
