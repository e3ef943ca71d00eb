// Traefik v3 as a Pod runs it, with its Kubernetes Ingress provider: it reads Ingresses, makes
// routers and serves them at its entry points.
//
//   args: as the chart writes them, --entryPoints.web.address=:8000/tcp …; see settings.ts
//
// Models cmd/traefik and pkg/provider/kubernetes/ingress. Not simulated: its own resources
// (IngressRoute, Middleware), so that a router which names a middleware is not served; the
// dashboard; certificates of endpoints are not verified; TLS at an entry point without it.

import { Endpoints } from "../../../api/kinds/endpoints.ts";
import { Ingress } from "../../../api/kinds/ingress.ts";
import { IngressClass } from "../../../api/kinds/ingressclass.ts";
import type { Kind } from "../../../api/kinds/kind.ts";
import { Secret } from "../../../api/kinds/secret.ts";
import { Service } from "../../../api/kinds/service.ts";
import type { Obj } from "../../../api/object.ts";
import { Informers } from "../../../client/informer.ts";
import { serveHttp } from "../../../net/http/server.ts";
import type { Connection } from "../../../net/connection.ts";
import type { Listener } from "../../../net/network.ts";
import type { Identity } from "../../../net/tls/contract.ts";
import { Compiler } from "../../compile/compiler.ts";
import type { World } from "../../compile/world.ts";
import type { ControllerOptions, RunningController } from "../../control.ts";
import { Proxy } from "../../proxy/proxy.ts";
import { PacedTask } from "../../ratelimit.ts";
import { publish, publishedAddresses } from "../../status.ts";
import { openDoor } from "../../tls/door.ts";
import { certificatesOf, choose, defaultIdentity } from "./certificates.ts";
import { isOurs } from "./classes.ts";
import { traefikDialect } from "./dialect.ts";
import { logLine } from "./log.ts";
import type { LogFields, LogLevel } from "./log.ts";
import { passing, traefik } from "./profile.ts";
import { readIngress } from "./routers.ts";
import { publicEntryPoints, readSettings } from "./settings.ts";
import type { EntryPoint, TraefikSettings } from "./settings.ts";
import { startLines } from "./startup.ts";
import { upstreamsOf } from "./upstreams.ts";

/** providers.providersThrottleDuration: configurations are as far apart as this. */
const throttleMs = 2_000;
const provider = { providerName: "kubernetes" };

export function startTraefik(o: ControllerOptions): RunningController {
  const controller = new Traefik(o);
  void controller.begin();
  return {
    terminate: (done) => controller.terminate(done),
    kill: () => controller.stop(),
  };
}

/** One entry point: its table and its door. */
interface Door {
  readonly at: EntryPoint;
  readonly compiler: Compiler;
  readonly proxy: Proxy;
}

class Traefik {
  readonly #o: ControllerOptions;
  readonly #settings: TraefikSettings;
  readonly #informers: Informers;
  readonly #world: World;
  readonly #doors: readonly Door[];
  readonly #sync: PacedTask;
  readonly #listeners: Listener[] = [];
  #certificates: ReadonlyMap<string, Identity> = new Map();
  #fallback: Identity | undefined;
  #requests = 0;
  #ready = false;
  #stopped = false;

