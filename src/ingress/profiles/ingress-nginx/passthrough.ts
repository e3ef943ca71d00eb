// ssl-passthrough: with --enable-ssl-passthrough, connections for some server names go to their
// Service untouched, and whoever sits there ends the TLS. Models pkg/tcpproxy/tcp.go, and what
// getConfiguration and generateTemplate (internal/ingress/controller) make of the annotation.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import { Service } from "../../../api/kinds/service.ts";
import type { Address } from "../../../net/address.ts";
import type { Connection } from "../../../net/connection.ts";
import { NetError } from "../../../net/errors.ts";
import { UpgradedConnection } from "../../../net/http/upgraded.ts";
import { relay } from "../../../net/relay.ts";
import { sniffServerName } from "../../../net/tls/sniff.ts";
import { ownerOf } from "../../compile/profile.ts";
import type { World } from "../../compile/world.ts";
import type { ControllerOptions } from "../../control.ts";
import { Annotations } from "./annotations.ts";
import { older } from "./profile.ts";
import type { LogLine } from "./upstreams.ts";

/** Where the connections of a server name go. */
interface Target {
  readonly service: string;
  /** Undefined: the Service has no address or no such port, so nobody can be dialled. */
  readonly to: Address | undefined;
}

type Path = NonNullable<NonNullable<Ingress["spec"]["rules"]>[number]["http"]>["paths"][number];

export class Passthrough {
  readonly #o: Pick<ControllerOptions, "network" | "host"> & { readonly world: World };
  #targets = new Map<string, Target>();

  constructor(o: Pick<ControllerOptions, "network" | "host"> & { readonly world: World }) {
    this.#o = o;
  }

  /** Which server names pass, and what is to be said about it. */
  assign(ingresses: readonly Ingress[]): readonly LogLine[] {
    const log: LogLine[] = [];
    const targets = new Map<string, Target>();
    const sorted = ingresses
      .filter((one) => !new Annotations(one).flag("canary", false))
      .sort((a, b) => older(ownerOf(a), ownerOf(b)));
    for (const [host, owner] of owners(sorted)) {
      if (!new Annotations(owner).flag("ssl-passthrough", false)) continue;
      const target = this.#targetOf(host, sorted, log);
      if (target) targets.set(host, target);
    }
    this.#targets = targets;
    return log;
  }

  /** Relays a connection for a name that passes; all others go `otherwise`. Never throws. */
  async accept(connection: Connection, otherwise: (connection: Connection) => void): Promise<void> {
    try {
      const { first, serverName } = await sniffServerName(connection);
      const whole = new UpgradedConnection(connection, first);
      const target = serverName === undefined ? undefined : this.#targets.get(serverName);
      if (target) await this.#relay(whole, serverName!, target);
      else otherwise(whole);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      connection.destroy(error);
    }
  }

  async #relay(connection: Connection, serverName: string, target: Target): Promise<void> {
    const { network, host } = this.#o;
    const { to, service } = target;
    if (!to) return connection.destroy();
    const why = `ssl-passthrough: TLS for ${serverName} goes to Service ${service} unopened`;
    connection.trace.add(host.actor, { did: "forward", from: connection.local, to, why });
    await relay(connection, await network.dial(host, to, connection.trace));
  }

  /** The location / decides; all others of the server are passed over, with a word. */
  #targetOf(host: string, ingresses: readonly Ingress[], log: LogLine[]): Target | undefined {
    const paths = ingresses.flatMap((ingress) => [...pathsOf(ingress, host)]);
    const root = paths.find(({ location }) => location === "/");
    for (const location of otherLocations(paths)) {
      const text = `Ignoring SSL Passthrough for location "${location}" in server "${host}"`;
      log.push(["W", "controller.go:647", text]);
    }
    const backend = root?.path.backend.service;
    // Without a rule for / the location is the default backend's, which has no Service.
    if (!root || !backend) return { service: "(none)", to: undefined };
    const key = `${root.namespace}/${backend.name}`;
    const service = this.#o.world.get(Service, key);
    if (!service) {
      const port = backend.port?.name ?? backend.port?.number ?? 0;
      const name = `${root.namespace}-${backend.name}-${port}`;
      const text = `Missing Service for SSL Passthrough backend "${name}"`;
      log.push(["W", "nginx.go:463", text]);
      return undefined;
    }
    const { name, number } = backend.port ?? {};
    const port = number ?? service.spec.ports?.find((one) => one.name === name)?.port;
    const ip = service.spec.clusterIP;
    const reachable = ip !== undefined && ip !== "" && ip !== "None" && port !== undefined;
    return { service: key, to: reachable ? { ip, port } : undefined };
  }
}

/** The first Ingress of each host decides whether it passes. */
function owners(ingresses: readonly Ingress[]): Map<string, Ingress> {
  const out = new Map<string, Ingress>();
  for (const ingress of ingresses) {
    for (const { host } of ingress.spec.rules ?? []) {
      if (host && !out.has(host)) out.set(host, ingress);
    }
  }
  return out;
}

interface Place {
  readonly path: Path;
  readonly location: string;
  readonly namespace: string;
  /** A pattern, which stays one location. */
  readonly regex: boolean;
}

function* pathsOf(ingress: Ingress, host: string): Generator<Place> {
  const annotations = new Annotations(ingress);
  const regex =
    annotations.flag("use-regex", false) || annotations.text("rewrite-target") !== undefined;
  const { namespace = "default" } = ingress.metadata;
  for (const rule of ingress.spec.rules ?? []) {
    if (rule.host !== host) continue;
    for (const path of rule.http?.paths ?? []) {
      yield { path, location: path.path || "/", namespace, regex };
    }
  }
}

/** What nginx has beside "/", longest first; a prefix makes two (updateServerLocations). */
function otherLocations(paths: readonly Place[]): string[] {
  const exact = new Set(
    paths.filter(({ path }) => path.pathType === "Exact").map(({ location }) => location),
  );
  const seen = new Set<string>();
  const sorted = paths
    .filter(({ location, path }) => {
      const key = `${path.pathType} ${location}`;
      return location !== "/" && !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => b.location.length - a.location.length || (a.location < b.location ? 1 : -1));
  return sorted.flatMap(({ path, location, regex }) => {
    if (path.pathType !== "Prefix" || regex) return [location];
    const closed = location.endsWith("/") ? location : `${location}/`;
    return exact.has(location) ? [closed] : [closed, location];
  });
}
