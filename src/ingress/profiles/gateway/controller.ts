// The gateway controller as a Pod runs it: an ordinary client that watches the kinds of Gateway
// API, gives each Gateway an address and doors, serves requests there by a routing table as every
// profile does, and writes what it made of each object into its status.
//
//   args: --controller-name=example.com/grand-gateway --gateway-class=grand
//
// The GatewayClass named is made when there is none.
//
// Not here: GRPCRoute and h2c (there is no HTTP/2), UDPRoute (the network carries no datagrams),
// client certificates; GatewayClass status tells what there is.

import { ConfigMap } from "../../../api/kinds/configmap.ts";
import { EndpointSlice, serviceNameLabel } from "../../../api/kinds/endpointslice.ts";
import type { Kind } from "../../../api/kinds/kind.ts";
import { Namespace } from "../../../api/kinds/namespace.ts";
import { Secret } from "../../../api/kinds/secret.ts";
import { Service } from "../../../api/kinds/service.ts";
import { ApiError } from "../../../api/errors.ts";
import { keyOf } from "../../../api/object.ts";
import type { Obj } from "../../../api/object.ts";
import { Informers } from "../../../client/informer.ts";
import { serveHttp } from "../../../net/http/server.ts";
import type { Listener as Socket } from "../../../net/network.ts";
import { sameData } from "../../compile/equal.ts";
import type { ControllerOptions, RunningController } from "../../control.ts";
import { Flags } from "../../flags.ts";
import { klogLine, structured } from "../../klog.ts";
import { PacedTask } from "../../ratelimit.ts";
import { publishedAddresses } from "../../status.ts";
import { Door } from "./door.ts";
import { doorPlans } from "./doorplan.ts";
import type { Everything } from "./everything.ts";
import { ensure, serviceKey, sliceKey } from "./infrastructure.ts";
import type { PortPair } from "./infrastructure.ts";
import {
  BackendTLSPolicy,
  Gateway,
  GatewayClass,
  HTTPRoute,
  ListenerSet,
  ReferenceGrant,
  TCPRoute,
  TLSRoute,
} from "./kinds.ts";
import { planOf } from "./plan.ts";
import type { GatewayPlan, Plan } from "./plan.ts";
import { classStatus, gatewayStatus, policyAncestors, routeParents, setStatus } from "./status.ts";
import type { Addresses } from "./status.ts";

/** Syncs are as far apart as this, so that a burst of changes folds. */
const syncEveryMs = 200;

/** The Pod's ports for the doors of Gateways begin here. */
const firstInside = 10_000;

const watched = [
  ...[GatewayClass, Gateway, ListenerSet, HTTPRoute, TLSRoute, TCPRoute],
  ...[ReferenceGrant, BackendTLSPolicy],
  ...[Namespace, Service, EndpointSlice, Secret, ConfigMap],
] as unknown as readonly Kind[];

export function startGatewayController(o: ControllerOptions): RunningController {
  const controller = new GatewayController(o);
  void controller.begin();
  return {
    terminate: (done) => {
      controller.stop();
      done();
    },
    kill: () => controller.stop(),
  };
}

class GatewayController {
  readonly #o: ControllerOptions;
  readonly #controllerName: string;
  readonly #className: string;
  readonly #informers: Informers;
  readonly #slices: (service: string) => readonly EndpointSlice[];
  readonly #sync: PacedTask;
  /** By "namespace/gateway:port". */
  readonly #doors = new Map<string, { readonly door: Door; readonly inside: number }>();
  readonly #health: Socket;
  #ready = false;
  #stopped = false;

