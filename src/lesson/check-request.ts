// Judges the claims whose requests the check sends itself.

import { printAddress } from "../net/address.ts";
import { header } from "../net/http/message.ts";
import type { AnswerPart, RequestClaim, RequestOrder, ShareClaim } from "./claim-request.ts";
import { leadingRule, type Evidence, type Visit } from "./evidence.ts";
import type { Outcome } from "./notation.ts";
import { glob, isOutcome, isServedBy, no, shortKey, yes, type Verdict } from "./verdict.ts";
import type { Order } from "./visit.ts";

export async function judgeRequest(claim: RequestClaim, evidence: Evidence): Promise<Verdict> {
  const seen = await evidence.probe(orderOf(claim.order), patienceMs(claim.outcome));
  return judgeVisit(claim, seen);
}

/** Sends the request so many times, one after the other, and counts who answered. */
export async function judgeShare(claim: ShareClaim, evidence: Evidence): Promise<Verdict> {
  const order = orderOf(claim.order);
  let count = 0;
  for (let i = 0; i < claim.times; i++) {
    const seen = await evidence.probe(order, patienceMs("200"));
    if (!/^\d/.test(seen.ending)) return no(`${order.method} ${order.url} ${told(seen)}.`);
    if (isServedBy(seen, claim.service)) count++;
  }
  const share = (100 * count) / claim.times;
  return share >= claim.from && share <= claim.to
    ? yes
    : no(
        `${claim.service} got ${count} of ${claim.times} guests; ` +
          `wanted: ${claim.from} to ${claim.to} in a hundred.`,
      );
}

function orderOf({ bodyBytes, ...order }: RequestOrder): Order {
  return bodyBytes === 0 ? order : { ...order, body: "x".repeat(bodyBytes) };
}

/**
 * A request that hangs must not hold up the verdict: the next one comes soon. Only who waits for
 * a gateway's timeout (60 s in ingress-nginx) has to wait as long.
 */
function patienceMs(outcome: Outcome): number {
  return ["504", "5xx", "timeout", "failed"].includes(outcome) ? 75_000 : 2_000;
}

function judgeVisit(claim: RequestClaim, seen: Visit): Verdict {
  const what = `${claim.order.method} ${claim.order.url}`;
  if (!isOutcome(seen.ending, claim.outcome)) {
    return no(`${what} ${told(seen)}; wanted: ${claim.outcome}.`);
  }
  if (claim.service !== undefined && !isServedBy(seen, claim.service)) {
    const reached = seen.services.map(shortKey).join(", ") || "no Service";
    return no(`${what} reached ${reached}, not ${claim.service}.`);
  }
  if (claim.via !== undefined) {
    const rule = leadingRule(seen.hops);
    const pattern = glob(claim.via === "*" ? "Ingress *" : `Ingress ${claim.via}`);
    if (rule === undefined) return no(`${what} was answered, but no Ingress led there.`);
    if (!pattern.test(rule)) return no(`${what} was led by ${rule}, not by ${claim.via}.`);
  }
  for (const part of claim.answer) {
    const saw = judgeAnswer(part, seen);
    if (saw !== undefined) return no(`${what} is answered ${seen.ending} ${saw}.`);
  }
  return yes;
}

/** What is wrong with a part of the answer; undefined when it is as wanted. */
function judgeAnswer({ name, operator, value }: AnswerPart, seen: Visit): string | undefined {
  const part = name === "body" ? seen.answer?.body : header(seen.answer?.headers ?? [], name);
  const what = name === "body" ? "body" : `header ${name}`;
  if (operator === "absent") return part === undefined ? undefined : `with the ${what}`;
  const holds = operator === "==" ? part === value : part?.includes(value);
  if (holds === true) return undefined;
  const saw = part === undefined ? "there is none" : `saw "${part.trim().slice(0, 60)}"`;
  return `but its ${what} should be ${operator === "==" ? "" : "like "}"${value}": ${saw}`;
}

/** What happened to a request, for a sentence that begins with it. */
function told(seen: Visit): string {
  const match = seen.hops.find((hop) => hop.did === "match");
  if (/^\d/.test(seen.ending)) {
    const because = match && !leadingRule(seen.hops) ? " because no rule fits" : "";
    return `is answered ${seen.ending}${because}`;
  }
  const refused = seen.hops.findLast((hop) => hop.did === "refuse");
  const where = refused ? ` at ${printAddress(refused.to)}` : "";
  const words: Record<string, string> = {
    refused: `finds nobody${where} (connection refused)`,
    timeout: `gets no answer${where} (timeout)`,
    unresolved: "does not know the address of that name",
    certificate: "is shown a certificate that is not believed",
    reset: "is cut off before an answer",
  };
  return words[seen.ending] ?? `ends with ${seen.ending}`;
}
