import type { Obj } from "../object.ts";

export interface ConfigMap extends Obj {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  immutable?: boolean;
}
