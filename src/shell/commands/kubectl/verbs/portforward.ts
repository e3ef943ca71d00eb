// kubectl port-forward: a listener on the laptop whose connections end in a Pod. The API is asked
// for the Pod; the bytes then go the short way into the Pod's own network, where the kubelet's
// end of the tunnel would dial. Models kubectl pkg/cmd/portforward and client-go.

import type { Pod } from "../../../../api/kinds/pod.ts";
import type { Service } from "../../../../api/kinds/service.ts";
import type { Obj } from "../../../../api/object.ts";
import type { Connection } from "../../../../net/connection.ts";
import { NetError } from "../../../../net/errors.ts";
import type { Listener } from "../../../../net/network.ts";
import type { Arguments } from "../arguments.ts";
import { KubectlError, UsageError } from "../errors.ts";
import { podFor } from "../podof.ts";
import type { Kubectl, Verb } from "../verb.ts";

interface Ports {
  readonly local: number;
  readonly remote: number;
}

export const portForward: Verb = {
  path: "port-forward",
  summary: "reach a Pod through a port of this machine",
  flags: "address pod-running-timeout",
  completes: "type-name",
  example: "kubectl port-forward service/web 8080:80 &",
  run,
};

async function run(kubectl: Kubectl, given: Arguments): Promise<number> {
  const [word, ...wanted] = given.operands;
  if (word === undefined || wanted.length === 0) {
    throw new UsageError(
      "TYPE/NAME and list of ports are required for port-forward\nSee 'kubectl port-forward -h' for help and examples",
    );
  }
  const slash = word.indexOf("/");
  const [type, name] = slash < 0 ? ["pods", word] : [word.slice(0, slash), word.slice(slash + 1)];
  const resource = await kubectl.discovery.find(type);
  const object = await kubectl.api.get(resource, kubectl.namespace, name);
  const pod = await podFor(kubectl, object);
  const ports = wanted.map((one) => portsOf(one, object, pod));
  if (pod.status?.phase !== "Running") {
    throw new KubectlError(
      `unable to forward port because pod is not running. Current status=${pod.status?.phase ?? "Pending"}`,
    );
  }
  return forward(kubectl, pod, ports);
}

