// kubectl run, expose: a Pod, and a Service for what is there. Models kubectl pkg/cmd/run and
// pkg/cmd/expose.

import type { Service } from "../../../../api/kinds/service.ts";
import type { Pod } from "../../../../api/kinds/pod.ts";
import type { Obj } from "../../../../api/object.ts";
import { mergePatch } from "../../../../api/patch.ts";
import { text } from "../../../../base/bytes.ts";
import { pause } from "../../pause.ts";
import type { Arguments } from "../arguments.ts";
import { KubectlError, UsageError } from "../errors.ts";
import { newMeta, newObject, required } from "../generate/objects.ts";
import { allTargets } from "../targets.ts";
import { pathOf, type Resource } from "../rest.ts";
import type { Kubectl, Verb } from "../verb.ts";
import { dryRunOf } from "../writing.ts";
import { attachTo } from "./exec.ts";
import { createOne } from "./create.ts";

export const run: Verb = {
  path: "run",
  summary: "start a Pod",
  flags:
    "image port env labels command dry-run output restart expose image-pull-policy annotations save-config attach stdin tty rm quiet leave-stdin-open pod-running-timeout grace-period overrides privileged",
  completes: "none",
  example: "kubectl run web --image=nginx --port=80",
  async run(kubectl, given) {
    const [name, ...more] = given.operands;
    required(given, "image");
    if (name === undefined)
      throw new KubectlError(
        "NAME is required for run\nSee 'kubectl run -h' for help and examples",
      );
    const words = [...more, ...(given.after ?? [])];
    const labels = given.given("labels") ? pairs(given.text("labels").split(",")) : { run: name };
    const port = given.given("port") ? Number(given.text("port")) : undefined;
    const env = given.all("env").map((one) => {
      const equals = one.indexOf("=");
      if (equals <= 0) throw new KubectlError(`invalid env: ${one}`);
      return { name: one.slice(0, equals), value: one.slice(equals + 1) };
    });
    const { stdin, attach } = interactive(given);
    const restart = given.text("restart") || (stdin ? "OnFailure" : "Always");
    if (!["Always", "OnFailure", "Never"].includes(restart)) {
      throw new KubectlError(`invalid restart policy: ${restart}`);
    }
    const annotations = pairs(given.all("annotations"));
    const meta = newMeta(name, labels);
    const pod = newObject("v1", "Pod", {
      metadata: Object.keys(annotations).length > 0 ? { ...meta, annotations } : meta,
      spec: {
        containers: [
          {
            ...(words.length > 0 && { [given.is("command") ? "command" : "args"]: words }),
            ...(env.length > 0 && { env }),
            image: given.text("image"),
            ...(given.given("image-pull-policy") && {
              imagePullPolicy: given.text("image-pull-policy"),
            }),
            name,
            ...(port !== undefined && { ports: [{ containerPort: port }] }),
            resources: {},
            ...(given.is("privileged") && { securityContext: { privileged: true } }),
            ...(stdin && { stdin: true }),
            ...(stdin && !given.is("leave-stdin-open") && { stdinOnce: true }),
            ...(given.is("tty") && { tty: true }),
          },
        ],
        dnsPolicy: "ClusterFirst",
        restartPolicy: restart,
      },
      status: {},
    });
    if (given.is("expose")) {
      if (port === undefined) throw new KubectlError("--port must be set when exposing a service");
      const service = newObject("v1", "Service", {
        metadata: newMeta(name),
        spec: { ports: [{ port, protocol: "TCP", targetPort: port }], selector: labels },
        status: { loadBalancer: {} },
      });
      await createOne(kubectl, given, service, "kubectl-run");
    }
    const whole = overridden(pod, given.text("overrides"));
    if (!attach) return createOne(kubectl, given, whole, "kubectl-run");
    return runAttached(kubectl, given, whole, restart);
  },
};

