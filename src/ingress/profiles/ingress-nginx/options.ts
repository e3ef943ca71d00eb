// One Ingress' annotations, read into what they mean for its locations, its servers and its
// upstreams: plain data, together with what the controller has to say about them.

import { fromBase64, text } from "../../../base/bytes.ts";
import { ConfigMap } from "../../../api/kinds/configmap.ts";
import type { Ingress } from "../../../api/kinds/ingress.ts";
import { Secret } from "../../../api/kinds/secret.ts";
import type { Verdict } from "../../compile/verdict.ts";
import type { World } from "../../compile/world.ts";
import type {
  AccessCheck,
  BackendProtocol,
  ConnectionsFilter,
  CorsFilter,
  ExternalCheck,
  Passing,
  RateFilter,
} from "../../filters.ts";
import { compilePattern, PatternError } from "../../pattern/pattern.ts";
import type { ClientAuth } from "../../table.ts";
import { Annotations } from "./annotations.ts";
import { corsOf } from "./cors.ts";
import { sizeBytes, splitList } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { snippetHeaders } from "./snippets.ts";
import { headerName } from "./values.ts";

export interface Options {
  readonly rewriteTarget: string;
  readonly useRegex: boolean;
  readonly appRoot: string;
  readonly sslRedirect: boolean;
  readonly forceSslRedirect: boolean;
  readonly preserveTrailingSlash: boolean;
  readonly usePortInRedirects: boolean;
  readonly redirect: { readonly status: number; readonly url: string } | undefined;
  readonly relativeRedirects: boolean;
  readonly fromToWww: boolean;
  readonly aliases: readonly string[];
  readonly canary: Canary | undefined;
  readonly affinity: Affinity | undefined;
  readonly affinityCanary: "sticky" | "legacy";
  readonly hashBy: HashBy | undefined;
  readonly loadBalance: string;
  readonly serviceUpstream: boolean;
  readonly cors: CorsFilter | undefined;
  readonly ranges: (AccessCheck & { readonly type: "ranges" }) | undefined;
  readonly basic: (AccessCheck & { readonly type: "basic" }) | undefined;
  readonly external: ExternalCheck | undefined;
  readonly globalAuth: boolean;
  readonly satisfy: "all" | "any";
  readonly limits: readonly (ConnectionsFilter | RateFilter)[];
  readonly passing: Passing;
  readonly prefix: string | undefined;
  readonly customErrors: readonly number[];
  readonly interceptErrors: boolean;
  /** The Service that answers instead: "ns/name". */
  readonly defaultBackend: string | undefined;
  readonly responseHeaders: readonly (readonly [string, string])[];
  readonly serverHeaders: readonly (readonly [string, string])[];
  readonly clientAuth: ClientAuth | undefined;
  /** Why requests are answered with 503, when something that the Ingress names is unusable. */
  readonly denied: string | undefined;
}

export interface Canary {
  readonly weight: number;
  readonly weightTotal: number;
  readonly header: string;
  readonly headerValue: string;
  readonly headerPattern: string;
  readonly cookie: string;
}

export interface Affinity {
  readonly name: string;
  readonly mode: "balanced" | "persistent";
  readonly expires: string;
  readonly maxAge: string;
  readonly path: string;
  readonly domain: string;
  readonly sameSite: string;
  readonly conditionalSameSiteNone: boolean;
  readonly secure: boolean | undefined;
  readonly changeOnFailure: boolean;
}

export interface HashBy {
  readonly template: string;
  readonly subset: boolean;
  readonly subsetSize: number;
}

/** Reads all annotations of an Ingress; never throws. */
export function readOptions(ingress: Ingress, settings: Settings, world: World): OptionsRead {
  const reader = new OptionsReader(ingress, settings, world);
  return { options: reader.read(), verdicts: reader.verdicts, denial: reader.denial };
}

export interface OptionsRead {
  readonly options: Options;
  readonly verdicts: readonly Verdict[];
  /** Which group of annotations denies the locations, and why. */
  readonly denial: { readonly group: string; readonly message: string } | undefined;
}

/** The upstream of the default-backend annotation. */
export function customUpstream({ defaultBackend }: Pick<Options, "defaultBackend">): string {
  if (defaultBackend === undefined) return "upstream-default-backend";
  return `custom-default-backend-${defaultBackend.replace("/", "-")}`;
}

