// nginx locations out of paths, and the filters of each in the order of nginx's phases.

import type { Owner } from "../../compile/profile.ts";
import { noFilters } from "../../filters.ts";
import type { AccessCheck, Filter } from "../../filters.ts";
import { compilePattern, PatternError } from "../../pattern/pattern.ts";
import type { Backend, PathClause, Route, ServerOptions, Source } from "../../table.ts";
import { cacheOf } from "./guards.ts";
import type { Options } from "./options.ts";
import type { Settings } from "./settings.ts";
import { readSnippet } from "./snippets.ts";
import { customUpstream } from "./traffic.ts";

export interface Location {
  readonly path: string;
  readonly type: "Exact" | "Prefix";
  /** As it was written; "" for a location that nobody wrote. */
  readonly pathType: string;
  readonly source: Source;
  readonly owner: Owner;
  /** Undefined for the catch-all server's own location. */
  readonly options: Options | undefined;
  readonly backend: Backend;
  /** A rule for the same path may take its place. */
  readonly isDefault: boolean;
  readonly implicit?: boolean;
}

export interface ServerContext {
  readonly host: string;
  readonly server: ServerOptions;
  readonly settings: Settings;
  /** Every location of the server is a regular expression. */
  readonly regex: boolean;
}

export function needsRewrite({ options, path }: Location): boolean {
  const target = options?.rewriteTarget ?? "";
  return target !== "" && target !== path;
}

/** The routes of a server's locations, which come longest first. Throws PatternError. */
export function routesOf(locations: readonly Location[], context: ServerContext): Route[] {
  if (context.regex) return locations.flatMap((one) => regexRoutes(one, locations, context));
  const exact: Route[] = [];
  const prefixes: Route[] = [];
  for (const location of locations) {
    const { path, type } = location;
    if (type === "Exact") exact.push(route(location, { type: "Exact", path }, context));
    else if (path === "/") prefixes.push(route(location, { type: "Any" }, context));
    else if (!path.endsWith("/")) prefixes.push(route(location, { type: "Prefix", path }, context));
    else {
      prefixes.push(route(location, { type: "Start", path }, context));
      const redirect = slashRedirect(location, locations, context);
      if (redirect) exact.push(redirect);
    }
  }
  return [...exact, ...prefixes];
}

/**
 * A location "/foo/" that passes requests on answers "/foo" with 301 (nginx, location:
 * "If a location is defined by a prefix string that ends with the slash character").
 */
function slashRedirect(
  location: Location,
  all: readonly Location[],
  { host }: ServerContext,
): Route | undefined {
  const path = location.path.slice(0, -1);
  if (all.some((one) => one.path === path) || location.options?.denied !== undefined) {
    return undefined;
  }
  return {
    source: location.source,
    host,
    pathType: location.pathType,
    path: { type: "Exact", path },
    filters: [
      {
        type: "redirect",
        status: 301,
        template: `$scheme://$host${location.path}$is_args$args`,
        relative: false,
      },
    ],
    backend: undefined,
  };
}

/** With a regular expression on the host, `~* "^PATH"` for each location. */
function regexRoutes(
  location: Location,
  all: readonly Location[],
  context: ServerContext,
): Route[] {
  const { path, type, options } = location;
  const as = (text: string): Route => route(location, patternClause(path, `^${text}`), context);
  if (path === "/" && type === "Prefix") return [route(location, { type: "Any" }, context)];
  if (type === "Exact" || needsRewrite(location) || options?.useRegex) return [as(path)];
  const slashed = path.endsWith("/") ? path : `${path}/`;
  const exactThere = all.some((one) => one.path === path && one.type === "Exact");
  return exactThere ? [as(slashed)] : slashed === path ? [as(path)] : [as(slashed), as(path)];
}

function patternClause(path: string, source: string): PathClause {
  try {
    return { type: "Pattern", path, pattern: compilePattern(source, { ignoreCase: true }) };
  } catch (error) {
    if (error instanceof PatternError) Object.assign(error, { path: source });
    throw error;
  }
}

function route(location: Location, path: PathClause, context: ServerContext): Route {
  const { source, pathType, backend, options, implicit } = location;
  return {
    source,
    host: context.host,
    pathType,
    path,
    filters: options ? filtersOf(location, options, context) : noFilters,
    backend,
    ...(options && { passing: options.passing }),
    ...(implicit && { implicit }),
  };
}

