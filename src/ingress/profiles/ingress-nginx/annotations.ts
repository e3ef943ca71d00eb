// Every annotation of ingress-nginx 1.15: its group, how risky it is, what its value must look
// like, and whether this hotel serves it. Upstream's docs: user-guide/nginx-configuration/
// annotations.md and annotations-risk.md.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import type { Settings } from "./settings.ts";
import * as v from "./values.ts";
import type { Validator } from "./values.ts";

export const prefix = "nginx.ingress.kubernetes.io/";

export type Risk = Settings["riskLevel"];

export interface Annotation {
  /** Without the prefix: "rewrite-target". */
  readonly name: string;
  /** Upstream's parser: "Rewrite". */
  readonly group: string;
  readonly risk: Risk;
  readonly valid: Validator;
  /** Why it has no effect in this hotel; undefined when it is served. */
  readonly unserved?: string;
}

const rows: readonly (readonly [
  name: string,
  group: string,
  risk: Risk,
  valid: Validator,
  unserved?: string,
])[] = [
  ["affinity", "SessionAffinity", "Low", v.oneOf("cookie")],
  ["affinity-mode", "SessionAffinity", "Medium", v.oneOf("balanced", "persistent")],
  ["affinity-canary-behavior", "SessionAffinity", "Low", v.oneOf("sticky", "legacy")],
  ["session-cookie-name", "SessionAffinity", "Medium", v.basic],
  ["session-cookie-secure", "SessionAffinity", "Low", v.flag],
  ["session-cookie-expires", "SessionAffinity", "Medium", v.integer],
  ["session-cookie-max-age", "SessionAffinity", "Medium", v.integer],
  ["session-cookie-path", "SessionAffinity", "Medium", v.regexText],
  ["session-cookie-domain", "SessionAffinity", "Medium", v.basic],
  ["session-cookie-samesite", "SessionAffinity", "Low", v.oneOf("none", "lax", "strict")],
  ["session-cookie-conditional-samesite-none", "SessionAffinity", "Low", v.flag],
  ["session-cookie-change-on-failure", "SessionAffinity", "Low", v.flag],
  ["app-root", "Rewrite", "Medium", v.regexText],
  ["rewrite-target", "Rewrite", "Medium", v.pathWithCaptures],
  ["use-regex", "Rewrite", "Low", v.flag],
  ["ssl-redirect", "Rewrite", "Low", v.flag],
  ["force-ssl-redirect", "Rewrite", "Medium", v.flag],
  ["preserve-trailing-slash", "Rewrite", "Medium", v.flag],
  ["from-to-www-redirect", "Redirect", "Low", v.flag],
  ["permanent-redirect", "Redirect", "Medium", v.urlText],
  ["permanent-redirect-code", "Redirect", "Low", v.integer],
  ["temporal-redirect", "Redirect", "Medium", v.urlText],
  ["temporal-redirect-code", "Redirect", "Low", v.integer],
  ["relative-redirects", "Redirect", "Low", v.flag],
  ["server-alias", "Aliases", "High", v.serverNames],
  ["canary", "Canary", "Low", v.flag],
  ["canary-weight", "Canary", "Low", v.integer],
  ["canary-weight-total", "Canary", "Low", v.integer],
  ["canary-by-header", "Canary", "Medium", v.basic],
  ["canary-by-header-value", "Canary", "Medium", v.basic],
  ["canary-by-header-pattern", "Canary", "Medium", v.regexText],
  ["canary-by-cookie", "Canary", "Medium", v.basic],
  ["enable-cors", "CorsConfig", "Low", v.flag],
  ["cors-allow-origin", "CorsConfig", "Medium", v.anything],
  ["cors-allow-headers", "CorsConfig", "Medium", v.headerNames],
  ["cors-allow-methods", "CorsConfig", "Medium", (x) => /^([A-Za-z]+,?\s?)+$/.test(x)],
  ["cors-allow-credentials", "CorsConfig", "Low", v.flag],
  ["cors-expose-headers", "CorsConfig", "Medium", (x) => /^(([A-Za-z0-9\-_]+|\*),?\s?)+$/.test(x)],
  ["cors-max-age", "CorsConfig", "Low", v.integer],
  ["auth-type", "BasicDigestAuth", "Low", v.oneOf("basic", "digest")],
  ["auth-realm", "BasicDigestAuth", "Medium", v.withSpaces],
  ["auth-secret", "BasicDigestAuth", "Medium", v.basic],
  ["auth-secret-type", "BasicDigestAuth", "Low", v.oneOf("auth-file", "auth-map")],
  ["satisfy", "Satisfy", "Low", v.oneOf("any", "all")],
  ["auth-url", "ExternalAuth", "High", v.urlWithVariables],
  [
    "auth-method",
    "ExternalAuth",
    "Low",
    (x) => /^(GET|HEAD|POST|PUT|PATCH|DELETE|CONNECT|OPTIONS|TRACE)$/.test(x),
  ],
  ["auth-signin", "ExternalAuth", "High", v.urlWithVariables],
  ["auth-signin-redirect-param", "ExternalAuth", "Medium", v.urlText],
  ["auth-response-headers", "ExternalAuth", "Medium", v.headerNames],
  ["auth-proxy-set-headers", "ExternalAuth", "Medium", v.basic],
  ["auth-request-redirect", "ExternalAuth", "Medium", v.urlText],
  ["auth-always-set-cookie", "ExternalAuth", "Low", v.flag],
  ["auth-cache-key", "ExternalAuth", "Medium", v.variables],
  ["auth-cache-duration", "ExternalAuth", "Medium", v.extended],
  ["auth-keepalive", "ExternalAuth", "Low", v.integer, "connections are not kept"],
  ["auth-keepalive-share-vars", "ExternalAuth", "Low", v.flag, "connections are not kept"],
  ["auth-keepalive-requests", "ExternalAuth", "Low", v.integer, "connections are not kept"],
  ["auth-keepalive-timeout", "ExternalAuth", "Low", v.integer, "connections are not kept"],
  ["auth-snippet", "ExternalAuth", "Critical", v.anything, "nginx configuration is not run"],
  ["enable-global-auth", "EnableGlobalAuth", "Low", v.flag],
  ["auth-tls-secret", "CertificateAuth", "Medium", v.basic],
  [
    "auth-tls-verify-client",
    "CertificateAuth",
    "Medium",
    v.oneOf("on", "off", "optional", "optional_no_ca"),
  ],
  ["auth-tls-verify-depth", "CertificateAuth", "Low", v.integer],
  ["auth-tls-error-page", "CertificateAuth", "High", v.urlText],
  ["auth-tls-pass-certificate-to-upstream", "CertificateAuth", "Low", v.flag],
  [
    "auth-tls-match-cn",
    "CertificateAuth",
    "High",
    (x) => /^CN=[/\-._~a-zA-Z0-9:^$[\](){}*+?|&=\\]*$/.test(x),
  ],
  ["allowlist-source-range", "Allowlist", "Medium", v.ranges],
  ["whitelist-source-range", "Allowlist", "Medium", v.ranges],
  ["denylist-source-range", "Denylist", "Medium", v.ranges],
  ["limit-connections", "RateLimit", "Low", v.integer],
  ["limit-rps", "RateLimit", "Low", v.integer],
  ["limit-rpm", "RateLimit", "Low", v.integer],
  ["limit-burst-multiplier", "RateLimit", "Low", v.integer],
  ["limit-rate", "RateLimit", "Low", v.integer, "bytes are not slowed down"],
  ["limit-rate-after", "RateLimit", "Low", v.integer, "bytes are not slowed down"],
  ["limit-allowlist", "RateLimit", "Low", v.ranges],
  ["limit-whitelist", "RateLimit", "Low", v.ranges],
  ["proxy-body-size", "Proxy", "Medium", v.size],
  ["proxy-connect-timeout", "Proxy", "Low", v.integer],
  ["proxy-send-timeout", "Proxy", "Low", v.integer],
  ["proxy-read-timeout", "Proxy", "Low", v.integer],
  [
    "proxy-next-upstream",
    "Proxy",
    "Medium",
    (x) =>
      /^(((error|timeout|invalid_header|http_500|http_502|http_503|http_504|http_403|http_404|http_429|non_idempotent|off)\s?)+)$/.test(
        x,
      ),
  ],
  ["proxy-next-upstream-timeout", "Proxy", "Low", v.integer],
  ["proxy-next-upstream-tries", "Proxy", "Low", v.integer],
  ["proxy-cookie-domain", "Proxy", "Medium", v.extended],
  ["proxy-cookie-path", "Proxy", "Medium", v.extended],
  ["proxy-redirect-from", "Proxy", "Medium", v.urlWithVariables],
  ["proxy-redirect-to", "Proxy", "Medium", v.urlWithVariables],
  ["proxy-buffering", "Proxy", "Low", v.oneOf("on", "off"), "nothing is buffered"],
  ["proxy-request-buffering", "Proxy", "Low", v.oneOf("on", "off"), "nothing is buffered"],
  ["proxy-buffer-size", "Proxy", "Low", v.size, "nothing is buffered"],
  ["proxy-buffers-number", "Proxy", "Low", v.integer, "nothing is buffered"],
  ["proxy-busy-buffers-size", "Proxy", "Low", v.size, "nothing is buffered"],
  ["proxy-max-temp-file-size", "Proxy", "Low", v.size, "nothing is buffered"],
  [
    "proxy-http-version",
    "Proxy",
    "Low",
    v.oneOf("1.0", "1.1"),
    "upstreams are spoken to in HTTP/1.1",
  ],
  ["client-body-buffer-size", "ClientBodyBufferSize", "Low", v.size, "nothing is buffered"],
  [
    "backend-protocol",
    "BackendProtocol",
    "Low",
    v.oneOf("auto_http", "http", "https", "grpc", "grpcs", "fcgi"),
  ],
  ["upstream-vhost", "UpstreamVhost", "Low", (x) => /^[A-Za-z0-9\-._~/:${}]*$/.test(x)],
  ["x-forwarded-prefix", "XForwardedPrefix", "Medium", v.basic],
  ["connection-proxy-header", "Connection", "Low", v.oneOf("close", "keep-alive")],
  ["custom-http-errors", "CustomHTTPErrors", "Low", v.statuses],
  ["default-backend", "DefaultBackend", "Low", v.serviceName],
  ["disable-proxy-intercept-errors", "DisableProxyInterceptErrors", "Low", v.flag],
  ["custom-headers", "CustomHeaders", "Medium", v.basic],
  ["service-upstream", "ServiceUpstream", "Low", v.flag],
  ["upstream-hash-by", "UpstreamHashBy", "High", v.variables],
  ["upstream-hash-by-subset", "UpstreamHashBy", "Low", v.flag],
  ["upstream-hash-by-subset-size", "UpstreamHashBy", "Low", v.integer],
  ["load-balance", "LoadBalancing", "Low", (x) => ["round_robin", "ewma"].includes(x)],
  ["use-port-in-redirects", "UsePortInRedirects", "Low", v.flag],
  ["enable-access-log", "Logs", "Low", v.flag],
  ["enable-rewrite-log", "Logs", "Low", v.flag],
  ["server-snippet", "ServerSnippet", "Critical", v.anything],
  ["configuration-snippet", "ConfigurationSnippet", "Critical", v.anything],
  ["stream-snippet", "StreamSnippet", "Critical", v.anything, "TCP services are not served"],
  ["ssl-passthrough", "SSLPassthrough", "Low", v.flag],
  [
    "ssl-ciphers",
    "SSLCipher",
    "Low",
    (x) => /^[A-Za-z0-9+:_\-!]*$/.test(x),
    "ciphers are the engine's own",
  ],
  ["ssl-prefer-server-ciphers", "SSLCipher", "Low", v.flag, "ciphers are the engine's own"],
  ["proxy-ssl-secret", "ProxySSL", "Medium", v.basic, "upstream certificates are not checked"],
  ["proxy-ssl-ciphers", "ProxySSL", "Medium", v.anything, "ciphers are the engine's own"],
  ["proxy-ssl-protocols", "ProxySSL", "Low", v.anything, "versions are the engine's own"],
  ["proxy-ssl-name", "ProxySSL", "High", v.serverNames, "upstream certificates are not checked"],
  [
    "proxy-ssl-verify",
    "ProxySSL",
    "Low",
    v.oneOf("on", "off"),
    "upstream certificates are not checked",
  ],
  ["proxy-ssl-verify-depth", "ProxySSL", "Low", v.integer, "upstream certificates are not checked"],
  [
    "proxy-ssl-server-name",
    "ProxySSL",
    "Low",
    v.oneOf("on", "off"),
    "upstream certificates are not checked",
  ],
  ["fastcgi-index", "FastCGI", "Medium", v.basic, "FastCGI is not spoken"],
  ["fastcgi-params-configmap", "FastCGI", "Medium", v.basic, "FastCGI is not spoken"],
  ["mirror-target", "Mirror", "High", v.anything, "requests are not mirrored"],
  ["mirror-host", "Mirror", "High", v.anything, "requests are not mirrored"],
  ["mirror-request-body", "Mirror", "Low", v.oneOf("on", "off"), "requests are not mirrored"],
  ["http2-push-preload", "HTTP2PushPreload", "Low", v.flag, "HTTP/2 is not spoken"],
  ["enable-modsecurity", "ModSecurity", "Low", v.flag, "there is no ModSecurity"],
  ["enable-owasp-core-rules", "ModSecurity", "Low", v.flag, "there is no ModSecurity"],
  ["modsecurity-transaction-id", "ModSecurity", "High", v.variables, "there is no ModSecurity"],
  ["modsecurity-snippet", "ModSecurity", "Critical", v.anything, "there is no ModSecurity"],
  ["enable-opentelemetry", "Opentelemetry", "Low", v.flag, "there is no OpenTelemetry"],
  [
    "opentelemetry-trust-incoming-span",
    "Opentelemetry",
    "Low",
    v.flag,
    "there is no OpenTelemetry",
  ],
  [
    "opentelemetry-operation-name",
    "Opentelemetry",
    "Medium",
    v.anything,
    "there is no OpenTelemetry",
  ],
  ["enable-opentracing", "Opentracing", "Low", v.flag, "there is no OpenTracing"],
];

