// kubectl logs. Models kubectl pkg/cmd/logs.

import { ApiError } from "../../../../api/errors.ts";
import { text as decode } from "../../../../base/bytes.ts";
import type { Pod } from "../../../../api/kinds/pod.ts";
import type { Obj } from "../../../../api/object.ts";
import type { Arguments } from "../arguments.ts";
import { parseDuration } from "../duration.ts";
import { KubectlError } from "../errors.ts";
import { containerOf, podsMatching, selectorText } from "../podof.ts";
import { pathOf, type Resource } from "../rest.ts";
import type { Kubectl, Verb } from "../verb.ts";

export const logs: Verb = {
  path: "logs",
  summary: "print what a container has logged",
  flags:
    "follow previous container all-containers all-pods tail since since-time timestamps selector prefix limit-bytes ignore-errors max-log-requests pod-running-timeout",
  completes: "type-name",
  example: "kubectl logs -f deployment/ingress-nginx-controller -n ingress-nginx",
  run,
};

const usage = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.";

interface Source {
  readonly pod: Pod;
  readonly container: string;
}

async function run(kubectl: Kubectl, given: Arguments): Promise<void> {
  const { operands } = given;
  const see = "\nSee 'kubectl logs -h' for help and examples";
  const selector = given.text("selector");
  if (operands.length === 0 && selector === "") {
    throw new KubectlError(
      `${usage}\nPOD or TYPE/NAME is a required argument for the logs command${see}`,
    );
  }
  if (operands.length > 2 || (operands.length > 0 && selector !== "")) {
    if (selector !== "") throw new KubectlError("only a selector (-l) or a POD name is allowed");
    throw new KubectlError(`${usage}${see}`);
  }
  const pods = await kubectl.discovery.find("pods");
  const chosen = await choosePods(kubectl, given);
  if (chosen.length === 0)
    return kubectl.err(`No resources found in ${kubectl.namespace} namespace.\n`);
  const containers = operands[1] ?? given.text("container");
  const sources = chosen.flatMap((pod) => sourcesOf(kubectl, given, pod, containers));
  const query = queryOf(given, selector !== "");
  const limit = Number(given.text("max-log-requests") || 5);
  if (given.is("follow") && sources.length > limit) {
    throw new KubectlError(
      `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${limit}, use --max-log-requests to increase the limit`,
    );
  }
  const print = (source: Source): Promise<void> => printLog(kubectl, given, pods, source, query);
  if (given.is("follow")) await Promise.all(sources.map(print));
  else for (const source of sources) await print(source);
}

function queryOf(given: Arguments, selected: boolean): Record<string, string> {
  const tail = given.given("tail") ? given.text("tail") : selected ? "10" : "-1";
  if (!/^-?\d+$/.test(tail)) {
    throw new KubectlError(
      `invalid argument "${tail}" for "--tail" flag: strconv.ParseInt: parsing "${tail}": invalid syntax\nSee 'kubectl logs --help' for usage.`,
    );
  }
  return {
    ...(given.is("follow") && { follow: "true" }),
    ...(given.is("previous") && { previous: "true" }),
    ...(given.is("timestamps") && { timestamps: "true" }),
    ...(Number(tail) >= 0 && { tailLines: tail }),
    ...(given.given("since") && {
      sinceSeconds: String(Math.ceil(parseDuration(given.text("since"), "--since") / 1000)),
    }),
    ...(given.given("since-time") && { sinceTime: given.text("since-time") }),
    ...(given.given("limit-bytes") && { limitBytes: given.text("limit-bytes") }),
  };
}

async function choosePods(kubectl: Kubectl, given: Arguments): Promise<Pod[]> {
  const labelSelector = given.text("selector");
  if (labelSelector !== "") return podsMatching(kubectl, labelSelector);
  const word = given.operands[0]!;
  const [type, name = ""] = word.includes("/") ? word.split("/") : ["pods", word];
  const resource = await kubectl.discovery.find(type!);
  const object = await getOrSay(kubectl, resource, name);
  if (resource.plural === "pods") return [object as Pod];
  const selector = selectorText(object);
  if (selector === undefined) {
    throw new KubectlError(
      `cannot get the logs from ${resource.kind}: selector is empty or not supported`,
    );
  }
  const found = await podsMatching(kubectl, selector);
  if (found.length === 0) {
    throw new KubectlError("timed out waiting for the condition");
  }
  if (given.is("all-pods")) return found;
  const first = found[0]!;
  if (found.length > 1)
    kubectl.err(`Found ${found.length} pods, using pod/${first.metadata.name}\n`);
  return [first];
}

/** As upstream's logs tell of a name that is not there. */
async function getOrSay(kubectl: Kubectl, resource: Resource, name: string): Promise<Obj> {
  try {
    return await kubectl.api.get(resource, kubectl.namespace, name);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "NotFound") throw error;
    throw new KubectlError(
      `error from server (NotFound): ${error.message} in namespace "${kubectl.namespace}"`,
    );
  }
}

function sourcesOf(kubectl: Kubectl, given: Arguments, pod: Pod, container: string): Source[] {
  const { containers, initContainers = [] } = pod.spec;
  const all = [...initContainers, ...containers].map(({ name }) => name);
  if (given.is("all-containers")) return all.map((one) => ({ pod, container: one }));
  if (container !== "") {
    if (!all.includes(container)) {
      throw new KubectlError(`container ${container} is not valid for pod ${pod.metadata.name}`);
    }
    return [{ pod, container }];
  }
  return [{ pod, container: containerOf(kubectl, pod, "") }];
}

async function printLog(
  kubectl: Kubectl,
  given: Arguments,
  pods: Resource,
  { pod, container }: Source,
  query: Readonly<Record<string, string>>,
): Promise<void> {
  const { name, namespace } = pod.metadata;
  const response = await kubectl.api.send("GET", pathOf(pods, namespace, name, "log"), {
    query: { container, ...query },
    accept: "application/json, */*",
  });
  const prefix = given.is("prefix") ? `[pod/${name}/${container}] ` : "";
  const write = linePrinter((text) => kubectl.out(text), prefix);
  if (response.stream === undefined) return write(String(response.body ?? ""));
  for await (const chunk of response.stream) {
    write(typeof chunk === "string" ? chunk : decode(chunk as Uint8Array));
  }
}

/** Puts a prefix before each line, across chunks. */
function linePrinter(out: (text: string) => void, prefix: string): (text: string) => void {
  if (prefix === "") return out;
  let atStart = true;
  return (text) => {
    for (const line of text.split(/(?<=\n)/)) {
      if (line === "") continue;
      out((atStart ? prefix : "") + line);
      atStart = line.endsWith("\n");
    }
  };
}
