// The command line that a click on an object's name runs.

import type { ObjectLink } from "./objectlinks.ts";

export function describing({ kind, name, namespace }: ObjectLink): string {
  return `kubectl describe ${kind} ${name}${namespace === undefined ? "" : ` -n ${namespace}`}`;
}
