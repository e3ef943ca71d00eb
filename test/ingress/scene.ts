// A whole cluster with an ingress controller in it, for scenarios: apply objects, wait, send
// requests over the virtual network, read what the controller logged.

import type { Obj } from "../../src/api/object.ts";
import { keyOf, makeKey } from "../../src/api/object.ts";
import { kinds } from "../../src/api/kinds/index.ts";
import type { Kind } from "../../src/api/kinds/kind.ts";
import { Pod } from "../../src/api/kinds/pod.ts";
import { text } from "../../src/base/bytes.ts";
import { Cluster } from "../../src/cluster/cluster.ts";
import { HttpClient } from "../../src/net/http/client.ts";
import type { HeaderField } from "../../src/net/http/message.ts";
import type { Host } from "../../src/net/network.ts";
import { Trace } from "../../src/net/trace.ts";
import { ingressNginx } from "../../src/shell/charts/ingress-nginx.ts";
import type { Values } from "../../src/shell/charts/chart.ts";

export interface Visit {
  readonly method?: string;
  readonly host?: string | null;
  readonly path?: string;
  readonly headers?: readonly HeaderField[];
  readonly body?: string;
  readonly from?: Host;
}

export interface Visited {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly HeaderField[];
  readonly body: string;
  readonly trace: Trace;
}

export class Scene {
  readonly cluster: Cluster;
  /** Where the controller is reached. */
  door = { ip: "203.0.113.10", port: 80 };

  constructor(o: { seed?: number } = {}) {
    this.cluster = new Cluster(o);
    this.cluster.start();
  }

  get clock(): Cluster["clock"] {
    return this.cluster.clock;
  }

  finish<T>(work: Promise<T>): Promise<T> {
    return this.clock.finish(work);
  }

  /** Creates objects, or replaces them as `kubectl apply` would. */
  async apply(...objects: readonly Obj[]): Promise<void> {
    for (const object of objects) await this.finish(this.#put(object));
  }

  async remove(kind: string, key: string): Promise<void> {
    await this.finish(this.cluster.client.remove(kindOf(kind), key));
  }

  async #put(object: Obj): Promise<void> {
    const kind = kindOf(object.kind);
    const { client } = this.cluster;
    const known = await client.get(kind, keyOf(named(object, kind)));
    if (!known) return void (await client.create(kind, named(object, kind)));
    const { resourceVersion, uid, creationTimestamp } = known.metadata;
    const metadata = { ...known.metadata, ...object.metadata, resourceVersion: resourceVersion! };
    const kept = { ...metadata, uid: uid!, creationTimestamp: creationTimestamp! };
    await client.update(kind, { ...object, metadata: kept } as Obj);
  }

  /** `helm install ingress-nginx`, and waits until its Pods are ready. */
  async install(
    o: { values?: Values; namespace?: string; args?: readonly string[] } = {},
  ): Promise<void> {
    const namespace = o.namespace ?? "ingress-nginx";
    await this.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const values = merge(ingressNginx.values, o.values ?? {});
    const release = { name: "ingress-nginx", namespace, revision: 1 };
    for (const { object } of ingressNginx.render(values, release)) {
      await this.apply(object.kind === "Deployment" ? withArgs(object, o.args ?? []) : object);
    }
    await this.ready("app.kubernetes.io/component=controller", 1);
  }

  /** Waits until so many Pods with these labels are ready. */
  async ready(labelSelector: string, count: number): Promise<void> {
    await this.until(async () => (await this.pods(labelSelector)).filter(isReady).length >= count);
  }

  async pods(labelSelector: string): Promise<readonly Pod[]> {
    return (await this.finish(this.cluster.client.list(Pod, { labelSelector }))).items;
  }

  /** Steps through time until the claim holds. */
  async until(claim: () => Promise<boolean>, limitMs = 120_000): Promise<void> {
    const end = this.clock.now() + limitMs;
    while (!(await claim())) {
      if (this.clock.now() > end) throw new Error(`not so within ${limitMs} ms`);
      await this.clock.advance(500);
    }
  }

  /** Long enough for the controller to have synced twice. */
  async settle(): Promise<void> {
    await this.clock.advance(8_000);
  }

  async visit(o: Visit): Promise<Visited> {
    return this.finish(this.#visit(o));
  }

  async #visit(o: Visit): Promise<Visited> {
    const { network, laptop } = this.cluster;
    const trace = new Trace({ id: "t", now: () => this.clock.now() });
    const connection = await network.dial(o.from ?? laptop, this.door, trace);
    const client = new HttpClient(connection);
    const host = o.host === undefined || o.host === null ? this.door.ip : o.host;
    const response = await client.send({
      method: o.method ?? "GET",
      target: o.path ?? "/",
      headers: [["Host", host], ["User-Agent", "curl/8.5.0"], ...(o.headers ?? [])],
      ...(o.body !== undefined && { body: o.body }),
    });
    const body = text(await response.body.bytes());
    const { status, reason, headers } = response;
    client.close();
    return { status, reason, headers, body, trace };
  }

  /** The controller's log, line by line. */
  async log(): Promise<string[]> {
    const [pod] = await this.pods("app.kubernetes.io/component=controller");
    const read = async (): Promise<string> => {
      let out = "";
      for await (const piece of this.cluster.client.log(keyOf(pod!))) out += text(piece);
      return out;
    };
    return (await this.finish(read())).split("\n").slice(0, -1);
  }
}

function named(object: Obj, kind: Kind): Obj {
  if (!kind.namespaced || object.metadata.namespace) return object;
  return { ...object, metadata: { ...object.metadata, namespace: "default" } };
}

function kindOf(name: string): Kind {
  const kind = kinds.find((one) => one.kind === name);
  if (!kind) throw new Error(`no kind ${name}`);
  return kind;
}

function isReady({ status }: Pod): boolean {
  return (
    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false
  );
}

function withArgs(object: Obj, args: readonly string[]): Obj {
  const copy = structuredClone(object) as Obj & {
    spec: { template: { spec: { containers: { args: string[] }[] } } };
  };
  copy.spec.template.spec.containers[0]!.args.push(...args);
  return copy;
}

function merge(base: Values, over: Values): Values {
  const out: Values = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const known = out[key];
    const maps = [known, value].every((x) => typeof x === "object" && x && !Array.isArray(x));
    out[key] = maps ? merge(known as Values, value as Values) : value;
  }
  return out;
}

export { makeKey };
