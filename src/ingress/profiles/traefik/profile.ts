// The profile "traefik": what Traefik v3's Kubernetes Ingress provider makes of Ingresses, seen
// from one entry point.
//
// Every rule is a router of its own; of all routers that hold, whatever their host, the one with
// the highest priority wins, and the priority is the length of the rule's text unless an
// annotation gives another. Prefix is compared character by character (PathPrefix) unless
// strictPrefixMatching is on. A rule without a usable Service has no router at all. Between equal
// priorities real Traefik leaves the winner open; here the router's name decides.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import { byAgeThenName, ownerKey, ownerOf } from "../../compile/profile.ts";
import type { Contribution, HostPart, Merged, Profile } from "../../compile/profile.ts";
import type { Verdict } from "../../compile/verdict.ts";
import type { World } from "../../compile/world.ts";
import { noFilters } from "../../filters.ts";
import type { Passing } from "../../filters.ts";
import { hostTable } from "../../host.ts";
import type { Route, Shadow } from "../../table.ts";
import { prefix } from "./annotations.ts";
import { readIngress } from "./routers.ts";
import type { Problem, Router } from "./routers.ts";
import { publicEntryPoints } from "./settings.ts";
import type { EntryPoint, TraefikSettings } from "./settings.ts";

interface RoutersPart extends HostPart {
  readonly routers: readonly Router[];
}

/** Traefik knows no patience: an endpoint may think for a day. */
const readMs = 86_400_000;

export const passing: Passing = {
  protocol: "HTTP",
  connectMs: 30_000,
  readMs,
  sendMs: readMs,
  bodyBytesMax: 0,
  tries: 1,
  triesMs: 0,
  tryNext: [],
  accessLog: true,
};
const overTls: Passing = { ...passing, protocol: "HTTPS" };

/** How Traefik with these settings routes what comes in at an entry point. */
export function traefik(settings: TraefikSettings, at: EntryPoint): Profile<RoutersPart> {
  return {
    name: "traefik",
    fallThrough: false,
    inherits: true,
    contribute: (ingress, world) => contribute(ingress, settings, at, world),
    merge: (host, parts) => merge(host, parts, (router) => routeOf(router, settings, at)),
    older: byAgeThenName,
  };
}

function contribute(
  ingress: Ingress,
  settings: TraefikSettings,
  at: EntryPoint,
  world: World,
): Contribution<RoutersPart> {
  const owner = ownerOf(ingress);
  const { routers, problems } = readIngress(ingress, settings, world);
  const hosts = new Map<string, RoutersPart>();
  for (const router of routers) {
    if (!isServed(router, at)) continue;
    const known = hosts.get(router.host)?.routers ?? [];
    hosts.set(router.host, { owner, routers: [...known, router] });
  }
  return { hosts, verdicts: [...problems.map(verdictOf(ingress)), ...remarks(ingress, routers)] };
}

/** Routers with TLS serve nothing else; one whose middleware is missing serves nothing. */
function isServed({ router }: Router, at: EntryPoint): boolean {
  if (router.entryPoints && !router.entryPoints.includes(at.name)) return false;
  return router.middlewares.length === 0 && (!router.tls || at.tls);
}

function merge(
  host: string,
  parts: readonly RoutersPart[],
  made: (router: Router) => Route,
): Merged | undefined {
  if (parts.length === 0) return undefined;
  const all = parts.flatMap(({ routers }) => routers).sort(byPriority);
  const first = new Map<string, Router>();
  const routes: Route[] = [];
  const shadowed: Shadow[] = [];
  const verdicts: Verdict[] = [];
  for (const router of all) {
    const claim = router.name === "default-router" ? "default" : router.rule;
    const holder = first.get(claim);
    if (!holder) {
      first.set(claim, router);
      routes.push(made(router));
      continue;
    }
    const because = whyShadowed(router, holder);
    shadowed.push({ route: made(router), because });
    if (router.host === host) {
      verdicts.push({
        object: { kind: "Ingress", key: `${router.source.namespace}/${router.source.name}` },
        field: router.source.field,
        type: "warning",
        reason: claim === "default" ? "DefaultBackendExists" : "DuplicateRule",
        message: because,
      });
    }
  }
  return { table: hostTable(host, routes, shadowed), verdicts };
}

