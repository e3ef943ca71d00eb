// Waiting, for commands that do nothing meanwhile.

import type { Call } from "../command.ts";

/** Waits in cluster time, or until the signal aborts. */
export function pause(
  { world, signal }: Pick<Call, "world" | "signal">,
  ms: number,
): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      timer?.cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = ms === Infinity ? undefined : world.clock.after(ms, end);
    signal.addEventListener("abort", end, { once: true });
  });
}
