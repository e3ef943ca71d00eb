// A cluster for cases of Gateway API: its definitions and the gateway controller installed, groups
// of objects applied.

import type { CustomResourceDefinition } from "../../../api/kinds/customresourcedefinition.ts";
import { EndpointSlice } from "../../../api/kinds/endpointslice.ts";
import type { Kind } from "../../../api/kinds/kind.ts";
import { Pod } from "../../../api/kinds/pod.ts";
import { keyOf } from "../../../api/object.ts";
import type { Obj } from "../../../api/object.ts";
import type { RestRequest } from "../../../api/transport.ts";
import { Cluster } from "../../cluster.ts";
import type { Change, GatewayCase } from "./format.ts";

/** The certificates of the cases are valid from November 2026 on. */
const startMs = Date.UTC(2027, 0, 15, 12);

const home = "gateway-system";

export class Stage {
  readonly cluster = new Cluster({ nodes: 1, startMs });
  readonly #controllerName: string;
  #numbers = 0;

  constructor(controllerName: string) {
    this.#controllerName = controllerName;
  }

  /** Everything up to the first look. */
  async open(groups: readonly (readonly Obj[])[], setup: GatewayCase["setup"]): Promise<void> {
    this.cluster.start();
    const { default: channel } = await import("../../../api/gateway/experimental.json");
    for (const one of channel as unknown as readonly CustomResourceDefinition[]) {
      await this.#send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", one);
    }
    await this.cluster.clock.advance(1_000);
    await this.#installController();
    await this.#ready();
    for (const object of groups.flat()) {
      await this.apply(object);
      if (object.kind === "Namespace") await this.cluster.clock.advance(0);
    }
    await this.#ready();
    if (setup?.fillEndpointSlices) await this.#fill(setup.fillEndpointSlices);
    await this.settle(8_000);
  }

  /** A number that nobody has been given before. */
  number(): number {
    return ++this.#numbers;
  }

  close(): void {
    this.cluster.stop();
  }

  /** Long enough for the controller to have synced and the cloud to have built. */
  async settle(ms = 4_000): Promise<void> {
    await this.cluster.clock.advance(ms);
  }

  async get(kind: string, name: string): Promise<Obj | undefined> {
    return this.#finish(this.cluster.client.get(this.kindOf(kind), name));
  }

  async pods(): Promise<readonly Pod[]> {
    return (await this.#finish(this.cluster.client.list(Pod))).items;
  }

  async list(kind: string, namespace: string, labelSelector: string): Promise<readonly Obj[]> {
    const options = { namespace, labelSelector };
    return (await this.#finish(this.cluster.client.list(this.kindOf(kind), options))).items;
  }

  async change(changes: readonly Change[]): Promise<void> {
    for (const one of changes) {
      if (one.waitSeconds !== undefined) {
        await this.cluster.clock.advance(1_000 * one.waitSeconds);
      }
      if (one.apply) await this.apply(one.apply);
      if (one.delete) {
        const { kind, apiVersion } = one.delete;
        const known = this.kindOf(kind, apiVersion);
        await this.#finish(this.cluster.client.remove(known, placeOf(one.delete)));
      }
      const patch = one.mergePatch ?? one.jsonPatch;
      if (!patch) continue;
      const type = one.mergePatch ? "merge" : "json";
      const known = this.kindOf(patch.kind, patch.apiVersion);
      const work = this.cluster.client.patch(known, placeOf(patch), patch.patch, { type });
      await this.#finish(work);
    }
    await this.settle();
  }

  async apply(object: Obj): Promise<void> {
    const kind = this.kindOf(object.kind, object.apiVersion);
    const { client } = this.cluster;
    const known = await this.#finish(client.get(kind, keyOf(object)));
    if (!known) await this.#finish(client.create(kind, object));
    else {
      const metadata = { ...known.metadata, ...object.metadata };
      await this.#finish(client.update(kind, { ...known, ...object, metadata }));
    }
  }

  kindOf(name: string, apiVersion?: string): Kind {
    const found = this.cluster.server.kinds.find(
      (one) => one.kind === name && (apiVersion === undefined || one.apiVersion === apiVersion),
    );
    if (!found)
      throw new Error(`no matches for kind "${name}" in version "${apiVersion ?? "any"}"`);
    return found;
  }

  async #installController(): Promise<void> {
    const labels = { app: "gateway" };
    await this.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: home } });
    const container = {
      name: "controller",
      image: "grand-gateway:v1.6.0",
      args: [`--controller-name=${this.#controllerName}`],
      readinessProbe: { httpGet: { path: "/readyz", port: 10254 }, periodSeconds: 1 },
    };
    await this.apply({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "controller", namespace: home, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    } as Obj);
  }

  /** Manual EndpointSlices of the cases get the addresses of a Deployment's Pods. */
  async #fill({
    slices,
    fromPodsOf,
  }: NonNullable<GatewayCase["setup"]>["fillEndpointSlices"] & object): Promise<void> {
    const name = fromPodsOf.slice(fromPodsOf.indexOf(" ") + 1);
    const addresses = (await this.pods())
      .filter((pod) => keyOf(pod).startsWith(`${name}-`))
      .flatMap(({ status }) => status?.podIP ?? []);
    for (const key of slices) {
      const slice = await this.#finish(this.cluster.client.get(EndpointSlice, key));
      if (slice?.addressType !== "IPv4") continue;
      const endpoints = addresses.map((ip) => ({ addresses: [ip], conditions: { ready: true } }));
      await this.#finish(this.cluster.client.update(EndpointSlice, { ...slice, endpoints }));
    }
  }

  async #ready(): Promise<void> {
    for (let i = 0; i < 400; i++) {
      const pods = await this.pods();
      if (pods.length > 0 && pods.every(isReady)) return;
      await this.cluster.clock.advance(500);
    }
    throw new Error("the Pods of the case do not get ready");
  }

  async #send(method: RestRequest["method"], path: string, body: unknown): Promise<void> {
    const query = new URLSearchParams();
    const work = this.cluster.api({ method, path, query, headers: {}, body });
    const { status } = await this.#finish(work);
    if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
  }

  #finish<T>(work: Promise<T>): Promise<T> {
    return this.cluster.clock.finish(work);
  }
}

function placeOf({ namespace, name }: { namespace?: string; name: string }): string {
  return namespace ? `${namespace}/${name}` : name;
}

function isReady({ status }: Pod): boolean {
  const { conditions = [] } = status ?? {};
  return conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
}
