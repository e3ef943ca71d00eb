// One nginx server out of what its Ingresses say: locations in nginx's order, the certificate,
// aliases and the redirect from or to www.

import { ownerKey } from "../../compile/profile.ts";
import type { Merged } from "../../compile/profile.ts";
import { backendOf, sourceOf } from "../../compile/rules.ts";
import type { Verdict } from "../../compile/verdict.ts";
import { hostTable } from "../../host.ts";
import { PatternError } from "../../pattern/pattern.ts";
import type { Backend, HostTable, Route, ServerOptions, Shadow, Source } from "../../table.ts";
import { answerOf, needsRewrite, routesOf } from "./locations.ts";
import type { Location } from "./locations.ts";
import type { ServerPart } from "./profile.ts";
import type { Settings } from "./settings.ts";
import { readSnippet } from "./snippets.ts";

/** The upstream that answers 404 when nothing else does. */
export const defaultBackend: Backend = {
  upstream: "upstream-default-backend",
  namespace: "",
  service: "",
  port: "",
};

/** The server of a host; "" is the catch-all server "_", which is always there. */
export function mergeServer(
  host: string,
  parts: readonly ServerPart[],
  settings: Settings,
): Merged | undefined {
  const mains = parts.filter((part) => part.options.canary === undefined);
  if (host !== "" && mains.length === 0) return undefined;
  const { locations, shadowed, verdicts } = collect(host, mains);
  const server = serverOptions(host, mains, settings);
  const sorted = [...locations].sort(byLength);
  const regex = sorted.some((one) => needsRewrite(one) || one.options?.useRegex === true);
  const context = { host, server, settings, regex };
  try {
    const routes = routesOf(sorted, context);
    const table = hostTable(
      host,
      [...serverReturn(host, mains), ...appRoots(host, sorted), ...routes],
      shadowed,
      server,
    );
    return { table, verdicts, also: [...aliases(mains), ...wwwRedirect(host, mains, settings)] };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const { path } = error as PatternError & { path?: string };
    const failure = `pcre2_compile() failed: ${error.message} in "${path ?? ""}"`;
    return { table: hostTable(host, [], shadowed, server), verdicts, also: [], failure };
  }
}

interface Collected {
  readonly locations: readonly Location[];
  readonly shadowed: readonly Shadow[];
  readonly verdicts: readonly Verdict[];
}

/** The locations that the Ingresses define; where two define the same, the first keeps it. */
function collect(host: string, parts: readonly ServerPart[]): Collected {
  const root = rootOf(host, parts);
  const locations = new Map([[keyOf(root), root]]);
  const shadowed: Shadow[] = [];
  const verdicts: Verdict[] = [];
  for (const part of parts) {
    for (const rule of part.rules) {
      const backend = backendOf(part.ingress, rule.backend);
      if (!backend) continue; // a resource backend: the default backend answers
      const type = rule.pathType === "Exact" ? "Exact" : "Prefix";
      const location: Location = {
        path: rule.path,
        type,
        pathType: rule.pathType,
        source: sourceOf(part.ingress, rule.field),
        owner: part.owner,
        options: part.options,
        backend,
        isDefault: false,
      };
      const key = keyOf(location);
      const known = locations.get(key);
      if (!known || known.isDefault) locations.set(key, location);
      else {
        const because = whyShadowed(location, known, host);
        shadowed.push({ route: shadowedRoute(host, location), because });
        verdicts.push({
          object: { kind: "Ingress", key: ownerKey(part.owner) },
          field: rule.field,
          type: "warning",
          reason: "DuplicatePath",
          message: because,
        });
      }
    }
  }
  return { locations: [...locations.values()], shadowed, verdicts };
}

function keyOf({ type, path }: Location): string {
  return `${type} ${path}`;
}

/** The location "/" of a server that nobody has written: its default backend. */
function rootOf(host: string, parts: readonly ServerPart[]): Location {
  const first = host === "" ? parts.find((part) => part.catchAll) : parts[0];
  const backend = first?.fallback ?? defaultBackend;
  const source: Source =
    first === undefined
      ? { kind: "Server", namespace: "", name: "_", field: "" }
      : sourceOf(first.ingress, first.fallback ? "spec.defaultBackend" : "");
  // Of a catch-all Ingress redirects and rewrites are skipped, as upstream does.
  const options =
    first && host === ""
      ? { ...first.options, redirect: undefined, rewriteTarget: "", useRegex: false, appRoot: "" }
      : first?.options;
  return {
    path: "/",
    type: "Prefix",
    pathType: "",
    source,
    owner: first?.owner ?? { namespace: "", name: "", createdMs: 0 },
    options,
    backend,
    isDefault: host !== "" || first === undefined,
    implicit: first?.fallback === undefined,
  };
}

