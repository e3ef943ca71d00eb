// How long a Job waits after failures before it makes another Pod: 10 s, doubled each time, ten
// minutes at most. Models kubernetes/pkg/controller/job/backoff_utils.go.

import type { Pod } from "../../api/kinds/pod.ts";
import type { Key } from "../../api/object.ts";

const firstMs = 10_000;
const longestMs = 600_000;

export class Backoff {
  readonly #records = new Map<Key, { failures: number; lastMs: number }>();

  /** Pods that have ended since the last call; a success after a failure forgives it. */
  saw(key: Key, succeeded: readonly Pod[], failed: readonly Pod[], now: number): void {
    if (succeeded.length + failed.length === 0) return;
    const lastSuccessMs = Math.max(-Infinity, ...succeeded.map((pod) => endMs(pod, now)));
    const before = succeeded.length > 0 ? undefined : this.#records.get(key);
    const ends = failed.map((pod) => endMs(pod, now)).filter((ms) => ms > lastSuccessMs);
    const failures = (before?.failures ?? 0) + ends.length;
    this.#records.set(key, { failures, lastMs: Math.max(before?.lastMs ?? 0, ...ends) });
  }

  waitMs(key: Key, now: number): number {
    const { failures, lastMs } = this.#records.get(key) ?? { failures: 0, lastMs: 0 };
    if (failures === 0) return 0;
    return Math.max(0, lastMs + Math.min(firstMs * 2 ** (failures - 1), longestMs) - now);
  }

  forget(key: Key): void {
    this.#records.delete(key);
  }
}

/** When the last of its containers ended. */
function endMs({ status }: Pod, now: number): number {
  const ends = (status?.containerStatuses ?? []).map(({ state }) =>
    Date.parse(state?.terminated?.finishedAt ?? ""),
  );
  const known = ends.filter((ms) => !Number.isNaN(ms));
  return known.length > 0 ? Math.max(...known) : now;
}
