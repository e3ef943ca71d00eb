// kubectl delete. Models kubectl pkg/cmd/delete: deletes, says so, waits until all is gone.

import { ApiError } from "../../../../api/errors.ts";
import type { Obj } from "../../../../api/object.ts";
import type { Arguments } from "../arguments.ts";
import { combined, fromSource, KubectlError } from "../errors.ts";
import { pathOf, typeName } from "../rest.ts";
import { forEachTarget, nothingGiven, selectors, wantedBy, type Target } from "../targets.ts";
import type { Kubectl, Verb } from "../verb.ts";
import { dryRunOf, dryRunQuery } from "../writing.ts";
import { parseDuration } from "../duration.ts";

export const remove: Verb = {
  path: "delete",
  summary: "delete objects",
  flags:
    "all all-namespaces cascade dry-run field-selector filename recursive force grace-period ignore-not-found now output selector timeout wait",
  completes: "type-name",
  example: "kubectl delete ingress simple-fanout",
  run,
};

async function run(kubectl: Kubectl, given: Arguments): Promise<void> {
  const { operands } = given;
  if (operands.length === 0 && !given.given("filename")) throw new KubectlError(nothingGiven);
  const output = given.text("output");
  if (output !== "" && output !== "name")
    throw new KubectlError(`unexpected -o output mode: ${output}. We only support '-o name'`);
  const wanted = await wantedBy(kubectl, given);
  const selected = given.given("selector") || given.given("field-selector");
  if (wanted.listings.length > 0 && !given.is("all") && !selected) {
    throw new KubectlError("resource(s) were provided, but no name was specified");
  }
  if (given.is("all") && wanted.targets.length > 0 && !given.given("filename")) {
    throw new KubectlError("name cannot be provided when a selector is specified");
  }
  const targets = [...wanted.targets];
  for (const { resource, namespace } of wanted.listings) {
    const { items } = await kubectl.api.list(resource, namespace, selectors(given));
    for (const { metadata } of items)
      targets.push({ resource, namespace: metadata.namespace, name: metadata.name });
  }
  const how = howOf(given, kubectl);
  const deleted: { target: Target; uid: string | undefined }[] = [];
  const errors = await forEachTarget(targets, async (target) => {
    const uid = await deleteOne(kubectl, given, target, how).catch((error: unknown) => {
      throw fromSource(error, "deleting", target.source);
    });
    if (uid !== false) deleted.push({ target, uid });
  });
  if (targets.length === 0 && wanted.errors.length === 0) kubectl.out("No resources found\n");
  if (given.is("wait", !how.force) && how.dryRun === "none") {
    const waitMs = given.given("timeout") ? parseDuration(given.text("timeout")) : 0;
    for (const one of deleted) await untilGone(kubectl, one.target, one.uid, waitMs || undefined);
  }
  const error = combined([...wanted.errors, ...errors]);
  if (error) throw error;
}

interface How {
  readonly graceSeconds: number | undefined;
  readonly force: boolean;
  readonly propagation: string;
  readonly dryRun: ReturnType<typeof dryRunOf>;
}

function howOf(given: Arguments, kubectl: Kubectl): How {
  let graceSeconds = given.given("grace-period") ? Number(given.text("grace-period")) : undefined;
  const force = given.is("force");
  if (given.is("now")) graceSeconds = 1;
  if (force && graceSeconds === undefined) graceSeconds = 0;
  if (graceSeconds === 0 && !force) {
    // As upstream: without --force, zero means as soon as it can be done in order.
    graceSeconds = 1;
  }
  if (force && graceSeconds === 0) {
    kubectl.err(
      "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n",
    );
  }
  const cascade = given.text("cascade") || "background";
  const known: Record<string, string> = {
    background: "Background",
    foreground: "Foreground",
    orphan: "Orphan",
    true: "Background",
    false: "Orphan",
  };
  const propagation = known[cascade];
  if (propagation === undefined) {
    throw new KubectlError(
      `invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`,
    );
  }
  return { graceSeconds, force, propagation, dryRun: dryRunOf(given) };
}

/** The deleted object's uid; false when it was not there and need not be. */
async function deleteOne(
  kubectl: Kubectl,
  given: Arguments,
  target: Target,
  how: How,
): Promise<string | undefined | false> {
  const { resource, namespace, name } = target;
  let answer: Obj | { kind: "Status"; details?: { uid?: string } } | undefined;
  if (how.dryRun !== "client") {
    try {
      const response = await kubectl.api.send("DELETE", pathOf(resource, namespace, name), {
        query: dryRunQuery(how.dryRun),
        body: {
          kind: "DeleteOptions",
          apiVersion: "v1",
          propagationPolicy: how.propagation,
          ...(how.graceSeconds !== undefined && { gracePeriodSeconds: how.graceSeconds }),
        },
      });
      answer = response.body as typeof answer;
    } catch (error) {
      const gone = error instanceof ApiError && error.reason === "NotFound";
      if (
        gone &&
        (given.is("ignore-not-found") || (given.is("all") && !given.given("ignore-not-found")))
      )
        return false;
      throw error;
    }
  }
  if (given.text("output") === "name") kubectl.out(`${typeName(resource)}/${name}\n`);
  else {
    const mark = { none: "", client: " (dry run)", server: " (server dry run)" }[how.dryRun];
    const forced = how.force && how.graceSeconds === 0 ? "force deleted" : "deleted";
    kubectl.out(`${typeName(resource)} "${name}" ${forced}${mark}\n`);
  }
  if (answer === undefined) return undefined;
  return answer.kind === "Status"
    ? (answer as { details?: { uid?: string } }).details?.uid
    : (answer as Obj).metadata.uid;
}

/** Waits until the object, and not another of its name, is gone. */
async function untilGone(
  kubectl: Kubectl,
  target: Target,
  uid: string | undefined,
  limitMs: number | undefined,
): Promise<void> {
  const { resource, namespace, name } = target;
  const object = await kubectl.api.find(resource, namespace, name);
  if (object === undefined || (uid !== undefined && object.metadata.uid !== uid)) return;
  const query = {
    fieldSelector: `metadata.name=${name}`,
    resourceVersion: object.metadata.resourceVersion,
    ...(limitMs !== undefined && { timeoutSeconds: String(Math.ceil(limitMs / 1000)) }),
  };
  for await (const { type, object: seen } of kubectl.api.watch(
    pathOf(resource, namespace),
    query,
  )) {
    if (type === "DELETED" || (uid !== undefined && seen.metadata.uid !== uid)) return;
  }
  if (!kubectl.call.signal.aborted) {
    throw new KubectlError(`timed out waiting for the condition on ${resource.plural}/${name}`);
  }
}
