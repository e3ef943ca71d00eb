// Cases of format "ingress-validation/1": what the API server accepts of Ingress, IngressClass,
// Service and Secret, and with which list of errors it refuses. As in upstream's unit tests an
// object is validated as it stands, without the defaults that would be filled in first.

import type { FieldError } from "../../api/errors.ts";
import { fieldErrorText } from "../../api/invalid.ts";
import { kinds } from "../../api/kinds/index.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import type { Obj } from "../../api/object.ts";
import { Cluster } from "../../cluster/cluster.ts";
import { runOnLaptop } from "./laptop.ts";
import { unlike, verdictOf, wordsOf } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

interface Expected {
  readonly type: string;
  readonly field: string;
  readonly detail?: string;
  /** The whole error text. */
  readonly message?: string;
}

export interface ValidationCase {
  readonly id: string;
  readonly title: string;
  readonly operation: "create" | "update" | "update-status" | "kubectl-create-secret-tls";
  readonly object?: Obj;
  readonly oldObject?: Obj;
  readonly command?: { readonly args: string[]; readonly files: Readonly<Record<string, string>> };
  readonly viaApiServer?: string;
  readonly expect: {
    readonly accepted: boolean;
    /** How much of a refusal is fixed. */
    readonly pinned:
      "message" | "fields" | "firstField" | "firstType" | "count" | "accept" | "implementation";
    readonly errors?: readonly Expected[];
    readonly errorCount?: number;
    readonly derivedErrors?: readonly Expected[];
    readonly minErrors?: number;
    readonly warnings?: readonly string[];
  };
}

/** Never throws: what breaks is a complaint. */
export async function runValidationCase(one: ValidationCase): Promise<Verdict> {
  try {
    return verdictOf(one, one.command ? await byKubectl(one) : byValidation(one));
  } catch (error) {
    return verdictOf(one, [wordsOf(error)]);
  }
}

function byValidation(one: ValidationCase): string[] {
  const { object, oldObject, operation, expect, viaApiServer } = one;
  const kind = kindOf(object!);
  const seen =
    operation === "update-status"
      ? kind.validateStatus(object!, oldObject!)
      : kind.validate(object!, operation === "update" ? oldObject : undefined);
  const complaints = compared(seen, expect);
  if (expect.warnings) {
    const warnings = kind.warnings?.(object!, oldObject) ?? [];
    complaints.push(...unlike("warnings", warnings, expect.warnings));
  }
  if (viaApiServer === "accepted-by-defaulting") {
    const left = kind.validate(kind.defaulted(object!)).map(fieldErrorText);
    complaints.push(...unlike("errors once defaults are filled in", left, []));
  }
  return complaints;
}

function kindOf({ kind, apiVersion }: Obj): Kind {
  const found = kinds.find((one) => one.kind === kind && one.apiVersion === apiVersion);
  if (!found) throw new Error(`wanted an object of a kind that is served, saw ${kind}`);
  return found;
}

function compared(seen: readonly FieldError[], expect: ValidationCase["expect"]): string[] {
  const { accepted, pinned, errors = [], errorCount, minErrors = 0 } = expect;
  const told = seen.map(fieldErrorText);
  if (accepted) return unlike("errors", told, []);
  if (seen.length === 0) return ["wanted a refusal, saw none"];
  const complaints =
    errorCount === undefined ? [] : unlike("number of errors", seen.length, errorCount);
  if (seen.length < minErrors)
    complaints.push(`wanted ${minErrors} errors, saw ${told.join("; ")}`);
  if (pinned === "accept" || pinned === "count" || errors.length === 0) return complaints;
  const first = pinned.startsWith("first");
  const wanted = first ? errors.slice(0, 1) : errors;
  const parts = ({ type, field }: { type: string; field: string }): string[] =>
    pinned === "firstType" ? [type] : pinned === "firstField" ? [field] : [type, field];
  const [a, b] = [seen.slice(0, first ? 1 : undefined).map(parts), wanted.map(parts)];
  complaints.push(...unlike("errors", a, b).map((what) => `${what} (${told.join("; ")})`));
  if (pinned !== "message" && pinned !== "implementation") return complaints;
  const messages = wanted.map(({ message }, i) => message ?? told[i]);
  return [...complaints, ...unlike("texts", told.slice(0, wanted.length), messages)];
}

async function byKubectl({ command, expect }: ValidationCase): Promise<string[]> {
  const { api, clock } = new Cluster(); // not switched on: only its API server is asked
  const { args, files } = command!;
  const home = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [`/home/guest/${name}`, text]),
  );
  const line = ["kubectl", ...args].join(" ");
  const { status, err } = await runOnLaptop(line, { api, files: home, clock });
  if ((status === 0) === expect.accepted) return [];
  return [`wanted ${expect.accepted ? "success" : "a refusal"}, saw status ${status}: ${err}`];
}
