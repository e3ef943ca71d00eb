// Services of type LoadBalancer: asks the cloud for a public address and writes it down.
// Models cloud-provider/controllers/service/controller.go.

import { Service } from "../api/kinds/service.ts";
import { keyOf } from "../api/object.ts";
import type { Key } from "../api/object.ts";
import type { EventRecorder } from "../client/events.ts";
import { watching } from "../client/reconciler.ts";
import type { Reconciler } from "../client/reconciler.ts";
import { recorder } from "./context.ts";
import type { ControllerContext } from "./context.ts";
import type { LoadBalancers } from "./loadbalancer.ts";

const finalizer = "service.kubernetes.io/load-balancer-cleanup";

/** How long the cloud takes to build one, in milliseconds: at least, and by chance more. */
const buildMs = { least: 2_000, more: 2_000 };

export class ServiceController implements Reconciler {
  readonly name = "service";
  readonly watches = [watching(Service, (service) => [keyOf(service)])];
  readonly #context: ControllerContext;
  readonly #balancers: LoadBalancers;
  readonly #events: EventRecorder;
  /** When the cloud will have built it, in cluster milliseconds. */
  readonly #builtAt = new Map<Key, number>();

  constructor(context: ControllerContext, balancers: LoadBalancers) {
    this.#context = context;
    this.#balancers = balancers;
    this.#events = recorder(context, "service-controller");
  }

  async reconcile(key: Key): Promise<void | { requeueAfterMs: number }> {
    const service = this.#context.cache.services.get(key);
    if (!service) {
      this.#builtAt.delete(key);
      return this.#balancers.release(key);
    }
    const { deletionTimestamp } = service.metadata;
    if (!wantsBalancer(service) || deletionTimestamp !== undefined) {
      return this.#tearDown(key, service);
    }
    return this.#ensure(key, service);
  }

  async #ensure(key: Key, service: Service): Promise<void | { requeueAfterMs: number }> {
    const { client, clock, random } = this.#context;
    if (!service.metadata.finalizers?.includes(finalizer)) {
      const finalizers = [...(service.metadata.finalizers ?? []), finalizer];
      await client.update(Service, { ...service, metadata: { ...service.metadata, finalizers } });
      return; // the Service's change brings the key back
    }
    if ((service.status?.loadBalancer?.ingress ?? []).length > 0 && this.#balancers.has(key)) {
      return;
    }
    let builtAt = this.#builtAt.get(key);
    if (builtAt === undefined) {
      this.#events.event(service, "Normal", "EnsuringLoadBalancer", "Ensuring load balancer");
      builtAt = clock.now() + buildMs.least + random.int(buildMs.more);
      this.#builtAt.set(key, builtAt);
    }
    if (builtAt > clock.now()) return { requeueAfterMs: builtAt - clock.now() };
    const ip = this.#balancers.ensure(key, service.spec.loadBalancerIP);
    const status = { ...service.status, loadBalancer: { ingress: [{ ip, ipMode: "VIP" }] } };
    await client.updateStatus(Service, { ...service, status });
    this.#builtAt.delete(key);
    this.#events.event(service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer");
  }

  async #tearDown(key: Key, service: Service): Promise<void> {
    const { client } = this.#context;
    const { finalizers = [] } = service.metadata;
    this.#builtAt.delete(key);
    if (!finalizers.includes(finalizer) && !this.#balancers.has(key)) return;
    this.#events.event(service, "Normal", "DeletingLoadBalancer", "Deleting load balancer");
    this.#balancers.release(key);
    let current = service;
    if ((service.status?.loadBalancer?.ingress ?? []).length > 0) {
      const status = { ...service.status, loadBalancer: {} };
      current = await client.updateStatus(Service, { ...service, status });
    }
    const { finalizers: _, ...metadata } = current.metadata;
    const left = finalizers.filter((one) => one !== finalizer);
    const kept = left.length > 0 ? { finalizers: left } : {};
    await client.update(Service, { ...current, metadata: { ...metadata, ...kept } });
    this.#events.event(service, "Normal", "DeletedLoadBalancer", "Deleted load balancer");
  }
}

/** A class of its own is another implementation's business. */
function wantsBalancer({ spec }: Service): boolean {
  return spec.type === "LoadBalancer" && !spec.loadBalancerClass;
}