/** A location that must answer 503, with the reason. */
class LocationDenied extends Error {
  override name = "LocationDenied";
}

class OptionsReader {
  readonly verdicts: Verdict[] = [];
  denial: OptionsRead["denial"];
  readonly #ingress: Ingress;
  readonly #settings: Settings;
  readonly #world: World;
  readonly #a: Annotations;
  readonly #namespace: string;
  #denied: string | undefined;

  constructor(ingress: Ingress, settings: Settings, world: World) {
    this.#ingress = ingress;
    this.#settings = settings;
    this.#world = world;
    this.#a = new Annotations(ingress);
    this.#namespace = ingress.metadata.namespace ?? "default";
  }

  read(): Options {
    const a = this.#a;
    const s = this.#settings;
    for (const { name, why } of a.ignored()) {
      this.#say("info", `metadata.annotations`, "AnnotationIgnored", `${name}: ${why}`);
    }
    const basic = this.#guard("BasicDigestAuth", () => this.#basic());
    const external = this.#guard("ExternalAuth", () => this.#external());
    const responseHeaders = this.#guard("CustomHeaders", () => this.#customHeaders()) ?? [];
    const clientAuth = this.#clientAuth();
    return {
      rewriteTarget: a.text("rewrite-target") ?? "",
      useRegex: a.flag("use-regex", false),
      appRoot: this.#appRoot(),
      sslRedirect: a.flag("ssl-redirect", s.sslRedirect),
      forceSslRedirect: a.flag("force-ssl-redirect", s.forceSslRedirect),
      preserveTrailingSlash: a.flag("preserve-trailing-slash", s.preserveTrailingSlash),
      usePortInRedirects: a.flag("use-port-in-redirects", s.usePortInRedirects),
      redirect: this.#redirect(),
      relativeRedirects: a.flag("relative-redirects", s.relativeRedirects),
      fromToWww: a.flag("from-to-www-redirect", false),
      aliases: [...new Set(splitList(a.text("server-alias") ?? ""))].map((x) => x.toLowerCase()),
      canary: this.#canary(),
      affinity: this.#affinity(),
      affinityCanary: a.text("affinity-canary-behavior") === "legacy" ? "legacy" : "sticky",
      hashBy: this.#hashBy(),
      loadBalance: a.text("load-balance") ?? s.loadBalance,
      serviceUpstream: a.flag("service-upstream", s.serviceUpstream),
      cors: corsOf(a),
      ranges: this.#ranges(),
      basic,
      external,
      globalAuth: a.flag("enable-global-auth", true),
      satisfy: a.text("satisfy") === "any" ? "any" : "all",
      limits: this.#limits(),
      passing: this.#passing(),
      prefix: a.text("x-forwarded-prefix"),
      customErrors: splitList(a.text("custom-http-errors") ?? "").map(Number),
      interceptErrors: !a.flag("disable-proxy-intercept-errors", s.disableInterceptErrors),
      defaultBackend: this.#defaultBackend(),
      responseHeaders: [...responseHeaders, ...this.#snippet("configuration-snippet")],
      serverHeaders: this.#snippet("server-snippet"),
      clientAuth,
      denied: this.#denied,
    };
  }

  #say(type: Verdict["type"], field: string, reason: string, message: string): void {
    const object = { kind: "Ingress", key: `${this.#namespace}/${this.#ingress.metadata.name}` };
    this.verdicts.push({ object, field, type, reason, message });
  }

