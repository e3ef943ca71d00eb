// The Pod that POD or TYPE/NAME means, and which of its containers: for logs, exec, attach,
// port-forward and cp. Models kubectl pkg/polymorphichelpers and pkg/cmd/util/podcmd.

import type { Pod } from "../../../api/kinds/pod.ts";
import type { Labels, Obj } from "../../../api/object.ts";
import { formatSelector, type LabelSelector } from "../../../api/selector.ts";
import { KubectlError } from "./errors.ts";
import type { Kubectl } from "./verb.ts";

/** The Pod of "web-1", "pod/web-1", "deployment/web" or "service/web". */
export async function podOf(kubectl: Kubectl, word: string): Promise<Pod> {
  const slash = word.indexOf("/");
  const [type, name] = slash < 0 ? ["pods", word] : [word.slice(0, slash), word.slice(slash + 1)];
  const resource = await kubectl.discovery.find(type);
  const object = await kubectl.api.get(resource, kubectl.namespace, name);
  return podFor(kubectl, object);
}

/** A Pod behind an object: itself, or the fittest that its selector finds. */
export async function podFor(kubectl: Kubectl, object: Obj): Promise<Pod> {
  if (object.kind === "Pod") return object as Pod;
  const selector = selectorText(object);
  if (selector === undefined) {
    throw new KubectlError(
      `cannot attach to *${goPackage(object)}.${object.kind}: selector for *${goPackage(object)}.${object.kind} not implemented`,
    );
  }
  const [first] = await podsMatching(kubectl, selector);
  if (first !== undefined) return first;
  throw new KubectlError("timed out waiting for the condition");
}

/** The most useful first: running, ready, and of those the youngest (ActivePods, reversed). */
export async function podsMatching(kubectl: Kubectl, labelSelector: string): Promise<Pod[]> {
  const pods = await kubectl.discovery.find("pods");
  const { items } = await kubectl.api.list(pods, kubectl.namespace, { labelSelector });
  return (items as readonly Pod[]).toSorted(byReadiness);
}

function byReadiness(a: Pod, b: Pod): number {
  const rank = ({ status }: Pod): number =>
    (status?.phase === "Running" ? 0 : 2) +
    (status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ? 0 : 1);
  return (
    rank(a) - rank(b) ||
    (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? "")
  );
}

/** The selector of a workload or a Service, as text. Undefined when it has none. */
export function selectorText(object: Obj): string | undefined {
  const { selector } =
    (object as Obj & { spec?: { selector?: LabelSelector | Labels } }).spec ?? {};
  if (selector === undefined) return undefined;
  const structured = "matchLabels" in selector || "matchExpressions" in selector;
  const text = formatSelector(
    structured ? (selector as LabelSelector) : { matchLabels: selector as Labels },
  );
  return text === "" || text === "<none>" ? undefined : text;
}

function goPackage({ apiVersion }: Obj): string {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined ? "v1" : `${group.split(".")[0]}.${version}`.replace(/^.*\./, "");
}

/** The container that is meant; a choice that was not asked for is told on stderr. */
export function containerOf(kubectl: Kubectl, pod: Pod, wanted: string, quiet = false): string {
  const { containers, initContainers = [] } = pod.spec;
  const all = [...containers, ...initContainers].map(({ name }) => name);
  if (wanted !== "") {
    if (all.includes(wanted)) return wanted;
    throw new KubectlError(`container ${wanted} not found in pod ${pod.metadata.name}`);
  }
  const annotated = pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"];
  if (annotated !== undefined && all.includes(annotated)) return annotated;
  const first = containers[0]!.name;
  if (all.length > 1 && !quiet) {
    const names = [
      ...containers.map(({ name }) => name),
      ...initContainers.map(({ name }) => `${name} (init)`),
    ];
    kubectl.err(`Defaulted container "${first}" out of: ${names.join(", ")}\n`);
  }
  return first;
}
