// Gateway API's filters as plain data: what an HTTPRoute does with a request before it is passed
// on, and between which backends it then chooses. Run by proxy/steps.ts, fetched when needed.

/** Steps in their order; the first that answers ends the request. */
export interface StepsFilter {
  readonly type: "steps";
  readonly steps: readonly Step[];
}

export type Step =
  | RequestHeadersStep
  | ResponseHeadersStep
  | RedirectStep
  | RewriteStep
  | MirrorStep
  | CorsStep
  | SplitStep;

/** Fields set, added and removed, in this order. */
interface HeaderChanges {
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly add: readonly (readonly [name: string, value: string])[];
  readonly remove: readonly string[];
}

export interface RequestHeadersStep extends HeaderChanges {
  readonly do: "request headers";
}

export interface ResponseHeadersStep extends HeaderChanges {
  readonly do: "response headers";
}

/** What becomes of a path. */
export type PathChange =
  | { readonly type: "full"; readonly path: string }
  /** `prefix`: what the rule matched, without a slash at its end. */
  | { readonly type: "prefix"; readonly prefix: string; readonly path: string };

export interface RedirectStep {
  readonly do: "redirect";
  readonly scheme?: string;
  readonly hostname?: string;
  readonly path?: PathChange;
  readonly port?: number;
  /** The listener's port as clients know it. */
  readonly listenerPort: number;
  readonly status: number;
}

export interface RewriteStep {
  readonly do: "rewrite";
  readonly hostname?: string;
  readonly path?: PathChange;
}

/** Sends `numerator` of `denominator` requests to another upstream too. */
export interface MirrorStep {
  readonly do: "mirror";
  readonly upstream: string;
  readonly numerator: number;
  readonly denominator: number;
}

export interface CorsStep {
  readonly do: "cors";
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly expose: readonly string[];
  readonly credentials: boolean;
  readonly maxAgeSeconds: number;
}

/** Draws one of several backends by weight. */
export interface SplitStep {
  readonly do: "split";
  readonly shares: readonly Share[];
}

interface Share {
  readonly weight: number;
  /** Undefined: a backend that cannot be used, whose share of requests gets 500. */
  readonly upstream: string | undefined;
  readonly steps: readonly Step[];
}
