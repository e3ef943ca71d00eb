// Waiting, for commands that do nothing meanwhile.

import type { Call } from "../command.ts";

/** Waits in cluster time, or until the signal aborts. */
export function pause(call: Pick<Call, "world" | "signal">, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = call.world.clock.after(ms, resolve);
    call.signal.addEventListener("abort", () => (timer.cancel(), resolve()), { once: true });
  });
}
