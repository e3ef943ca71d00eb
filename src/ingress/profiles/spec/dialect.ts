// How the profile "spec" speaks: plain text pages that say why, the usual X-Forwarded fields, and
// paths matched as they were sent.

import { accessLine } from "../../proxy/accesslog.ts";
import type { Dialect } from "../../proxy/dialect.ts";
import { errorLine } from "../../proxy/errorlog.ts";
import type { RequestUri } from "../../proxy/uri.ts";
import { upstreamInfo } from "../ingress-nginx/settings.ts";

export const specDialect: Dialect = {
  parse: parseRaw,
  page: (status) => ({ type: "text/plain; charset=utf-8", body: texts[status] ?? `${status}\n` }),
  reason: () => undefined,
  prepare: () => undefined,
  toUpstream: (x) => [
    ["X-Request-ID", x.id],
    ["X-Forwarded-For", [x.header("x-forwarded-for"), x.client.ip].filter(Boolean).join(", ")],
    ["X-Forwarded-Host", x.httpHost],
    ["X-Forwarded-Port", x.passPort],
    ["X-Forwarded-Proto", x.scheme],
  ],
  hidden: new Set(["server"]),
  toClient: () => [["Server", "grand-ingress"]],
  accessLine: (x, status, nowMs) => accessLine(upstreamInfo, x, status, nowMs),
  errorLine: (message, x, nowMs, upstream) =>
    errorLine(message, x, {
      nowMs,
      connection: x.connection,
      server: x.route?.host || "*",
      ...(upstream !== undefined && { upstream }),
    }),
};

const texts: Readonly<Record<number, string>> = {
  400: "bad request\n",
  404: "no rule matches this host and path\n",
  413: "content too large\n",
  502: "the endpoint does not answer\n",
  503: "no endpoint is ready\n",
  504: "the endpoint takes too long\n",
};

/** The path as it was sent, without its query. */
function parseRaw(target: string): RequestUri | undefined {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target);
  const raw = absolute ? target.slice(absolute[0].length) || "/" : target;
  if (!raw.startsWith("/")) return undefined;
  const mark = raw.indexOf("?");
  return {
    raw,
    path: mark < 0 ? raw : raw.slice(0, mark),
    args: mark < 0 ? "" : raw.slice(mark + 1),
    authority: absolute?.[1],
  };
}
