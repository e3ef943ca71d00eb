// Judges claims: each gets a verdict, and a sentence that says why it does not hold yet.

import { text } from "../base/bytes.ts";
import { ApiError } from "../api/errors.ts";
import { keyOf, type Key, type Obj } from "../api/object.ts";
import { kinds, Pod } from "../api/kinds/index.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type { Claim, FieldClaim } from "./claim.ts";
import { judgeRequest, judgeShare } from "./check-request.ts";
import type { Evidence } from "./evidence.ts";
import { valuesAt } from "./field.ts";
import type { Check } from "./lesson.ts";
import { glob, isOutcome, isServedBy, no, shortKey, yes, type Verdict } from "./verdict.ts";

/** A guest counts as the latest for so long after the answer. */
const lastMsMax = 5_000;

/** Judges a check: it holds when one of its alternatives does. */
export async function judge(check: Check, evidence: Evidence): Promise<Verdict> {
  const verdict = await judgeEither(check.either, evidence);
  return verdict.holds || check.notYet === undefined ? verdict : no(check.notYet);
}

/** Judges alternatives, each of which is all of its claims; the first one explains itself. */
export async function judgeEither(
  either: readonly (readonly Claim[])[],
  evidence: Evidence,
): Promise<Verdict> {
  let first: Verdict | undefined;
  for (const claims of either) {
    const verdict = await judgeAll(claims, evidence);
    if (verdict.holds) return yes;
    first ??= verdict;
  }
  return first ?? yes;
}

async function judgeAll(claims: readonly Claim[], evidence: Evidence): Promise<Verdict> {
  for (const claim of claims) {
    const verdict = await judgeClaim(claim, evidence);
    if (!verdict.holds) return verdict;
  }
  return yes;
}

/** Judges one claim. */
export async function judgeClaim(claim: Claim, evidence: Evidence): Promise<Verdict> {
  const verdict = await judgePlain(claim, evidence);
  if (!claim.not) return verdict;
  return verdict.holds ? no(`This should not be so: ${claim.text.replace(/^!\s*/, "")}.`) : yes;
}

async function judgePlain(claim: Claim, evidence: Evidence): Promise<Verdict> {
  switch (claim.claim) {
    case "request":
      return judgeRequest(claim, evidence);
    case "share":
      return judgeShare(claim, evidence);
    case "object": {
      const found = await find(evidence, claim.kind, claim.key);
      if (found.length === 0) return no(`There is no ${claim.kind} ${spoken(claim.key)}.`);
      const { field } = claim;
      if (!field || found.some((one) => holds(one, field))) return yes;
      return no(`${wanted(claim.kind, claim.key, field)}${saw(found, field)}.`);
    }
    case "ready": {
      const found = await find(evidence, claim.kind, claim.key);
      if (found.length === 0) return no(`There is no ${claim.kind} ${spoken(claim.key)}.`);
      return found.some(isReady) ? yes : no(`${claim.kind} ${keyOf(found[0]!)} is not ready yet.`);
    }
    case "new": {
      const found = await find(evidence, claim.kind, claim.key);
      return found.some((one) => !evidence.wasThere(one.metadata.uid ?? ""))
        ? yes
        : no(`No new ${claim.kind} ${spoken(claim.key)} since this step began.`);
    }
    case "log":
      return judgeLog(claim.words, claim.source, evidence);
    case "guest":
      return judgeGuests(claim, evidence);
    case "asked":
      return evidence.answered.has(claim.question) ? yes : no("The question is not answered yet.");
    case "seen": {
      const pattern = glob(claim.what);
      const found = [...evidence.seen].some((what) => pattern.test(what));
      return found ? yes : no(`You have not looked at this yet: ${claim.what}.`);
    }
    case "did":
      return evidence.commands.some((command) => command.includes(claim.words))
        ? yes
        : no(`No command with "${claim.words}" yet.`);
  }
}

