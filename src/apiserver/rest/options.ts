// The query parameters of writes: dryRun, fieldValidation, fieldManager.
// Models apimachinery pkg/apis/meta/v1/validation.

import { invalid } from "../../api/invalid.ts";
import type { FieldValidation } from "../../api/decode.ts";
import type { FieldError } from "../../api/errors.ts";
import type { PatchType } from "../../api/client.ts";
import type { RestRequest } from "../../api/transport.ts";

export interface WriteQuery {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  /** The fieldManager, or who the client says it is. */
  readonly manager: string;
  readonly force: boolean;
}

const validations: readonly string[] = ["Ignore", "Warn", "Strict"];

/** @param options what upstream calls these parameters: "CreateOptions". */
export function writeQuery(
  { query, headers }: RestRequest,
  options: string,
  patch?: PatchType,
): WriteQuery {
  const errors: FieldError[] = [...managerErrors(query.get("fieldManager") ?? "")];
  if (patch === "apply") {
    if (!query.get("fieldManager")) {
      const detail = "is required for apply patch";
      errors.push({ type: "Required", field: "fieldManager", detail });
    }
  } else if (patch !== undefined && query.has("force")) {
    const detail = "may not be specified for non-apply patch";
    errors.unshift({ type: "Forbidden", field: "force", detail });
  }
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
    manager: query.get("fieldManager") || agentOf(headers),
    force: query.get("force") === "true",
  };
}

const managerLengthMax = 128;

/** Models ValidateFieldManager. */
function managerErrors(manager: string): FieldError[] {
  const field = "fieldManager";
  if (manager.length > managerLengthMax) {
    const detail = `may not be more than ${managerLengthMax} bytes`;
    return [{ type: "TooLong", field, badValue: "", detail }];
  }
  const at = [...manager].findIndex((char) => !/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(char));
  if (at < 0) return [];
  return [
    {
      type: "Invalid",
      field,
      badValue: manager,
      detail: "should only contain printable characters",
    },
  ];
}

/** "kubectl" of "kubectl/v1.32.4 (linux/amd64) …". Models prefixFromUserAgent. */
function agentOf(headers: RestRequest["headers"]): string {
  const [name = ""] = (headers["user-agent"] ?? "").split("/");
  return name.slice(0, managerLengthMax).replace(/[^\x20-\x7e]/g, "");
}

function unsupported(field: string, badValue: string, known: readonly string[]): FieldError {
  const list = [...known].sort().map((one) => JSON.stringify(one));
  return { type: "NotSupported", field, badValue, detail: `supported values: ${list.join(", ")}` };
}
