// How an Application Load Balancer speaks: the pages of awselb/2.0, and the fields that it adds.

import { hex, utf8 } from "../../../base/bytes.ts";
import type { HeaderField } from "../../../net/http/message.ts";
import type { Dialect } from "../../proxy/dialect.ts";
import type { Exchange } from "../../proxy/exchange.ts";
import { page, reasons } from "../../proxy/pages.ts";
import { parseTarget } from "../../proxy/uri.ts";

const server: HeaderField = ["Server", "awselb/2.0"];

export const albDialect: Dialect = {
  parse: parseTarget,
  page: (status) => {
    const body = page(status)?.replace("<hr><center>nginx</center>\r\n", "");
    return body === undefined ? undefined : { type: "text/html", body, headers: [server] };
  },
  goneStatus: 460,
  reason: (status) => reasons[status],
  prepare: () => undefined,
  toUpstream: (x) => [
    ["X-Forwarded-For", [x.header("x-forwarded-for"), x.client.ip].filter(Boolean).join(", ")],
    ["X-Forwarded-Proto", x.scheme],
    ["X-Forwarded-Port", String(x.local.port)],
    ["X-Amzn-Trace-Id", traceId(x)],
  ],
  hidden: new Set(),
  toClient: (x) => (x.tries.length === 0 ? [server] : []),
  accessLine: () => undefined,
  errorLine: () => undefined,
};

/** `Root=1-SECONDS-96 bits`; a caller's own Root is kept and the load balancer's part added. */
function traceId(x: Exchange): string {
  const seconds = hexOf(Math.floor(x.startMs / 1000), 8);
  const rest = /^[0-9a-f]{32}$/.test(x.id) ? x.id.slice(0, 24) : hex(utf8(x.id)).padEnd(24, "0");
  const own = `1-${seconds}-${rest.slice(0, 24)}`;
  const given = x.header("x-amzn-trace-id");
  return given === undefined ? `Root=${own}` : `Self=${own};${given}`;
}

function hexOf(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
