// One Ingress' annotations, read into what they mean for its locations, its servers and its
// upstreams: plain data, together with what the controller has to say about them.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import type { Verdict } from "../../compile/verdict.ts";
import type { World } from "../../compile/world.ts";
import type {
  AccessCheck,
  ConnectionsFilter,
  CorsFilter,
  ExternalCheck,
  Passing,
  RateFilter,
} from "../../filters.ts";
import type { ClientAuth } from "../../table.ts";
import { Annotations, prefix } from "./annotations.ts";
import { corsOf } from "./cors.ts";
import * as guards from "./guards.ts";
import { splitList } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { readSnippet } from "./snippets.ts";
import type { Snippet } from "./snippets.ts";
import * as traffic from "./traffic.ts";

export interface Options {
  readonly rewriteTarget: string;
  readonly useRegex: boolean;
  readonly rewriteLog: boolean;
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
  /** Fields of answers, with templates of their values. */
  readonly responseHeaders: readonly (readonly [string, string])[];
  /** configuration-snippet and server-snippet; undefined where there is none, or none is let in. */
  readonly snippet: Snippet | undefined;
  readonly serverSnippet: Snippet | undefined;
  readonly clientAuth: ClientAuth | undefined;
  /** Why requests are answered with 503, when something that the Ingress names is unusable. */
  readonly denied: string | undefined;
}

/** What a group of annotations is read with. */
export interface Reading {
  readonly ingress: Ingress;
  readonly namespace: string;
  readonly a: Annotations;
  readonly settings: Settings;
  readonly world: World;
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

class OptionsReader {
  readonly verdicts: Verdict[] = [];
  denial: OptionsRead["denial"];
  readonly #reading: Reading;
  #denied: string | undefined;

  constructor(ingress: Ingress, settings: Settings, world: World) {
    const namespace = ingress.metadata.namespace ?? "default";
    this.#reading = { ingress, namespace, settings, world, a: new Annotations(ingress) };
  }

  read(): Options {
    const reading = this.#reading;
    const { a, settings: s } = reading;
    for (const { name, why } of a.ignored()) {
      this.#say("info", fieldOf(name), "AnnotationIgnored", `${name}: ${why}`);
    }
    const basic = this.#guard("BasicDigestAuth", guards.basicOf);
    const external = this.#guard("ExternalAuth", guards.externalOf);
    const responseHeaders = this.#guard("CustomHeaders", guards.customHeadersOf) ?? [];
    return {
      rewriteTarget: a.text("rewrite-target") ?? "",
      useRegex: a.flag("use-regex", false),
      rewriteLog: a.flag("enable-rewrite-log", false),
      appRoot: this.#appRoot(),
      sslRedirect: a.flag("ssl-redirect", s.sslRedirect),
      forceSslRedirect: a.flag("force-ssl-redirect", s.forceSslRedirect),
      preserveTrailingSlash: a.flag("preserve-trailing-slash", s.preserveTrailingSlash),
      usePortInRedirects: a.flag("use-port-in-redirects", s.usePortInRedirects),
      redirect: this.#redirect(),
      relativeRedirects: a.flag("relative-redirects", s.relativeRedirects),
      fromToWww: a.flag("from-to-www-redirect", false),
      aliases: [...new Set(splitList(a.text("server-alias") ?? ""))].map((x) => x.toLowerCase()),
      canary: traffic.canaryOf(reading),
      affinity: traffic.affinityOf(reading),
      affinityCanary: a.text("affinity-canary-behavior") === "legacy" ? "legacy" : "sticky",
      hashBy: traffic.hashByOf(reading),
      loadBalance: a.text("load-balance") ?? s.loadBalance,
      serviceUpstream: a.flag("service-upstream", s.serviceUpstream),
      cors: corsOf(a),
      ranges: guards.rangesOf(reading),
      basic,
      external,
      globalAuth: a.flag("enable-global-auth", true),
      satisfy: a.text("satisfy") === "any" ? "any" : "all",
      limits: traffic.limitsOf(reading),
      passing: traffic.passingOf(reading),
      prefix: a.text("x-forwarded-prefix"),
      customErrors: splitList(a.text("custom-http-errors") ?? "").map(Number),
      interceptErrors: !a.flag("disable-proxy-intercept-errors", s.disableInterceptErrors),
      defaultBackend: traffic.defaultBackendOf(reading),
      responseHeaders,
      snippet: this.#snippet("configuration-snippet"),
      serverSnippet: this.#snippet("server-snippet"),
      clientAuth: guards.clientAuthOf(reading),
      denied: this.#denied,
    };
  }

  #say(type: Verdict["type"], field: string, reason: string, message: string): void {
    const { ingress, namespace } = this.#reading;
    const object = { kind: "Ingress", key: `${namespace}/${ingress.metadata.name}` };
    this.verdicts.push({ object, field, type, reason, message });
  }

  /** Runs a reader that may deny the location; the first denial is the one that counts. */
  #guard<T>(group: string, read: (reading: Reading) => T): T | undefined {
    try {
      return read(this.#reading);
    } catch (error) {
      if (!(error instanceof guards.LocationDenied)) throw error;
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
    const root = this.#reading.a.text("app-root") ?? "";
    return root.startsWith("/") ? root : "";
  }

  #redirect(): Options["redirect"] {
    const { a } = this.#reading;
    const usable = (url: string): boolean => /^(https?:|\/)/.test(url);
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

  #snippet(name: "configuration-snippet" | "server-snippet"): Snippet | undefined {
    const { a, settings } = this.#reading;
    const text = a.text(name);
    if (text === undefined || !settings.allowSnippets) return undefined;
    const snippet = readSnippet(text);
    for (const directive of snippet.unknown) {
      const message = `${name}: "${directive}" is not run in this hotel; nginx would`;
      this.#say("info", fieldOf(name), "SnippetIgnored", message);
    }
    return snippet;
  }
}

function fieldOf(name: string): string {
  return `metadata.annotations["${prefix}${name}"]`;
}
