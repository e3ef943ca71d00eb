// The refusals that every kind shares, in the words of apimachinery pkg/api/errors and
// apiserver pkg/registry. What is wrong *inside* an object is said by the kinds' validation.

import { ApiError } from "../api/errors.ts";
import type { Kind } from "../api/kinds/kind.ts";

/** "ingresses.networking.k8s.io", "pods": schema.GroupResource.String(). */
function resourceOf(kind: Kind): string {
  return kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
}

function details(kind: Kind, name: string): { name: string; group?: string; kind: string } {
  return { name, ...(kind.group !== "" && { group: kind.group }), kind: kind.plural };
}

export function notFound(kind: Kind, name: string): ApiError {
  return new ApiError("NotFound", `${resourceOf(kind)} "${name}" not found`, details(kind, name));
}

export function alreadyExists(kind: Kind, name: string): ApiError {
  const message = `${resourceOf(kind)} "${name}" already exists`;
  return new ApiError("AlreadyExists", message, details(kind, name));
}

export function conflict(kind: Kind, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${resourceOf(kind)} "${name}": ${why}`;
  return new ApiError("Conflict", message, details(kind, name));
}

/** registry.OptimisticLockErrorMsg */
export function modified(kind: Kind, name: string): ApiError {
  const why =
    "the object has been modified; please apply your changes to the latest version and try again";
  return conflict(kind, name, why);
}

export function forbidden(kind: Kind, name: string, why: string): ApiError {
  const message = `${resourceOf(kind)}${name === "" ? "" : ` "${name}"`} is forbidden: ${why}`;
  return new ApiError("Forbidden", message, details(kind, name));
}

export function badRequest(message: string): ApiError {
  return new ApiError("BadRequest", message);
}