  /** Runs a reader that may deny the location; the first denial is the one that counts. */
  #guard<T>(group: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof LocationDenied)) throw error;
      const first = this.#denied === undefined;
      this.#denied ??= error.message;
      if (first) {
        const message = `location denied, reason: ${error.message}`;
        this.denial = { group, message };
        this.#say("error", "metadata.annotations", "AnnotationParsingFailed", message);
      }
      return undefined;
    }
  }

  #appRoot(): string {
    const root = this.#a.text("app-root") ?? "";
    return root.startsWith("/") ? root : "";
  }

  #redirect(): Options["redirect"] {
    const a = this.#a;
    const usable = (url: string): boolean =>
      /^https?:/.test(url) || (url.startsWith("/") && a.flag("relative-redirects", false));
    const code = (name: string, fallback: number): number => {
      const value = a.number(name, fallback);
      return value >= 300 && value <= 308 ? value : fallback;
    };
    const temporal = a.text("temporal-redirect");
    if (temporal && usable(temporal)) {
      return { status: code("temporal-redirect-code", 302), url: temporal };
    }
    const permanent = a.text("permanent-redirect");
    if (permanent && usable(permanent)) {
      return { status: code("permanent-redirect-code", 301), url: permanent };
    }
    return undefined;
  }

  #canary(): Canary | undefined {
    const a = this.#a;
    if (!a.flag("canary", false)) return undefined;
    return {
      weight: a.number("canary-weight", 0),
      weightTotal: a.number("canary-weight-total", 100),
      header: a.text("canary-by-header") ?? "",
      headerValue: a.text("canary-by-header-value") ?? "",
      // The Lua code sees the text as it is written, even where it is no regular expression.
      headerPattern: this.#ingress.metadata.annotations?.[canaryPattern] ?? "",
      cookie: a.text("canary-by-cookie") ?? "",
    };
  }

  #affinity(): Affinity | undefined {
    const a = this.#a;
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

  #hashBy(): HashBy | undefined {
    const template = this.#a.text("upstream-hash-by");
    if (template === undefined) return undefined;
    return {
      template,
      subset: this.#a.flag("upstream-hash-by-subset", false),
      subsetSize: this.#a.number("upstream-hash-by-subset-size", 3),
    };
  }

  #ranges(): Options["ranges"] {
    const { allowRanges, denyRanges } = this.#settings;
    const a = this.#a;
    const list = a.text("allowlist-source-range") ?? a.text("whitelist-source-range");
    const allow = list === undefined ? allowRanges : splitList(list);
    const denied = a.text("denylist-source-range");
    const deny = denied === undefined ? denyRanges : splitList(denied);
    return allow.length + deny.length > 0 ? { type: "ranges", allow, deny } : undefined;
  }

  #limits(): Options["limits"] {
    const a = this.#a;
    const { limitConnStatus, limitReqStatus } = this.#settings;
    const { name, uid = "" } = this.#ingress.metadata;
    const zone = `${this.#namespace}_${name}_${uid}`;
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

  #passing(): Passing {
    const a = this.#a;
    const s = this.#settings;
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
      ...(a.text("default-backend") !== undefined && {
        fallback: customUpstream({ defaultBackend: this.#defaultBackend() }),
      }),
    };
  }

  #defaultBackend(): string | undefined {
    const name = this.#a.text("default-backend");
    return name === undefined ? undefined : `${this.#namespace}/${name}`;
  }

  #snippet(
    name: "configuration-snippet" | "server-snippet",
  ): readonly (readonly [string, string])[] {
    const snippet = this.#a.text(name);
    if (snippet === undefined) return [];
    if (!this.#settings.allowSnippets) return [];
    const { headers, unknown } = snippetHeaders(snippet);
    for (const directive of unknown) {
      const message = `${name}: "${directive}" is not run in this hotel; nginx would`;
      this.#say("info", "metadata.annotations", "SnippetIgnored", message);
    }
    return headers;
  }

  #basic(): Options["basic"] {
    const a = this.#a;
    const type = a.text("auth-type");
    if (type === undefined) return undefined;
    const name = a.text("auth-secret");
    if (name === undefined) throw new LocationDenied("error reading secret name from annotation");
    const key = this.#secretKey(name);
    const secret = this.#world.get(Secret, key);
    if (!secret) {
      const why = `no object matching key "${key}" in local store`;
      throw new LocationDenied(`unexpected error reading secret ${key}: ${why}`);
    }
    const data = secret.data ?? {};
    const file = `/etc/ingress-controller/auth/${this.#namespace}-${this.#ingress.metadata.name}`;
    return {
      type: "basic",
      realm: a.text("auth-realm") ?? "",
      users: a.text("auth-secret-type") === "auth-map" ? mapUsers(data) : fileUsers(data, secret),
      file: `${file}-${secret.metadata.uid ?? ""}.passwd`,
    };
  }

  #secretKey(name: string): string {
    if (!name.includes("/")) return `${this.#namespace}/${name}`;
    const [namespace = ""] = name.split("/");
    if (namespace !== this.#namespace && !this.#settings.allowCrossNamespace) {
      throw new LocationDenied("cross namespace usage of secrets is not allowed");
    }
    return name;
  }

  #external(): ExternalCheck | undefined {
    const a = this.#a;
    const raw = this.#ingress.metadata.annotations?.["nginx.ingress.kubernetes.io/auth-url"];
    const url = a.text("auth-url");
    if (raw === undefined || raw === "" || url === undefined) return undefined;
    const wrong = whyNoUrl(url);
    if (wrong) throw new LocationDenied(`could not parse auth-url annotation: ${wrong}`);
    return {
      type: "external",
      urlTemplate: url,
      method: a.text("auth-method") ?? "",
      signinTemplate: a.text("auth-signin") ?? "",
      redirectParameter: a.text("auth-signin-redirect-param") ?? "rd",
      responseHeaders: splitList(a.text("auth-response-headers") ?? ""),
      requestRedirect: a.text("auth-request-redirect") ?? "",
      requestHeaders: this.#configMap(a.text("auth-proxy-set-headers"), "proxy-set-headers"),
      alwaysSetCookie: a.flag("auth-always-set-cookie", false),
    };
  }

  #configMap(name: string | undefined, what: string): Readonly<Record<string, string>> {
    if (name === undefined) return {};
    const key = name.includes("/") ? name : `${this.#namespace}/${name}`;
    const found = this.#world.get(ConfigMap, key);
    if (!found) throw new LocationDenied(`unable to find configMap "${name}"`);
    const data = found.data ?? {};
    if (!Object.keys(data).every(headerName)) {
      throw new LocationDenied(`invalid ${what} in configmap`);
    }
    return data;
  }

  #customHeaders(): (readonly [string, string])[] {
    const data = this.#configMap(this.#a.text("custom-headers"), "client-headers");
    const allowed = new Set(this.#settings.allowedResponseHeaders.map((x) => x.toLowerCase()));
    for (const name of Object.keys(data)) {
      if (allowed.has(name.toLowerCase())) continue;
      throw new LocationDenied(
        `header ${name} is not allowed, defined allowed headers inside global-allowed-response-headers`,
      );
    }
    return Object.entries(data);
  }

  #clientAuth(): ClientAuth | undefined {
    const a = this.#a;
    const name = a.text("auth-tls-secret");
    if (name === undefined) return undefined;
    const secret = name.includes("/") ? name : `${this.#namespace}/${name}`;
    const found = this.#world.get(Secret, secret);
    const verify = a.text("auth-tls-verify-client") ?? "on";
    let matchCn: ClientAuth["matchCn"];
    try {
      const cn = a.text("auth-tls-match-cn");
      if (cn !== undefined) matchCn = compilePattern(cn, { ignoreCase: false });
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
    }
    return {
      secret,
      verify: verify as ClientAuth["verify"],
      depth: a.number("auth-tls-verify-depth", 1),
      errorPage: a.text("auth-tls-error-page") ?? "",
      passToUpstream: a.flag("auth-tls-pass-certificate-to-upstream", false),
      matchCn,
      error: found?.data?.["ca.crt"] ? "" : `error obtaining certificate: no ca.crt in "${secret}"`,
    };
  }
}

const canaryPattern = "nginx.ingress.kubernetes.io/canary-by-header-pattern";

/** htpasswd lines under the key `auth`. */
function fileUsers(data: Readonly<Record<string, string>>, secret: Secret): Record<string, string> {
  if (data.auth === undefined) {
    const { name } = secret.metadata;
    throw new LocationDenied(`the secret ${name} does not contain a key with value auth`);
  }
  const users: Record<string, string> = {};
  for (const line of text(fromBase64(data.auth)).split("\n")) {
    const [user = "", hash] = line.trim().split(":");
    if (hash !== undefined && !user.startsWith("#")) users[user] ??= hash;
  }
  return users;
}

/** Each key a user, its value the hash. */
function mapUsers(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([user, hash]) => [user, text(fromBase64(hash)).trim()]),
  );
}

/** What parser.StringToURL says against a URL. */
function whyNoUrl(url: string): string | undefined {
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)/.exec(url);
  if (!parts) return "url scheme is empty";
  if (parts[2] === "") return "url host is empty";
  return parts[2]!.includes("..") ? "invalid url host" : undefined;
}