  constructor(o: ControllerOptions) {
    this.#o = o;
    const { client, clock, network, host } = o;
    const flags = new Flags(o.args);
    this.#controllerName = flags.text("controller-name", "example.com/grand-gateway");
    this.#className = flags.text("gateway-class");
    this.#informers = new Informers({ client, clock });
    const slices = this.#informers
      .of(EndpointSlice)
      .indexed(({ metadata }) => [
        `${metadata.namespace}/${metadata.labels?.[serviceNameLabel] ?? ""}`,
      ]);
    this.#slices = (service) => slices.get(service);
    this.#sync = new PacedTask({ clock, everyMs: syncEveryMs, work: () => this.#syncNow() });
    this.#health = network.listen(host, 10254, (connection) => {
      void serveHttp(connection, {
        by: host.actor,
        handle: async () => ({ status: this.#ready ? 200 : 503, body: this.#ready ? "ok" : "" }),
      });
    });
  }

  async begin(): Promise<void> {
    this.#say("waiting for the kinds of Gateway API", { controllerName: this.#controllerName });
    await Promise.all(watched.map((kind) => this.#informers.of(kind).whenSynced()));
    if (this.#stopped) return;
    this.#ready = true;
    await this.#makeClass();
    for (const kind of watched) this.#informers.of(kind).on(() => this.#sync.wish());
    this.#sync.wish();
  }

  async #makeClass(): Promise<void> {
    if (this.#className === "" || this.#informers.of(GatewayClass).get(this.#className)) return;
    const made: GatewayClass = {
      apiVersion: GatewayClass.apiVersion,
      kind: GatewayClass.kind,
      metadata: { name: this.#className },
      spec: { controllerName: this.#controllerName },
    };
    await this.#attempt(async () => void (await this.#o.client.create(GatewayClass, made)));
  }

  stop(): void {
    this.#stopped = true;
    this.#sync.stop();
    this.#informers.stop();
    this.#health.close();
    for (const { door } of this.#doors.values()) door.close();
    this.#doors.clear();
  }

  #everything(): Everything {
    const of = <T extends Obj>(kind: Kind<T>): readonly T[] => this.#informers.of(kind).list();
    const get = <T extends Obj>(kind: Kind<T>, key: string): T | undefined =>
      this.#informers.of(kind).get(key);
    return {
      controllerName: this.#controllerName,
      classes: of(GatewayClass),
      gateways: of(Gateway),
      listenerSets: of(ListenerSet),
      httpRoutes: of(HTTPRoute),
      tlsRoutes: of(TLSRoute),
      tcpRoutes: of(TCPRoute),
      grants: of(ReferenceGrant),
      policies: of(BackendTLSPolicy),
      namespace: (name) => get(Namespace, name),
      service: (key) => get(Service, key),
      secret: (key) => get(Secret, key),
      configMap: (key) => get(ConfigMap, key),
    };
  }

  async #syncNow(): Promise<void> {
    if (this.#stopped) return;
    const all = this.#everything();
    const plan = planOf(all);
    const ports = this.#openDoors(plan, all);
    for (const here of plan.gateways) await this.#furnish(here, ports.get(here) ?? []);
    await this.#writeStatuses(plan, all);
  }

  /** Opens, changes and closes doors; gives the ports of each Gateway. */
  #openDoors(plan: Plan, all: Everything): Map<GatewayPlan, PortPair[]> {
    const out = new Map<GatewayPlan, PortPair[]>();
    const wanted = new Set<string>();
    for (const here of plan.gateways) {
      const pairs: PortPair[] = [];
      for (const [port, doorPlan] of doorPlans(here, plan, all, this.#slices)) {
        const key = `${keyOf(here.gateway)}:${port}`;
        wanted.add(key);
        const known = this.#doors.get(key);
        known?.door.use(doorPlan);
        const inside = known?.inside ?? this.#freePort();
        if (!known) {
          const random = this.#o.random.fork(key);
          const door = new Door({ ...this.#o, random }, port, inside, doorPlan);
          this.#doors.set(key, { door, inside });
          this.#say("door opened", { gateway: keyOf(here.gateway), port, inside });
        }
        pairs.push({ port, inside });
      }
      out.set(here, pairs);
    }
    for (const [key, { door }] of this.#doors) {
      if (wanted.has(key)) continue;
      door.close();
      this.#doors.delete(key);
    }
    return out;
  }

  #freePort(): number {
    const taken = new Set([...this.#doors.values()].map(({ inside }) => inside));
    let port = firstInside;
    while (taken.has(port) || port === 10254) port++;
    return port;
  }

  /** The Service and EndpointSlice of a Gateway, which its deletion takes along. */
  async #furnish({ gateway }: GatewayPlan, ports: readonly PortPair[]): Promise<void> {
    const { client, pod } = this.#o;
    if (gateway.metadata.deletionTimestamp !== undefined) return;
    const service = this.#informers.of(Service).get(serviceKey(gateway));
    const slice = this.#informers.of(EndpointSlice).get(sliceKey(gateway));
    await this.#attempt(async () => {
      if (ports.length > 0) await ensure(client, gateway, ports, pod, { service, slice });
      else if (service) await client.remove(Service, keyOf(service));
    });
  }

  async #writeStatuses(plan: Plan, all: Everything): Promise<void> {
    const nowMs = this.#o.clock.now();
    for (const one of all.classes) {
      if (one.spec.controllerName !== this.#controllerName) continue;
      await this.#write(GatewayClass, one, { ...one.status, ...classStatus(one, nowMs) });
    }
    for (const here of plan.gateways) {
      const { gateway, sets } = here;
      const status = gatewayStatus(plan, here, this.#addresses(gateway), nowMs);
      await this.#write(Gateway, gateway, { ...gateway.status, ...status });
      for (const state of sets) {
        const { set } = state;
        await this.#write(ListenerSet, set, setStatus(plan, here, state, nowMs));
      }
    }
    for (const policy of all.policies) {
      const ancestors = policyAncestors(plan, policy, all, nowMs);
      if (ancestors.length === 0 && !policy.status) continue;
      await this.#write(BackendTLSPolicy, policy, { ancestors });
    }
    for (const one of plan.routes) {
      const parents = routeParents(one, this.#controllerName, nowMs);
      if (parents.length === 0 && !one.route.status) continue;
      const kind = { HTTPRoute, TLSRoute, TCPRoute }[one.route.kind as "HTTPRoute"] as Kind;
      await this.#write(kind, one.route, { parents });
    }
  }

  #addresses(gateway: Gateway): Addresses {
    const service = this.#informers.of(Service).get(serviceKey(gateway));
    const asked = gateway.spec.addresses ?? [];
    const unsupported = asked.find(({ type = "IPAddress" }) => type !== "IPAddress")?.type;
    const values = (service ? publishedAddresses(service) : []).flatMap(({ ip }) => ip ?? []);
    const wanted = asked.flatMap(({ value }) => (value ? [value] : []));
    const unusable =
      values.length > 0 ? wanted.find((value) => !values.includes(value)) : undefined;
    return { values, unsupported, unusable };
  }

  async #write<T extends Obj & { readonly status?: unknown }>(
    kind: Kind<T>,
    object: T,
    status: unknown,
  ): Promise<void> {
    if (sameData(JSON.parse(JSON.stringify(status ?? {})), object.status ?? {})) return;
    await this.#attempt(async () => {
      await this.#o.client.updateStatus(kind, { ...object, status } as T);
      this.#say("status written", { kind: kind.kind, object: keyOf(object) });
    });
  }

  /** A conflict, or an object that is gone, brings news soon; anything else is told. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (["Conflict", "NotFound", "AlreadyExists"].includes(error.reason)) return;
      this.#say("write refused", { error: error.message });
    }
  }

  #say(message: string, pairs: Readonly<Record<string, unknown>>): void {
    const line = structured(message, pairs);
    this.#o.log(klogLine("I", "controller.ts:1", line, this.#o.clock.now()));
  }
}
