// A server with a clock, and shorthands for objects: what the tests of this folder share.

import type { Client } from "../../src/api/client.ts";
import { ConfigMap, kinds } from "../../src/api/kinds/index.ts";
import type { Kind } from "../../src/api/kinds/kind.ts";
import type { Ingress } from "../../src/api/kinds/ingress.ts";
import type { Pod } from "../../src/api/kinds/pod.ts";
import type { Service, ServiceSpec } from "../../src/api/kinds/service.ts";
import type { RestRequest, RestResponse } from "../../src/api/transport.ts";
import { ApiServer } from "../../src/apiserver/server.ts";
import { VirtualClock } from "../../src/base/clock.ts";
import { Random } from "../../src/base/random.ts";

export interface World {
  clock: VirtualClock;
  server: ApiServer;
  client: Client;
  rest(line: string, body?: unknown, headers?: Record<string, string>): Promise<RestResponse>;
}

export function world(o: { kinds?: readonly Kind[]; further?: boolean } = {}): World {
  const clock = new VirtualClock({ startMs: Date.UTC(2026, 10, 23, 9) });
  const server = new ApiServer({ clock, random: new Random(1), kinds, ...o });
  const rest: World["rest"] = (line, body, headers = {}) =>
    server.transport(request(line, body, headers));
  return { clock, server, client: server.client(), rest };
}

/** "GET /api/v1/pods?limit=1" */
export function request(
  line: string,
  body?: unknown,
  headers: Record<string, string> = {},
): RestRequest {
  const [method, target] = line.split(" ") as [RestRequest["method"], string];
  const { pathname, searchParams } = new URL(target, "http://server");
  return { method, path: pathname, query: searchParams, headers, body };
}

/** The message of the refusal, or what was not refused. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(
    (result) => `no refusal but ${JSON.stringify(result)}`,
    (error: Error & { reason?: string }) => `${error.reason ?? error.name}: ${error.message}`,
  );
}

export function configMap(name: string, data: Record<string, string> = {}): ConfigMap {
  const [namespace, short] = name.includes("/") ? name.split("/") : ["default", name];
  return {
    apiVersion: "v1",
    kind: ConfigMap.kind,
    metadata: { name: short!, namespace: namespace! },
    data,
  };
}

export function pod(name: string, spec: Partial<Pod["spec"]> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", labels: { app: name } },
    spec: { containers: [{ name: "main", image: "nginx" }], ...spec },
  };
}

export function service(name: string, spec: Partial<ServiceSpec> = {}): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default" },
    spec: { ports: [{ port: 80 }], ...spec },
  };
}

export function ingress(name: string, spec: Partial<Ingress["spec"]> = {}): Ingress {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace: "default" },
    spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } }, ...spec },
  };
}
