// A cluster for one case: the controller installed, the Services' endpoints running, objects
// applied, requests sent over the virtual network.

import { ApiError } from "../../api/errors.ts";
import type { Client } from "../../api/client.ts";
import type { Deployment } from "../../api/kinds/deployment.ts";
import { IngressClass } from "../../api/kinds/ingressclass.ts";
import { kinds } from "../../api/kinds/index.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import { Pod } from "../../api/kinds/pod.ts";
import { Service } from "../../api/kinds/service.ts";
import { keyOf } from "../../api/object.ts";
import type { Obj } from "../../api/object.ts";
import { text } from "../../base/bytes.ts";
import type { Identity } from "../../net/tls/contract.ts";
import { parseCertificates } from "../../net/x509/certificate.ts";
import { parsePrivateKey } from "../../net/x509/keys.ts";
import { Flags } from "../../ingress/flags.ts";
import { controllers } from "../../ingress/controller.ts";
import { Cluster } from "../cluster.ts";
import { controllerProgram } from "../images.ts";
import { webhookObjects, withWebhook } from "./admission.ts";
import { backendImage, backendProgram, serviceLabel } from "./backend.ts";
import type { Seen } from "./backend.ts";
import type { Case, ControllerSetup, Phase } from "./format.ts";
import { Visitor } from "./visitor.ts";

/** The name that generic cases give their controller. */
const genericController = "example.com/under-test";

const images = {
  "ingress-nginx": "registry.k8s.io/ingress-nginx/controller",
  generic: "docker.io/library/grand-ingress",
} as const;

/** The certificates of the cases are valid from November 2026 on. */
const startMs = Date.UTC(2027, 0, 15, 12);

export class Stage {
  readonly cluster: Cluster;
  readonly visitor: Visitor;
  /** What backends saw since it was last emptied. */
  readonly seen: Seen[] = [];
  /** Which Pod answered as a cookie was captured, by the cookie's name. */
  readonly capturedPods = new Map<string, string>();
  readonly #case: Case;
  readonly #namespace: string;

  constructor(one: Case) {
    this.#case = one;
    // The controller lives beside the case's objects, as in upstream's tests.
    this.#namespace = one.profile === "ingress-nginx" ? "e2e" : "ingress";
    const backend = backendProgram(
      (service) => one.backends?.[service] ?? [],
      (what) => this.seen.push(what),
    );
    const denied = one.controller?.rbac?.ingressClasses === "denied";
    const start = controllers[images[one.profile]]!;
    const controller = controllerProgram((o) =>
      start(denied ? { ...o, client: withoutClasses(o.client) } : o),
    );
    this.cluster = new Cluster({
      nodes: 1,
      startMs,
      images: (image) =>
        image === backendImage
          ? backend
          : image.startsWith(images[one.profile])
            ? controller
            : undefined,
    });
    this.visitor = new Visitor(this.cluster, identitiesOf(one.clientCertificates ?? {}));
  }

