// What an API server offers beyond the kinds that it began with: further built-in kinds, and
// those of CustomResourceDefinitions. Fetched when it is first needed.

import { furtherKinds } from "../api/kinds/further.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type { Clock } from "../base/clock.ts";
import { CustomResources } from "./customresources.ts";
import type { Verbs } from "./verbs.ts";

export function serveFurther(o: {
  verbs: Verbs;
  clock: Clock;
  changed(old: readonly Kind[], now: readonly Kind[]): void;
}): void {
  o.changed([], furtherKinds);
  new CustomResources(o);
}
