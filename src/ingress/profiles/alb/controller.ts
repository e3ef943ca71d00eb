// The AWS Load Balancer Controller as a Pod runs it. It carries no request itself: it has the
// cloud build a load balancer for each group of Ingresses, and keeps its rules and targets right.
//
//   args: --cluster-name=NAME
//
// Models controllers/ingress/group_controller.go. Not simulated: its custom resources
// (TargetGroupBinding, IngressClassParams), Services of type LoadBalancer, the webhook,
// security groups and everything else of a VPC.

import { EndpointSlice, serviceNameLabel } from "../../../api/kinds/endpointslice.ts";
import { Ingress } from "../../../api/kinds/ingress.ts";
import { IngressClass } from "../../../api/kinds/ingressclass.ts";
import type { Kind } from "../../../api/kinds/kind.ts";
import { Node } from "../../../api/kinds/node.ts";
import { Service } from "../../../api/kinds/service.ts";
import { keyOf } from "../../../api/object.ts";
import type { Obj } from "../../../api/object.ts";
import { hex } from "../../../base/bytes.ts";
import { EventRecorder } from "../../../client/events.ts";
import { Informers } from "../../../client/informer.ts";
import { runReconciler, watching } from "../../../client/reconciler.ts";
import { serveHttp } from "../../../net/http/server.ts";
import type { Listener } from "../../../net/network.ts";
import { compile } from "../../compile/compiler.ts";
import type { World } from "../../compile/world.ts";
import type { ControllerOptions, RunningController, WantedListener } from "../../control.ts";
import { Flags } from "../../flags.ts";
import { publish } from "../../status.ts";
import type { Upstream } from "../../upstreams.ts";
import { ModelError } from "./actions.ts";
import { region } from "./elb.ts";
import { finalizerOf, groupsOf, isOurs, loadGroup } from "./groups.ts";
import type { Group } from "./groups.ts";
import { Leader } from "./leader.ts";
import { buildModel, nameOf, printModel } from "./model.ts";
import type { Model, ModelListener } from "./model.ts";
import { alb } from "./profile.ts";
import { passing, upstreamOf } from "./targets.ts";

const leaseName = "aws-load-balancer-controller-leader";
const version = "v2.14.1";

export function startAlbController(o: ControllerOptions): RunningController {
  const controller = new AlbController(o);
  controller.start();
  return {
    terminate: (done) => {
      controller.terminate();
      done();
    },
    kill: () => controller.stop(),
  };
}

class AlbController {
  readonly #o: ControllerOptions;
  readonly #clusterName: string;
  readonly #informers: Informers;
  readonly #world: World;
  readonly #slices: (service: string) => readonly EndpointSlice[];
  readonly #events: EventRecorder;
  readonly #leader: Leader;
  readonly #health: Listener;
  /** Group → the load balancer's name and what it was last built from. */
  readonly #built = new Map<string, { name: string; from: string }>();
  #reconciling: { stop(): void } | undefined;

