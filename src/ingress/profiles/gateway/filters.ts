// HTTPRoute's filters as steps of the proxy.

import type { PathChange, Step } from "../../steps.ts";
import { resolveBackend } from "./backends.ts";
import type { Everything } from "./everything.ts";
import type { HTTPRoute, HeaderModifier, HttpFilter, PathModifier } from "./kinds.ts";

/** A filter that is not known here: the route is not accepted. */
export class UnsupportedFilter extends Error {
  override name = "UnsupportedFilter";
  readonly reason: "UnsupportedValue" | "IncompatibleFilters";

  constructor(reason: UnsupportedFilter["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface FilterContext {
  readonly route: HTTPRoute;
  /** What the rule's path matched, without slashes at its end. */
  readonly prefix: string;
  readonly listenerPort: number;
  readonly all: Everything;
}

/** Throws UnsupportedFilter. */
export function stepsOf(filters: readonly HttpFilter[], context: FilterContext): Step[] {
  const types = new Set(filters.map(({ type }) => type));
  if (types.has("RequestRedirect") && types.has("URLRewrite")) {
    const message = "RequestRedirect and URLRewrite cannot be used together";
    throw new UnsupportedFilter("IncompatibleFilters", message);
  }
  return filters.flatMap((filter) => stepOf(filter, context));
}

function stepOf(filter: HttpFilter, context: FilterContext): Step[] {
  switch (filter.type) {
    case "RequestHeaderModifier":
      return [{ do: "request headers", ...headers(filter.requestHeaderModifier ?? {}) }];
    case "ResponseHeaderModifier":
      return [{ do: "response headers", ...headers(filter.responseHeaderModifier ?? {}) }];
    case "RequestRedirect":
      return [redirect(filter, context)];
    case "URLRewrite": {
      const { hostname, path } = filter.urlRewrite ?? {};
      const change = path && pathChange(path, context);
      return [
        {
          do: "rewrite",
          ...(hostname !== undefined && { hostname }),
          ...(change && { path: change }),
        },
      ];
    }
    case "RequestMirror":
      return mirror(filter, context);
    case "CORS":
      return [cors(filter)];
    default: {
      const message = `filters of type ${filter.type} are not supported`;
      throw new UnsupportedFilter("UnsupportedValue", message);
    }
  }
}

function headers({ set = [], add = [], remove = [] }: HeaderModifier): {
  readonly set: readonly (readonly [string, string])[];
  readonly add: readonly (readonly [string, string])[];
  readonly remove: readonly string[];
} {
  const pairs = (all: NonNullable<HeaderModifier["set"]>): (readonly [string, string])[] =>
    all.map(({ name, value }) => [name, value] as const);
  return { set: pairs(set), add: pairs(add), remove };
}

function redirect({ requestRedirect = {} }: HttpFilter, context: FilterContext): Step {
  const { scheme, hostname, port, path, statusCode = 302 } = requestRedirect;
  const change = path && pathChange(path, context);
  return {
    do: "redirect",
    ...(scheme !== undefined && { scheme }),
    ...(hostname !== undefined && { hostname }),
    ...(port !== undefined && { port }),
    ...(change && { path: change }),
    listenerPort: context.listenerPort,
    status: statusCode,
  };
}

function pathChange(path: PathModifier, { prefix }: FilterContext): PathChange {
  if (path.type === "ReplaceFullPath") return { type: "full", path: path.replaceFullPath ?? "/" };
  return { type: "prefix", prefix, path: path.replacePrefixMatch ?? "/" };
}

/** A mirror that leads nowhere sends nothing; ResolvedRefs tells of it. */
function mirror({ requestMirror }: HttpFilter, { route, all }: FilterContext): Step[] {
  if (!requestMirror) return [];
  const { backendRef, percent, fraction } = requestMirror;
  const { upstream } = resolveBackend(route, backendRef, all);
  if (!upstream) return [];
  const numerator = fraction?.numerator ?? percent ?? 100;
  const denominator = fraction ? (fraction.denominator ?? 100) : 100;
  return [{ do: "mirror", upstream: upstream.name, numerator, denominator }];
}

function cors({ cors: written = {} }: HttpFilter): Step {
  return {
    do: "cors",
    origins: written.allowOrigins ?? [],
    methods: written.allowMethods ?? [],
    headers: written.allowHeaders ?? [],
    expose: written.exposeHeaders ?? [],
    credentials: written.allowCredentials ?? false,
    maxAgeSeconds: written.maxAge ?? 5,
  };
}
