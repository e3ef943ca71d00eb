// The compiled routing table: plain data that says for every host which rules are considered,
// in which order. Read this file first; `match.ts` walks a table, `explain.ts` tells the walk,
// `compile/` makes tables from Kubernetes objects.
//
//   RouteTable → HostTable (one a host) → Route (one a rule, in the order of consideration)
//
// A table never changes: the next one shares with it what is the same (`hosts.ts`), and requests
// that began under the old one end under it.
//
// The meaning of a table is simple on purpose: **the first route of the host, in order, whose
// path clause holds, wins.** What a profile calls precedence (longest path, Exact first, regular
// expressions by length …) is only the order in which its compiler puts the routes. The indexes
// beside them make that walk fast and never change its outcome.

import type { HostMap, SuffixMap } from "./hosts.ts";
import type { PathIndex } from "./paths.ts";
import type { Filter, Passing } from "./filters.ts";
import type { Pattern } from "./pattern/pattern.ts";

export interface RouteTable {
  /** Hosts named whole: "example.com". */
  readonly exact: HostMap;
  /** Hosts of one free label (of any number: `deep`), by what follows: "foo.com" for "*.foo.com". */
  readonly wildcard: SuffixMap;
  /** Rules without a host. */
  readonly any: HostTable | undefined;
  /**
   * What happens when the most specific host has no rule for the path: true asks the next less
   * specific host (a rule is one predicate of host and path), false ends there (a virtual
   * server, once chosen, answers: nginx).
   */
  readonly fallThrough: boolean;
  /**
   * The routes of less specific hosts stand among those of a host already, because all rules
   * compete whatever their host (Traefik's priorities, a load balancer's rule numbers).
   */
  readonly inherits?: true;
  /** A star stands for any number of labels, and the longest suffix is asked (Gateway API). */
  readonly deep?: true;
  /** Some routes have conditions beside host and path: `match` is asked with `unmet`. */
  readonly conditional?: true;
}

export interface HostTable extends Clauses {
  /** "example.com", "*.foo.com", or "" for rules without a host. */
  readonly host: string;
  /** In the order in which they are considered. */
  readonly routes: readonly Route[];
  /** Routes that can never win, with the route that takes everything of theirs. */
  readonly shadowed: readonly Shadow[];
  /** Finds the winner among `routes` faster than a scan; undefined: scan them. */
  readonly index: PathIndex | undefined;
  /** What holds for the host as a whole, beyond its routes. */
  readonly server: ServerOptions;
}

/** A virtual server: its certificate and its clients' ones. */
export interface ServerOptions {
  /** The Secret whose certificate is shown; undefined shows the default certificate. */
  readonly certificate?: { readonly secret: string };
  /** Whether requests over plain HTTP count as wanting TLS (ssl-redirect). */
  readonly tls?: boolean;
  readonly clientAuth?: ClientAuth;
  /** Fields set on every answer of the server (server-snippet's more_set_headers). */
  readonly responseHeaders?: readonly (readonly [name: string, template: string])[];
}

/** Certificates that clients must show. */
export interface ClientAuth {
  /** The Secret with ca.crt. */
  readonly secret: string;
  readonly verify: "on" | "off" | "optional" | "optional_no_ca";
  readonly depth: number;
  readonly errorPage: string;
  readonly passToUpstream: boolean;
  readonly matchCn: Pattern | undefined;
  /** Why nobody can get in, when the Secret cannot be used. */
  readonly error: string;
}

/** A rule that another one makes unreachable, and why. */
export interface Shadow {
  readonly route: Route;
  /** "the older Ingress default/first already holds host example.com and path /api". */
  readonly because: string;
}

/** One rule: where it comes from, when it applies, what happens then. */
export interface Route {
  readonly source: Source;
  /** The host of the rule as the object writes it, "" when it has none. */
  readonly host: string;
  /** As the object writes it; "" for a default backend. */
  readonly pathType: string;
  readonly path: PathClause;
  /** Run in order before the request is passed on; the first that answers ends it. */
  readonly filters: readonly Filter[];
  /** Undefined when a filter always answers. */
  readonly backend: Backend | undefined;
  /** How the request is passed on; undefined as the controller does it by default. */
  readonly passing?: Passing;
  /** Clauses beside host and path; all of them must hold. */
  readonly when?: readonly Condition[];
  /** What the implementation calls it in its own log. */
  readonly name?: string;
  /** Its place in an order that is not told by paths: "priority 34", "rule 2 of default/web". */
  readonly order?: string;
  /** Made by the controller itself, not written by anybody: a default location, for one. */
  readonly implicit?: true;
}

/** The object and the YAML path in it that made a route. */
export interface Source {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** "spec.rules[0].http.paths[1]" */
  readonly field: string;
}

/** When a route's path clause holds. All paths begin with "/". */
export type PathClause =
  | { readonly type: "Exact"; readonly path: string }
  /** Element by element, as the Kubernetes documentation has it: /foo holds for /foo/bar. */
  | { readonly type: "Prefix"; readonly path: string }
  /** Character by character, as an nginx location: /foo holds for /foobar. */
  | { readonly type: "Start"; readonly path: string }
  /** A user's regular expression, tried at the path's first character. */
  | { readonly type: "Pattern"; readonly path: string; readonly pattern: Pattern }
  /** Every path: a default backend. */
  | { readonly type: "Any" };

/** A clause beside host and path. Values may hold `*` and `?`; one of them must fit. */
export type Condition =
  | { readonly on: "host" | "path" | "method" | "source"; readonly values: readonly string[] }
  | { readonly on: "header"; readonly name: string; readonly values: readonly string[] }
  /** A header field or a query parameter with this very value, or one that a pattern matches. */
  | { readonly on: "field" | "parameter"; readonly name: string; readonly value: string | Pattern }
  | {
      readonly on: "query";
      readonly values: readonly { readonly key: string; readonly value: string }[];
    };

/** Where a request goes on to. */
export interface Backend {
  /** The upstream's name in the controller's own words: "default-web-80". */
  readonly upstream: string;
  readonly namespace: string;
  readonly service: string;
  /** As the Ingress writes it: a number or a name. */
  readonly port: string;
}

/** The routes' path clauses, flat: what is compared with a request's path, one entry a route. */
export interface Clauses {
  /**
   * The kind (3 bits), the key's length (12) and its last character (16), so that most routes
   * fail without a look at the key.
   */
  readonly heads: readonly number[];
  /** A Prefix key has no slash at its end: "/foo/" and "/foo" are the same elements. */
  readonly keys: readonly string[];
  readonly patterns: readonly (Pattern | undefined)[];
}

/** Keys are compared up to this length by their heads; longer ones say so with it. */
export const headLengthMax = 0xfff;

/** How the scan compares; numbers, so that the hot loop switches on small integers. */
export const exactKind = 0;
export const prefixKind = 1;
export const startKind = 2;
export const patternKind = 3;
export const anyKind = 4;

/** A Prefix path without slashes at its end: what its elements spell. */
export function elementsOf(path: string): string {
  let end = path.length;
  while (end > 0 && path.charCodeAt(end - 1) === 47) end--;
  return path.slice(0, end);
}

/** A rule in one line: "example.com Prefix /api". */
export function printRule({ host, pathType, path }: Route): string {
  const name = host === "" ? "*" : host;
  if (path.type !== "Any") return `${name} ${pathType} ${path.path}`;
  return pathType === "" ? `${name} default backend` : `${name} ${pathType} /`;
}

/** "Ingress default/simple-fanout" */
export function printSource({ kind, namespace, name }: Source): string {
  return namespace === "" ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