  /** Everything up to the first request. */
  async open(): Promise<void> {
    this.cluster.start();
    for (const name of this.#namespaces(this.#case.objects)) await this.#namespaced(name);
    await this.#installController(this.#case.controller ?? {});
    await this.#ready();
    for (const object of this.#case.objects) await this.apply(object);
    await this.endpoints(this.#case.endpoints ?? {});
    await this.settle();
  }

  close(): void {
    this.cluster.stop();
  }

  /** The changes of a later phase. Returns the first refusal, and what kubectl would have told. */
  async change(phase: Phase): Promise<{ refused: string | undefined; told: string }> {
    let refused: string | undefined;
    let told = "";
    for (const { kind, namespace, name } of phase.delete ?? []) {
      const key = namespace ? `${namespace}/${name}` : name;
      await this.#finish(this.cluster.client.remove(kindOf(kind), key));
    }
    for (const name of this.#namespaces(phase.apply ?? [])) await this.#namespaced(name);
    for (const object of phase.apply ?? []) {
      try {
        told += `${resourceOf(object)} ${await this.apply(object)}\n`;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        refused ??= error.message;
        const { reason, message } = error;
        told += `Error from server (${reason}): error when creating "STDIN": ${message}\n`;
      }
    }
    await this.endpoints({ ...this.#case.endpoints, ...phase.endpoints });
    await this.settle();
    return { refused, told };
  }

  /** `kubectl apply`: creates, or replaces what the object says. */
  async apply(object: Obj): Promise<"created" | "configured" | "unchanged"> {
    const kind = kindOf(object.kind);
    const { client } = this.cluster;
    const known = await this.#finish(client.get(kind, keyOf(object)));
    if (!known) {
      await this.#finish(client.create(kind, object));
      // Age decides between equals; objects of one file are a second apart here.
      await this.cluster.clock.advance(1_000);
      return "created";
    }
    const { labels: _, annotations: __, ...kept } = known.metadata;
    const metadata = { ...kept, ...object.metadata };
    const now = await this.#finish(client.update(kind, { ...known, ...object, metadata }));
    const same = now.metadata.resourceVersion === known.metadata.resourceVersion;
    return same ? "unchanged" : "configured";
  }

  /** Pods behind every Service, as many as the case wants. */
  async endpoints(counts: Readonly<Record<string, number>>): Promise<void> {
    const services = await this.#finish(this.cluster.client.list(Service));
    const wanted = new Map<string, Pod>();
    for (const service of services.items) {
      const { selector, type, ports = [] } = service.spec;
      const key = keyOf(service);
      if (!selector || type === "ExternalName" || service.metadata.labels?.[ownLabel]) continue;
      for (let i = 0; i < (counts[key] ?? 1); i++) {
        const pod = backendPod(service, selector, ports, i);
        wanted.set(keyOf(pod), pod);
      }
    }
    const { items } = await this.#finish(
      this.cluster.client.list(Pod, { labelSelector: serviceLabel }),
    );
    const known = new Set(items.map(keyOf));
    for (const pod of items) {
      if (wanted.has(keyOf(pod))) continue;
      await this.#finish(this.cluster.client.remove(Pod, keyOf(pod), { graceSeconds: 0 }));
    }
    for (const [key, pod] of wanted) {
      if (!known.has(key)) await this.#finish(this.cluster.client.create(Pod, pod));
    }
    await this.#ready();
  }

  /** Long enough for a controller to have synced twice and to have written status. */
  async settle(): Promise<void> {
    await this.cluster.clock.advance(this.#case.profile === "ingress-nginx" ? 9_000 : 3_000);
  }

  /** The controller's log. */
  async log(): Promise<string> {
    const labelSelector = `${ownLabel}=true`;
    const { items } = await this.#finish(this.cluster.client.list(Pod, { labelSelector }));
    const read = async (): Promise<string> => {
      let out = "";
      for await (const piece of this.cluster.client.log(keyOf(items[0]!))) out += text(piece);
      return out;
    };
    return this.#finish(read());
  }

  async get<T extends Obj>(kind: Kind<T>, key: string): Promise<T | undefined> {
    return this.#finish(this.cluster.client.get(kind, key));
  }

  #finish<T>(work: Promise<T>): Promise<T> {
    return this.cluster.clock.finish(work);
  }

  #namespaces(objects: readonly Obj[]): Set<string> {
    const made = objects.filter(({ kind }) => kind === "Namespace").map((o) => o.metadata.name);
    const used = objects.map(({ metadata }) => metadata.namespace ?? "default");
    return new Set([this.#namespace, ...used].filter((name) => !made.includes(name)));
  }

  async #namespaced(name: string): Promise<void> {
    const kind = kindOf("Namespace");
    if (await this.#finish(this.cluster.client.get(kind, name))) return;
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
    await this.#finish(this.cluster.client.create(kind, namespace));
  }

  async #installController(setup: ControllerSetup): Promise<void> {
    const namespace = this.#namespace;
    const labels = { [ownLabel]: "true" };
    const nginx = this.#case.profile === "ingress-nginx";
    const args = [
      ...(nginx
        ? ["--controller-class=k8s.io/ingress-nginx", `--configmap=${namespace}/controller`]
        : [`--controller-class=${genericController}`]),
      `--publish-service=${namespace}/controller`,
      ...(setup.flags ?? []),
    ];
    const flags = new Flags(args);
    const data = { ...setup.configMap };
    // Upstream's tests run with strict paths off unless the webhook is looked at.
    if (setup.configMap?.["strict-validate-path-type"] === undefined && !setup.admissionWebhook) {
      data["strict-validate-path-type"] = "false";
    }
    await this.apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "controller", namespace },
      data,
    } as Obj);
    await this.apply({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "controller", namespace, labels },
      spec: {
        type: "LoadBalancer",
        externalTrafficPolicy: "Local",
        selector: labels,
        ports: [
          { name: "http", port: 80, targetPort: flags.number("http-port", 80) },
          { name: "https", port: 443, targetPort: flags.number("https-port", 443) },
        ],
      },
    } as Obj);
    const deployment = controllerDeployment(namespace, labels, images[this.#case.profile], args);
    if (!setup.admissionWebhook) {
      await this.apply(deployment);
      return;
    }
    const random = this.cluster.random.fork("webhook");
    const nowMs = this.cluster.clock.now();
    for (const object of webhookObjects({ namespace, labels, random, nowMs }))
      await this.apply(object);
    await this.apply(withWebhook(deployment));
  }

  /** Waits until every Pod is ready. */
  async #ready(): Promise<void> {
    const { client, clock } = this.cluster;
    for (let i = 0; i < 400; i++) {
      const { items } = await this.#finish(client.list(Pod));
      if (items.length > 0 && items.every(isReady)) return;
      await clock.advance(250);
    }
    throw new Error("the Pods of the case do not get ready");
  }
}

const ownLabel = "cases.example/controller";

function controllerDeployment(
  namespace: string,
  labels: Record<string, string>,
  image: string,
  args: readonly string[],
): Deployment {
  const ports = [80, 443].map((containerPort) => ({ containerPort }));
  const readinessProbe = { httpGet: { path: "/healthz", port: 10254 }, periodSeconds: 1 };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "controller", namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: "controller",
              image: `${image}:v1.15.0`,
              args: [...args],
              ports,
              readinessProbe,
            },
          ],
        },
      },
    },
  } as Deployment;
}

