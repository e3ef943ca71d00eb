// HTTP as the API server and kubectl speak it, without the bytes: the shell's kubectl sends
// these in process, `serve` turns them into real HTTP. Bodies are parsed JSON values.

import type { ExecIo, ExitStatus } from "./exec.ts";

export interface RestRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** "/apis/networking.k8s.io/v1/namespaces/default/ingresses" */
  readonly path: string;
  /** In order, as in the URL; a name may repeat. */
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A JSON value, or the raw text of another content type. */
  readonly body?: unknown;
  /** Ends a watch or a followed log. */
  readonly signal?: AbortSignal;
  /** The streams of …/exec and …/attach: what an upgraded connection carries. */
  readonly io?: ExecIo;
}

export interface RestResponse {
  readonly status: number;
  /** Names in lower case; `warning` values are separate entries in `warnings`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  /** A JSON value (objects are frozen and shared), or a text. */
  readonly body?: unknown;
  /** Instead of a body: a watch (JSON values, one a line) or a log (bytes). */
  readonly stream?: AsyncIterable<unknown>;
  /** With status 101, and after everything was written to the request's `io`: how it ended. */
  readonly exit?: Promise<ExitStatus>;
}

/** Never throws for a refusal: that is a response with a Status as its body. */
export type RestTransport = (request: RestRequest) => Promise<RestResponse>;