function judgeGuests(claim: Claim & { claim: "guest" }, evidence: Evidence): Verdict {
  const url = glob(claim.url);
  const from = evidence.now() - lastMsMax;
  const candidates = claim.last
    ? evidence.visits.slice(-1).filter((seen) => seen.finishedAt >= from)
    : evidence.visits;
  const counted = candidates.filter(
    (seen) =>
      (claim.method === "*" || claim.method === seen.method) &&
      url.test(seen.url) &&
      isOutcome(seen.ending, claim.outcome) &&
      (claim.service === undefined || isServedBy(seen, claim.service)),
  ).length;
  if (counted >= claim.times) return yes;
  const where = claim.service ? ` from ${claim.service}` : "";
  const which = claim.url === "*" ? "" : ` for ${claim.url}`;
  const more = claim.times > 1 ? ` (${counted} of ${claim.times})` : "";
  return no(`No guest of yours${which} has got ${claim.outcome}${where} yet${more}.`);
}

async function judgeLog(words: string, source: string, evidence: Evidence): Promise<Verdict> {
  for (const pod of await loggingPods(source, evidence)) {
    let log = "";
    try {
      for await (const chunk of evidence.client.log(keyOf(pod))) log += text(chunk);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // no container has started: no log yet
    }
    if (log.includes(words)) return yes;
  }
  return no(`The log of the ${source} has no line with "${words}" yet.`);
}

async function loggingPods(source: string, evidence: Evidence): Promise<readonly Obj[]> {
  if (source === "controller") {
    const labelSelector = "app.kubernetes.io/component=controller";
    return (await evidence.client.list(Pod, { labelSelector })).items;
  }
  return find(evidence, "Pod", `${source}-*`);
}

async function find(evidence: Evidence, kind: string, key: Key): Promise<readonly Obj[]> {
  const token: Kind | undefined = kinds.find((one) => one.kind === kind);
  if (!token) return [];
  if (!key.includes("*")) {
    const one = await evidence.client.get(token, key);
    return one ? [one] : [];
  }
  const [namespace = ""] = token.namespaced ? key.split("/") : [""];
  const within = namespace !== "" && !namespace.includes("*") ? { namespace } : {};
  const pattern = glob(key);
  const { items } = await evidence.client.list(token, within);
  return items.filter((one) => pattern.test(keyOf(one)));
}

function holds(object: Obj, { path, operator, value }: FieldClaim): boolean {
  const values = valuesAt(object, path);
  if (operator === "exists") return values.length > 0;
  return values.some((found) => compare(found, operator, value));
}

function compare(found: unknown, operator: FieldClaim["operator"], value: string): boolean {
  switch (operator) {
    case "==":
      return String(found) === value;
    case "!=":
      return String(found) !== value;
    case ">=":
      return Number(found) >= Number(value);
    case "<=":
      return Number(found) <= Number(value);
    case "~":
      return String(found).includes(value);
    case "exists":
      return true;
  }
}

/** status.conditions for Pods (Ready), Deployments (Available) and Nodes (Ready). */
function isReady(object: Obj): boolean {
  const type = object.kind === "Deployment" ? "Available" : "Ready";
  return valuesAt(object, `status.conditions[type=${type}].status`).includes("True");
}

function spoken(key: Key): string {
  if (key === "default/*") return "in the namespace default";
  return key.includes("*") ? `named like ${shortKey(key.replace(/^\*\//, ""))}` : shortKey(key);
}

function wanted(kind: string, key: Key, { path, operator, value }: FieldClaim): string {
  const want = operator === "exists" ? "is not set" : `should be ${operator} ${value}`;
  const which = key.includes("*") ? kind : `${kind} ${shortKey(key)}`;
  return `${which}: ${path} ${want}`;
}

function saw(found: readonly Obj[], { path, operator }: FieldClaim): string {
  if (operator === "exists") return " yet";
  const values = found.flatMap((one) => valuesAt(one, path)).map(String);
  return values.length === 0 ? ", and is not set" : `, saw ${values.slice(0, 3).join(", ")}`;
}
