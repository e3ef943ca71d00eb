// Which upstream, and which of its endpoints, a request goes to. Models the Lua balancer of
// ingress-nginx (rootfs/etc/nginx/lua/balancer.lua and balancer/*.lua).

import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { compilePattern, PatternError, searchPattern } from "../pattern/pattern.ts";
import type { Endpoint, StickyCookie, Upstream } from "../upstreams.ts";
import type { Exchange } from "./exchange.ts";
import { byHash, digest, hash32 } from "./hash.ts";
import { expand, locationPath } from "./variables.ts";

/** Where a request goes, and why there. */
export interface Choice {
  readonly upstream: Upstream;
  readonly why: string;
}

export class Balancer {
  readonly #random: Random;
  readonly #clock: Clock;
  /** Upstream → how many requests were dealt out. */
  readonly #turns = new Map<string, number>();
  /** "host:port" → moving average of seconds. */
  readonly #averages = new Map<string, number>();

  constructor(o: { random: Random; clock: Clock }) {
    this.#random = o.random;
    this.#clock = o.clock;
  }

  /** The upstream itself, or the alternative (canary) that takes this request. */
  choose(primary: Upstream, all: ReadonlyMap<string, Upstream>, x: Exchange): Choice {
    const [name] = primary.alternatives;
    const alternative = name === undefined ? undefined : all.get(name);
    if (!alternative || alternative.endpoints.length === 0) return { upstream: primary, why: "" };
    if (isAffine(primary, x)) return { upstream: primary, why: "its cookie belongs to the main" };
    const why = isAffine(alternative, x)
      ? "its cookie belongs to the canary"
      : this.#takes(alternative, x);
    return why === undefined ? { upstream: primary, why: "" } : { upstream: alternative, why };
  }

  /** The next endpoint for a request; `failed` lists those tried in vain before. */
  pick(upstream: Upstream, x: Exchange, failed: readonly Endpoint[]): Endpoint | undefined {
    const { endpoints, balancing, name } = upstream;
    if (endpoints.length === 0) return undefined;
    switch (balancing.by) {
      case "round robin": {
        const first = this.#turns.get(name) ?? this.#random.int(endpoints.length);
        this.#turns.set(name, (first + 1) % endpoints.length);
        return endpoints[first % endpoints.length];
      }
      case "least time":
        return this.#quickest(endpoints);
      case "weight": {
        let drawn = this.#random.next() * balancing.total;
        return endpoints.find((_, i) => (drawn -= balancing.weights[i]!) < 0);
      }
      case "hash":
        return this.#hashed(upstream, balancing, x);
      case "cookie":
        return this.#sticky(upstream, balancing.cookie, x, failed);
    }
  }

  /** Learns how long an endpoint took: an exponentially weighted moving average. */
  took(endpoint: Endpoint, seconds: number): void {
    const key = `${endpoint.host}:${endpoint.port}`;
    const known = this.#averages.get(key);
    this.#averages.set(key, known === undefined ? seconds : known * 0.8 + seconds * 0.2);
  }

  /** Forgets upstreams that are gone. */
  keep(upstreams: ReadonlyMap<string, Upstream>): void {
    for (const name of this.#turns.keys()) if (!upstreams.has(name)) this.#turns.delete(name);
  }

  /** Why an alternative takes the request: header, then cookie, then weight; undefined if not. */
  #takes({ shaping }: Upstream, x: Exchange): string | undefined {
    if (!shaping) return undefined;
    const value = shaping.header === "" ? undefined : x.header(shaping.header);
    if (value !== undefined) {
      if (shaping.headerValue !== "") {
        if (value === shaping.headerValue) return `header ${shaping.header} is "${value}"`;
      } else if (shaping.headerPattern !== "") {
        const found = searches(shaping.headerPattern, value);
        if (found) return `header ${shaping.header} matches ${shaping.headerPattern}`;
        if (found === undefined) return undefined; // no regular expression: the main takes it
      } else if (value === "always") return `header ${shaping.header} is "always"`;
      else if (value === "never") return undefined;
    }
    const cookie = shaping.cookie === "" ? undefined : x.cookie(shaping.cookie);
    if (cookie === "always") return `cookie ${shaping.cookie} is "always"`;
    if (cookie === "never") return undefined;
    const total = Math.max(100, shaping.weightTotal);
    const drawn = this.#random.int(total) + 1;
    return drawn <= shaping.weight ? `weight ${shaping.weight} of ${total}` : undefined;
  }

  /** Of two endpoints drawn at random the quicker one. */
  #quickest(endpoints: readonly Endpoint[]): Endpoint {
    const score = (e: Endpoint): number => this.#averages.get(`${e.host}:${e.port}`) ?? 0;
    const [a, b] = [this.#random.pick(endpoints), this.#random.pick(endpoints)];
    return score(a) <= score(b) ? a : b;
  }