function shadowedRoute(host: string, { source, pathType, type, path, backend }: Location): Route {
  return { source, host, pathType, path: { type, path }, filters: [], backend };
}

function whyShadowed(mine: Location, holder: Location, host: string): string {
  const what = `host "${host === "" ? "_" : host}" and path "${mine.path}"`;
  if (ownerKey(mine.owner) === ownerKey(holder.owner)) {
    return `${holder.source.field} of the same Ingress already holds ${what}`;
  }
  const age = mine.owner.createdMs === holder.owner.createdMs ? "equally old" : "older";
  return `the ${age} Ingress ${ownerKey(holder.owner)} already holds ${what}`;
}

/** Longest text first, then by text downwards: the two stable sorts of getBackendServers. */
function byLength(a: Location, b: Location): number {
  if (a.path.length !== b.path.length) return b.path.length - a.path.length;
  return a.path === b.path ? 0 : a.path > b.path ? -1 : 1;
}

function serverOptions(
  host: string,
  parts: readonly ServerPart[],
  settings: Settings,
): ServerOptions {
  const withTls = parts.find(({ ingress }) => (ingress.spec.tls ?? []).length > 0);
  const secret = withTls && host !== "" ? secretOf(host, withTls) : undefined;
  const clientAuth = parts.map(({ options }) => options.clientAuth).find(Boolean);
  const own = parts.map(({ options }) => options.serverSnippet).find(Boolean);
  const headers = [...readSnippet(settings.serverSnippet).set, ...(own?.set ?? [])];
  return {
    ...(secret !== undefined && { certificate: { secret } }),
    ...(withTls && host !== "" && { tls: true }),
    ...(clientAuth && { clientAuth }),
    ...(headers.length > 0 && { responseHeaders: headers }),
  };
}

/** The Secret that the tls section names for the host (extractTLSSecretName). */
function secretOf(host: string, { ingress, owner }: ServerPart): string | undefined {
  for (const { hosts = [], secretName } of ingress.spec.tls ?? []) {
    if (!hosts.some((one) => one.toLowerCase() === host)) continue;
    return secretName ? `${owner.namespace}/${secretName}` : undefined;
  }
  return undefined;
}

/** `if ($uri = /) return 302`: an app-root answers before any location of its server. */
function appRoots(host: string, locations: readonly Location[]): Route[] {
  const location = locations.find((one) => (one.options?.appRoot ?? "") !== "");
  if (!location) return [];
  const { appRoot } = location.options!;
  const field = `metadata.annotations["nginx.ingress.kubernetes.io/app-root"]`;
  return [
    {
      source: { ...location.source, field },
      host,
      pathType: "app-root",
      path: { type: "Exact", path: "/" },
      filters: [
        {
          type: "redirect",
          status: 302,
          template: `$scheme://$http_host${appRoot}`,
          relative: false,
        },
      ],
      backend: undefined,
    },
  ];
}

/** `return` in a server-snippet answers whatever location would have. */
function serverReturn(host: string, parts: readonly ServerPart[]): Route[] {
  const part = parts.find(({ options }) => options.serverSnippet !== undefined);
  const returned = part?.options.serverSnippet?.returned;
  if (!part || !returned) return [];
  const field = `metadata.annotations["nginx.ingress.kubernetes.io/server-snippet"]`;
  return [
    {
      source: sourceOf(part.ingress, field),
      host,
      pathType: "server-snippet",
      path: { type: "Any" },
      filters: [answerOf(returned)],
      backend: undefined,
    },
  ];
}

/** Other names of the server: those of the oldest Ingress that gives any. */
function aliases(parts: readonly ServerPart[]): { name: string; table?: HostTable }[] {
  const names = parts.map(({ options }) => options.aliases).find((one) => one.length > 0) ?? [];
  return names.filter((name) => !name.startsWith("~")).map((name) => ({ name }));
}

/** The server that only redirects from www.HOST to HOST, or the other way round. */
function wwwRedirect(
  host: string,
  parts: readonly ServerPart[],
  settings: Settings,
): { name: string; table?: HostTable }[] {
  const part = parts.find(({ options, rules }) => options.fromToWww && rules.length > 0);
  if (!part || host === "" || host.startsWith("*")) return [];
  const name = host.startsWith("www.") ? host.slice(4) : `www.${host}`;
  const field = `metadata.annotations["nginx.ingress.kubernetes.io/from-to-www-redirect"]`;
  const route: Route = {
    source: sourceOf(part.ingress, field),
    host: name,
    pathType: "from-to-www-redirect",
    path: { type: "Any" },
    filters: [
      {
        type: "redirect",
        status: settings.redirectStatus,
        template: `$redirect_scheme://${host}:$redirect_port$request_uri_unslashed`,
        relative: false,
      },
    ],
    backend: undefined,
  };
  const server = serverOptions(host, parts, settings);
  return [{ name, table: hostTable(name, [route], [], server) }];
}
