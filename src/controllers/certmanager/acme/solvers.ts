// Which of an issuer's solvers is for a name: the most specific selector wins.
// Models pkg/controller/acmeorders/selectors and solverpicker.

import type { Labels } from "../../../api/object.ts";
import type { Solver } from "../kinds.ts";

export function pickSolver(
  solvers: readonly Solver[],
  name: string,
  labels: Labels = {},
): Solver | undefined {
  let best: { solver: Solver; rank: readonly number[] } | undefined;
  for (const solver of solvers) {
    if (!solver.http01?.ingress) continue;
    const rank = rankOf(solver, name, labels);
    if (rank && (!best || isMore(rank, best.rank))) best = { solver, rank };
  }
  return best?.solver;
}

/** Names before zones, long zones before short ones, then labels; undefined: not for this name. */
function rankOf({ selector = {} }: Solver, name: string, labels: Labels): number[] | undefined {
  const { dnsNames = [], dnsZones = [], matchLabels = {} } = selector;
  const pairs = Object.entries(matchLabels);
  if (pairs.some(([key, value]) => labels[key] !== value)) return undefined;
  const zones = dnsZones.filter((zone) => name === zone || name.endsWith(`.${zone}`));
  if (dnsNames.length > 0 && !dnsNames.includes(name)) return undefined;
  if (dnsZones.length > 0 && zones.length === 0) return undefined;
  const longest = Math.max(0, ...zones.map((zone) => zone.split(".").length));
  return [dnsNames.length > 0 ? 1 : 0, longest, pairs.length];
}

function isMore(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at]! > b[at]!;
}
