// An answer that the proxy itself gives to a request, before it is written as nginx writes it.

import type { HeaderField } from "../../net/http/message.ts";

export interface Outcome {
  /** May be one of nginx's own (494–497); the wire gets the plain one. */
  readonly status: number;
  readonly why: string;
  readonly headers?: readonly HeaderField[];
  /** Default: the controller's page of that status. */
  readonly body?: string;
  /** A line for the error log, without what is known of the request. */
  readonly error?: string | undefined;
  /** Answered by the built-in default backend. */
  readonly fromDefault?: true;
}
