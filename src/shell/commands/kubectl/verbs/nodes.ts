// kubectl cordon, uncordon, drain, taint: what an administrator does to nodes.
// Models kubectl pkg/cmd/drain, pkg/drain and pkg/cmd/taint.

import type { Node } from "../../../../api/kinds/node.ts";
import type { Pod } from "../../../../api/kinds/pod.ts";
import { controllerOf, type Obj } from "../../../../api/object.ts";
import { pause } from "../../pause.ts";
import type { Arguments } from "../arguments.ts";
import { parseDuration } from "../duration.ts";
import { KubectlError, UsageError } from "../errors.ts";
import { pathOf, type Resource } from "../rest.ts";
import type { Kubectl, Verb } from "../verb.ts";
import { dryRunOf, dryRunQuery, type DryRun } from "../writing.ts";

export const cordon = cordoning("cordon");
export const uncordon = cordoning("uncordon");

export const drain: Verb = {
  path: "drain",
  summary: "move all Pods off a node",
  flags:
    "dry-run force grace-period ignore-daemonsets delete-emptydir-data timeout pod-selector disable-eviction selector",
  completes: "type-name",
  example: "kubectl drain node-1 --ignore-daemonsets",
  async run(kubectl, given) {
    const nodes = await nodesNamed(kubectl, given);
    const dryRun = dryRunOf(given);
    for (const node of nodes) await setUnschedulable(kubectl, node, true, dryRun);
    for (const node of nodes) {
      await empty(kubectl, given, node.metadata.name, dryRun).catch((error: unknown) => {
        if (!(error instanceof KubectlError)) throw error;
        const { name } = node.metadata;
        throw new KubectlError(
          `unable to drain node "${name}" due to error: ${error.message}, continuing command...\nThere are pending nodes to be drained:\n ${name}\nerror: ${error.message}`,
        );
      });
      kubectl.out(`node/${node.metadata.name} drained${markOf(dryRun)}\n`);
    }
  },
};

export const taint: Verb = {
  path: "taint",
  summary: "keep Pods off a node unless they tolerate it",
  flags: "all dry-run overwrite selector output",
  completes: "type-name",
  example: "kubectl taint nodes node-1 dedicated=lobby:NoSchedule",
  run: taintNodes,
};

function markOf(dryRun: DryRun): string {
  return { none: "", client: " (dry run)", server: " (server dry run)" }[dryRun];
}

function cordoning(path: "cordon" | "uncordon"): Verb {
  const wanted = path === "cordon";
  return {
    path,
    summary: wanted ? "let no new Pods onto a node" : "let new Pods onto a node again",
    flags: "dry-run selector",
    completes: "type-name",
    example: `kubectl ${path} node-1`,
    async run(kubectl, given) {
      const dryRun = dryRunOf(given);
      for (const node of await nodesNamed(kubectl, given)) {
        await setUnschedulable(kubectl, node, wanted, dryRun);
      }
    },
  };
}

