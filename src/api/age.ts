// How long ago, as kubectl's AGE column says it.
// Models k8s.io/apimachinery/pkg/util/duration HumanDuration.

/** "5s", "2m30s", "12h", "3d4h", "2y41d": two units at most, one when it is precise enough. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 60 * 2) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return two(minutes, "m", seconds % 60, "s");
  if (minutes < 60 * 3) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return two(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  if (hours < 24 * 8) return two(Math.trunc(hours / 24), "d", hours % 24, "h");
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24)}d`;
  if (hours < 24 * 365 * 8) {
    const days = Math.trunc(hours / 24);
    return two(Math.trunc(days / 365), "y", days % 365, "d");
  }
  return `${Math.trunc(hours / 24 / 365)}y`;
}

/** The age of something that happened at `at` (RFC 3339): "<unknown>" when it never did. */
export function ageSince(at: string | null | undefined, nowMs: number): string {
  if (at === undefined || at === null || at === "") return "<unknown>";
  return humanDuration(nowMs - Date.parse(at));
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
