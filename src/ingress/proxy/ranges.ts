// Address ranges as allow and deny lists write them: "10.0.0.0/8", "56.0.0.1".

import { inRange } from "../../net/address.ts";

export function inAny(ip: string, ranges: readonly string[]): boolean {
  return ranges.some((range) => inRange(ip, range));
}
