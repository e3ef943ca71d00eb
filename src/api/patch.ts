// The three patches: JSON Patch (RFC 6902), JSON Merge Patch (RFC 7386) and Kubernetes'
// strategic merge patch. All take and give JSON values, and change nothing in place.

import { ApiError } from "./errors.ts";
import { goJson } from "./invalid.ts";
import { isObject, sameValue } from "./json.ts";

export { strategicMergePatch } from "./strategic.ts";

/** JSON Merge Patch: objects are merged, null removes, all else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const out: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = mergePatch(Object.hasOwn(out, key) ? out[key] : undefined, value);
  }
  return out;
}

/** At most this many operations in one patch. Models the API server's own bound. */
const operationsMax = 10_000;

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/**
 * JSON Patch. Throws ApiError: BadRequest for what is no patch, RequestEntityTooLarge for too
 * many operations, Invalid (as the API server says it) for one that does not apply.
 */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    throw new ApiError(
      "BadRequest",
      "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch",
    );
  }
  if (patch.length > operationsMax) {
    throw new ApiError(
      "RequestEntityTooLarge",
      `The allowed maximum operations in a JSON patch is ${operationsMax}, got ${patch.length}`,
    );
  }
  let result = target;
  for (const operation of patch) result = applyOne(result, checked(operation));
  return result;
}

function checked(operation: unknown): Operation {
  if (
    isObject(operation) &&
    typeof operation.op === "string" &&
    typeof operation.path === "string"
  ) {
    return operation as unknown as Operation;
  }
  throw refused(`Unexpected kind: ${isObject(operation) ? String(operation.op) : "unknown"}`);
}

function refused(why: string): ApiError {
  return new ApiError("Invalid", `the server rejected our request due to an error in our request`, {
    causes: [{ reason: "FieldValueInvalid", message: why }],
  });
}

function applyOne(root: unknown, operation: Operation): unknown {
  const { op, path, value } = operation;
  const missing = (what: string): ApiError =>
    refused(`${op} operation does not apply: doc is missing ${what}: missing value`);
  const read = (pointer: string): unknown => {
    const found = valueAt(root, tokens(pointer));
    if (found === undefined) throw missing(`path: ${pointer}`);
    return found.value;
  };
  switch (op) {
    case "add":
      return write(root, tokens(path), { value, insert: true }, missing);
    case "replace":
      read(path);
      return write(root, tokens(path), { value, insert: false }, missing);
    case "remove":
      read(path);
      return remove(root, tokens(path), missing);
    case "move": {
      const moved = read(operation.from ?? "");
      const without = remove(root, tokens(operation.from ?? ""), missing);
      return write(without, tokens(path), { value: moved, insert: true }, missing);
    }
    case "copy":
      return write(
        root,
        tokens(path),
        { value: read(operation.from ?? ""), insert: true },
        missing,
      );
    case "test": {
      const found = valueAt(root, tokens(path));
      if (sameValue(found?.value ?? null, value ?? null)) return root;
      throw refused(`testing path ${path} failed: testing value ${goJson(value)} failed`);
    }
    default:
      throw refused(`Unexpected kind: ${op}`);
  }
}

/** A JSON Pointer (RFC 6901) taken apart. */
function tokens(pointer: string): string[] {
  if (pointer === "") return [];
  const parts = pointer.split("/").slice(1);
  return parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function indexOf(token: string, length: number): number | undefined {
  return /^(0|[1-9]\d*)$/.test(token) && Number(token) <= length ? Number(token) : undefined;
}

function valueAt(root: unknown, path: readonly string[]): { value: unknown } | undefined {
  let value = root;
  for (const token of path) {
    if (Array.isArray(value)) {
      const index = indexOf(token, value.length - 1);
      if (index === undefined) return undefined;
      value = value[index];
    } else if (isObject(value) && Object.hasOwn(value, token)) value = value[token];
    else return undefined;
  }
  return { value };
}

type Missing = (what: string) => ApiError;

/** Rebuilds the way from the root to `path`, with `change` done to the container at its end. */
function along(
  root: unknown,
  path: readonly string[],
  change: (container: unknown, token: string) => unknown,
  missing: Missing,
): unknown {
  const [token, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) return change(root, token);
  const child = valueAt(root, [token]);
  if (!child) throw missing(`path: "/${path.join("/")}"`);
  const value = along(child.value, rest, change, missing);
  if (Array.isArray(root)) return root.with(Number(token), value);
  return { ...(root as object), [token]: value };
}

function write(
  root: unknown,
  path: readonly string[],
  { value, insert }: { value: unknown; insert: boolean },
  missing: Missing,
): unknown {
  if (path.length === 0) return value;
  const change = (container: unknown, token: string): unknown => {
    if (Array.isArray(container)) {
      const index = token === "-" ? container.length : indexOf(token, container.length);
      if (index === undefined) throw missing(`index ${token}`);
      return insert ? container.toSpliced(index, 0, value) : container.with(index, value);
    }
    if (!isObject(container)) throw missing(`path: "/${path.join("/")}"`);
    return { ...container, [token]: value };
  };
  return along(root, path, change, missing);
}

function remove(root: unknown, path: readonly string[], missing: Missing): unknown {
  if (path.length === 0) return null;
  const change = (container: unknown, token: string): unknown => {
    if (Array.isArray(container)) return container.toSpliced(Number(token), 1);
    const { [token]: _, ...rest } = container as Record<string, unknown>;
    return rest;
  };
  return along(root, path, change, missing);
}