function byPriority(a: Router, b: Router): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  const [x, y] = [sortKey(a), sortKey(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function sortKey({ name, rule, source }: Router): string {
  return [name, rule, source.namespace, source.name, source.field].join("\n");
}

function routeOf(router: Router, settings: TraefikSettings, at: EntryPoint): Route {
  const { source, host, pathType, path, backend, priority, service } = router;
  const order = router.name === "default-router" ? "the default router" : `priority ${priority}`;
  return {
    source,
    host,
    pathType,
    path,
    filters: noFilters,
    backend,
    order,
    name: `${nameAt(router, settings, at)}@kubernetes`,
    ...(service.scheme === "https" && { passing: overTls }),
  };
}

/** Routers of several entry points get a copy for each that has TLS (applyModel). */
function nameAt({ name, router }: Router, settings: TraefikSettings, at: EntryPoint): string {
  const all = router.entryPoints ?? publicEntryPoints(settings).map((one) => one.name);
  return at.tls && all.length > 1 ? `${at.name}-${name}` : name;
}

function whyShadowed(router: Router, holder: Router): string {
  const theirs = `${holder.source.namespace}/${holder.source.name}`;
  if (router.name === "default-router") {
    return `The default backend already exists: it is that of the Ingress ${theirs}`;
  }
  const both = `the router ${holder.name} of the Ingress ${theirs} has the same rule`;
  if (holder.priority > router.priority) return `${both} and the higher priority`;
  return `${both} and the same priority ${holder.priority}; Traefik leaves open which one wins`;
}

function verdictOf(ingress: Ingress): (problem: Problem) => Verdict {
  return ({ message, fields, field, reason }) => ({
    object: { kind: "Ingress", key: ownerKey(ownerOf(ingress)) },
    field,
    type: "error",
    reason,
    message: [message, fields["error"], fields["serviceName"]].filter(Boolean).join(": "),
  });
}

/** What is in the Ingress and does nothing. */
function remarks(ingress: Ingress, routers: readonly Router[]): Verdict[] {
  const object = { kind: "Ingress", key: ownerKey(ownerOf(ingress)) };
  const say = (type: Verdict["type"], field: string, reason: string, message: string): Verdict => ({
    object,
    field,
    type,
    reason,
    message,
  });
  const out: Verdict[] = [];
  const { annotations = {} } = ingress.metadata;
  for (const key of Object.keys(annotations).sort()) {
    const because = whyIgnored(key);
    const field = `metadata.annotations["${key}"]`;
    if (because) out.push(say("info", field, "AnnotationIgnored", because));
  }
  for (const name of routers[0]?.router.middlewares ?? []) {
    const message = `middleware "${name}" does not exist; its routers are not served`;
    out.push(say("error", "metadata.annotations", "MiddlewareMissing", message));
  }
  if (ingress.spec.defaultBackend && (ingress.spec.rules ?? []).length > 0) {
    const message = "Traefik looks at spec.defaultBackend only when there are no rules";
    out.push(say("warning", "spec.defaultBackend", "DefaultBackendIgnored", message));
  }
  for (const { service, backend, source } of routers) {
    for (const { name, why } of service.annotations.unserved) {
      const message = `${name} of Service ${backend.service}: ${why}`;
      out.push(say("info", source.field, "AnnotationIgnored", message));
    }
  }
  return out;
}

function whyIgnored(key: string): string | undefined {
  if (key.startsWith(prefix)) {
    const name = key.slice(prefix.length);
    if (name.startsWith("router.")) return undefined;
    const belongs = name.startsWith("service.");
    return `${name}: ${belongs ? "belongs on the Service, not here" : "Traefik has no such annotation"}`;
  }
  const other = /^(nginx|alb|haproxy|konghq)\.ingress\.kubernetes\.io\//.exec(key);
  return other ? `${key}: an annotation of another controller` : undefined;
}
