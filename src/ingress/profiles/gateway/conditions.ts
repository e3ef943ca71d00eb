// Conditions of a status: made, and merged with those that stand there.

import { timestamp } from "../../../api/object.ts";
import type { Obj } from "../../../api/object.ts";
import type { Problem } from "./everything.ts";
import type { Condition } from "./kinds.ts";

/** A condition but for its times and generation. */
export interface Claim {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

/** True with the reason given (default: its own name), or false for a problem. */
export function claim(type: string, problem: Problem | undefined, reason = type): Claim {
  if (problem) return { type, status: "False", ...problem };
  return { type, status: "True", reason, message: "" };
}

/**
 * The claims as conditions of an object's generation. One that says what it said before keeps the
 * time since when it does.
 */
export function conditionsOf(
  claims: readonly Claim[],
  object: Obj,
  before: readonly Condition[] | undefined,
  nowMs: number,
): Condition[] {
  return claims.map((one) => {
    const known = before?.find(({ type }) => type === one.type);
    const same = known?.status === one.status;
    return {
      ...one,
      observedGeneration: object.metadata.generation ?? 1,
      lastTransitionTime: same ? known.lastTransitionTime : timestamp(nowMs),
    };
  });
}
