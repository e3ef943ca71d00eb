// What the API server accepts and refuses of Ingress, IngressClass, Service and Secret, as
// upstream's own tests have it. `pinned` says how much of a refusal a case fixes.

import { describe, expect, test } from "vitest";
import type { FieldError } from "../../src/api/errors.ts";
import { fieldErrorText } from "../../src/api/invalid.ts";
import { kinds } from "../../src/api/kinds/index.ts";
import type { Kind } from "../../src/api/kinds/kind.ts";
import type { Obj } from "../../src/api/object.ts";
import cases from "./ingress-validation.json" with { type: "json" };

interface Case {
  id: string;
  source: string;
  operation: "create" | "update" | "update-status";
  object: Obj;
  old?: Obj;
  accepted: boolean;
  /** message: all of the text. fields: type and field of each. first…: of the first. */
  pinned: "message" | "fields" | "firstField" | "firstType" | "count" | "accept" | "implementation";
  errors?: { type: string; field: string; message?: string }[];
  count?: number;
  acceptedAfterDefaulting?: boolean;
}

/** Cases that are known to fail, each with why. */
const notPassing: Readonly<Record<string, string>> = {};

function kindOf(object: Obj): Kind {
  return kinds.find(({ kind }) => kind === object.kind)!;
}

function judge({ operation, object, old }: Case): FieldError[] {
  const kind = kindOf(object);
  if (operation === "update-status") return kind.validateStatus(object, old!);
  return kind.validate(object, old);
}

describe("validation", () => {
  test.for((cases as Case[]).filter(({ id }) => !(id in notPassing)))("$id", (one) => {
    const seen = judge(one);
    expect(seen.length === 0, seen.map(fieldErrorText).join("\n")).toBe(one.accepted);
    if (one.count !== undefined) expect(seen).toHaveLength(one.count);
    if (one.pinned === "accept" || !one.errors) return;
    const wanted = one.pinned.startsWith("first") ? one.errors.slice(0, 1) : one.errors;
    expect(seen.slice(0, wanted.length).map(({ type, field }) => ({ type, field }))).toEqual(
      wanted.map(({ type, field }) => ({ type, field })),
    );
    if (!one.pinned.startsWith("first")) expect(seen).toHaveLength(wanted.length);
    for (const [i, { message }] of wanted.entries()) {
      if (message !== undefined) expect(fieldErrorText(seen[i]!)).toBe(message);
    }
  });

  test.for((cases as Case[]).filter((one) => one.acceptedAfterDefaulting))(
    "$id is accepted once defaults are filled in",
    ({ object }) => {
      const kind = kindOf(object);
      expect(kind.validate(kind.defaulted(object)).map(fieldErrorText)).toEqual([]);
    },
  );

  test("every case that is said not to pass is one", () => {
    const ids = (cases as Case[]).map(({ id }) => id);
    expect(Object.keys(notPassing).filter((id) => !ids.includes(id))).toEqual([]);
  });
});