async function forward(kubectl: Kubectl, pod: Pod, wanted: readonly Ports[]): Promise<number> {
  const { world, signal } = kubectl.call;
  const { network, laptop, random } = world;
  const listeners: Listener[] = [];
  const open = new Set<Connection>();
  const lost = new Promise<"lost">((resolve) => {
    for (const { local, remote } of wanted) {
      const port = local === 0 ? 30_000 + random.int(10_000) : local;
      try {
        listeners.push(
          network.listen(laptop, port, (connection) => {
            kubectl.out(`Handling connection for ${port}\n`);
            open.add(connection);
            void relay(kubectl, pod, { local: port, remote }, connection).then((fine) => {
              open.delete(connection);
              if (!fine) resolve("lost");
            });
          }),
        );
        kubectl.out(`Forwarding from 127.0.0.1:${port} -> ${remote}\n`);
        kubectl.out(`Forwarding from [::1]:${port} -> ${remote}\n`);
      } catch (error) {
        if (!(error instanceof NetError)) throw error;
        const taken = (version: string, at: string): string =>
          `unable to create listener: Error listen ${version} ${at}:${port}: bind: address already in use`;
        kubectl.err(
          `Unable to listen on port ${port}: Listeners failed to create with the following errors: [${taken("tcp4", "127.0.0.1")} ${taken("tcp6", "[::1]")}]\n`,
        );
      }
    }
  });
  if (listeners.length === 0) {
    const shown = wanted.map(({ local, remote }) => `{${local} ${remote}}`).join(" ");
    throw new KubectlError(`unable to listen on any of the requested ports: [${shown}]`);
  }
  const stopped = new Promise<"stopped">((resolve) => {
    signal.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
  const end = await Promise.race([lost, stopped]);
  for (const listener of listeners) listener.close();
  for (const connection of open) connection.destroy();
  if (end === "lost") throw new KubectlError("lost connection to pod");
  return 0;
}

/** False when nobody in the Pod took the connection. */
async function relay(kubectl: Kubectl, pod: Pod, ports: Ports, near: Connection): Promise<boolean> {
  const { network, laptop } = kubectl.call.world;
  const { name, namespace } = pod.metadata;
  const ip = pod.status?.podIP ?? "";
  const at = { ip, port: ports.remote };
  const node = `node/${pod.spec.nodeName}`;
  const why = `kubectl port-forward: through the API server and the kubelet into pod/${name}`;
  near.trace.add(node, { did: "forward", from: { ip: laptop.ip, port: ports.local }, to: at, why });
  let far: Connection;
  try {
    const inside = { actor: `pod/${namespace}/${name}`, ip };
    const to = { ip: "127.0.0.1", port: ports.remote };
    far = await network.dial(inside, to, near.trace, { timeoutMs: 5_000 });
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    near.destroy();
    kubectl.err(refusal(kubectl, pod, ports));
    return false;
  }
  await Promise.all([pump(near, far), pump(far, near)]);
  near.destroy();
  far.destroy();
  return true;
}

async function pump(from: Connection, to: Connection): Promise<void> {
  try {
    for (let bytes; (bytes = await from.read()) !== null;) {
      to.trace = from.trace;
      await to.write(bytes);
    }
    to.end();
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    to.destroy();
  }
}

function refusal(kubectl: Kubectl, pod: Pod, { local, remote }: Ports): string {
  const stamp = new Date(kubectl.clock.now()).toISOString();
  const time = `${stamp.slice(5, 7)}${stamp.slice(8, 10)} ${stamp.slice(11, 23)}000`;
  const inside = `failed to connect to localhost:${remote} inside namespace "${pod.metadata.uid}", IPv4: dial tcp4 127.0.0.1:${remote}: connect: connection refused IPv6 dial tcp6 [::1]:${remote}: connect: connection refused`;
  return `E${time}    4242 portforward.go:424] "Unhandled Error" err=${JSON.stringify(`an error occurred forwarding ${local} -> ${remote}: error forwarding port ${remote} to pod ${pod.metadata.uid}, uid : failed to execute portforward in network namespace: ${inside}`)}\n`;
}

/** "8080:80", ":80", "80", "8080:http". A Service's port stands for its Pods' target port. */
function portsOf(word: string, object: Obj, pod: Pod): Ports {
  const [first = "", second] = word.split(":");
  const local = second === undefined ? first : first;
  const remote = second ?? first;
  if (remote === "") throw new KubectlError("remote port cannot be empty");
  const target =
    object.kind === "Service" ? servicePort(object as Service, remote, pod) : podPort(pod, remote);
  const own =
    local === "" ? 0 : second === undefined && !/^\d+$/.test(local) ? target : Number(local);
  if (!Number.isInteger(own) || own > 65_535) {
    throw new KubectlError(
      `error parsing local port '${local}': strconv.ParseUint: parsing "${local}": invalid syntax`,
    );
  }
  return { local: own, remote: target };
}

function servicePort(service: Service, word: string, pod: Pod): number {
  const found = service.spec.ports?.find(
    ({ port, name }) => String(port) === word || name === word,
  );
  if (!found) {
    const named = !/^\d+$/.test(word);
    throw new KubectlError(
      named
        ? `Service '${service.metadata.name}' does not have a named port '${word}'`
        : `Service ${service.metadata.name} does not have a service port ${word}`,
    );
  }
  const { targetPort = found.port } = found;
  return typeof targetPort === "number" ? targetPort : podPort(pod, targetPort);
}

function podPort(pod: Pod, word: string): number {
  if (/^\d+$/.test(word)) return Number(word);
  for (const { ports = [] } of pod.spec.containers) {
    for (const { name, containerPort } of ports) if (name === word) return containerPort;
  }
  throw new KubectlError(`Pod '${pod.metadata.name}' does not have a named port '${word}'`);
}
