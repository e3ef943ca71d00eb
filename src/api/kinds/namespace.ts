import type { Obj } from "../object.ts";

export interface Namespace extends Obj {
  spec?: { finalizers?: string[] };
  status?: { phase?: "Active" | "Terminating" };
}
