// The controller's ConfigMap, read: every key that has an effect here, with upstream's default.
// Models internal/ingress/controller/template/configmap.go ReadConfig and config.go NewDefault
// of ingress-nginx 1.15. Keys that are not here are reported as not served.

export interface Settings {
  readonly allowSnippets: boolean;
  readonly allowCrossNamespace: boolean;
  readonly wordBlocklist: readonly string[];
  readonly riskLevel: "Low" | "Medium" | "High" | "Critical";
  readonly strictPathType: boolean;
  readonly defaultBackendAccessLog: boolean;
  readonly accessLog: boolean;
  readonly skipAccessLogUrls: readonly string[];
  readonly logFormat: string;
  readonly logEscape: "default" | "json" | "none";
  readonly useForwardedHeaders: boolean;
  readonly enableRealIp: boolean;
  readonly forwardedForHeader: string;
  readonly computeFullForwardedFor: boolean;
  readonly proxyRealIpRanges: readonly string[];
  readonly originalUriHeader: boolean;
  readonly generateRequestId: boolean;
  readonly redirectStatus: number;
  readonly hsts: boolean;
  readonly hstsIncludeSubdomains: boolean;
  readonly hstsMaxAge: string;
  readonly hstsPreload: boolean;
  readonly sslRedirect: boolean;
  readonly forceSslRedirect: boolean;
  readonly preserveTrailingSlash: boolean;
  readonly noTlsRedirectLocations: readonly string[];
  readonly noAuthLocations: readonly string[];
  readonly relativeRedirects: boolean;
  readonly usePortInRedirects: boolean;
  readonly showServerTokens: boolean;
  readonly backendServerHeader: boolean;
  readonly hideHeaders: readonly string[];
  readonly addHeaders: string;
  readonly proxySetHeaders: string;
  readonly allowedResponseHeaders: readonly string[];
  readonly customHttpErrors: readonly number[];
  readonly disableInterceptErrors: boolean;
  readonly blockRanges: readonly string[];
  readonly blockUserAgents: readonly string[];
  readonly blockReferers: readonly string[];
  readonly denyRanges: readonly string[];
  readonly allowRanges: readonly string[];
  readonly limitReqStatus: number;
  readonly limitConnStatus: number;
  readonly bodySize: string;
  readonly connectSeconds: number;
  readonly readSeconds: number;
  readonly sendSeconds: number;
  readonly nextUpstream: string;
  readonly nextUpstreamTries: number;
  readonly nextUpstreamSeconds: number;
  readonly retryNonIdempotent: boolean;
  readonly redirectFrom: string;
  readonly redirectTo: string;
  readonly cookieDomain: string;
  readonly cookiePath: string;
  readonly serviceUpstream: boolean;
  readonly loadBalance: string;
  readonly keepAliveRequests: number;
  readonly globalAuth: GlobalAuth;
  /** server-snippet and location-snippet: for every server, every location. */
  readonly serverSnippet: string;
  readonly locationSnippet: string;
  readonly sslProtocols: readonly string[];
  /** OpenSSL's names, in order; TLS 1.3 has its own. */
  readonly sslCiphers: readonly string[];
  /** Keys of the ConfigMap that nothing here reads. */
  readonly unknown: readonly string[];
}

interface GlobalAuth {
  readonly url: string;
  readonly signin: string;
  readonly signinRedirectParam: string;
  readonly method: string;
  readonly responseHeaders: readonly string[];
  readonly requestRedirect: string;
  readonly alwaysSetCookie: boolean;
  readonly cacheKey: string;
  readonly cacheDuration: string;
}

/** `log_format upstreaminfo` (config.go logFormatUpstream). */
export const upstreamInfo =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent ' +
  '"$http_referer" "$http_user_agent" $request_length $request_time ' +
  "[$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr " +
  "$upstream_response_length $upstream_response_time $upstream_status $req_id";

