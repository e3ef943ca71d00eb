// What a route does with a request before it is passed on, and with the answer on its way back:
// plain data, run by proxy/ in the order of the list. A filter lets the request go on, changes
// it, or answers it. Texts named `template` may hold nginx variables ("$scheme://$host/x").

import type { Pattern } from "./pattern/pattern.ts";
import type { StepsFilter } from "./steps.ts";
import type { BackendTls } from "./upstreams.ts";

export type Filter =
  | RedirectFilter
  | DenyFilter
  | FixedFilter
  | CorsFilter
  | RewriteFilter
  | HttpsFilter
  | ConnectionsFilter
  | RateFilter
  | AccessFilter
  | ResponseHeadersFilter
  | RequestHeadersFilter
  | ErrorsFilter
  | StepsFilter;

/** Answers with a redirect. */
export interface RedirectFilter {
  readonly type: "redirect";
  readonly status: number;
  readonly template: string;
  /** Sends a path as it is, instead of making it a URL of the request's host. */
  readonly relative: boolean;
}

/** Answers with a status and the controller's own page for it. */
interface DenyFilter {
  readonly type: "deny";
  readonly status: number;
  readonly why: string;
}

/** Answers with a status and a text of the user's. */
export interface FixedFilter {
  readonly type: "fixed";
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly why: string;
}

/** Adds the CORS fields; answers preflight requests itself. */
export interface CorsFilter {
  readonly type: "cors";
  /** Origins, each with one * for a label perhaps; undefined lets every origin in. */
  readonly origins: readonly string[] | undefined;
  readonly methods: string;
  readonly headers: string;
  readonly expose: string;
  readonly credentials: boolean;
  readonly maxAgeSeconds: number;
}

/** Changes the path: `template` may use what the pattern caught ("/$2"). */
export interface RewriteFilter {
  readonly type: "rewrite";
  readonly pattern: Pattern;
  readonly template: string;
  /** Sent on as X-Forwarded-Prefix. */
  readonly prefix: string | undefined;
  /** Whether the error log tells of it. */
  readonly log: boolean;
}

/** Sends plain HTTP requests to https. */
export interface HttpsFilter {
  readonly type: "https";
  readonly status: number;
  /** Whether it does so even when the host has no certificate. */
  readonly always: boolean;
  readonly keepSlash: boolean;
  readonly withPort: boolean;
}

/** Bounds the requests of one client address that are under way. */
export interface ConnectionsFilter {
  readonly type: "connections";
  readonly zone: string;
  readonly max: number;
  readonly status: number;
  /** Addresses that are not counted. */
  readonly free: readonly string[];
}

/** Bounds the requests of one client address in time: a leaky bucket, without delay. */
export interface RateFilter {
  readonly type: "rate";
  readonly zone: string;
  readonly perSecond: number;
  readonly burst: number;
  readonly status: number;
  readonly free: readonly string[];
}

/** Lets the request in only when all checks (or any one of them) hold. */
export interface AccessFilter {
  readonly type: "access";
  readonly satisfy: "all" | "any";
  readonly checks: readonly AccessCheck[];
}

export type AccessCheck =
  /** Denied ranges first; then, when there are allowed ones, only those. */
  | { readonly type: "ranges"; readonly deny: readonly string[]; readonly allow: readonly string[] }
  | {
      readonly type: "basic";
      readonly realm: string;
      /** htpasswd lines: user:hash. */
      readonly users: Readonly<Record<string, string>>;
      /** The file that nginx would read, for its log. */
      readonly file: string;
    }
  | ExternalCheck;

/** Asks another server. 2xx lets in, 401 and 403 are passed on, anything else is a 500. */
export interface ExternalCheck {
  readonly type: "external";
  readonly urlTemplate: string;
  readonly method: string;
  /** Where to send who is not signed in; "" for nowhere. */
  readonly signinTemplate: string;
  readonly redirectParameter: string;
  /** Fields of the server's answer that the request takes on. */
  readonly responseHeaders: readonly string[];
  readonly requestRedirect: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly alwaysSetCookie: boolean;
  readonly cache?: AuthCache;
}

/** Answers of an authentication server that are remembered. */
export interface AuthCache {
  readonly keyTemplate: string;
  readonly secondsOf: Readonly<Record<number, number>>;
}

/** Sets fields of the answer. Values are templates; an empty one takes the field off. */
interface ResponseHeadersFilter {
  readonly type: "responseHeaders";
  /** Replacing those of the same name. */
  readonly set: readonly (readonly [name: string, template: string])[];
  /** Beside those of the same name, on good answers only unless `always`. */
  readonly added?: readonly (readonly [name: string, template: string, always: boolean])[];
}

/** Sets fields of the request as it goes on. */
interface RequestHeadersFilter {
  readonly type: "requestHeaders";
  readonly set: readonly (readonly [name: string, template: string])[];
}

/** Replaces answers with these statuses by those of another upstream. */
export interface ErrorsFilter {
  readonly type: "errors";
  readonly statuses: readonly number[];
  /** "upstream-default-backend", or the custom default backend's upstream. */
  readonly upstream: string;
}

/** How a request is passed on. Absent from a route: the controller's settings alone. */
export interface Passing {
  readonly protocol: BackendProtocol;
  /** The Host field sent on, when not the client's. */
  readonly hostTemplate?: string;
  readonly connectMs: number;
  readonly readMs: number;
  readonly sendMs: number;
  /** 0 sets no limit. */
  readonly bodyBytesMax: number;
  readonly tries: number;
  /** 0 sets no limit. */
  readonly triesMs: number;
  /** Bounds all tries together, the last one's answer included; absent sets no limit. */
  readonly wholeMs?: number;
  /** What the endpoint's certificate must be; absent believes any. */
  readonly verify?: BackendTls;
  /** The pause before the next try; absent tries at once. */
  readonly waitMs?: number;
  /** What makes nginx try another endpoint: "error", "timeout", "http_502", "non_idempotent" … */
  readonly tryNext: readonly string[];
  /** The Connection field sent on, when the location sets one. */
  readonly connection?: string;
  readonly accessLog: boolean;
  readonly rewriting?: AnswerRewriting;
  /** The upstream that answers when the route's own has no endpoints. */
  readonly fallback?: string;
}

/** What becomes what in an upstream's answer: the start of Location, attributes of cookies. */
export interface AnswerRewriting {
  readonly location?: { readonly from: string; readonly to: string };
  readonly cookieDomain?: { readonly from: string; readonly to: string };
  readonly cookiePath?: { readonly from: string; readonly to: string };
}

export type BackendProtocol = "HTTP" | "HTTPS" | "AUTO_HTTP" | "GRPC" | "GRPCS" | "FCGI";

/** Shared by the many routes that only pass requests on. */
export const noFilters: readonly Filter[] = [];