function backendPod(
  service: Service,
  selector: Record<string, string>,
  ports: NonNullable<Service["spec"]["ports"]>,
  index: number,
): Pod {
  const { name, namespace } = service.metadata;
  const containerPorts = new Map<number, string | undefined>();
  for (const { port, targetPort = port } of ports) {
    if (typeof targetPort === "number") containerPorts.set(targetPort, undefined);
    else containerPorts.set(8000 + containerPorts.size, targetPort);
  }
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${name}-${index}`,
      namespace: namespace!,
      labels: { ...selector, [serviceLabel]: name },
    },
    spec: {
      containers: [
        {
          name: "backend",
          image: backendImage,
          ports: [...containerPorts].map(([containerPort, named]) => ({
            containerPort,
            ...(named !== undefined && { name: named }),
          })),
        },
      ],
    },
  };
}

function isReady({ status }: Pod): boolean {
  const { conditions = [] } = status ?? {};
  return conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
}

/** "ingress.networking.k8s.io/web", as kubectl names an object. */
function resourceOf({ apiVersion, kind, metadata }: Obj): string {
  const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
  return `${kind.toLowerCase()}${group}/${metadata.name}`;
}

function kindOf(name: string): Kind {
  const kind = kinds.find((one) => one.kind === name);
  if (!kind) throw new Error(`the case has an object of kind ${name}, which is not known here`);
  return kind;
}

function identitiesOf(
  certificates: NonNullable<Case["clientCertificates"]>,
): Record<string, Identity> {
  const out: Record<string, Identity> = {};
  for (const [name, { cert, key }] of Object.entries(certificates)) {
    const [leaf, ...others] = parseCertificates(cert);
    out[name] = { chain: [leaf!, ...others], key: parsePrivateKey(key) };
  }
  return out;
}

/** A client that may not read IngressClasses. */
function withoutClasses(client: Client): Client {
  const refuse = (): never => {
    const message = "ingressclasses.networking.k8s.io is forbidden";
    throw new ApiError("Forbidden", message);
  };
  const forbids = (kind: { readonly kind: string }): boolean => kind.kind === IngressClass.kind;
  return {
    ...bound(client),
    get: async (kind, key) => (forbids(kind) ? refuse() : client.get(kind, key)),
    list: async (kind, options) => (forbids(kind) ? refuse() : client.list(kind, options)),
  };
}

/** The client's methods, each bound to it. */
function bound(client: Client): Client {
  return {
    get: (...a) => client.get(...a),
    list: (...a) => client.list(...a),
    create: (...a) => client.create(...a),
    update: (...a) => client.update(...a),
    updateStatus: (...a) => client.updateStatus(...a),
    patch: (...a) => client.patch(...a),
    remove: (...a) => client.remove(...a),
    watch: (...a) => client.watch(...a),
    log: (...a) => client.log(...a),
  };
}