  #hashed(
    { endpoints, name }: Upstream,
    { template, subset }: { readonly template: string; readonly subset: number },
    x: Exchange,
  ): Endpoint | undefined {
    const key = expand(template, x);
    if (subset <= 1) return byHash(endpoints, key);
    const ranked = [...endpoints].sort(
      (a, b) => hash32(`${name}${a.host}${a.port}`) - hash32(`${name}${b.host}${b.port}`),
    );
    const groups = Math.max(1, Math.ceil(ranked.length / subset));
    const from = (hash32(key) % groups) * subset;
    return this.#random.pick(ranked.slice(from, from + subset));
  }

  #sticky(
    upstream: Upstream,
    cookie: StickyCookie,
    x: Exchange,
    failed: readonly Endpoint[],
  ): Endpoint | undefined {
    const { endpoints } = upstream;
    const given = x.cookie(cookie.name)?.split("|")[0];
    const known = given === undefined ? undefined : endpointOf(cookie, endpoints, given);
    const keeps = failed.length === 0 || !cookie.changeOnFailure;
    if (known && keeps) return known;
    const usable = (one: Endpoint): boolean => !failed.includes(one);
    const { key, endpoint } = this.#newSession(cookie, endpoints, usable);
    if (endpoint && handsOut(cookie, x)) {
      const value = `${key}|${backendKey(upstream)}`;
      x.added.push(["Set-Cookie", this.#setCookie(cookie, value, x)]);
    }
    return endpoint;
  }

  #newSession(
    cookie: StickyCookie,
    endpoints: readonly Endpoint[],
    usable: (endpoint: Endpoint) => boolean,
  ): { key: string; endpoint: Endpoint | undefined } {
    const seconds = (this.#clock.now() / 1000).toFixed(3);
    if (cookie.mode === "persistent") {
      const candidates = endpoints.filter(usable);
      const endpoint = this.#random.pick(candidates.length > 0 ? candidates : endpoints);
      return { key: digest(`${endpoint.host}:${endpoint.port}`), endpoint };
    }
    const key = `${seconds}.27.${this.#random.int(999_999)}`;
    return { key, endpoint: byHash(endpoints, key, usable) ?? byHash(endpoints, key) };
  }

  #setCookie(cookie: StickyCookie, value: string, x: Exchange): string {
    const parts = [`${cookie.name}=${value}`];
    if (cookie.expires !== "") {
      const at = this.#clock.now() + 1000 * Number(cookie.expires);
      parts.push(`Expires=${cookieDate(at)}`);
    }
    if (cookie.maxAge !== "") parts.push(`Max-Age=${cookie.maxAge}`);
    if (cookie.domain !== "") parts.push(`Domain=${cookie.domain}`);
    parts.push(`Path=${cookie.path === "" ? locationPath(x) : cookie.path}`);
    if (cookie.secure === true || x.scheme === "https") parts.push("Secure");
    parts.push("HttpOnly");
    const sameSite = sameSiteOf(cookie, x);
    if (sameSite !== "") parts.push(`SameSite=${sameSite}`);
    return parts.join("; ");
  }
}

function endpointOf(
  cookie: StickyCookie,
  endpoints: readonly Endpoint[],
  key: string,
): Endpoint | undefined {
  if (cookie.mode === "balanced") return byHash(endpoints, key);
  return endpoints.find(({ host, port }) => digest(`${host}:${port}`) === key);
}

/** Whether the request carries the upstream's own cookie. */
function isAffine(upstream: Upstream, x: Exchange): boolean {
  if (upstream.balancing.by !== "cookie") return false;
  const value = x.cookie(upstream.balancing.cookie.name);
  return value?.split("|")[1] === backendKey(upstream);
}

function backendKey({ name }: Upstream): string {
  return digest(name);
}

/** Only the rules that ask for affinity hand out the cookie. */
function handsOut({ locations }: StickyCookie, x: Exchange): boolean {
  const known = (host: string): readonly string[] | undefined =>
    Object.hasOwn(locations, host) ? locations[host] : undefined;
  const wildcard = x.host.includes(".") ? `*${x.host.slice(x.host.indexOf("."))}` : x.host;
  const paths =
    x.route?.host === ""
      ? known("_")
      : (known(x.host) ?? known(wildcard) ?? known(x.route?.host ?? ""));
  return paths?.includes(locationPath(x)) ?? false;
}

/** Some browsers take SameSite=None for Strict; they are left without it when asked for. */
function sameSiteOf({ sameSite, conditionalSameSiteNone }: StickyCookie, x: Exchange): string {
  if (!conditionalSameSiteNone || sameSite.toLowerCase() !== "none") return sameSite;
  const agent = x.header("user-agent") ?? "";
  const incompatible = /Chrome\/[56]\d|CPU iPhone OS 12|iPad; CPU OS 12|Mac OS X 10_14/.test(agent);
  return incompatible ? "" : sameSite;
}

/** Whether the pattern is found in the text; undefined when it is no regular expression. */
function searches(source: string, text: string): boolean | undefined {
  try {
    const outcome = searchPattern(compilePattern(source, { ignoreCase: false }), text);
    return outcome !== null && outcome !== "exhausted";
  } catch (error) {
    if (error instanceof PatternError) return undefined;
    throw error;
  }
}

/** "Mon, 23-Nov-26 09:00:00 GMT", as ngx.cookie_time has it. */
function cookieDate(ms: number): string {
  return httpDate(ms).replace(/ (\w{3}) \d\d(\d\d) /, "-$1-$2 ");
}

/** "Mon, 23 Nov 2026 09:00:00 GMT" */
export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}
