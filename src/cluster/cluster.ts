// The whole cluster, wired: API server, controllers, nodes, network, cloud, names. The only file
// that knows all parts.
//
//   const cluster = new Cluster({ seed: 1 });
//   cluster.start();
//   await cluster.client.create(Deployment, { … });
//   await cluster.clock.until(() => …);
//
// A run is a function of the seed and of what is done from outside. Nothing is shared between
// two clusters.

import { ApiServer } from "../apiserver/server.ts";
import type { Client } from "../api/client.ts";
import { ApiError } from "../api/errors.ts";
import { Event } from "../api/kinds/event.ts";
import { kinds } from "../api/kinds/index.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type { Pod } from "../api/kinds/pod.ts";
import { ValidatingWebhookConfiguration } from "../api/kinds/validatingwebhookconfiguration.ts";
import type { Key } from "../api/object.ts";
import type { RestTransport } from "../api/transport.ts";
import { VirtualClock } from "../base/clock.ts";
import { Random } from "../base/random.ts";
import { Informers } from "../client/informer.ts";
import { runReconciler } from "../client/reconciler.ts";
import type { Reconciler } from "../client/reconciler.ts";
import { Cache } from "../controllers/context.ts";
import type { ControllerContext, ServedKinds } from "../controllers/context.ts";
import { CoreDns } from "../controllers/coredns.ts";
import { DeploymentController } from "../controllers/deployment.ts";
import { EndpointsController } from "../controllers/endpoints.ts";
import { EndpointSliceController } from "../controllers/endpointslice.ts";
import { GarbageCollector } from "../controllers/garbage.ts";
import { Kubelet } from "../controllers/kubelet.ts";
import { KubeProxy } from "../controllers/kubeproxy.ts";
import { LoadBalancers } from "../controllers/loadbalancer.ts";
import { NamespaceController } from "../controllers/namespace.ts";
import { machines, nodeNames, registerNode } from "../controllers/node.ts";
import type { Machine } from "../controllers/node.ts";
import type { ImageCatalogue } from "../controllers/program.ts";
import { ReplicaSetController } from "../controllers/replicaset.ts";
import { Scheduler } from "../controllers/scheduler.ts";
import { ServiceController } from "../controllers/service.ts";
import { followWorkloads } from "../controllers/workloads.ts";
import { openCloud } from "../ingress/controller.ts";
import type { Cloud } from "../ingress/controller.ts";
import { NetError } from "../net/errors.ts";
import type { Host, Network } from "../net/network.ts";
import { VirtualNetwork } from "../net/virtual.ts";
import { clusterImages } from "./images.ts";
import { AddressBook } from "./publicnames.ts";
import type { PublicNames } from "./publicnames.ts";
import { openStreet, streetNames } from "./street.ts";
import { dnsImage, installDns } from "./system.ts";

export type { PublicNames } from "./publicnames.ts";

/** Monday, 23 November 2026, nine o'clock: when every cluster begins. */
const startOfTime = Date.UTC(2026, 10, 23, 9);

/** Where the API server runs. */
const controlPlane: Host = { actor: "node/control-plane", ip: "10.0.0.10" };

export interface ClusterOptions {
  readonly seed?: number;
  readonly startMs?: number;
  /** How many machines; each takes 110 Pods. */
  readonly nodes?: number;
  /** Images that this cluster can pull beside the usual ones; asked first. */
  readonly images?: ImageCatalogue;
}

export class Cluster {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly network: Network;
  readonly server: ApiServer;
  /** Reads and writes as the administrator. */
  readonly client: Client;
  readonly api: RestTransport;
  /** The learner's machine, outside. */
  readonly laptop: Host = { actor: "client/laptop", ip: "198.51.100.7" };
  readonly publicNames: PublicNames;
  readonly #machines: readonly Machine[];
  readonly #informers: Informers;
  readonly #reconcilers: readonly Reconciler[];
  readonly #context: ControllerContext;
  readonly #kubelets = new Map<string, Kubelet>();
  readonly #running: { stop(): void }[] = [];

  constructor({ seed = 1, startMs = startOfTime, nodes = 3, images }: ClusterOptions = {}) {
    this.clock = new VirtualClock({ startMs });
    this.random = new Random(seed);
    const { clock, random } = this;
    this.network = new VirtualNetwork({ clock, random });
    this.server = new ApiServer({ clock, random, kinds, further: true });
    this.client = this.server.client();
    this.api = this.server.transport;
    this.#machines = machines(nodes);
    const controllers = this.server.client("system:kube-controller-manager");
    this.#informers = new Informers({ client: controllers, clock });
    const context: ControllerContext = {
      client: controllers,
      informers: this.#informers,
      clock,
      random: random.fork("controllers"),
      cache: new Cache(this.#informers),
    };
    this.#context = context;
    const book = new AddressBook(streetNames);
    this.publicNames = book;
    const { dns, balancers } = this.#wireNetwork(context, book);
    const { network } = this;
    let cloud: Promise<Cloud> | undefined;
    const cloudOf = (): Promise<Cloud> =>
      (cloud ??= openCloud({ network, clock, random, names: book }));
    this.#askWebhooks();
    this.#reconcilers = [
      ...controllersOf(context, balancers, this.server),
      ...this.#kubeletsOf(context, clusterImages(dns, cloudOf), images),
    ];
    this.server.podLogs = {
      read: (pod, container, options) => this.#kubeletOf(pod).readLog(pod, container, options),
    };
    this.server.podExec = {
      exec: (pod, ...rest) => this.#kubeletOf(pod).exec(pod, ...rest),
      attach: (pod, ...rest) => this.#kubeletOf(pod).attach(pod, ...rest),
    };
  }

