// What a judged claim comes to, and the comparisons that several kinds of claim share.

import type { Key } from "../api/object.ts";
import type { Visit } from "./evidence.ts";
import type { Outcome } from "./notation.ts";

export interface Verdict {
  readonly holds: boolean;
  /** One sentence when it does not hold. */
  readonly why: string;
}

export const yes: Verdict = { holds: true, why: "" };
export const no = (why: string): Verdict => ({ holds: false, why });

/** Whether a request that ended with `ending` had this outcome. */
export function isOutcome(ending: string, outcome: Outcome): boolean {
  if (outcome === "untrusted") return ending === "certificate";
  if (outcome === "served") return /^[23]/.test(ending);
  if (outcome === "failed") return !/^[23]/.test(ending);
  if (outcome.endsWith("xx")) return /^\d{3}$/.test(ending) && ending[0] === outcome[0];
  return ending === outcome;
}

export function isServedBy(seen: Visit, service: string): boolean {
  const key = service.includes("/") ? service : `default/${service}`;
  return seen.services.includes(key);
}

/** "default/*" → a pattern of the whole text, * for any run of characters. */
export function glob(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}

export function shortKey(key: Key): string {
  return key.replace(/^default\//, "");
}
