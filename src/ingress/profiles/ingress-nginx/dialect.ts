// How ingress-nginx speaks: nginx's pages and logs, and the fields that its template sets
// (rootfs/etc/nginx/template/nginx.tmpl, rootfs/etc/nginx/lua/lua_ingress.lua).

import type { HeaderField } from "../../../net/http/message.ts";
import { compilePattern, PatternError, searchPattern } from "../../pattern/pattern.ts";
import type { Pattern } from "../../pattern/pattern.ts";
import { accessLine } from "../../proxy/accesslog.ts";
import type { Dialect } from "../../proxy/dialect.ts";
import { errorLine } from "../../proxy/errorlog.ts";
import type { Exchange } from "../../proxy/exchange.ts";
import { page, reasons } from "../../proxy/pages.ts";
import { inAny } from "../../proxy/ranges.ts";
import { parseTarget } from "../../proxy/uri.ts";
import { expand } from "../../proxy/variables.ts";
import { defaultBackend } from "./servers.ts";
import type { Settings } from "./settings.ts";

/** What nginx calls itself with `server_tokens on`. */
const serverToken = "nginx/1.27.1";

/** The maps of fields that other ConfigMaps hold. */
export interface HeaderMaps {
  /** add-headers: set on every answer. */
  readonly add: Readonly<Record<string, string>>;
  /** proxy-set-headers: set on every request that goes on. */
  readonly proxySet: Readonly<Record<string, string>>;
}

/** The dialect of a controller with these settings. */
export function nginxDialect(settings: Settings, maps: HeaderMaps): Dialect {
  const blockedAgents = settings.blockUserAgents.map(matcher);
  const blockedReferers = settings.blockReferers.map(matcher);
  const hidden = [...settings.hideHeaders.map((x) => x.toLowerCase()), "x-accel-redirect"];
  if (!settings.backendServerHeader) hidden.push("server");
  return {
    parse: parseTarget,
    page: (status) => {
      const body = page(status);
      return body === undefined ? undefined : { type: "text/html", body };
    },
    reason: (status) => reasons[status],
    defaultAddress: "127.0.0.1:8181",
    prepare(x) {
      trustForwarded(x, settings);
      if (blockedAgents.some((blocks) => blocks(x.header("user-agent") ?? ""))) {
        return { status: 403, why: "the User-Agent is blocked (block-user-agents)" };
      }
      if (blockedReferers.some((blocks) => blocks(x.header("referer") ?? ""))) {
        return { status: 403, why: "the Referer is blocked (block-referers)" };
      }
      if (!inAny(x.remoteAddr, settings.blockRanges)) return undefined;
      const error = "access forbidden by rule";
      return { status: 403, why: `${x.remoteAddr} is blocked (block-cidrs)`, error };
    },
    toUpstream: (x) => [...forwardedFields(x, settings), ...setFields(x, maps.proxySet)],
    hidden: new Set(hidden),
    toClient: (x) => [
      ...hsts(x, settings),
      ...(settings.showServerTokens ? [["Server", serverToken] as const] : []),
      ...Object.entries(maps.add),
    ],
    accessLine(x, status, nowMs) {
      if (!settings.accessLog || x.route?.passing?.accessLog === false) return undefined;
      if (settings.skipAccessLogUrls.includes(x.uri.raw)) return undefined;
      const catchAll = x.route === undefined || (x.route.host === "" && isDefault(x));
      if (catchAll && !settings.defaultBackendAccessLog) return undefined;
      return accessLine(settings.logFormat, x, status, nowMs, settings.logEscape);
    },
    errorLine: (message, x, nowMs, upstream, level = "error") =>
      errorLine(message, x, {
        nowMs,
        connection: x.connection,
        level,
        server: x.route?.host || "_",
        ...(upstream !== undefined && { upstream }),
      }),
  };
}

function isDefault({ route }: Exchange): boolean {
  return route?.backend?.upstream === defaultBackend.upstream;
}