/** The settings of a ConfigMap's data; wrong values fall back to the defaults, as upstream's. */
export function readSettings(data: Readonly<Record<string, string>> = {}): Settings {
  const reader = new Reader(data);
  const { flag, text, list, number } = reader;
  const noAuth = list("no-auth-locations", "/.well-known/acme-challenge");
  const read: Omit<Settings, "unknown"> = {
    allowSnippets: flag("allow-snippet-annotations", false),
    allowCrossNamespace: flag("allow-cross-namespace-resources", false),
    wordBlocklist: list("annotation-value-word-blocklist"),
    riskLevel: riskLevel(text("annotations-risk-level", "High")),
    strictPathType: flag("strict-validate-path-type", true),
    defaultBackendAccessLog: flag("enable-access-log-for-default-backend", false),
    accessLog: !flag("disable-access-log", false) && !flag("disable-http-access-log", false),
    skipAccessLogUrls: list("skip-access-log-urls"),
    logFormat: text("log-format-upstream", upstreamInfo),
    logEscape: flag("log-format-escape-none", false)
      ? "none"
      : flag("log-format-escape-json", false)
        ? "json"
        : "default",
    useForwardedHeaders: flag("use-forwarded-headers", false),
    enableRealIp: flag("enable-real-ip", false),
    forwardedForHeader: text("forwarded-for-header", "X-Forwarded-For"),
    computeFullForwardedFor: flag("compute-full-forwarded-for", false),
    proxyRealIpRanges: list("proxy-real-ip-cidr", "0.0.0.0/0"),
    originalUriHeader: flag("proxy-add-original-uri-header", false),
    generateRequestId: flag("generate-request-id", true),
    redirectStatus: redirectStatus(number("http-redirect-code", 308)),
    hsts: flag("hsts", true),
    hstsIncludeSubdomains: flag("hsts-include-subdomains", true),
    hstsMaxAge: text("hsts-max-age", "31536000"),
    hstsPreload: flag("hsts-preload", false),
    sslRedirect: flag("ssl-redirect", true),
    forceSslRedirect: flag("force-ssl-redirect", false),
    preserveTrailingSlash: flag("preserve-trailing-slash", false),
    noTlsRedirectLocations: list("no-tls-redirect-locations", "/.well-known/acme-challenge"),
    noAuthLocations: noAuth,
    relativeRedirects: flag("relative-redirects", false),
    usePortInRedirects: flag("use-port-in-redirects", false),
    showServerTokens: flag("server-tokens", false),
    backendServerHeader: flag("allow-backend-server-header", false),
    hideHeaders: list("hide-headers"),
    addHeaders: text("add-headers", ""),
    proxySetHeaders: text("proxy-set-headers", ""),
    allowedResponseHeaders: list("global-allowed-response-headers"),
    customHttpErrors: list("custom-http-errors").map(Number).filter(isErrorStatus),
    disableInterceptErrors: flag("disable-proxy-intercept-errors", false),
    blockRanges: list("block-cidrs"),
    blockUserAgents: list("block-user-agents"),
    blockReferers: list("block-referers"),
    denyRanges: list("denylist-source-range"),
    allowRanges: list("whitelist-source-range"),
    limitReqStatus: number("limit-req-status-code", 503),
    limitConnStatus: number("limit-conn-status-code", 503),
    bodySize: text("proxy-body-size", "1m"),
    connectSeconds: number("proxy-connect-timeout", 5),
    readSeconds: number("proxy-read-timeout", 60),
    sendSeconds: number("proxy-send-timeout", 60),
    nextUpstream: text("proxy-next-upstream", "error timeout"),
    nextUpstreamTries: number("proxy-next-upstream-tries", 3),
    nextUpstreamSeconds: number("proxy-next-upstream-timeout", 0),
    retryNonIdempotent: flag("retry-non-idempotent", false),
    redirectFrom: text("proxy-redirect-from", "off"),
    redirectTo: text("proxy-redirect-to", "off"),
    cookieDomain: text("proxy-cookie-domain", "off"),
    cookiePath: text("proxy-cookie-path", "off"),
    serviceUpstream: flag("service-upstream", false),
    loadBalance: text("load-balance", "round_robin"),
    keepAliveRequests: number("keep-alive-requests", 1000),
    globalAuth: {
      url: text("global-auth-url", ""),
      signin: text("global-auth-signin", ""),
      signinRedirectParam: text("global-auth-signin-redirect-param", "rd"),
      method: text("global-auth-method", ""),
      responseHeaders: list("global-auth-response-headers"),
      requestRedirect: text("global-auth-request-redirect", ""),
      alwaysSetCookie: flag("global-auth-always-set-cookie", false),
      cacheKey: text("global-auth-cache-key", ""),
      cacheDuration: text("global-auth-cache-duration", "200 202 401 5m"),
    },
    serverSnippet: text("server-snippet", ""),
    locationSnippet: text("location-snippet", ""),
    sslProtocols: text("ssl-protocols", "TLSv1.2 TLSv1.3").split(/\s+/),
    sslCiphers: text("ssl-ciphers", "").split(":").filter(Boolean),
  };
  return { ...read, unknown: reader.unknown() };
}

