// From a stored object and a patch to the object that shall replace it.

import type { PatchType } from "../api/client.ts";
import { ApiError } from "../api/errors.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type { Obj } from "../api/object.ts";

/** Throws ApiError when the patch does not fit. The stored object is not changed. */
export function patched<T extends Obj>(
  _kind: Kind<T>,
  old: T,
  patch: unknown,
  { type = "strategic" }: { type?: PatchType },
): T {
  if (type === "merge") return merged(old, patch) as T;
  throw new ApiError("UnsupportedMediaType", `the body of the request was in an unknown format`);
}

/** JSON Merge Patch, RFC 7396. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === "object" && target !== null && !Array.isArray(target);
  const out: Record<string, unknown> = isObject ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = merged(out[key], value);
  }
  return out;
}