  constructor(o: ControllerOptions) {
    this.#o = o;
    const { client, clock, random } = o;
    this.#settings = readSettings(o.args);
    this.#informers = new Informers({ client, clock });
    this.#world = {
      get: <T extends Obj>(kind: Kind<T>, key: string) => this.#informers.of(kind).get(key),
    };
    this.#doors = publicEntryPoints(this.#settings).map((at) => ({
      at,
      compiler: new Compiler(traefik(this.#settings, at), this.#world),
      proxy: new Proxy({
        ...o,
        random: random.fork(at.name),
        dialect: traefikDialect({
          settings: this.#settings,
          hostname: o.pod.name,
          entryPoint: at.name,
          count: () => ++this.#requests,
        }),
      }),
    }));
    this.#sync = new PacedTask({ clock, everyMs: throttleMs, work: () => this.#syncNow() });
  }

  async begin(): Promise<void> {
    for (const [level, message, fields] of startLines(this.#settings)) {
      this.#say(level, message, fields);
    }
    this.#listen();
    const kinds = [Service, Endpoints, Secret, IngressClass, Ingress] as unknown as Kind[];
    await Promise.all(kinds.map((kind) => this.#informers.of(kind).whenSynced()));
    if (this.#stopped) return;
    for (const kind of kinds) this.#informers.of(kind).on(() => this.#sync.wish());
    this.#sync.wish();
  }

  terminate(done: () => void): void {
    this.#say("INF", "I have to go...", {});
    this.#say("INF", "Stopping server gracefully", {});
    this.#ready = false;
    this.stop();
    this.#say("INF", "Server stopped", {});
    this.#say("INF", "Shutting down", {});
    done();
  }

  stop(): void {
    this.#stopped = true;
    this.#sync.stop();
    this.#informers.stop();
    for (const listener of this.#listeners.splice(0)) listener.close();
    for (const { proxy } of this.#doors) proxy.close();
  }

  /** Entry points are open from the start: before the first configuration everything is 404. */
  #listen(): void {
    const { network, host } = this.#o;
    for (const { at, proxy } of this.#doors) {
      this.#listeners.push(
        network.listen(host, at.port, (connection) =>
          at.tls ? this.#secure(connection, proxy) : proxy.serve(connection, { scheme: "http" }),
        ),
      );
    }
    const own = this.#settings.entryPoints.find(({ name }) => name === "traefik");
    if (!own) return;
    this.#listeners.push(
      network.listen(host, own.port, (connection) => {
        void serveHttp(connection, {
          by: host.actor,
          handle: async ({ target }) =>
            target === "/ping" && this.#settings.ping && this.#ready
              ? { status: 200, body: "OK" }
              : { status: 404, body: "404 page not found\n" },
        });
      }),
    );
  }

  #secure(connection: Connection, proxy: Proxy): void {
    const { clock, random, host } = this.#o;
    void openDoor(connection, {
      clock,
      random: random.fork("tls"),
      by: host.actor,
      choose: (serverName) =>
        choose(
          serverName,
          this.#certificates,
          () => (this.#fallback ??= defaultIdentity(random.fork("certificate"), clock.now())),
        ),
      onSecure: (secure) => {
        const { serverName, peerChain } = secure.session;
        proxy.serve(secure, { scheme: "https", tls: { serverName, peerChain } });
      },
      // Plain HTTP here reaches routers without TLS; this entry point has none.
      onPlain: (plain) => proxy.serve(plain, { scheme: "http", refuseWith: 404 }),
    });
  }

  #ours(): Ingress[] {
    const classes = this.#informers.of(IngressClass).list();
    const { namespaces } = this.#settings;
    return this.#informers
      .of(Ingress)
      .list()
      .filter(
        (ingress) =>
          (namespaces.length === 0 || namespaces.includes(ingress.metadata.namespace ?? "")) &&
          isOurs(ingress, classes, this.#settings),
      );
  }

  /** Models loadConfigurationFromIngresses, and the router factory's remarks. */
  async #syncNow(): Promise<void> {
    if (this.#stopped) return;
    const ingresses = this.#ours();
    const certificates = new Map<string, Identity>();
    for (const ingress of ingresses) {
      const { name, namespace = "default" } = ingress.metadata;
      const fields = { ...provider, ingress: name, namespace };
      const { identities, error } = certificatesOf(ingress, this.#world);
      for (const { secret, identity } of identities) certificates.set(secret, identity);
      if (error !== undefined) this.#say("ERR", "Error configuring TLS", { error, ...fields });
      const { problems, routers } = readIngress(ingress, this.#settings, this.#world);
      for (const problem of problems) {
        this.#say("ERR", problem.message, { ...fields, ...problem.fields });
      }
      for (const { router, name: routerName } of routers) {
        for (const middleware of router.middlewares) {
          const error = `middleware "${middleware}" does not exist`;
          this.#say("ERR", "", { error, routerName: `${routerName}@kubernetes` });
        }
      }
    }
    this.#certificates = certificates;
    const upstreams = upstreamsOf(ingresses, this.#settings, this.#world);
    for (const { compiler, proxy } of this.#doors) {
      compiler.keep(ingresses);
      compiler.refresh();
      proxy.use({ table: compiler.table(), upstreams, passing });
    }
    this.#ready = true;
    await this.#publish(ingresses);
  }

  /** The published Service's load balancer, into Ingresses that have rules. */
  async #publish(ingresses: readonly Ingress[]): Promise<void> {
    const key = this.#settings.publishedService;
    const wanting = ingresses.filter(({ spec }) => (spec.rules ?? []).length > 0);
    if (key === "" || wanting.length === 0) return;
    const service = this.#world.get(Service, key);
    if (!service) {
      for (const { metadata } of wanting) {
        const { name: ingress, namespace = "default" } = metadata;
        const fields = { error: `missing service: ${key}`, ...provider, ingress, namespace };
        this.#say("ERR", "Error while updating ingress status", fields);
      }
      return;
    }
    if (service.status?.loadBalancer?.ingress === undefined) return;
    const addresses = publishedAddresses({ ...service, spec: { type: "LoadBalancer" } });
    await publish(this.#o.client, wanting, addresses, ({ metadata }) => {
      const { name: ingress, namespace = "default" } = metadata;
      this.#say("INF", "Updated ingress status", { ingress, namespace });
    }).catch(() => undefined);
  }

  #say(level: LogLevel, message: string, fields: LogFields): void {
    const line = logLine(this.#settings.log, level, message, fields, this.#o.clock.now());
    if (line !== undefined) this.#o.log(line);
  }
}
