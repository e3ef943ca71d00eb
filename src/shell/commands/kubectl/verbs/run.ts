// kubectl run, expose: a Pod, and a Service for what is there. Models kubectl pkg/cmd/run and
// pkg/cmd/expose.

import type { Service } from "../../../../api/kinds/service.ts";
import type { Pod } from "../../../../api/kinds/pod.ts";
import type { Obj } from "../../../../api/object.ts";
import { KubectlError } from "../errors.ts";
import { newMeta, newObject, required } from "../generate/objects.ts";
import { allTargets } from "../targets.ts";
import type { Verb } from "../verb.ts";
import { createOne } from "./create.ts";

export const run: Verb = {
  path: "run",
  summary: "start a Pod",
  flags:
    "image port env labels command dry-run output restart expose image-pull-policy annotations save-config",
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
    const restart = given.text("restart") || "Always";
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
    await createOne(kubectl, given, pod, "kubectl-run");
  },
};

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
