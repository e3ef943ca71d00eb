// The query parameters of writes: dryRun, fieldValidation, fieldManager.
// Models apimachinery pkg/apis/meta/v1/validation.

import { invalid } from "../../api/invalid.ts";
import type { FieldValidation } from "../../api/decode.ts";
import type { FieldError } from "../../api/errors.ts";
import type { RestRequest } from "../../api/transport.ts";

export interface WriteQuery {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly fieldManager: string;
  readonly force: boolean;
}

const validations: readonly string[] = ["Ignore", "Warn", "Strict"];

/** @param options what upstream calls these parameters: "CreateOptions". */
export function writeQuery({ query }: RestRequest, options: string): WriteQuery {
  const errors: FieldError[] = [];
  const dryRun = query.getAll("dryRun").filter((one) => one !== "");
  for (const one of dryRun) if (one !== "All") errors.push(unsupported("dryRun", one, ["All"]));
  const fieldValidation = query.get("fieldValidation") || "Warn";
  if (!validations.includes(fieldValidation)) {
    errors.push(unsupported("fieldValidation", fieldValidation, validations));
  }
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: options }, "", errors);
  return {
    dryRun: dryRun.length > 0,
    fieldValidation: fieldValidation as FieldValidation,
    fieldManager: query.get("fieldManager") ?? "",
    force: query.get("force") === "true",
  };
}

function unsupported(field: string, badValue: string, known: readonly string[]): FieldError {
  const list = [...known].sort().map((one) => JSON.stringify(one));
  return { type: "NotSupported", field, badValue, detail: `supported values: ${list.join(", ")}` };
}