async function nodesNamed(kubectl: Kubectl, given: Arguments): Promise<Node[]> {
  const { operands, path } = given;
  const labelSelector = given.text("selector");
  if (operands.length === 0 && labelSelector === "") {
    throw new UsageError(
      `error: USAGE: ${path} NODE [flags]\nSee 'kubectl ${path} -h' for help and examples`,
    );
  }
  if (operands.length > 0 && labelSelector !== "") {
    throw new UsageError(
      `error: cannot specify both a node name and a --selector option\nSee 'kubectl ${path} -h' for help and examples`,
    );
  }
  const nodes = await kubectl.discovery.find("nodes");
  if (labelSelector !== "") {
    return (await kubectl.api.list(nodes, undefined, { labelSelector })).items as Node[];
  }
  const out: Node[] = [];
  for (const word of operands) {
    const name = word.replace(/^(nodes?|no)\//, "");
    out.push((await kubectl.api.get(nodes, undefined, name)) as Node);
  }
  return out;
}

async function setUnschedulable(
  kubectl: Kubectl,
  node: Node,
  wanted: boolean,
  dryRun: DryRun,
): Promise<void> {
  const { name } = node.metadata;
  const did = wanted ? "cordoned" : "uncordoned";
  if ((node.spec?.unschedulable ?? false) === wanted) {
    kubectl.out(`node/${name} already ${did}${markOf(dryRun)}\n`);
    return;
  }
  if (dryRun !== "client") {
    const nodes = await kubectl.discovery.find("nodes");
    const body = { spec: { unschedulable: wanted || null } };
    const query = dryRunQuery(dryRun);
    await kubectl.api.patch(nodes, undefined, name, {
      body,
      type: "strategic-merge-patch+json",
      query,
    });
  }
  kubectl.out(`node/${name} ${did}${markOf(dryRun)}\n`);
}

/** Why a Pod stays, or must not be touched. */
interface Judged {
  readonly pod: Pod;
  readonly goes: boolean;
  readonly warning?: string;
  readonly fatal?: string;
}

async function empty(
  kubectl: Kubectl,
  given: Arguments,
  node: string,
  dryRun: DryRun,
): Promise<void> {
  const pods = await kubectl.discovery.find("pods");
  const { items } = await kubectl.api.list(pods, undefined, {
    fieldSelector: `spec.nodeName=${node}`,
    labelSelector: given.text("pod-selector") || undefined,
  });
  const judged = (items as Pod[]).map((pod) => judge(pod, given));
  const grouped = (words: (one: Judged) => string | undefined): Map<string, string[]> => {
    const out = new Map<string, string[]>();
    for (const one of judged) {
      const word = words(one);
      if (word === undefined) continue;
      const { namespace, name } = one.pod.metadata;
      out.set(word, [...(out.get(word) ?? []), `${namespace}/${name}`]);
    }
    return out;
  };
  const fatal = [...grouped((one) => one.fatal)].map(
    ([why, names]) => `cannot delete ${why}: ${names.join(", ")}`,
  );
  if (fatal.length > 0) {
    throw new KubectlError(fatal.length > 1 ? `[${fatal.join(", ")}]` : fatal[0]!);
  }
  const warnings = [...grouped((one) => one.warning)].map(
    ([why, names]) => `${why}: ${names.join(", ")}`,
  );
  if (warnings.length > 0) kubectl.err(`Warning: ${warnings.join("; ")}\n`);
  const leaving = judged.filter(({ goes }) => goes).map(({ pod }) => pod);
  // A server that cannot evict has its Pods deleted, and nothing is said before.
  const evicts = pods.subresources.includes("eviction") && !given.is("disable-eviction");
  for (const { metadata } of evicts ? leaving : []) {
    kubectl.out(`evicting pod ${metadata.namespace}/${metadata.name}${markOf(dryRun)}\n`);
  }
  if (dryRun === "client") return;
  await Promise.all(leaving.map((pod) => evict(kubectl, given, pods, pod, { dryRun, evicts })));
}

/** The filters of pkg/drain/filters.go, in their order. */
function judge(pod: Pod, given: Arguments): Judged {
  const owner = controllerOf(pod);
  const finished = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
  if (pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) {
    return { pod, goes: false };
  }
  if (owner?.kind === "DaemonSet" && !finished) {
    if (given.is("ignore-daemonsets")) {
      return { pod, goes: false, warning: "ignoring DaemonSet-managed Pods" };
    }
    const fatal = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)";
    return { pod, goes: false, fatal };
  }
  const local = (pod.spec.volumes ?? []).some((volume) => "emptyDir" in volume);
  if (local && !finished && !given.is("delete-emptydir-data")) {
    const fatal = "Pods with local storage (use --delete-emptydir-data to override)";
    return { pod, goes: false, fatal };
  }
  if (owner === undefined && !finished) {
    if (given.is("force")) {
      return { pod, goes: true, warning: "deleting Pods that declare no controller" };
    }
    const fatal = "cannot delete Pods that declare no controller (use --force to override)";
    return { pod, goes: false, fatal };
  }
  return { pod, goes: true };
}

const lookAgainMs = 1_000;

async function evict(
  kubectl: Kubectl,
  given: Arguments,
  pods: Resource,
  { metadata }: Pod,
  { dryRun, evicts }: { dryRun: DryRun; evicts: boolean },
): Promise<void> {
  const { namespace, name, uid } = metadata;
  const grace = given.given("grace-period") ? Number(given.text("grace-period")) : -1;
  const deleteOptions = grace >= 0 ? { gracePeriodSeconds: grace } : {};
  const query = dryRunQuery(dryRun);
  if (evicts) {
    const body = {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name, namespace },
      deleteOptions,
    };
    await kubectl.api.send("POST", pathOf(pods, namespace, name, "eviction"), { body, query });
  } else {
    await kubectl.api.send("DELETE", pathOf(pods, namespace, name), { body: deleteOptions, query });
  }
  if (dryRun !== "none") return;
  const limitMs = given.given("timeout") ? parseDuration(given.text("timeout")) : 0;
  const until = kubectl.clock.now() + (limitMs || Infinity);
  for (;;) {
    const found = await kubectl.api.find(pods, namespace, name);
    if (found?.metadata.uid !== uid || kubectl.call.signal.aborted) break;
    if (kubectl.clock.now() >= until) {
      throw new KubectlError(
        `error when waiting for pod "${name}" in namespace "${namespace}" to terminate: global timeout reached: ${given.text("timeout")}`,
      );
    }
    await pause(kubectl.call, lookAgainMs);
  }
  kubectl.out(`pod/${name} ${evicts ? "evicted" : "deleted"}\n`);
}

