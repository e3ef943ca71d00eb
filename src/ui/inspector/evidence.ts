// Finds a request's lines in the access logs of the Pods that it passed.

import type { Guest, StageKey } from "../../sandbox/protocol.ts";

/** The Pods that did anything for this request, in order. */
export function podsOf(guest: Guest): readonly StageKey[] {
  const pods = guest.hops
    .filter((hop) => hop.by.startsWith("pod/"))
    .map((hop) => hop.by.slice("pod/".length));
  return [...new Set(pods)];
}

/**
 * Access log lines carry the request line and a time in whole seconds. A line counts when it
 * names the request line that this Pod read, in the second in which the Pod answered: it is
 * written once the answer is out, so a moment later.
 */
export function evidenceFor(guest: Guest, pod: StageKey, lines: readonly string[]): string[] {
  const own = guest.hops.filter((hop) => hop.by === `pod/${pod}`);
  const request = own.find((hop) => hop.did === "request");
  const answer = own.findLast((hop) => hop.did === "respond");
  if (!request || !answer) return [];
  const wanted = `${request.method} ${request.target}`;
  const times = [...timesOf(answer.at), ...timesOf(answer.at + writtenWithinMs)];
  return lines.filter((line) => line.includes(wanted) && times.some((time) => line.includes(time)));
}

/** How long after its answer a Pod may write the line, in milliseconds. */
const writtenWithinMs = 100;

/** A moment as access logs write it: 23/Nov/2026:09:00:05, or ISO 8601. */
function timesOf(ms: number): readonly string[] {
  const iso = new Date(ms).toISOString();
  const [year, month, day] = iso.slice(0, 10).split("-") as [string, string, string];
  const names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  return [
    `${day}/${names[Number(month) - 1]!}/${year}:${iso.slice(11, 19)}`,
    iso.slice(0, 19),
    `${year}/${month}/${day} ${iso.slice(11, 19)}`,
  ];
}
