// Refusals of the API server, in Kubernetes' own words: one class, told apart by `reason`.
// Models apimachinery pkg/api/errors and pkg/util/validation/field.

/** metav1.StatusReason, as far as they are used here. */
export type Reason =
  /** Nothing that has a name: kubectl prints no reason. */
  | ""
  | "BadRequest"
  | "Unauthorized"
  | "Forbidden"
  | "NotFound"
  | "MethodNotAllowed"
  | "NotAcceptable"
  | "AlreadyExists"
  | "Conflict"
  | "Expired"
  | "UnsupportedMediaType"
  | "Invalid"
  | "TooManyRequests"
  | "RequestEntityTooLarge"
  | "InternalError"
  | "ServiceUnavailable"
  | "Timeout";

const codes: Record<Reason, number> = {
  "": 500,
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
};

/** One cause in a Status' details. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

/** metav1.Status of a failure. */
export interface Status {
  kind: "Status";
  apiVersion: "v1";
  metadata: Record<string, never>;
  status: "Failure";
  message: string;
  reason: string;
  details?: {
    name?: string;
    group?: string;
    kind?: string;
    uid?: string;
    causes?: readonly Cause[];
    retryAfterSeconds?: number;
  };
  code: number;
}

/** A refusal by the API server. `message` is what kubectl prints after "Error from server". */
export class ApiError extends Error {
  override name = "ApiError";
  readonly reason: Reason;
  readonly code: number;
  readonly details: Status["details"];

  constructor(reason: Reason, message: string, details?: Status["details"]) {
    super(message);
    this.reason = reason;
    this.code = codes[reason];
    this.details = details;
  }

  toStatus(): Status {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      reason: this.reason,
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }
}

/** What the `field` package calls an Error: one thing wrong at one place of an object. */
export interface FieldError {
  readonly type:
    | "Invalid"
    | "Required"
    | "NotSupported"
    | "Forbidden"
    | "Duplicate"
    | "TooLong"
    | "TooMany"
    | "TypeInvalid"
    | "NotFound"
    | "Internal";
  /** "spec.rules[0].http.paths[1].pathType" */
  readonly field: string;
  /** Printed for Invalid, NotSupported and Duplicate. */
  readonly badValue?: unknown;
  readonly detail: string;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "NotFound";
}

export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "Conflict";
}

export function isAlreadyExists(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "AlreadyExists";
}