// ---------------------------------------------------------------- taints

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

async function taintNodes(kubectl: Kubectl, given: Arguments): Promise<void> {
  const isChange = (word: string): boolean => /[=:]/.test(word) || word.endsWith("-");
  const at = given.operands.findIndex(isChange);
  const words = at < 0 ? given.operands : given.operands.slice(0, at);
  const specs = at < 0 ? [] : given.operands.slice(at);
  const stray = specs.find((word) => !isChange(word));
  if (stray !== undefined) {
    throw new KubectlError(`all resources must be specified before taint changes: ${stray}`);
  }
  if (words.length === 0) {
    throw new KubectlError("one or more resources must be specified as <resource> <name>");
  }
  if (specs.length === 0) throw new KubectlError("at least one taint update is required");
  const read = (word: string): Taint => {
    try {
      return readTaint(word);
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      throw new UsageError(`${error.message}\nSee 'kubectl taint -h' for help and examples`);
    }
  };
  const added = specs.filter((word) => !word.endsWith("-")).map(read);
  const removed = specs.filter((word) => word.endsWith("-")).map((word) => read(word.slice(0, -1)));
  const [first = "", ...rest] = words;
  const slash = first.indexOf("/");
  const type = slash < 0 ? first : first.slice(0, slash);
  const resource = await kubectl.discovery.find(type);
  if (resource.kind !== "Node") {
    throw new KubectlError(`invalid resource type ${type}, only node types are supported`);
  }
  const named = slash < 0 ? rest : words.map((word) => word.slice(word.indexOf("/") + 1));
  const everything = given.is("all") || given.given("selector");
  if (named.length === 0 && !everything) {
    throw new KubectlError(
      "at least one resource name must be specified since 'all' parameter is not set",
    );
  }
  const labelSelector = given.text("selector") || undefined;
  const names = everything
    ? (await kubectl.api.list(resource, undefined, { labelSelector })).items.map(
        ({ metadata }) => metadata.name,
      )
    : named;
  for (const name of names) await taintOne(kubectl, given, resource, name, { added, removed });
}

async function taintOne(
  kubectl: Kubectl,
  given: Arguments,
  resource: Resource,
  name: string,
  { added, removed }: { added: readonly Taint[]; removed: readonly Taint[] },
): Promise<void> {
  const node = (await kubectl.api.get(resource, undefined, name)) as Obj & {
    spec?: { taints?: Taint[] };
  };
  const old = node.spec?.taints ?? [];
  const same = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;
  const taken = added.filter((one) => old.some((other) => same(one, other)));
  if (taken.length > 0 && !given.is("overwrite")) {
    const keys = taken.map(({ key }) => key).join(",");
    throw new KubectlError(
      `node ${name} already has ${keys} taint(s) with same effect(s) and --overwrite is false`,
    );
  }
  const goes = (one: Taint): boolean =>
    removed.some(
      ({ key: wanted, effect }) => one.key === wanted && (!effect || one.effect === effect),
    );
  for (const one of removed) {
    const found = old.some(
      (other) => other.key === one.key && (!one.effect || other.effect === one.effect),
    );
    if (!found) {
      const shown = one.effect ? `${one.key}:${one.effect}` : one.key;
      throw new KubectlError(`taint "${shown}" not found`);
    }
  }
  const kept = old.filter((one) => !goes(one) && !added.some((other) => same(one, other)));
  const dryRun = dryRunOf(given);
  const both = added.length > 0 && removed.length > 0;
  const did =
    both || given.is("overwrite") ? "modified" : added.length > 0 ? "tainted" : "untainted";
  if (dryRun !== "client") {
    const taints = [...added, ...kept];
    const body = { spec: { taints: taints.length > 0 ? taints : null } };
    const query = { fieldManager: "kubectl-taint", ...dryRunQuery(dryRun) };
    await kubectl.api.patch(resource, undefined, name, { body, type: "merge-patch+json", query });
  }
  kubectl.out(`node/${name} ${did}${markOf(dryRun)}\n`);
}

/** "key=value:Effect", "key:Effect" or "key". */
function readTaint(text: string): Taint {
  const [head = "", effect, ...more] = text.split(":");
  const [name = "", value, ...parts] = head.split("=");
  if (effect !== undefined && !/^(NoSchedule|PreferNoSchedule|NoExecute)$/.test(effect)) {
    throw new KubectlError(`invalid taint effect: ${effect}, unsupported taint effect`);
  }
  if (
    more.length > 0 ||
    parts.length > 0 ||
    name === "" ||
    (effect === undefined && value !== undefined)
  ) {
    throw new KubectlError(`invalid taint spec: ${text}`);
  }
  return { key: name, ...(value !== undefined && value !== "" && { value }), effect: effect ?? "" };
}
