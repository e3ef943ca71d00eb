// How requests are spread and passed on, as annotations say it.

import type { AnswerRewriting, BackendProtocol, ConnectionsFilter } from "../../filters.ts";
import type { Passing, RateFilter } from "../../filters.ts";
import type { Affinity, Canary, HashBy, Options, Reading } from "./options.ts";
import { sizeBytes, splitList } from "./settings.ts";

/** Undefined when the Ingress is none. */
export function canaryOf({ a, ingress }: Reading): Canary | undefined {
  if (!a.flag("canary", false)) return undefined;
  return {
    weight: a.number("canary-weight", 0),
    weightTotal: a.number("canary-weight-total", 100),
    header: a.text("canary-by-header") ?? "",
    headerValue: a.text("canary-by-header-value") ?? "",
    // The Lua code sees the text as it is written, even where it is no regular expression.
    headerPattern: ingress.metadata.annotations?.[canaryPattern] ?? "",
    cookie: a.text("canary-by-cookie") ?? "",
  };
}

/** The cookie that keeps a guest with one endpoint. */
export function affinityOf({ a }: Reading): Affinity | undefined {
  if (a.text("affinity") !== "cookie") return undefined;
  const secure = a.text("session-cookie-secure");
  return {
    name: a.text("session-cookie-name") ?? "INGRESSCOOKIE",
    mode: a.text("affinity-mode") === "persistent" ? "persistent" : "balanced",
    expires: a.text("session-cookie-expires") ?? "",
    maxAge: a.text("session-cookie-max-age") ?? "",
    path: a.text("session-cookie-path") ?? "",
    domain: a.text("session-cookie-domain") ?? "",
    sameSite: a.text("session-cookie-samesite") ?? "",
    conditionalSameSiteNone: a.flag("session-cookie-conditional-samesite-none", false),
    secure: secure === undefined ? undefined : a.flag("session-cookie-secure", false),
    changeOnFailure: a.flag("session-cookie-change-on-failure", false),
  };
}

export function hashByOf({ a }: Reading): HashBy | undefined {
  const template = a.text("upstream-hash-by");
  if (template === undefined) return undefined;
  return {
    template,
    subset: a.flag("upstream-hash-by-subset", false),
    subsetSize: a.number("upstream-hash-by-subset-size", 3),
  };
}

export function limitsOf(reading: Reading): readonly (ConnectionsFilter | RateFilter)[] {
  const { a, ingress, namespace, settings } = reading;
  const { limitConnStatus, limitReqStatus } = settings;
  const { name, uid = "" } = ingress.metadata;
  const zone = `${namespace}_${name}_${uid}`;
  const free = splitList(a.text("limit-allowlist") ?? a.text("limit-whitelist") ?? "");
  const factor = Math.max(1, a.number("limit-burst-multiplier", 5));
  const limits: (ConnectionsFilter | RateFilter)[] = [];
  const connections = a.number("limit-connections", 0);
  if (connections > 0) {
    const status = limitConnStatus;
    limits.push({ type: "connections", zone: `${zone}_conn`, max: connections, status, free });
  }
  for (const [suffix, seconds] of [["rps", 1] as const, ["rpm", 60] as const]) {
    const limit = a.number(`limit-${suffix}`, 0);
    if (limit <= 0) continue;
    limits.push({
      type: "rate",
      zone: `${zone}_${suffix}`,
      perSecond: limit / seconds,
      burst: limit * factor,
      status: limitReqStatus,
      free,
    });
  }
  return limits;
}

export function passingOf(reading: Reading): Passing {
  const { a, settings: s } = reading;
  const host = a.text("upstream-vhost");
  const connection = a.text("connection-proxy-header");
  const next = (a.text("proxy-next-upstream") ?? s.nextUpstream).split(/\s+/).filter(Boolean);
  return {
    protocol: (a.text("backend-protocol") ?? "HTTP").trim().toUpperCase() as BackendProtocol,
    ...(host !== undefined && { hostTemplate: host }),
    connectMs: 1000 * a.number("proxy-connect-timeout", s.connectSeconds),
    readMs: 1000 * a.number("proxy-read-timeout", s.readSeconds),
    sendMs: 1000 * a.number("proxy-send-timeout", s.sendSeconds),
    bodyBytesMax: sizeBytes(a.text("proxy-body-size") ?? s.bodySize) ?? 2 ** 20,
    tries: a.number("proxy-next-upstream-tries", s.nextUpstreamTries),
    triesMs: 1000 * a.number("proxy-next-upstream-timeout", s.nextUpstreamSeconds),
    tryNext: s.retryNonIdempotent ? [...next, "non_idempotent"] : next,
    ...(connection !== undefined && { connection }),
    accessLog: a.flag("enable-access-log", true),
    ...answerRewriting(reading),
    ...(a.text("default-backend") !== undefined && {
      fallback: customUpstream({ defaultBackend: defaultBackendOf(reading) }),
    }),
  };
}

/** The Service of the default-backend annotation: "ns/name". */
export function defaultBackendOf({ a, namespace }: Reading): string | undefined {
  const name = a.text("default-backend");
  return name === undefined ? undefined : `${namespace}/${name}`;
}

const canaryPattern = "nginx.ingress.kubernetes.io/canary-by-header-pattern";

/** The upstream of the default-backend annotation. */
export function customUpstream({ defaultBackend }: Pick<Options, "defaultBackend">): string {
  if (defaultBackend === undefined) return "upstream-default-backend";
  return `custom-default-backend-${defaultBackend.replace("/", "-")}`;
}

/** proxy-redirect-*, proxy-cookie-*: what is changed in answers. */
function answerRewriting({ a, settings }: Reading): { rewriting?: AnswerRewriting } {
  const from = a.text("proxy-redirect-from") ?? settings.redirectFrom;
  const to = a.text("proxy-redirect-to") ?? settings.redirectTo;
  const location = from === "off" || from === "default" ? undefined : { from, to };
  const cookieDomain = pairOf(a.text("proxy-cookie-domain") ?? settings.cookieDomain);
  const cookiePath = pairOf(a.text("proxy-cookie-path") ?? settings.cookiePath);
  if (!location && !cookieDomain && !cookiePath) return {};
  return {
    rewriting: {
      ...(location && { location }),
      ...(cookieDomain && { cookieDomain }),
      ...(cookiePath && { cookiePath }),
    },
  };
}

/** "one.com two.com": what becomes what. "off" changes nothing. */
function pairOf(text: string): { from: string; to: string } | undefined {
  const [from, to] = text.trim().split(/\s+/);
  return from === undefined || to === undefined ? undefined : { from, to };
}
