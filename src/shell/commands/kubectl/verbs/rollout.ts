// kubectl rollout. Models kubectl pkg/cmd/rollout and pkg/polymorphichelpers.

import type { Deployment } from "../../../../api/kinds/deployment.ts";
import type { ReplicaSet } from "../../../../api/kinds/replicaset.ts";
import { sameValue } from "../../../../api/json.ts";
import { timestamp, type Obj } from "../../../../api/object.ts";
import { formatSelector } from "../../../../api/selector.ts";
import type { Arguments } from "../arguments.ts";
import { describeTemplate, revisionOf } from "../describe/workload.ts";
import { Sheet } from "../describe/sheet.ts";
import { parseDuration } from "../duration.ts";
import { combined, KubectlError } from "../errors.ts";
import { pathOf, resourceName, typeName } from "../rest.ts";
import { allTargets, forEachTarget, type Target } from "../targets.ts";
import type { Kubectl, Verb } from "../verb.ts";
import { alignTabs } from "../output/tabwriter.ts";

const changeCause = "kubernetes.io/change-cause";

export const rollout: readonly Verb[] = [
  verb("status", "wait for a rollout to end", "filename selector timeout watch", statusOf),
  verb("restart", "replace a workload's Pods one by one", "filename selector", restart),
  verb("history", "show earlier revisions", "filename selector revision", history),
  verb("undo", "go back to an earlier revision", "filename selector to-revision dry-run", undo),
  verb("pause", "hold a rollout", "filename selector", (kubectl, target) =>
    pause(kubectl, target, true),
  ),
  verb("resume", "let a rollout go on", "filename selector", (kubectl, target) =>
    pause(kubectl, target, false),
  ),
];

function verb(
  name: string,
  summary: string,
  flags: string,
  act: (kubectl: Kubectl, target: Target, given: Arguments) => Promise<void>,
): Verb {
  return {
    path: `rollout ${name}`,
    summary,
    flags: `${flags} recursive`,
    completes: "type-name",
    example: `kubectl rollout ${name} deployment/frontend`,
    async run(kubectl, given) {
      if (given.operands.length === 0 && !given.given("filename")) {
        throw new KubectlError("required resource not specified");
      }
      const { targets, errors } = await allTargets(kubectl, given);
      const failed = await forEachTarget(targets, (target) => act(kubectl, target, given));
      const error = combined([...errors, ...failed]);
      if (error) throw error;
    },
  };
}

async function deploymentOf(kubectl: Kubectl, target: Target, act: string): Promise<Deployment> {
  const { resource, namespace, name } = target;
  const object = await kubectl.api.get(resource, namespace, name);
  if (object.kind !== "Deployment") {
    throw new KubectlError(
      `${typeName({ ...resource, singular: resource.plural })} "${name}" ${act} is not supported`,
    );
  }
  return object as Deployment;
}

async function statusOf(kubectl: Kubectl, target: Target, given: Arguments): Promise<void> {
  const { resource, namespace, name } = target;
  const first = await kubectl.api.get(resource, namespace, name);
  if (first.kind !== "Deployment") {
    throw new KubectlError(`no status viewer has been implemented for ${resource.kind}`);
  }
  const wait = given.is("watch", true);
  const { text, done } = rolloutStatus(first as Deployment);
  kubectl.out(text);
  if (done || !wait) return;
  const limitMs = given.given("timeout") ? parseDuration(given.text("timeout")) : 0;
  const query = {
    fieldSelector: `metadata.name=${name}`,
    resourceVersion: first.metadata.resourceVersion,
    ...(limitMs > 0 && { timeoutSeconds: String(Math.ceil(limitMs / 1000)) }),
  };
  for await (const { type, object } of kubectl.api.watch(pathOf(resource, namespace), query)) {
    if (type === "DELETED") throw new KubectlError(`object has been deleted`);
    const next = rolloutStatus(object as Deployment);
    kubectl.out(next.text);
    if (next.done) return;
  }
  if (!kubectl.call.signal.aborted) throw new KubectlError("timed out waiting for the condition");
}

/** What `rollout status` says of a Deployment. Throws KubectlError once it cannot succeed. */
function rolloutStatus({ metadata, spec, status = {} }: Deployment): {
  text: string;
  done: boolean;
} {
  const { name } = metadata;
  if ((metadata.generation ?? 0) > (status.observedGeneration ?? 0)) {
    return { text: "Waiting for deployment spec update to be observed...\n", done: false };
  }
  const progressing = status.conditions?.find((condition) => condition.type === "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded") {
    throw new KubectlError(`deployment "${name}" exceeded its progress deadline`);
  }
  const wanted = spec.replicas ?? 1;
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status;
  const waiting = (words: string): { text: string; done: boolean } => ({
    text: `Waiting for deployment "${name}" rollout to finish: ${words}...\n`,
    done: false,
  });
  if (updatedReplicas < wanted)
    return waiting(`${updatedReplicas} out of ${wanted} new replicas have been updated`);
  if (replicas > updatedReplicas)
    return waiting(`${replicas - updatedReplicas} old replicas are pending termination`);
  if (availableReplicas < updatedReplicas)
    return waiting(`${availableReplicas} of ${updatedReplicas} updated replicas are available`);
  return { text: `deployment "${name}" successfully rolled out\n`, done: true };
}

