// The profile "ingress-nginx": what kubernetes/ingress-nginx 1.15 makes of Ingresses.
//
// Hosts are nginx servers, paths are locations; a request of a host never leaves its server.
// ImplementationSpecific is Prefix. One location with a rewrite or use-regex turns all of its
// host's locations into case-insensitive regular expressions, tried from the longest text down.
// Models getBackendServers and createServers (internal/ingress/controller/controller.go) and
// updateServerLocations (location.go).

import type { Ingress } from "../../../api/kinds/ingress.ts";
import { ownerKey, ownerOf } from "../../compile/profile.ts";
import type { Contribution, HostPart, Owner, Profile } from "../../compile/profile.ts";
import { backendOf, writtenHosts, writtenRules } from "../../compile/rules.ts";
import type { WrittenRule } from "../../compile/rules.ts";
import type { World } from "../../compile/world.ts";
import type { Backend } from "../../table.ts";
import { mergeServer } from "./servers.ts";
import { readOptions } from "./options.ts";
import type { Options } from "./options.ts";
import type { Settings } from "./settings.ts";

/** What one Ingress says of one server. */
export interface ServerPart extends HostPart {
  readonly ingress: Ingress;
  readonly options: Options;
  readonly rules: readonly WrittenRule[];
  /** spec.defaultBackend, for what no rule of the server takes. */
  readonly fallback: Backend | undefined;
  /** The Ingress has a default backend and no rules: it configures the catch-all server. */
  readonly catchAll: boolean;
}

/** How ingress-nginx with these settings reads Ingresses. */
export function ingressNginx(settings: Settings): Profile<ServerPart> {
  return {
    name: "ingress-nginx",
    fallThrough: false,
    contribute: (ingress, world) => contribute(ingress, settings, world),
    merge: (host, parts) => mergeServer(host, parts, settings),
    older,
  };
}

/** Oldest first; of the same second the one whose namespace/name sorts last (sortIngressSlice). */
export function older(a: Owner, b: Owner): number {
  return a.createdMs - b.createdMs || (ownerKey(a) > ownerKey(b) ? -1 : 1);
}

function contribute(ingress: Ingress, settings: Settings, world: World): Contribution<ServerPart> {
  const { options, verdicts } = readOptions(ingress, settings, world);
  const owner = ownerOf(ingress);
  const rules = byHost(writtenRules(ingress));
  const { defaultBackend } = ingress.spec;
  const fallback = defaultBackend && backendOf(ingress, defaultBackend);
  const catchAll = fallback !== undefined && (ingress.spec.rules ?? []).length === 0;
  const hosts = new Map<string, ServerPart>();
  const part = (host: string): ServerPart => ({
    owner,
    ingress,
    options,
    rules: rules.get(host) ?? [],
    fallback,
    catchAll,
  });
  for (const host of writtenHosts(ingress)) hosts.set(host, part(host));
  if (catchAll) hosts.set("", part(""));
  return { hosts, verdicts };
}

function byHost(rules: readonly WrittenRule[]): Map<string, WrittenRule[]> {
  const out = new Map<string, WrittenRule[]>();
  for (const rule of rules) {
    const known = out.get(rule.host);
    if (known) known.push(rule);
    else out.set(rule.host, [rule]);
  }
  return out;
}
