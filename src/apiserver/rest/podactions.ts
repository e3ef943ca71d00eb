// …/pods/NAME/eviction and …/binding: objects that are created to make something happen to a Pod
// and are not stored. An eviction is a deletion that asks the PodDisruptionBudgets first.
// Models kubernetes/pkg/registry/core/pod/storage/{eviction,storage}.go.

import { ApiError } from "../../api/errors.ts";
import { isObject } from "../../api/json.ts";
import { Pod } from "../../api/kinds/pod.ts";
import { makeKey, timestamp } from "../../api/object.ts";
import type { Obj } from "../../api/object.ts";
import { matches, requirementsOf } from "../../api/selector.ts";
import type { LabelSelector } from "../../api/selector.ts";
import type { RestResponse } from "../../api/transport.ts";
import { badRequest, forbidden, notFound } from "../refusals.ts";
import type { Exchange } from "../rest.ts";
import { jsonAnswer } from "./answers.ts";
import { bodyValue } from "./body.ts";
import { deletionOptions } from "./deletes.ts";
import { writeQuery } from "./options.ts";
import type { Resource } from "./paths.ts";

const success = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" };

export async function podEviction(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { request, verbs, user } = exchange;
  const eviction = bodyFor(exchange, resource, "Eviction");
  const pod = podOf(exchange, resource);
  const given = eviction["deleteOptions"];
  const options = deletionOptions({ ...request, body: isObject(given) ? given : {} });
  const dryRun = options.dryRun || writeQuery(request, "CreateOptions").dryRun;
  if (!isOver(pod)) await budgeted(exchange, pod, dryRun);
  const key = makeKey(resource.namespace, pod.metadata.name);
  await verbs.remove(Pod, key, options, { user: user.name, dryRun });
  return jsonAnswer({ ...success, code: 201 }, { status: 201 });
}

export async function podBinding(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { request, verbs, user } = exchange;
  const { target } = bodyFor(exchange, resource, "Binding") as { target?: { name?: string } };
  if (!target?.name) {
    const why = "target.name: Required value";
    throw new ApiError("Invalid", `Binding "${resource.name!}" is invalid: ${why}`, {
      name: resource.name!,
      kind: "Binding",
      causes: [{ reason: "FieldValueRequired", message: "Required value", field: "target.name" }],
    });
  }
  const pod = podOf(exchange, resource);
  const bound: Pod = { ...pod, spec: { ...pod.spec, nodeName: target.name } };
  const { dryRun } = writeQuery(request, "CreateOptions");
  await verbs.update(Pod, bound, { user: user.name, dryRun, subresource: "binding" });
  return jsonAnswer({ ...success, code: 201 }, { status: 201 });
}

function bodyFor(exchange: Exchange, resource: Resource, kind: string): Record<string, unknown> {
  const value = bodyValue(exchange.request);
  if (!isObject(value) || value["kind"] !== kind) {
    throw badRequest(`not a ${kind} object: ${JSON.stringify(value) ?? "nothing"}`);
  }
  const { name } = (isObject(value["metadata"]) ? value["metadata"] : {}) as { name?: string };
  if (name !== undefined && name !== "" && name !== resource.name) {
    throw badRequest(`name in URL does not match name in ${kind} object`);
  }
  return value;
}

function podOf({ verbs }: Exchange, { namespace, name }: Resource): Pod {
  const pod = verbs.get(Pod, makeKey(namespace, name!));
  if (pod === undefined) throw notFound(Pod, name!);
  return pod;
}

/** Nobody is disrupted by the end of what does not run. */
function isOver({ metadata, status }: Pod): boolean {
  const phase = status?.phase ?? "Pending";
  return metadata.deletionTimestamp !== undefined || phase !== "Running";
}

interface Budget extends Obj {
  spec: { selector?: LabelSelector; unhealthyPodEvictionPolicy?: string };
  status?: {
    observedGeneration?: number;
    disruptionsAllowed?: number;
    currentHealthy?: number;
    desiredHealthy?: number;
    disruptedPods?: Record<string, string>;
  };
}

/** Takes one disruption from the Pod's budget. Throws TooManyRequests when none is left. */
async function budgeted(exchange: Exchange, pod: Pod, dryRun: boolean): Promise<void> {
  const { verbs, user, clock } = exchange;
  const kind = verbs.store.kindAt("policy", "v1", "poddisruptionbudgets");
  if (kind === undefined) return;
  const all = verbs.store.list(kind, pod.metadata.namespace) as unknown as readonly Budget[];
  const budgets = all.filter(
    ({ spec }) => spec.selector && matches(requirementsOf(spec.selector), pod.metadata.labels),
  );
  if (budgets.length > 1) {
    const why =
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
    throw new ApiError("", why);
  }
  const [budget] = budgets;
  if (budget === undefined) return;
  const { metadata, spec, status = {} } = budget;
  const { disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0 } = status;
  const ready = pod.status?.conditions?.some(
    (one) => one.type === "Ready" && one.status === "True",
  );
  if (!ready) {
    if (spec.unhealthyPodEvictionPolicy === "AlwaysAllow") return;
    if (currentHealthy >= desiredHealthy && desiredHealthy > 0) return;
  }
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    throw violated(
      `The disruption budget ${metadata.name} is still being processed by the server.`,
      10,
    );
  }
  if (disruptionsAllowed < 0) {
    throw forbidden(kind, metadata.name, "pdb disruptions allowed is negative");
  }
  if (disruptionsAllowed === 0) {
    const needs = `needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
    throw violated(`The disruption budget ${metadata.name} ${needs}`);
  }
  const disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: timestamp(clock.now()) };
  const left = { ...status, disruptionsAllowed: disruptionsAllowed - 1, disruptedPods };
  const by = { user: user.name, dryRun, subresource: "status" } as const;
  await verbs.update(kind, { ...budget, status: left } as Obj, by);
}

function violated(message: string, retryAfterSeconds?: number): ApiError {
  const why = "Cannot evict pod as it would violate the pod's disruption budget.";
  return new ApiError("TooManyRequests", why, {
    causes: [{ reason: "DisruptionBudget", message }],
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}