async function restart(kubectl: Kubectl, target: Target): Promise<void> {
  const { resource, namespace, name } = target;
  const object = await deploymentOf(kubectl, target, "restarting");
  if (object.spec.paused)
    throw new KubectlError(
      `deployments.apps "${name}" can't restart paused deployment (run rollout resume first)`,
    );
  const annotations = { "kubectl.kubernetes.io/restartedAt": timestamp(kubectl.clock.now()) };
  const body = { spec: { template: { metadata: { annotations } } } };
  const query = { fieldManager: "kubectl-rollout" };
  await kubectl.api.patch(resource, namespace, name, {
    body,
    type: "strategic-merge-patch+json",
    query,
  });
  kubectl.out(`${resourceName(resource, name)} restarted\n`);
}

async function pause(kubectl: Kubectl, target: Target, paused: boolean): Promise<void> {
  const { resource, namespace, name } = target;
  const object = await deploymentOf(kubectl, target, paused ? "pausing" : "resuming");
  if ((object.spec.paused ?? false) === paused) {
    throw new KubectlError(`deployments.apps "${name}" is ${paused ? "already" : "not"} paused`);
  }
  const body = { spec: { paused: paused || null } };
  const query = { fieldManager: "kubectl-rollout" };
  await kubectl.api.patch(resource, namespace, name, {
    body,
    type: "strategic-merge-patch+json",
    query,
  });
  kubectl.out(`${resourceName(resource, name)} ${paused ? "paused" : "resumed"}\n`);
}

async function revisionsOf(kubectl: Kubectl, deployment: Deployment): Promise<ReplicaSet[]> {
  const sets = await kubectl.discovery.find("replicasets.apps");
  const query = { labelSelector: formatSelector(deployment.spec.selector) };
  const { items } = await kubectl.api.list(sets, deployment.metadata.namespace, query);
  const own = items.filter((set) =>
    set.metadata.ownerReferences?.some((one) => one.uid === deployment.metadata.uid),
  );
  return (own as ReplicaSet[]).sort((a, b) => revisionOf(a) - revisionOf(b));
}

async function history(kubectl: Kubectl, target: Target, given: Arguments): Promise<void> {
  const deployment = await deploymentOf(kubectl, target, "history");
  const sets = await revisionsOf(kubectl, deployment);
  const title = resourceName(target.resource, target.name);
  const wanted = Number(given.text("revision") || 0);
  if (wanted > 0) {
    const found = sets.find((set) => revisionOf(set) === wanted);
    if (found === undefined) throw new KubectlError(`unable to find the specified revision`);
    const sheet = new Sheet(kubectl.clock.now());
    describeTemplate(found.spec.template, sheet);
    kubectl.out(`${title} with revision #${wanted}\n${sheet.raw}\n`);
    return;
  }
  const rows = sets.map(
    (set) => `${revisionOf(set)}\t${set.metadata.annotations?.[changeCause] || "<none>"}\n`,
  );
  const table = alignTabs(`REVISION\tCHANGE-CAUSE\n${rows.join("")}`, { minWidth: 0, padding: 2 });
  kubectl.out(`${title} \n${table}\n`);
}

async function undo(kubectl: Kubectl, target: Target, given: Arguments): Promise<void> {
  const { resource, namespace, name } = target;
  const deployment = await deploymentOf(kubectl, target, "rolling back");
  if (deployment.spec.paused) {
    throw new KubectlError(
      `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again`,
    );
  }
  const sets = await revisionsOf(kubectl, deployment);
  const wanted = Number(given.text("to-revision") || 0);
  const chosen = wanted > 0 ? sets.find((set) => revisionOf(set) === wanted) : sets.at(-2);
  if (chosen === undefined) {
    if (wanted > 0)
      throw new KubectlError(`unable to find specified revision ${wanted} in history`);
    throw new KubectlError(`no rollout history found for deployment "${name}"`);
  }
  const template = withoutHash(chosen);
  const title = resourceName(resource, name);
  if (sameValue(template, deployment.spec.template)) {
    return kubectl.out(
      `${title} skipped rollback (current template already matches revision ${revisionOf(chosen)})\n`,
    );
  }
  const annotations = { ...deployment.metadata.annotations, ...causeOf(chosen) };
  const body = [
    { op: "replace", path: "/spec/template", value: template },
    { op: "replace", path: "/metadata/annotations", value: annotations },
  ];
  await kubectl.api.patch(resource, namespace, name, { body, type: "json-patch+json" });
  kubectl.out(`${title} rolled back\n`);
}

/** The revision's own words for why it was made. */
function causeOf({ metadata }: Obj): Record<string, string> {
  const cause = metadata.annotations?.[changeCause];
  return cause ? { [changeCause]: cause } : {};
}

/** The template as the Deployment had it: without the label that tells ReplicaSets apart. */
function withoutHash({ spec }: ReplicaSet): object {
  const { metadata = {}, ...rest } = spec.template!;
  const { "pod-template-hash": _, ...labels } = metadata.labels ?? {};
  return { ...rest, metadata: { ...metadata, labels } };
}