function interactive(given: Arguments): { stdin: boolean; attach: boolean } {
  const stdin = given.is("stdin");
  const usage = (words: string): UsageError =>
    new UsageError(`${words}\nSee 'kubectl run -h' for help and examples`);
  if (given.is("tty") && !stdin) {
    throw usage("-i/--stdin is required for containers with -t/--tty=true");
  }
  const attach = given.given("attach") ? given.is("attach") : stdin || given.is("tty");
  if (given.is("rm") && !attach) throw usage("--rm should only be used for attached containers");
  if (attach && dryRunOf(given) !== "none") {
    throw usage(
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
  }
  return { stdin, attach };
}

/** --overrides: a JSON merge patch. */
function overridden(pod: Obj, overrides: string): Obj {
  if (overrides === "") return pod;
  try {
    return mergePatch(pod, JSON.parse(overrides)) as Obj;
  } catch {
    throw new KubectlError(`Invalid JSON Patch: ${overrides}`);
  }
}

/** kubectl run -it: the Pod's screen until it ends, and then perhaps the Pod itself goes. */
async function runAttached(
  kubectl: Kubectl,
  given: Arguments,
  pod: Obj,
  restart: string,
): Promise<number> {
  const quiet = { ...kubectl, out: (): void => undefined };
  await createOne(quiet, given, pod, "kubectl-run");
  const pods = await kubectl.discovery.find("pods");
  const { name } = pod.metadata;
  const look = async (): Promise<Pod> =>
    (await kubectl.api.get(pods, kubectl.namespace, name)) as Pod;
  const ended = ({ status }: Pod): boolean =>
    status?.phase === "Succeeded" || status?.phase === "Failed";
  const ready = ({ status }: Pod): boolean => status?.containerStatuses?.[0]?.ready === true;
  try {
    let seen = await look();
    while (!ready(seen) && !ended(seen)) {
      if (kubectl.call.signal.aborted) return 130;
      await pause(kubectl.call, lookAgainMs);
      seen = await look();
    }
    if (ended(seen)) await printLog(kubectl, pods, seen);
    else await attachOrFollow(kubectl, given, pods, seen);
    if (restart === "Always" || given.is("leave-stdin-open")) return 0;
    while (!ended(seen) && !kubectl.call.signal.aborted) {
      await pause(kubectl.call, lookAgainMs);
      seen = await look();
    }
    const { terminated } = seen.status?.containerStatuses?.[0]?.state ?? {};
    if (seen.status?.phase !== "Failed") return 0;
    kubectl.err(
      `pod ${seen.metadata.namespace}/${name} terminated (${terminated?.reason ?? "Error"})\n`,
    );
    return terminated?.exitCode ?? 1;
  } finally {
    if (given.is("rm")) {
      await kubectl.api.send("DELETE", pathOf(pods, kubectl.namespace, name), { body: {} });
      if (!given.is("quiet")) {
        kubectl.out(`pod "${name}" deleted\n`);
      }
    }
  }
}

async function attachOrFollow(
  kubectl: Kubectl,
  given: Arguments,
  pods: Resource,
  pod: Pod,
): Promise<void> {
  try {
    await attachTo(kubectl, pod, given);
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    kubectl.err(
      `warning: couldn't attach to pod/${pod.metadata.name}, falling back to streaming logs: ${error.message}\n`,
    );
    await printLog(kubectl, pods, pod);
  }
}

const lookAgainMs = 200;

async function printLog(kubectl: Kubectl, pods: Resource, pod: Pod): Promise<void> {
  const { namespace, name } = pod.metadata;
  const response = await kubectl.api.send("GET", pathOf(pods, namespace, name, "log"), {
    query: { container: pod.spec.containers[0]!.name },
  });
  if (response.stream === undefined) return kubectl.out(String(response.body ?? ""));
  for await (const chunk of response.stream) {
    kubectl.out(typeof chunk === "string" ? chunk : text(chunk as Uint8Array));
  }
}

function pairs(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf("=");
      if (equals <= 0) throw new KubectlError(`unexpected label spec: ${text}`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

export const expose: Verb = {
  path: "expose",
  summary: "make a Service for a Deployment, Pod or Service",
  flags:
    "filename recursive port target-port name type protocol selector labels cluster-ip external-ip load-balancer-ip session-affinity dry-run output save-config",
  completes: "type-name",
  example: "kubectl expose deployment web --port=80 --target-port=8080",
  async run(kubectl, given) {
    const { targets, errors } = await allTargets(kubectl, given);
    if (errors[0]) throw errors[0];
    for (const target of targets) {
      const { resource, namespace, name } = target;
      const object = target.object ?? (await kubectl.api.get(resource, namespace, name));
      const selector = given.given("selector")
        ? pairs(given.text("selector").split(","))
        : selectorOf(object);
      const service = newObject("v1", "Service", {
        metadata: newMeta(
          given.text("name") || name,
          given.given("labels") ? pairs(given.text("labels").split(",")) : labelsOf(object),
        ),
        spec: {
          ...(given.given("cluster-ip") && { clusterIP: given.text("cluster-ip") }),
          ...(given.given("external-ip") && { externalIPs: given.text("external-ip").split(",") }),
          ...(given.given("load-balancer-ip") && {
            loadBalancerIP: given.text("load-balancer-ip"),
          }),
          ports: portsOf(
            object,
            given.text("port"),
            given.text("target-port"),
            given.text("protocol") || "TCP",
          ),
          selector,
          ...(given.given("session-affinity") && {
            sessionAffinity: given.text("session-affinity"),
          }),
          ...(given.given("type") && { type: given.text("type") }),
        },
        status: { loadBalancer: {} },
      });
      await createOne(kubectl, given, service, "kubectl-expose", "exposed");
    }
  },
};

interface Selecting {
  spec?: {
    selector?: { matchLabels?: Record<string, string>; matchExpressions?: unknown[] };
    template?: { spec: Pod["spec"] };
  };
}

function selectorOf(object: Obj): Record<string, string> {
  if (object.kind === "Pod") {
    const labels = object.metadata.labels ?? {};
    if (Object.keys(labels).length > 0) return labels;
    throw new KubectlError(
      "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed",
    );
  }
  if (object.kind === "Service") {
    const { selector = {} } = (object as Service).spec;
    if (Object.keys(selector).length > 0) return selector;
    throw new KubectlError(
      "couldn't retrieve selectors via --selector flag or introspection: the service has no pod selector set",
    );
  }
  const { selector } = (object as Obj & Selecting).spec ?? {};
  if (selector?.matchExpressions?.length) {
    throw new KubectlError(
      "couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - \"matchExpressions\" to map-based selector format",
    );
  }
  if (selector?.matchLabels) return selector.matchLabels;
  throw new KubectlError(`cannot expose a ${object.kind}`);
}

function labelsOf(object: Obj): Record<string, string> | undefined {
  const { labels } = object.metadata;
  return labels && Object.keys(labels).length > 0 ? labels : undefined;
}

function portsOf(object: Obj, port: string, target: string, protocol: string): object[] {
  const numbers = port !== "" ? port.split(",") : declaredPorts(object);
  if (numbers.length === 0) {
    throw new KubectlError("couldn't find port via --port flag or introspection");
  }
  return numbers.map((one, index) => {
    if (!/^\d+$/.test(one))
      throw new KubectlError(`strconv.ParseInt: parsing "${one}": invalid syntax`);
    const number = Number(one);
    const targetPort = target === "" ? number : /^\d+$/.test(target) ? Number(target) : target;
    return {
      ...(numbers.length > 1 && { name: `port-${index + 1}` }),
      port: number,
      protocol,
      targetPort,
    };
  });
}

function declaredPorts(object: Obj): string[] {
  if (object.kind === "Service")
    return ((object as Service).spec.ports ?? []).map(({ port }) => String(port));
  const spec =
    object.kind === "Pod" ? (object as Pod).spec : (object as Obj & Selecting).spec?.template?.spec;
  return (spec?.containers ?? []).flatMap(({ ports = [] }) =>
    ports.map((port) => String(port.containerPort)),
  );
}
