// How Traefik speaks: Go's plain texts, the X-Forwarded fields, and the access log in its common
// or JSON format. Models pkg/middlewares/forwardedheaders, pkg/proxy/httputil and
// pkg/middlewares/accesslog.

import type { HeaderField } from "../../../net/http/message.ts";
import { localTime } from "../../proxy/accesslog.ts";
import type { Dialect } from "../../proxy/dialect.ts";
import type { Exchange } from "../../proxy/exchange.ts";
import { parseTarget } from "../../proxy/uri.ts";
import { logLine } from "./log.ts";
import type { TraefikSettings } from "./settings.ts";

export interface TraefikDialect {
  readonly settings: TraefikSettings;
  /** The Pod's name, sent on as X-Forwarded-Server. */
  readonly hostname: string;
  readonly entryPoint: string;
  /** Counts requests over all entry points. */
  count(): number;
}

const plain = "text/plain; charset=utf-8";
const nosniff: readonly HeaderField[] = [["X-Content-Type-Options", "nosniff"]];

/** What http.Error and the reverse proxy write; line ends as there. */
const pages: Readonly<Record<number, string>> = {
  400: "400 Bad Request",
  404: "404 page not found\n",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "no available server\n",
  504: "Gateway Timeout",
};

export function traefikDialect(o: TraefikDialect): Dialect {
  const { settings } = o;
  const trusting = settings.trusting.includes(o.entryPoint);
  return {
    parse: parseTarget,
    page: (status) => {
      const body = pages[status] ?? "";
      return { type: plain, body, ...(body.endsWith("\n") && { headers: nosniff }) };
    },
    reason: () => undefined,
    keepsAlive: false,
    prepare: () => undefined,
    toUpstream: (x) => forwarded(x, o.hostname, trusting),
    hidden: new Set(),
    toClient: () => [],
    accessLine: (x, status, nowMs) => accessLine(o, x, status, nowMs),
    errorLine: (message, _, nowMs, upstream) => {
      if (upstream === undefined) return undefined;
      const { host } = new URL(upstream);
      const timedOut = message.includes("timed out");
      const said = timedOut ? "504 Gateway Timeout" : "502 Bad Gateway";
      return logLine(settings.log, "DBG", said, { error: cause(message, host) }, nowMs);
    },
  };
}

/** The error of Go's transport for what went wrong. */
function cause(message: string, address: string): string {
  if (message.includes("Connection refused")) return dial(address, "connect: connection refused");
  if (message.includes("unreachable")) return dial(address, "connect: no route to host");
  if (message.includes("timed out")) return dial(address, "i/o timeout");
  return message.includes("prematurely closed") ? "EOF" : message;
}

function dial(address: string, what: string): string {
  return `dial tcp ${address}: ${what}`;
}

/** Models XForwarded.rewrite; a client's own fields count on trusting entry points only. */
function forwarded(x: Exchange, hostname: string, trusting: boolean): HeaderField[] {
  const sent = (name: string): string => (trusting ? (x.header(name) ?? "") : "");
  const websocket = /websocket/i.test(x.header("upgrade") ?? "");
  const scheme = x.scheme === "https" ? (websocket ? "wss" : "https") : websocket ? "ws" : "http";
  const proto = sent("x-forwarded-proto") || scheme;
  const ownPort = /:(\d+)$/.exec(x.httpHost)?.[1];
  const secure = x.scheme === "https" || proto === "https" || proto === "wss";
  return [
    ["X-Forwarded-For", [sent("x-forwarded-for"), x.client.ip].filter(Boolean).join(", ")],
    ["X-Forwarded-Host", sent("x-forwarded-host") || x.httpHost],
    ["X-Forwarded-Port", sent("x-forwarded-port") || ownPort || (secure ? "443" : "80")],
    ["X-Forwarded-Proto", proto],
    ["X-Forwarded-Server", hostname],
    ["X-Real-Ip", sent("x-real-ip") || x.client.ip],
    ...["Uri", "Method", "Prefix", "Tls-Client-Cert", "Tls-Client-Cert-Info"].map(
      (name): HeaderField => [`X-Forwarded-${name}`, sent(`x-forwarded-${name.toLowerCase()}`)],
    ),
  ];
}

/** Models CommonLogFormatter and the JSON formatter of the access log. */
function accessLine(
  { settings, count, entryPoint }: TraefikDialect,
  x: Exchange,
  status: number,
  nowMs: number,
): string | undefined {
  const number = count();
  if (settings.accessLog === "off") return undefined;
  const last = x.tries.at(-1);
  const url = last
    ? `${x.route?.passing?.protocol === "HTTPS" ? "https" : "http"}://${last.address}`
    : "";
  const { method, target, version } = x.request;
  const ms = Math.floor(nowMs - x.startMs);
  if (settings.accessLog === "json") {
    return JSON.stringify({
      ClientAddr: `${x.client.ip}:${x.client.port}`,
      ClientHost: x.client.ip,
      ClientPort: String(x.client.port),
      ClientUsername: "-",
      DownstreamContentSize: x.bodyBytesSent,
      DownstreamStatus: status,
      Duration: ms * 1_000_000,
      OriginContentSize: last?.bytes ?? 0,
      // The proxy writes its own errors, 499 too, where the origin's answer would be.
      OriginStatus: last ? last.status || status : 0,
      RequestAddr: x.httpHost,
      RequestContentSize: x.bodyBytesReceived,
      RequestCount: number,
      RequestHost: x.host,
      RequestMethod: method,
      RequestPath: target,
      RequestProtocol: version,
      RequestScheme: x.scheme,
      ...(x.route?.name && { RouterName: x.route.name }),
      ...(url && { ServiceAddr: last!.address, ServiceName: `${x.upstreamName}@kubernetes` }),
      ...(url && { ServiceURL: url }),
      StartUTC: new Date(x.startMs).toISOString(),
      entryPointName: entryPoint,
      level: "info",
      msg: "",
      time: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
    });
  }
  const quoted = (text: string | undefined): string => `"${text || "-"}"`;
  return (
    `${x.client.ip} - - [${localTime(x.startMs)}] "${method} ${target} ${version}" ` +
    `${status} ${x.bodyBytesSent} ${quoted(x.header("referer"))} ${quoted(x.header("user-agent"))} ` +
    `${number} ${quoted(x.route?.name)} ${quoted(url)} ${ms}ms`
  );
}