  constructor(o: ControllerOptions) {
    this.#o = o;
    const { client, clock, random, network, host, pod } = o;
    this.#clusterName = new Flags(o.args).text("cluster-name");
    this.#informers = new Informers({ client, clock });
    this.#world = {
      get: <T extends Obj>(kind: Kind<T>, key: string) => this.#informers.of(kind).get(key),
    };
    const slices = this.#informers
      .of(EndpointSlice)
      .indexed(({ metadata }) => [
        `${metadata.namespace}/${metadata.labels?.[serviceNameLabel] ?? ""}`,
      ]);
    this.#slices = (service) => slices.get(service);
    const component = "ingress";
    this.#events = new EventRecorder({ client, clock, random: random.fork(component), component });
    this.#leader = new Leader({
      client,
      clock,
      namespace: pod.namespace,
      name: leaseName,
      identity: `${pod.name}_${pod.uid}`,
      lead: () => this.#lead(),
    });
    this.#health = network.listen(host, 61779, (connection) => {
      void serveHttp(connection, {
        by: host.actor,
        handle: async () => ({ status: 200, body: "ok" }),
      });
    });
  }

  start(): void {
    this.#say("info", "version", {
      GitVersion: version,
      GitCommit: "0e3a4d0b0a6f3ab2a63a2a0d1d6e1f3d9c8b7a65",
      BuildDate: "2025-10-14T17:20:30+0000",
    });
    this.#say("info", "adding health check for controller", {}, "setup");
    this.#say("info", "starting podInfo repo", {}, "setup");
    this.#say("info", "starting manager", {}, "setup");
    const lease = `${this.#o.pod.namespace}/${leaseName}`;
    this.#say("info", `attempting to acquire leader lease ${lease}...`);
    this.#leader.start();
  }

  terminate(): void {
    this.#say("info", "Stopping and waiting for non leader election runnables");
    this.#say("info", "Stopping and waiting for leader election runnables");
    this.stop();
    this.#say("info", "Wait completed, proceeding to shutdown the manager");
  }

  stop(): void {
    this.#reconciling?.stop();
    this.#leader.stop();
    this.#informers.stop();
    this.#health.close();
  }

  #lead(): void {
    this.#say("info", `successfully acquired lease ${this.#o.pod.namespace}/${leaseName}`);
    this.#say("info", "Starting Controller", { controller: "ingress" });
    this.#say("info", "Starting workers", { controller: "ingress", "worker count": 3 });
    const all = (): string[] =>
      this.#informers
        .of(Ingress)
        .list()
        .filter((one) => this.#concerns(one))
        .flatMap(groupsOf);
    this.#reconciling = runReconciler(
      {
        name: "ingress",
        watches: [
          watching(Ingress, (ingress) => (this.#concerns(ingress) ? groupsOf(ingress) : [])),
          watching(IngressClass, all),
          watching(Service, all),
          watching(EndpointSlice, all),
          watching(Node, all),
        ],
        reconcile: (id) => this.#reconcile(id),
      },
      { informers: this.#informers, clock: this.#o.clock, onError: (id, e) => this.#failed(id, e) },
    );
  }

  /** Ours now, or with something of ours still on it. */
  #concerns(ingress: Ingress): boolean {
    const classes = this.#informers.of(IngressClass);
    return isOurs(ingress, classes) || groupsOf(ingress).some((id) => holds(ingress, id));
  }

  async #reconcile(id: string): Promise<void> {
    const ingresses = this.#informers.of(Ingress).list();
    const group = loadGroup(id, ingresses, this.#informers.of(IngressClass));
    for (const member of group.members) await this.#setFinalizer(member, id, true);
    if (group.members.length === 0) this.#remove(id);
    else await this.#deploy(group);
    for (const one of group.leaving) await this.#setFinalizer(one, id, false);
  }

  async #deploy(group: Group): Promise<void> {
    const model = this.#model(group);
    const from = fingerprint(group, model);
    const known = this.#built.get(group.id);
    const changed = known?.from !== from;
    const log = "controllers.ingress";
    if (changed) this.#say("info", "successfully built model", { model: printModel(model) }, log);
    const where = { stackID: group.id, resourceID: "LoadBalancer" };
    const cloud = this.#o.cloud;
    if (!cloud) throw new ModelError("there is no cloud around this cluster");
    const isNew = !cloud.has(model.name);
    if (isNew) this.#say("info", "creating loadBalancer", where, log);
    const listeners = model.listeners.map((one) => this.#listener(one, model));
    const { hostname } = cloud.put({ name: model.name, scheme: model.scheme, listeners });
    if (isNew) this.#say("info", "created loadBalancer", { ...where, arn: arn(model.name) }, log);
    if (known && known.name !== model.name) cloud.remove(known.name);
    this.#built.set(group.id, { name: model.name, from });
    if (changed) {
      this.#say("info", "successfully deployed model", { ingressGroup: group.id }, log);
    }
    await publish(this.#o.client, group.members, [{ hostname }], () => undefined);
    if (!changed) return; // only targets have come or gone
    for (const member of group.members) {
      this.#events.event(member, "Normal", "SuccessfullyReconciled", "Successfully reconciled");
    }
  }

  #model(group: Group): Model {
    try {
      return buildModel(group, this.#clusterName, this.#world);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      const message = `Failed build model due to ${error.message}`;
      for (const member of group.members) {
        this.#events.event(member, "Warning", "FailedBuildModel", message);
      }
      throw error;
    }
  }

  #listener({ port, protocol, members, redirectTo }: ModelListener, model: Model): WantedListener {
    const profile = alb(redirectTo === undefined ? {} : { redirectTo });
    const { table } = compile(profile, members, this.#world);
    const upstreams = new Map<string, Upstream>();
    const nodes = this.#informers.of(Node).list();
    for (const { ingress, shares } of model.forwards) {
      const sources = { world: this.#world, slices: this.#slices, nodes };
      const upstream = upstreamOf(shares, ingress, sources);
      if (upstream) upstreams.set(upstream.name, upstream);
    }
    const hosts = members.flatMap(({ spec }) =>
      (spec.rules ?? []).flatMap(({ host }) => host ?? []),
    );
    const configuration = { table, upstreams, passing };
    return { port, protocol, hosts: [...new Set(hosts)], configuration };
  }

  /** Nobody wants the load balancer any more; it may have been built by the leader before. */
  #remove(id: string): void {
    const { cloud } = this.#o;
    const schemes = ["internet-facing", "internal"];
    const names = [
      this.#built.get(id)?.name,
      ...schemes.map((scheme) => nameOf(id, this.#clusterName, scheme)),
    ];
    this.#built.delete(id);
    for (const name of new Set(names)) {
      if (name === undefined || !cloud?.has(name)) continue;
      const pairs = { arn: arn(name) };
      this.#say("info", "deleting loadBalancer", pairs, "controllers.ingress");
      cloud.remove(name);
      this.#say("info", "deleted loadBalancer", pairs, "controllers.ingress");
    }
  }

  async #setFinalizer(ingress: Ingress, id: string, wanted: boolean): Promise<void> {
    if (holds(ingress, id) === wanted) return;
    const others = (ingress.metadata.finalizers ?? []).filter((one) => one !== finalizerOf(id));
    const finalizers = wanted ? [...others, finalizerOf(id)] : others;
    const { resourceVersion } = ingress.metadata;
    const metadata = { finalizers: finalizers.length > 0 ? finalizers : null, resourceVersion };
    await this.#o.client.patch(Ingress, keyOf(ingress), { metadata }, { type: "merge" });
  }

  #failed(id: string, error: unknown): void {
    if (!(error instanceof Error)) throw error;
    const [namespace = "", name] = id.split("/");
    const object = name === undefined ? { name: id } : { name, namespace };
    this.#say("error", "Reconciler error", {
      controller: "ingress",
      object,
      namespace: name === undefined ? "" : namespace,
      name: object.name,
      reconcileID: uuid(hex(this.#o.random.bytes(16))),
      error: error.message,
    });
  }

  /** zap's JSON. */
  #say(
    level: string,
    msg: string,
    pairs: Readonly<Record<string, unknown>> = {},
    logger = "",
  ): void {
    const ts = `${new Date(this.#o.clock.now()).toISOString().slice(0, 19)}Z`;
    this.#o.log(JSON.stringify({ level, ts, ...(logger && { logger }), msg, ...pairs }));
  }
}

function holds(ingress: Ingress, id: string): boolean {
  return ingress.metadata.finalizers?.includes(finalizerOf(id)) ?? false;
}

/** What a model is made from: a change of it is a deployment worth telling. */
function fingerprint({ members }: Group, model: Model): string {
  const written = members.map(({ metadata, spec }) => [
    keyOf({ metadata } as Ingress),
    metadata.annotations,
    spec,
  ]);
  return JSON.stringify([printModel(model), written]);
}

function arn(name: string): string {
  const hash = [...name].reduce((h, c) => (Math.imul(h, 31) + c.charCodeAt(0)) >>> 0, 7);
  const id = hash.toString(16).padStart(8, "0").repeat(2);
  return `arn:aws:elasticloadbalancing:${region}:123456789012:loadbalancer/app/${name}/${id}`;
}

function uuid(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