class Reader {
  readonly #data: Readonly<Record<string, string>>;
  readonly #read = new Set<string>();

  constructor(data: Readonly<Record<string, string>>) {
    this.#data = data;
  }

  readonly text = (key: string, fallback: string): string => {
    this.#read.add(key);
    return this.#data[key] ?? fallback;
  };

  readonly flag = (key: string, fallback: boolean): boolean =>
    parseFlag(this.text(key, "")) ?? fallback;

  readonly number = (key: string, fallback: number): number => {
    const value = this.text(key, "").trim();
    return /^-?\d+$/.test(value) ? Number(value) : fallback;
  };

  readonly list = (key: string, fallback = ""): string[] => splitList(this.text(key, fallback));

  unknown(): string[] {
    return Object.keys(this.#data).filter((key) => !this.#read.has(key));
  }
}

/** Go's strconv.ParseBool; undefined for anything else. */
export function parseFlag(value: string): boolean | undefined {
  if (["1", "t", "T", "TRUE", "true", "True"].includes(value)) return true;
  if (["0", "f", "F", "FALSE", "false", "False"].includes(value)) return false;
  return undefined;
}

/** The parts between commas, trimmed, without empty ones. */
export function splitList(value: string): string[] {
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Bytes of an nginx size ("1m", "8k", "1024"); undefined when it is none. "0" means no limit. */
export function sizeBytes(value: string): number | undefined {
  const parts = /^(\d+)([bkmg]?)$/i.exec(value.trim());
  if (!parts) return undefined;
  const factor = { "": 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[parts[2]!.toLowerCase()]!;
  return Number(parts[1]) * factor;
}

/** "200 401 30m, 404 1m": seconds by status, as `proxy_cache_valid` has them. */
export function cacheTimes(value: string): Readonly<Record<number, number>> {
  const out: Record<number, number> = {};
  for (const part of splitList(value)) {
    const words = part.split(/\s+/);
    const seconds = secondsOf(words.at(-1)!);
    if (seconds === undefined) continue;
    const statuses = words.slice(0, -1).map(Number);
    for (const status of statuses.length > 0 ? statuses : [200, 301, 302]) out[status] = seconds;
  }
  return out;
}

/** An nginx time: "30m", "1h30m", "90". */
function secondsOf(text: string): number | undefined {
  if (!/^(\d+[smhdwMy]?)+$/.test(text)) return undefined;
  const units = { "": 1, s: 1, m: 60, h: 3600, d: 86400, w: 604800, M: 2592000, y: 31536000 };
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([smhdwMy]?)/g)) {
    seconds += Number(count) * units[unit as keyof typeof units];
  }
  return seconds;
}

function riskLevel(value: string): Settings["riskLevel"] {
  const known = ["Low", "Medium", "High", "Critical"] as const;
  return known.find((level) => level.toLowerCase() === value.toLowerCase()) ?? "High";
}

function redirectStatus(value: number): number {
  return [301, 302, 307, 308].includes(value) ? value : 308;
}

function isErrorStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 300 && status <= 599;
}
