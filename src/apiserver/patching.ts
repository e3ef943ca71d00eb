// From a stored object and a patch to the object that shall replace it.
// Models apiserver pkg/endpoints/handlers/patch.go.

import type { PatchType } from "../api/client.ts";
import { decode } from "../api/decode.ts";
import type { FieldValidation } from "../api/decode.ts";
import { ApiError } from "../api/errors.ts";
import { goJson, invalid } from "../api/invalid.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type { Obj } from "../api/object.ts";
import { jsonPatch, mergePatch, strategicMergePatch } from "../api/patch.ts";
import { goValue } from "../api/strategic.ts";
import { anchored } from "./merging.ts";

export interface PatchReading {
  /** Strategic merge when absent. */
  readonly type?: PatchType;
  /** Checks the outcome's fields and types; absent for patches of our own making. */
  readonly fieldValidation?: FieldValidation;
  /** Told what the Warning headers shall say. */
  warn?(message: string): void;
}

/** Throws ApiError when the patch does not fit. The stored object is not changed. */
export function patched<T extends Obj>(kind: Kind<T>, old: T, patch: unknown, o: PatchReading): T {
  const { type = "strategic" } = o;
  const value = applied(kind, old, patch, type);
  if (o.fieldValidation === undefined) return anchored(old, value as T | null);
  const shown = type === "strategic" ? goValue(patch) : goJson(value);
  return anchored(old, checked(kind, value, shown, o));
}

function applied(kind: Kind, old: Obj, patch: unknown, type: PatchType): unknown {
  switch (type) {
    case "json":
      return jsonPatch(old, patch);
    case "merge":
      return mergePatch(old, patch);
    case "strategic":
      if (kind.custom) throw notMergedSo;
      return strategicMergePatch(kind, old, patch);
    case "apply":
      throw new ApiError("InternalError", "server-side apply goes by the managers of fields");
  }
}

/** Custom resources tell no merge keys that a strategic merge could go by. */
const notMergedSo = new ApiError(
  "UnsupportedMediaType",
  "the body of the request was in an unknown format - accepted media types include: " +
    "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
);

/** A fault of the outcome is told as one of the patch, which is shown with it. */
function checked<T extends Obj>(
  kind: Kind<T>,
  value: unknown,
  shown: string,
  { type = "strategic", fieldValidation, warn }: PatchReading,
): T {
  const fault = (detail: string): ApiError =>
    invalid({ group: "", kind: "" }, "", [
      { type: "Invalid", field: "patch", badValue: shown, detail },
    ]);
  const { object, warnings } = decodedOr(kind, value, (why) =>
    fault(type === "strategic" ? conversionFault(why) : why),
  );
  if (fieldValidation === "Strict" && warnings.length > 0) {
    throw fault(`strict decoding error: ${warnings.join(", ")}`);
  }
  if (fieldValidation === "Warn") for (const warning of warnings) warn?.(warning);
  return object;
}

function decodedOr<T extends Obj>(
  kind: Kind<T>,
  value: unknown,
  refusal: (why: string) => ApiError,
): { object: T; warnings: readonly string[] } {
  try {
    return decode(kind, value, "Warn");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const lead = `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: `;
    throw refusal(error.message.slice(lead.length));
  }
}

/**
 * What Go's conversion from maps says where its JSON reader says "json: cannot unmarshal SEEN
 * into … of type WANTED". Models apimachinery pkg/runtime/converter.go.
 */
function conversionFault(why: string): string {
  const [, seen, wanted = ""] = /^json: cannot unmarshal (\w+) .* of type (.*)$/.exec(why) ?? [];
  if (seen === undefined) return why;
  const from = { object: "map", array: "slice", number: "int64" }[seen] ?? seen;
  if (wanted.startsWith("[]")) return `cannot restore slice from ${from}`;
  if (wanted.startsWith("map[")) return `cannot restore map from ${from}`;
  if (stringTypes.test(wanted)) return "unrecognized type: string";
  if (wanted.startsWith("v1.")) return `cannot restore struct from: ${from}`;
  return `unrecognized type: ${wanted}`;
}

/** Go types that are strings under a name of their own. */
const stringTypes = /^v1\.(\w*Type|\w*Policy|Protocol)$/;
