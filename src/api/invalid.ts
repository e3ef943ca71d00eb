// How validation's findings are said: one FieldError as text, all of them as the 422 refusal.
//
//   invalid(Ingress, "web", errors).message
//     → Ingress.networking.k8s.io "web" is invalid: spec.rules[0].host: Invalid value: "*": …
//
// Models apimachinery pkg/util/validation/field/errors.go and pkg/api/errors NewInvalid.

import { ApiError } from "./errors.ts";
import type { Cause, FieldError } from "./errors.ts";

interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** The refusal of an object for what is wrong inside it. `errors` must not be empty. */
export function invalid(kind: GroupKind, name: string, errors: readonly FieldError[]): ApiError {
  const subject = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
  return new ApiError(
    "Invalid",
    `${subject} ${quote(name)} is invalid: ${aggregate(errors.map(fieldErrorText))}`,
    {
      name,
      ...(kind.group !== "" && { group: kind.group }),
      kind: kind.kind,
      causes: errors.map(causeOf),
    },
  );
}

/** `spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive` */
export function fieldErrorText(error: FieldError): string {
  return `${error.field}: ${bodyOf(error)}`;
}

/** Several messages as one: as they are when single, else in brackets, each only once. */
export function aggregate(messages: readonly string[]): string {
  const distinct = [...new Set(messages)];
  return distinct.length === 1 ? distinct[0]! : `[${distinct.join(", ")}]`;
}

/** A text in double quotes as Go's %q prints it. */
export function quote(text: string): string {
  let out = '"';
  for (const char of text) out += escapes[char] ?? (printable.test(char) ? char : hexEscape(char));
  return `${out}"`;
}

/** A value as Go's encoding/json prints it: like JSON.stringify, but safe inside HTML. */
export function goJson(value: unknown): string {
  const json = JSON.stringify(value) ?? "null";
  return json.replace(/[<>&\u2028\u2029]/g, (char) => hexEscape(char, 4));
}

const words: Record<FieldError["type"], string> = {
  Invalid: "Invalid value",
  Required: "Required value",
  NotSupported: "Unsupported value",
  Forbidden: "Forbidden",
  Duplicate: "Duplicate value",
  TooLong: "Too long",
  TooMany: "Too many",
  TypeInvalid: "Invalid value",
  NotFound: "Not found",
  Internal: "Internal error",
};

/** These tell no value: there is none, or it is too long or not for showing. */
const silent: readonly FieldError["type"][] = ["Required", "Forbidden", "TooLong", "Internal"];

function bodyOf({ type, badValue, detail }: FieldError): string {
  let text = words[type];
  if (!silent.includes(type)) text += `: ${shown(badValue)}`;
  return detail === "" ? text : `${text}: ${detail}`;
}

function shown(value: unknown): string {
  if (typeof value === "string") return quote(value);
  return value === undefined || value === null ? "null" : goJson(value);
}

function causeOf(error: FieldError): Cause {
  const reason = error.type === "Internal" ? "InternalError" : `FieldValue${error.type}`;
  return { reason, message: bodyOf(error), field: error.field };
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

const printable = /^[ \p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

function hexEscape(char: string, digits = 0): string {
  const code = char.codePointAt(0)!;
  const width = digits || (code < 0x80 ? 2 : code < 0x10000 ? 4 : 8);
  const letter = width === 2 ? "x" : width === 4 ? "u" : "U";
  return `\\${letter}${code.toString(16).padStart(width, "0")}`;
}
