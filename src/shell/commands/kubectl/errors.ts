// How kubectl tells what went wrong. Models kubectl pkg/cmd/util/helpers.go checkErr.

import { ApiError } from "../../../api/errors.ts";

/** An error of kubectl's own: printed after "error: ". */
export class KubectlError extends Error {
  override name = "KubectlError";
}

/** One that is printed as it is, without "error: ". */
export class BareError extends KubectlError {}

/** A command line that cannot be understood. Printed after "error: ", too. */
export class UsageError extends KubectlError {}

/** Several errors, one for each object that was acted on. */
export class ErrorList extends Error {
  readonly errors: readonly Error[];

  constructor(errors: readonly Error[]) {
    super(errors.map((error) => error.message).join("\n"));
    this.errors = errors;
  }
}

/** The error that stands for all: none, the only one, or a list. */
export function combined(errors: readonly Error[]): Error | undefined {
  return errors.length > 1 ? new ErrorList(errors) : errors[0];
}

/** A refusal as it happened while acting on a file: "error when creating "x.yaml": …". */
export function fromSource(error: unknown, verb: string, source: string | undefined): Error {
  if (!(error instanceof Error)) throw error;
  if (source === undefined) return error;
  const message = `error when ${verb} "${source}": ${error.message}`;
  if (error instanceof ApiError) return new ApiError(error.reason, message, error.details);
  return new KubectlError(message);
}

/** What kubectl prints on stderr, ending in a line feed. Undefined: not a failure of kubectl's. */
export function errorText(error: unknown): string | undefined {
  if (error instanceof ErrorList) return error.errors.map((one) => `${oneOf(one)}\n`).join("");
  if (error instanceof ApiError && error.reason === "Invalid") return invalidText(error);
  if (error instanceof ApiError) return `${oneOf(error)}\n`;
  if (!(error instanceof KubectlError)) return undefined;
  const bare = error instanceof BareError || error.message.startsWith("error: ");
  const prefixed = bare ? "" : "error: ";
  return `${prefixed}${error.message}\n`;
}

/** One error among several: kubectl's own go without "error: ". */
function oneOf(error: Error): string {
  if (!(error instanceof ApiError)) return error.message;
  if (error.reason === "Unauthorized") {
    return `error: You must be logged in to the server (${error.message})`;
  }
  const reason = (error.reason as string) === "" ? "" : ` (${error.reason})`;
  return `Error from server${reason}: ${error.message}`;
}

/** Refused fields are listed, the object is named once. */
function invalidText(error: ApiError): string {
  const { details } = error;
  if (details === undefined) return `The request is invalid: ${error.message}\n`;
  const causes = details.causes ?? [];
  let start = "The request is invalid";
  if (details.kind || details.name) {
    start = `The ${details.kind ?? ""} "${details.name ?? ""}" is invalid`;
  } else if (causes.length === 0) start += `: ${error.message}`;
  if (causes.length === 0) return `${start}\n`;
  const told = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  if (told.length === 1) return `${start}: ${told[0]}\n`;
  return `${start}: \n${told.map((one) => `* ${one}\n`).join("")}`;
}
