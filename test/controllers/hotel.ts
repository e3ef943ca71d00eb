// A cluster for scenarios: apply objects, let time pass, look at objects, Events and requests.

import { Event, Pod } from "../../src/api/kinds/index.ts";
import type { Deployment, Service } from "../../src/api/kinds/index.ts";
import type { Kind } from "../../src/api/kinds/kind.ts";
import type { Container, PodSpec } from "../../src/api/kinds/pod.ts";
import { keyOf } from "../../src/api/object.ts";
import type { Key, Labels, Obj } from "../../src/api/object.ts";
import { text } from "../../src/base/bytes.ts";
import { Cluster } from "../../src/cluster/cluster.ts";
import type { ClusterOptions } from "../../src/cluster/cluster.ts";
import { HttpClient } from "../../src/net/http/client.ts";
import type { HeaderField } from "../../src/net/http/message.ts";
import type { Host } from "../../src/net/network.ts";
import { NetError } from "../../src/net/errors.ts";
import { Trace } from "../../src/net/trace.ts";

/** What a request came to. */
export interface Visit {
  readonly status: number | undefined;
  /** "refused", "timeout" … when there was no answer. */
  readonly fault: string | undefined;
  readonly why: string;
  readonly headers: readonly HeaderField[];
  readonly body: string;
  readonly trace: Trace;
}

export class Hotel {
  readonly cluster: Cluster;

  constructor(options?: ClusterOptions) {
    this.cluster = new Cluster(options);
    this.cluster.start();
  }

  create<T extends Obj>(kind: Kind<T>, object: T): Promise<T> {
    return this.cluster.client.create(kind, object);
  }

  async get<T extends Obj>(kind: Kind<T>, key: Key): Promise<T> {
    const found = await this.cluster.client.get(kind, key);
    if (!found) throw new Error(`no ${kind.kind} ${key}`);
    return found;
  }

  async list<T extends Obj>(kind: Kind<T>, labels?: string): Promise<readonly T[]> {
    const options = { namespace: "default", ...(labels && { labelSelector: labels }) };
    return (await this.cluster.client.list(kind, options)).items;
  }

  patch<T extends Obj>(kind: Kind<T>, key: Key, change: unknown): Promise<T> {
    return this.cluster.client.patch(kind, key, change, { type: "merge" });
  }

  pods(labels?: string): Promise<readonly Pod[]> {
    return this.list(Pod, labels);
  }

  /** Lets time pass until `claim` holds; looked at every 50 ms of cluster time. */
  async until(claim: () => Promise<boolean>, limitMs = 120_000): Promise<void> {
    const { clock } = this.cluster;
    const endMs = clock.now() + limitMs;
    while (!(await claim())) {
      if (clock.now() >= endMs) throw new Error(`not so within ${limitMs} ms: ${claim}`);
      await clock.advance(50);
    }
  }

  advance(ms: number): Promise<void> {
    return this.cluster.clock.advance(ms);
  }

  /** Until so many Pods with these labels are Ready, and there are no others. */
  async ready(labels: string, count: number): Promise<readonly Pod[]> {
    await this.until(async () => {
      const pods = await this.pods(labels);
      return pods.length === count && pods.every(isReady);
    });
    return this.pods(labels);
  }

  /** "Normal Scheduled: Successfully assigned …", in the order in which they happened. */
  async events(about: string): Promise<string[]> {
    const events = (await this.cluster.client.list(Event)).items.filter(
      ({ involvedObject: { kind, name } }) => `${kind}/${name}` === about,
    );
    return events
      .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
      .map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
  }

  async log(pod: Key, options = {}): Promise<string> {
    let out = "";
    for await (const chunk of this.cluster.client.log(pod, options)) out += text(chunk);
    return out;
  }

  host(pod: Pod): Host {
    return { actor: `pod/${keyOf(pod)}`, ip: pod.status!.podIP! };
  }

  /** One request, from a host to "name:port/path". */
  async visit(
    from: Host,
    url: string,
    request: { method?: string; headers?: HeaderField[]; body?: string } = {},
  ): Promise<Visit> {
    return this.cluster.clock.finish(this.#visit(from, url, request));
  }

  async #visit(
    from: Host,
    url: string,
    { method = "GET", headers = [], body }: Parameters<Hotel["visit"]>[2] & object,
  ): Promise<Visit> {
    const { network, clock } = this.cluster;
    const trace = new Trace({ id: "test", now: () => clock.now() });
    const [, name = "", port = "80", target = "/"] = /^([^:/]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
    try {
      const [ip] = await network.resolve(from, name, trace);
      const to = { ip: ip!, port: Number(port) };
      const connection = await network.dial(from, to, trace, { timeoutMs: 2_000 });
      const host: HeaderField = ["Host", name];
      const client = new HttpClient(connection);
      const response = await client.send({
        method,
        target,
        headers: [host, ...headers],
        ...(body !== undefined && { body }),
      });
      const content = text(await response.body.bytes());
      client.close();
      const { status } = response;
      return { status, fault: undefined, why: "", headers: response.headers, body: content, trace };
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const { fault, message: why } = error;
      return { status: undefined, fault, why, headers: [], body: "", trace };
    }
  }
}

export function isReady({ status }: Pod): boolean {
  return status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
}

/** A Deployment `name` labelled app=name, with one container of that image. */
export function deployment(
  name: string,
  o: {
    image?: string;
    replicas?: number;
    port?: number;
    container?: Partial<Container>;
    pod?: Partial<PodSpec>;
    spec?: Partial<Deployment["spec"]>;
  } = {},
): Deployment {
  const { image = "echo", replicas = 1, port = 8080 } = o;
  const labels = { app: name };
  const containers = [
    { name, image, ports: [{ containerPort: port, name: "http" }], ...o.container },
  ];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default" },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers, ...o.pod } },
      ...o.spec,
    },
  };
}

/** A Service for app=name. */
export function service(name: string, spec: Partial<Service["spec"]> = {}): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default" },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: "http" }], ...spec },
  };
}

export function pod(name: string, spec: Partial<PodSpec>, labels: Labels = {}): Pod {
  const containers = [{ name, image: "echo" }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", labels },
    spec: { containers, ...spec },
  };
}