/** By name without prefix. */
export const annotations: ReadonlyMap<string, Annotation> = new Map(
  rows.map(([name, group, risk, valid, unserved]) => [
    name,
    { name, group, risk, valid, ...(unserved !== undefined && { unserved }) },
  ]),
);

const risks: readonly Risk[] = ["Low", "Medium", "High", "Critical"];

/** Reads the annotations of one Ingress; what is wrong is kept for whoever asks. */
export class Annotations {
  readonly #values: Readonly<Record<string, string>>;

  constructor(ingress: Ingress) {
    this.#values = ingress.metadata.annotations ?? {};
  }

  /** The value, or undefined when absent, empty, or not what it must look like. */
  text(name: string): string | undefined {
    const value = this.#values[prefix + name];
    if (value === undefined || value === "") return undefined;
    return annotations.get(name)!.valid(value) ? value : undefined;
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.text(name);
    return value === undefined ? fallback : /^(1|t|true)$/i.test(value);
  }

  number(name: string, fallback: number): number {
    const value = this.text(name);
    return value === undefined ? fallback : Number(value);
  }

  /** Names (without prefix) of known annotations whose value is not acceptable. */
  invalid(): string[] {
    return this.#names().filter((name) => {
      const value = this.#values[prefix + name]!;
      return value !== "" && annotations.get(name)?.valid(value) === false;
    });
  }

  /** Groups with an annotation riskier than `level`. */
  risky(level: Risk): string[] {
    const groups = this.#names()
      .map((name) => annotations.get(name))
      .filter((one) => one !== undefined && risks.indexOf(one.risk) > risks.indexOf(level))
      .map((one) => one!.group);
    return [...new Set(groups)];
  }

  /** Names with our prefix that ingress-nginx does not know, and known ones not served here. */
  ignored(): { name: string; why: string }[] {
    return this.#names().flatMap((name) => {
      const known = annotations.get(name);
      if (!known) return [{ name, why: "ingress-nginx has no such annotation" }];
      return known.unserved === undefined ? [] : [{ name, why: known.unserved }];
    });
  }

  /** The first annotation with our prefix that holds one of the words, and the word. */
  blocked(words: readonly string[]): { name: string; word: string } | undefined {
    for (const [key, value] of Object.entries(this.#values)) {
      if (!key.startsWith(prefix)) continue;
      const word = words.find((one) => value.includes(one));
      if (word !== undefined) return { name: key, word };
    }
    return undefined;
  }

  #names(): string[] {
    return Object.keys(this.#values)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
      .sort();
  }
}