/** realip module and lua_ingress.rewrite: whom to believe about client, scheme, port, host. */
function trustForwarded(x: Exchange, settings: Settings): void {
  const { useForwardedHeaders, enableRealIp } = settings;
  if (useForwardedHeaders || enableRealIp) {
    const list = (x.header(settings.forwardedForHeader) ?? "").split(",").map((one) => one.trim());
    const ip = realIp(x.client.ip, list.filter(Boolean), settings.proxyRealIpRanges);
    x.remoteAddr = ip;
  }
  if (!useForwardedHeaders) return;
  x.passScheme = x.header("x-forwarded-proto") ?? x.passScheme;
  x.forwardedPort = x.header("x-forwarded-port");
  x.passPort = x.forwardedPort ?? x.passPort;
  x.bestHost = x.header("x-forwarded-host")?.split(",")[0]!.trim() ?? x.bestHost;
}

/** The last address that no trusted proxy has (real_ip_recursive on). */
function realIp(client: string, list: readonly string[], trusted: readonly string[]): string {
  let ip = client;
  for (const next of [...list].reverse()) {
    if (!inAny(ip, trusted)) break;
    if (!inAny(next, ["0.0.0.0/0"])) break; // not an address
    ip = next;
  }
  return ip;
}

function forwardedFields(x: Exchange, settings: Settings): HeaderField[] {
  const { computeFullForwardedFor, useForwardedHeaders, forwardedForHeader } = settings;
  const known = x.header("x-forwarded-for");
  const full = known === undefined ? x.client.ip : `${known}, ${x.client.ip}`;
  const forwardedFor = computeFullForwardedFor && useForwardedHeaders ? full : x.remoteAddr;
  const fields: HeaderField[] = [
    ["X-Request-ID", x.id],
    ["X-Real-IP", x.remoteAddr],
    ["X-Forwarded-For", forwardedFor],
    ["X-Forwarded-Host", x.bestHost],
    ["X-Forwarded-Port", x.passPort],
    ["X-Forwarded-Proto", x.passScheme],
    ["X-Forwarded-Scheme", x.passScheme],
    ["X-Scheme", x.passScheme],
    ["X-Original-Forwarded-For", x.header(forwardedForHeader) ?? ""],
    ["X-Original-Forwarded-Host", x.header("x-forwarded-host") ?? ""],
    ["Proxy", ""],
  ];
  if (settings.originalUriHeader) fields.push(["X-Original-URI", x.uri.raw]);
  if (!settings.generateRequestId && x.header("x-request-id") === undefined) {
    fields[0] = ["X-Request-ID", ""];
  }
  return fields;
}

function setFields(x: Exchange, map: Readonly<Record<string, string>>): HeaderField[] {
  return Object.entries(map).map(([name, value]) => [name, expand(value, x)]);
}

function hsts(x: Exchange, settings: Settings): HeaderField[] {
  if (!settings.hsts || x.scheme !== "https") return [];
  let value = `max-age=${settings.hstsMaxAge}`;
  if (settings.hstsIncludeSubdomains) value += "; includeSubDomains";
  if (settings.hstsPreload) value += "; preload";
  return [["Strict-Transport-Security", value]];
}

/** An entry of an nginx map: a text in any case, `~` a regular expression, `~*` in any case. */
function matcher(entry: string): (value: string) => boolean {
  if (!entry.startsWith("~")) return (value) => value.toLowerCase() === entry.toLowerCase();
  const ignoreCase = entry.startsWith("~*");
  let pattern: Pattern;
  try {
    pattern = compilePattern(entry.slice(ignoreCase ? 2 : 1), { ignoreCase });
  } catch (error) {
    if (error instanceof PatternError) return () => false;
    throw error;
  }
  return (value) => {
    const found = searchPattern(pattern, value);
    return found !== null && found !== "exhausted";
  };
}
