// @kubernetes/client-node, as a program of somebody else's would use it, against serve.

import { PassThrough } from "node:stream";
import threads from "node:worker_threads";
import zlib from "node:zlib";
import type * as ClientNode from "@kubernetes/client-node";
import type { KubeConfig, V1Ingress } from "@kubernetes/client-node";
import { expect, test } from "@playwright/test";
import { type Served, startServe } from "./serve.ts";

let hotel: Served;
let k8s: typeof ClientNode;
let config: KubeConfig;

test.beforeAll(async () => {
  // The undici in it asks for these three, which Node has from 22 on.
  const nothing = (): void => undefined;
  (zlib as { createZstdDecompress?: () => void }).createZstdDecompress ??= nothing;
  (threads as { markAsUncloneable?: () => void }).markAsUncloneable ??= nothing;
  (Promise as { withResolvers?: () => object }).withResolvers ??= () => {
    let settle = {};
    const promise = new Promise((resolve, reject) => (settle = { resolve, reject }));
    return { promise, ...settle };
  };
  k8s = await import("@kubernetes/client-node");
  config = new k8s.KubeConfig();
  hotel = await startServe();
  config.loadFromFile(hotel.kubeconfig);
});

test.afterAll(async () => {
  await hotel?.stop();
});

const namespace = "default";

function ingress(name: string, host = "a.example"): V1Ingress {
  const backend = { service: { name: "frontend-service", port: { number: 80 } } };
  const paths = [{ path: "/", pathType: "Prefix", backend }];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace },
    spec: { rules: [{ host, http: { paths } }] },
  };
}

test("an informer hears of what is made, changed and deleted", async () => {
  const api = config.makeApiClient(k8s.NetworkingV1Api);
  const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;
  const heard: string[] = [];
  const informer = k8s.makeInformer(config, path, () => api.listNamespacedIngress({ namespace }));
  for (const verb of ["add", "update", "delete"] as const) {
    informer.on(verb, (object) => void heard.push(`${verb} ${object.spec?.rules?.[0]?.host}`));
  }
  informer.on("error", (error: unknown) => void heard.push(`error ${String(error)}`));
  await informer.start();
  await api.createNamespacedIngress({ namespace, body: ingress("heard") });
  const stored = await api.readNamespacedIngress({ namespace, name: "heard" });
  stored.spec!.rules![0]!.host = "b.example";
  await api.replaceNamespacedIngress({ namespace, name: "heard", body: stored });
  await api.deleteNamespacedIngress({ namespace, name: "heard" });
  await expect.poll(() => heard).toEqual(["add a.example", "update b.example", "delete b.example"]);
  await informer.stop();
});

test("patches of all four kinds", async () => {
  const api = config.makeApiClient(k8s.AppsV1Api);
  const name = "frontend";
  const patch = async (body: object, strategy: string, more = {}): Promise<number | undefined> => {
    const options = k8s.setHeaderOptions("Content-Type", strategy);
    const request = { namespace, name, body, ...more };
    return (await api.patchNamespacedDeployment(request, options)).spec?.replicas;
  };
  const path = "/spec/replicas";
  expect(await patch([{ op: "replace", path, value: 3 }], k8s.PatchStrategy.JsonPatch)).toBe(3);
  expect(await patch({ spec: { replicas: 4 } }, k8s.PatchStrategy.MergePatch)).toBe(4);
  expect(await patch({ spec: { replicas: 1 } }, k8s.PatchStrategy.StrategicMergePatch)).toBe(1);
  const body = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: { replicas: 2 },
  };
  const mine = { fieldManager: "client-node" };
  const refused = patch(body, k8s.PatchStrategy.ServerSideApply, mine);
  await expect(refused).rejects.toThrow(/Apply failed with 1 conflict/);
  expect(await patch(body, k8s.PatchStrategy.ServerSideApply, { ...mine, force: true })).toBe(2);
});

test("exec: standard output and error, input, and the exit code", async () => {
  const api = config.makeApiClient(k8s.CoreV1Api);
  await api.createNamespacedPod({
    namespace,
    body: {
      metadata: { name: "box" },
      spec: {
        containers: [{ name: "box", image: "busybox", command: ["sleep", "3600"] }],
      },
    },
  });
  await expect
    .poll(async () => (await api.readNamespacedPod({ namespace, name: "box" })).status?.phase)
    .toBe("Running");
  const [out, err, input] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let [shown, complained] = ["", ""];
  out.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  err.on("data", (chunk: Buffer) => (complained += chunk.toString()));
  const command = ["sh", "-c", 'read line; echo "got $line"; echo oops >&2; exit 4'];
  const status = await new Promise<{ details?: { causes?: unknown[] } }>((resolve, reject) => {
    new k8s.Exec(config)
      .exec(namespace, "box", "box", command, out, err, input, false, resolve)
      .then(() => input.write("a guest\n"), reject);
  });
  expect([shown, complained]).toEqual(["got a guest\n", "oops\n"]);
  expect(status.details?.causes).toEqual([{ reason: "ExitCode", message: "4" }]);
});
