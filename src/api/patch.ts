// The three patches: JSON Patch (RFC 6902), JSON Merge Patch (RFC 7386) and Kubernetes'
// strategic merge patch. All take and give JSON values, and change nothing in place.

import { ApiError } from "./errors.ts";
import { isObject, sameValue } from "./json.ts";

export { mergePatch } from "./mergepatch.ts";
export { strategicMergePatch } from "./strategic.ts";

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
  const { op, path, from = "" } = isObject(operation) ? operation : {};
  if (typeof op !== "string" || typeof path !== "string" || typeof from !== "string") {
    throw refused();
  }
  return operation as unknown as Operation;
}

/** The API server does not say what is wrong with the patch, and neither do we. */
function refused(): ApiError {
  return new ApiError("Invalid", "the server rejected our request due to an error in our request");
}

function applyOne(root: unknown, { op, path, from = "", value }: Operation): unknown {
  const read = (pointer: string): unknown => {
    const found = valueAt(root, tokens(pointer));
    if (found === undefined) throw refused();
    return found.value;
  };
  switch (op) {
    case "add":
      return write(root, tokens(path), { value, insert: true });
    case "replace":
      read(path);
      return write(root, tokens(path), { value, insert: false });
    case "remove":
      read(path);
      return remove(root, tokens(path));
    case "move": {
      const moved = read(from);
      return write(remove(root, tokens(from)), tokens(path), { value: moved, insert: true });
    }
    case "copy":
      return write(root, tokens(path), { value: read(from), insert: true });
    case "test": {
      const found = valueAt(root, tokens(path));
      if (sameValue(found?.value ?? null, value ?? null)) return root;
      throw refused();
    }
    default:
      throw refused();
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

/** Rebuilds the way from the root to `path`, with `change` done to the container at its end. */
function along(
  root: unknown,
  path: readonly string[],
  change: (container: unknown, token: string) => unknown,
): unknown {
  const [token, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) return change(root, token);
  const child = valueAt(root, [token]);
  if (!child) throw refused();
  const value = along(child.value, rest, change);
  if (Array.isArray(root)) return root.with(Number(token), value);
  return { ...(root as object), [token]: value };
}

function write(
  root: unknown,
  path: readonly string[],
  { value, insert }: { value: unknown; insert: boolean },
): unknown {
  if (path.length === 0) return value;
  return along(root, path, (container, token) => {
    if (Array.isArray(container)) {
      const index = token === "-" ? container.length : indexOf(token, container.length);
      if (index === undefined) throw refused();
      return insert ? container.toSpliced(index, 0, value) : container.with(index, value);
    }
    if (!isObject(container)) throw refused();
    return { ...container, [token]: value };
  });
}

function remove(root: unknown, path: readonly string[]): unknown {
  if (path.length === 0) return null;
  return along(root, path, (container, token) => {
    if (Array.isArray(container)) return container.toSpliced(Number(token), 1);
    const { [token]: _, ...rest } = container as Record<string, unknown>;
    return rest;
  });
}
