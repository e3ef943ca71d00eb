// A hotel for several controllers: two guest rooms behind Services, charts installed side by
// side, cards written in one line each.

import type { Ingress } from "../../../src/api/kinds/ingress.ts";
import type { Obj } from "../../../src/api/object.ts";
import { keyOf } from "../../../src/api/object.ts";
import { Event } from "../../../src/api/kinds/event.ts";
import { Ingress as ingresses } from "../../../src/api/kinds/ingress.ts";
import { Pod } from "../../../src/api/kinds/pod.ts";
import { Service } from "../../../src/api/kinds/service.ts";
import { text } from "../../../src/base/bytes.ts";
import type { Chart, Values } from "../../../src/shell/charts/chart.ts";
import { Scene } from "../scene.ts";

export class Hotel extends Scene {
  /** A Deployment of `replicas` echo Pods with its Service. */
  async room(
    name: string,
    o: { replicas?: number; type?: "ClusterIP" | "NodePort" } = {},
  ): Promise<void> {
    const { replicas = 1, type = "ClusterIP" } = o;
    const labels = { app: name };
    await this.apply(
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name },
        spec: {
          replicas,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { containers: [{ name, image: "echo", ports: [{ containerPort: 8080 }] }] },
          },
        },
      } as Obj,
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name },
        spec: { type, selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
      } as Obj,
    );
    await this.ready(`app=${name}`, replicas);
  }

  /** `helm install`, and waits for the Pods; the namespace is made. */
  async chart(chart: Chart, namespace: string, values: Values = {}): Promise<void> {
    if (!["default", "kube-system"].includes(namespace)) {
      await this.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    }
    const release = { name: chart.name, namespace, revision: 1 };
    for (const { object } of chart.render(merge(chart.values, values), release)) {
      await this.apply(object);
    }
    await this.ready(`app.kubernetes.io/name=${chart.name}`, 1);
    await this.settle();
  }

  /** Writes a card: `{ "example.com": ["Prefix /a → web", …] }`; "" for no host. */
  async card(
    name: string,
    className: string | undefined,
    rules: Readonly<Record<string, readonly string[]>>,
    o: { annotations?: Record<string, string>; spec?: Partial<Ingress["spec"]> } = {},
  ): Promise<void> {
    await this.apply(card(name, className, rules, o));
  }

  async ingress(name: string): Promise<Ingress> {
    return (await this.finish(this.cluster.client.get(ingresses, `default/${name}`)))!;
  }

  /** The status of an answer, and for 200 the room that answered: "200 web". */
  async ask(ip: string, host: string, path: string): Promise<string> {
    this.door = { ip, port: 80 };
    const { status, body } = await this.visit({ host, path });
    if (status !== 200) return `${status}`;
    return `200 ${(JSON.parse(body) as { pod: string }).pod.split("-")[0]!}`;
  }

  /** The public address of a Service. */
  async address(key: string): Promise<string> {
    const service = await this.finish(this.cluster.client.get(Service, key));
    return service?.status?.loadBalancer?.ingress?.[0]?.ip ?? "";
  }

  /** "Warning FailedBuildModel …", in the order in which they happened. */
  async events(name: string, component: string): Promise<string[]> {
    const { items } = await this.finish(this.cluster.client.list(Event, { namespace: "default" }));
    return items
      .filter((one) => one.involvedObject.name === name && one.source?.component === component)
      .map(({ type, reason, message }) => `${type} ${reason} ${message}`);
  }

  /** The lines of all Pods with a label. */
  async logOf(labelSelector: string): Promise<string[]> {
    const { client } = this.cluster;
    const read = async (): Promise<string[]> => {
      const out: string[] = [];
      for (const pod of (await client.list(Pod, { labelSelector })).items) {
        let all = "";
        for await (const piece of client.log(keyOf(pod))) all += text(piece);
        out.push(...all.split("\n").slice(0, -1));
      }
      return out;
    };
    return this.finish(read());
  }
}

export function card(
  name: string,
  className: string | undefined,
  rules: Readonly<Record<string, readonly string[]>>,
  o: { annotations?: Record<string, string>; spec?: Partial<Ingress["spec"]> } = {},
): Ingress {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name,
      namespace: "default",
      ...(o.annotations && { annotations: o.annotations }),
    },
    spec: {
      ...(className !== undefined && { ingressClassName: className }),
      rules: Object.entries(rules).map(([host, paths]) => ({
        ...(host !== "" && { host }),
        http: {
          paths: paths.map((line) => {
            const [pathType, path = "", , service = ""] = line.split(" ");
            const [service_, port = "80"] = service.split(":");
            const named = /^\d+$/.test(port) ? { number: Number(port) } : { name: port };
            return {
              ...(path !== "-" && { path }),
              pathType: pathType as "Prefix",
              backend: { service: { name: service_!, port: named } },
            };
          }),
        },
      })),
      ...o.spec,
    },
  };
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