/** In the order of nginx's phases: rewrite, preaccess, access, then what touches answers. */
function filtersOf(
  location: Location,
  options: Options,
  context: ServerContext,
): readonly Filter[] {
  const { settings, server } = context;
  const { path } = location;
  const filters: Filter[] = [];
  if (options.denied !== undefined) {
    return [{ type: "deny", status: 503, why: `location denied, reason: ${options.denied}` }];
  }
  filters.push(...snippetFilters(options, settings));
  if (options.cors) filters.push(options.cors);
  if (options.redirect) {
    const { status, url } = options.redirect;
    filters.push({ type: "redirect", status, template: url, relative: options.relativeRedirects });
  }
  if (needsRewrite(location)) {
    filters.push({
      type: "rewrite",
      pattern: rewritePattern(path),
      template: options.rewriteTarget,
      prefix: options.prefix,
      log: options.rewriteLog,
    });
  }
  const redirects = options.forceSslRedirect || (options.sslRedirect && server.tls === true);
  if (redirects && !startsWithAny(path, settings.noTlsRedirectLocations)) {
    filters.push({
      type: "https",
      status: settings.redirectStatus,
      always: options.forceSslRedirect,
      keepSlash: options.preserveTrailingSlash,
      withPort: options.usePortInRedirects,
    });
  }
  filters.push(...options.limits);
  const checks = checksOf(path, options, settings);
  if (checks.length > 0) filters.push({ type: "access", satisfy: options.satisfy, checks });
  const errors = errorsOf(options, settings);
  if (errors) filters.push(errors);
  return filters.length > 0 ? filters : noFilters;
}

/** Fields of requests and answers first: nginx sets those of answers whatever the status. */
function snippetFilters({ responseHeaders, snippet }: Options, settings: Settings): Filter[] {
  const { locationSnippet } = settings;
  const snippets = snippet ? [snippet] : [];
  if (locationSnippet !== "") snippets.unshift(readSnippet(locationSnippet));
  const set = [...responseHeaders, ...snippets.flatMap((one) => one.set)];
  const added = snippets.flatMap((one) => one.added);
  const onward = snippets.flatMap((one) => one.onward);
  const returned = snippets.map((one) => one.returned).find(Boolean);
  const filters: Filter[] = [];
  if (set.length + added.length > 0) filters.push({ type: "responseHeaders", set, added });
  if (onward.length > 0) filters.push({ type: "requestHeaders", set: onward });
  if (returned) filters.push(answerOf(returned));
  return filters;
}

/** nginx' `return`: a redirect where the status is one, else a text or the page. */
export function answerOf({ status, text }: { status: number; text: string }): Filter {
  if ([301, 302, 303, 307, 308].includes(status)) {
    return { type: "redirect", status, template: text, relative: false };
  }
  const why = `a snippet says: return ${status}`;
  if (text === "") return { type: "deny", status, why };
  return { type: "fixed", status, contentType: "text/plain", body: text, why };
}

function checksOf(path: string, options: Options, settings: Settings): AccessCheck[] {
  const checks: AccessCheck[] = options.ranges ? [options.ranges] : [];
  if (startsWithAny(path, settings.noAuthLocations)) return checks;
  if (options.basic) checks.push(options.basic);
  if (options.external) checks.push(options.external);
  else if (options.globalAuth && settings.globalAuth.url !== "") {
    const { url, signin, signinRedirectParam, cacheKey, cacheDuration, ...rest } =
      settings.globalAuth;
    checks.push({
      type: "external",
      urlTemplate: url,
      signinTemplate: signin,
      redirectParameter: signinRedirectParam,
      requestHeaders: {},
      ...rest,
      ...cacheOf(cacheKey, cacheDuration),
    });
  }
  return checks;
}

function errorsOf(options: Options, settings: Settings): Filter | undefined {
  const own = options.customErrors.length > 0;
  const statuses = own ? options.customErrors : settings.customHttpErrors;
  if (statuses.length === 0 || !options.interceptErrors) return undefined;
  return {
    type: "errors",
    statuses,
    upstream: own ? customUpstream(options) : "upstream-default-backend",
  };
}

function rewritePattern(path: string): ReturnType<typeof compilePattern> {
  try {
    return compilePattern(`(?i)${path}`, { ignoreCase: true });
  } catch (error) {
    if (error instanceof PatternError) Object.assign(error, { path: `(?i)${path}` });
    throw error;
  }
}

function startsWithAny(path: string, list: readonly string[]): boolean {
  return list.some((start) => path.startsWith(start));
}
