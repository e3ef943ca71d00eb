// How an ingress controller speaks: its pages, the fields that it adds, what it logs. The proxy
// is one; each implementation hands it its dialect.

import type { HeaderField } from "../../net/http/message.ts";
import type { Route } from "../table.ts";
import type { Exchange } from "./exchange.ts";
import type { Outcome } from "./outcome.ts";
import type { RequestUri } from "./uri.ts";

export interface Dialect {
  /** The target as rules are matched against it; undefined is answered with 400. */
  parse(target: string): RequestUri | undefined;
  /** The content of an answer that the controller itself gives. */
  page(status: number):
    | {
        readonly type: string;
        readonly body: string;
        readonly headers?: readonly HeaderField[];
      }
    | undefined;
  /** Whether answers say `Connection: keep-alive`, as nginx does in HTTP/1.1 too. */
  readonly keepsAlive?: false;
  /** What a request gets whose client went away; default 499, as nginx and Traefik have it. */
  readonly goneStatus?: number;
  /** The reason phrase, where it is not the standard one. */
  reason(status: number): string | undefined;
  /** Where the built-in default backend listens, for the access log. */
  readonly defaultAddress?: string;
  /** Before rules are looked at: client address, trust in forwarded fields, global blocks. */
  prepare(x: Exchange): Outcome | undefined;
  /** Fields set on the way to the upstream; an empty value takes the field off. */
  toUpstream(x: Exchange, route: Route): readonly HeaderField[];
  /** Fields of the upstream's answer that are not passed on, in lower case. */
  readonly hidden: ReadonlySet<string>;
  /** Fields set on every answer. */
  toClient(x: Exchange): readonly HeaderField[];
  /** The access log's line, if one is to be written. */
  accessLine(x: Exchange, status: number, nowMs: number): string | undefined;
  /** The error log's line. */
  errorLine(
    message: string,
    x: Exchange,
    nowMs: number,
    upstream?: string,
    level?: "error" | "notice",
  ): string | undefined;
}
