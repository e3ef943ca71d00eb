// What a client sent: which media type, which kind, and whether it belongs at this path.
// Models apiserver pkg/endpoints/handlers/{create,update,rest}.go.

import { decode } from "../../api/decode.ts";
import type { FieldValidation } from "../../api/decode.ts";
import { ApiError } from "../../api/errors.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import type { Obj } from "../../api/object.ts";
import type { RestRequest } from "../../api/transport.ts";
import { parseYaml } from "../../api/yaml.ts";
import { text } from "../../base/bytes.ts";
import { badRequest } from "../refusals.ts";
import type { Resource } from "./paths.ts";

const objectTypes = ["application/json", "application/yaml"];
/** In upstream's order; protobuf is named because upstream does. */
const named = [...objectTypes, "application/vnd.kubernetes.protobuf"];

/** The media type without its parameters; JSON when there is none. */
export function contentType({ headers }: RestRequest): string {
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  return type === undefined || type === "" ? "application/json" : type;
}

/** The 415 of apimachinery negotiation.NewUnsupportedMediaTypeError. */
export function unsupported(accepted: readonly string[]): ApiError {
  return new ApiError(
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: " +
      accepted.join(", "),
  );
}

/** The body as a value. Throws 415 for what is neither JSON nor YAML. */
export function bodyValue(request: RestRequest): unknown {
  const type = contentType(request);
  if (!objectTypes.includes(type)) throw unsupported(named);
  return type === "application/yaml" ? yamlValue(request.body) : request.body;
}

/** The value of a YAML text or bytes; JSON is YAML too. Throws BadRequest. */
export function yamlValue(body: unknown): unknown {
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return body;
  const [first] = parseYaml(typeof body === "string" ? body : text(body));
  if (first?.error) throw badRequest(first.error.message);
  return first?.value;
}

/** The body as an object of the kind. What is only warned of goes to the exchange's warnings. */
export function bodyObject<T extends Obj>(
  { request, warnings }: { request: RestRequest; warnings: string[] },
  kind: Kind<T>,
  fieldValidation: FieldValidation,
): T {
  const value = bodyValue(request);
  checkKind(kind, value);
  const decoded = decode(kind, value, fieldValidation);
  warnings.push(...decoded.warnings);
  return decoded.object;
}

/** Refuses a value that is not an object of this kind and version. */
export function checkKind(kind: Kind, value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const seen = JSON.stringify(value) ?? "";
    throw badRequest(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonType(value)} ` +
        `into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; ` +
        `Kind string "json:\\"kind,omitempty\\"" } (${seen})`,
    );
  }
  const { kind: seenKind, apiVersion } = value as Partial<Obj>;
  if (seenKind !== undefined && seenKind !== "" && seenKind !== kind.kind) {
    const version = String(apiVersion ?? kind.apiVersion)
      .split("/")
      .at(-1);
    throw badRequest(
      `${seenKind} in version ${JSON.stringify(version)} cannot be handled as a ${kind.kind}: ` +
        `no kind "${seenKind}" is registered for this resource`,
    );
  }
  if (apiVersion !== undefined && apiVersion !== "" && apiVersion !== kind.apiVersion) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version ` +
        `(${kind.apiVersion})`,
    );
  }
}

function jsonType(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** The object with the namespace and name of the path. Refuses one that says otherwise. */
export function placed<T extends Obj>(object: T, { kind, namespace, name }: Resource): T {
  const metadata = { ...object.metadata };
  if (kind.namespaced && namespace !== undefined) {
    if (metadata.namespace && metadata.namespace !== namespace) {
      throw badRequest(
        "the namespace of the provided object does not match the namespace sent on the request",
      );
    }
    metadata.namespace = namespace;
  }
  if (name !== undefined) {
    if (metadata.name && metadata.name !== name) {
      throw badRequest(
        `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
      );
    }
    metadata.name = name;
  }
  return { ...object, metadata };
}