  /** Switches it on. Once only. */
  start(): void {
    if (this.#running.length > 0) return;
    void this.#boot(); // the machines are there before anything that is to run on them
    for (const reconciler of this.#reconcilers) this.#run(reconciler);
    followWorkloads(this.#context, servedBy(this.server), (reconciler) => this.#run(reconciler));
  }

  #run(reconciler: Reconciler): void {
    const { clock } = this;
    const onError = (key: Key, error: unknown): void => this.#report(reconciler, key, error);
    this.#running.push(runReconciler(reconciler, { informers: this.#informers, clock, onError }));
  }

  /** Switches it off: no timer, no Pod and no watch is left. */
  stop(): void {
    for (const running of this.#running.splice(0)) running.stop();
    this.#informers.stop();
    for (const kubelet of this.#kubelets.values()) kubelet.stop();
  }

  async #boot(): Promise<void> {
    const { clock } = this;
    const random = this.random.fork("nodes");
    for (const machine of this.#machines) {
      const client = this.server.client(`system:node:${machine.name}`);
      await registerNode(machine, { client, clock, random });
    }
    await installDns(this.client);
  }

  #wireNetwork(
    context: ControllerContext,
    book: AddressBook,
  ): { dns: CoreDns; balancers: LoadBalancers } {
    const { network, clock, random } = this;
    const { cache } = context;
    network.attach(this.laptop);
    network.attach(controlPlane);
    for (const { host } of this.#machines) network.attach(host);
    // kube-proxy first: what stays inside never reaches the cloud.
    network.forward(new KubeProxy({ cache, clock, random }).forward);
    const balancers = new LoadBalancers({ network, cache, random });
    const dns = new CoreDns({ cache, elsewhere: book.resolve });
    openStreet({ network, clock, random });
    network.serveNames(dns.resolve);
    network.serveNames(nodeNames(this.#machines));
    network.serveNames(book.resolve);
    return { dns, balancers };
  }

  /** The API server asks validating webhooks from its own machine. */
  #askWebhooks(): void {
    const { client, network, clock, random } = this;
    const configurations = this.#informers.of(ValidatingWebhookConfiguration);
    const registered = (): readonly ValidatingWebhookConfiguration[] => configurations.list();
    const own = random.fork("webhooks");
    const host = controlPlane;
    this.server.review(async (...draft) => {
      if (registered().length === 0) return;
      // Fetched with the first webhook: few hotels have one.
      const { webhookReviewer } = await clock.during(import("./webhooks.ts"));
      const review = webhookReviewer({ client, network, clock, random: own, host, registered });
      await review(...draft);
    });
  }

  #kubeletsOf(context: ControllerContext, usual: ImageCatalogue, more?: ImageCatalogue): Kubelet[] {
    const catalogue: ImageCatalogue = (image) => more?.(image) ?? usual(image);
    for (const machine of this.#machines) {
      const kubelet = new Kubelet(context, {
        machine,
        network: this.network,
        catalogue,
        preloaded: [dnsImage],
        clientFor: ({ metadata, spec }) => {
          const account = spec.serviceAccountName ?? "default";
          return this.server.client(`system:serviceaccount:${metadata.namespace}:${account}`);
        },
      });
      this.#kubelets.set(machine.name, kubelet);
    }
    return [...this.#kubelets.values()];
  }

  #kubeletOf({ metadata, spec }: Pod): Kubelet {
    const kubelet = this.#kubelets.get(spec.nodeName ?? "");
    if (kubelet) return kubelet;
    throw new ApiError("BadRequest", `pod ${metadata.name} does not have a host assigned`);
  }

  /** Refusals are part of life and are tried again; anything else is our own mistake. */
  #report(reconciler: Reconciler, key: Key, error: unknown): void {
    if (error instanceof ApiError || error instanceof NetError) return;
    this.clock.after(0, () => {
      throw new Error(`${reconciler.name} failed on ${key}`, { cause: error });
    });
  }
}

/** Nobody owns Events; of several versions of a custom resource one is enough. */
function ownable(kinds: readonly Kind[]): Kind[] {
  return kinds.filter((kind, i) => {
    if (kind.kind === Event.kind) return false;
    const home = kind.stored?.as;
    return !home || kinds.findIndex((other) => other.stored?.as === home) === i;
  });
}

function servedBy(server: ApiServer): ServedKinds {
  return { now: () => server.kinds, later: (told) => server.onKinds(told) };
}

function controllersOf(
  context: ControllerContext,
  balancers: LoadBalancers,
  server: ApiServer,
): Reconciler[] {
  const all = servedBy(server);
  const owned: ServedKinds = {
    now: () => ownable(all.now()),
    later: (told) => all.later((now) => told(ownable(now))),
  };
  return [
    new DeploymentController(context),
    new ReplicaSetController(context),
    new Scheduler(context),
    new EndpointSliceController(context),
    new EndpointsController(context),
    new ServiceController(context, balancers),
    new NamespaceController(context, all),
    new GarbageCollector(context, owned),
  ];
}
