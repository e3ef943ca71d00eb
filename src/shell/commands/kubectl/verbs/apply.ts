// kubectl apply. Models kubectl pkg/cmd/apply: create what is not there, patch what differs.

import { ApiError } from "../../../../api/errors.ts";
import type { Obj } from "../../../../api/object.ts";
import type { Arguments } from "../arguments.ts";
import { combined, fromSource, KubectlError } from "../errors.ts";
import { lastApplied, recordedIn, withLastApplied } from "../lastapplied.ts";
import { compactJson } from "../../../../api/gojson.ts";
import type { Resource } from "../rest.ts";
import { forEachTarget, wantedBy, type Target } from "../targets.ts";
import { threeWayPatch } from "../threeway.ts";
import type { Kubectl, Verb } from "../verb.ts";
import { dryRunOf, dryRunQuery, Teller, type DryRun } from "../writing.ts";

export const apply: Verb = {
  path: "apply",
  summary: "bring the cluster to what files say",
  flags: "filename recursive dry-run output server-side force-conflicts",
  completes: "file",
  example: "kubectl apply -f ingress.yaml",
  run,
};

async function run(kubectl: Kubectl, given: Arguments): Promise<void> {
  if (given.operands.length > 0) {
    throw new KubectlError(
      `Unexpected args: [${given.operands.join(" ")}]\nSee 'kubectl apply -h' for help and examples`,
    );
  }
  if (!given.given("filename")) throw new KubectlError("must specify one of -f and -k");
  const dryRun = dryRunOf(given);
  const serverSide = given.is("server-side");
  if (given.is("force-conflicts") && !serverSide) {
    throw new KubectlError("--force-conflicts only works with --server-side");
  }
  if (serverSide && dryRun === "client") {
    throw new KubectlError(
      "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
    );
  }
  const wanted = await wantedBy(kubectl, given);
  if (wanted.targets.length + wanted.errors.length === 0)
    throw new KubectlError("no objects passed to apply");
  const teller = new Teller(kubectl, given, dryRun);
  const errors = await forEachTarget(wanted.targets, (target) =>
    serverSide
      ? applyOnServer(kubectl, target, teller, { dryRun, force: given.is("force-conflicts") })
      : applyOne(kubectl, target, teller, dryRun, strictness(given)),
  );
  teller.finish();
  const error = combined([...wanted.errors, ...errors]);
  if (error) throw error;
}

/** How the server is to take unknown fields: --validate. */
export function strictness(given: Arguments): string {
  const text = given.given("validate") ? given.text("validate") : "strict";
  const known: Record<string, string> = {
    strict: "Strict",
    true: "Strict",
    warn: "Warn",
    ignore: "Ignore",
    false: "Ignore",
  };
  const found = known[text];
  if (found === undefined) {
    throw new KubectlError(
      `invalid - validate option ${text}; must be one of: strict (or true), warn, ignore (or false)`,
    );
  }
  return found;
}

async function applyOne(
  kubectl: Kubectl,
  target: Target,
  teller: Teller,
  dryRun: DryRun,
  fieldValidation: string,
): Promise<void> {
  const { resource, namespace, name, source } = target;
  const modified = withLastApplied(placed(target));
  const current = await currentOf(kubectl, target);
  const query = {
    fieldManager: "kubectl-client-side-apply",
    fieldValidation,
    ...dryRunQuery(dryRun),
  };
  if (current === undefined) {
    if (dryRun === "client") return teller.tell(resource, modified, "created");
    const created = await create(kubectl, resource, namespace, modified, query, source);
    return teller.tell(resource, created, "created");
  }
  if (current.metadata.annotations?.[lastApplied] === undefined) {
    kubectl.err(
      `Warning: resource ${resource.plural}/${name} is missing the ${lastApplied} annotation which is required by kubectl apply. ` +
        "kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. " +
        "The missing annotation will be patched automatically.\n",
    );
  }
  const { patch, type } = threeWayPatch(resource.kind, {
    original: recordedIn(current),
    modified: modified as unknown as Record<string, unknown>,
    current: current as unknown as Record<string, unknown>,
  });
  if (Object.keys(patch).length === 0) return teller.tell(resource, current, "unchanged");
  if (dryRun === "client") return teller.tell(resource, current, "configured");
  try {
    const patched = await kubectl.api.patch(resource, namespace, name, {
      body: patch,
      type,
      query,
    });
    const same =
      patched.metadata.resourceVersion === current.metadata.resourceVersion && dryRun === "none";
    teller.tell(resource, patched, same ? "unchanged" : "configured");
  } catch (error) {
    throw notPatched(error, patch, target);
  }
}

/** The file's object as it is sent: with its namespace. */
export function placed({ object, namespace }: Pick<Target, "object" | "namespace">): Obj {
  const whole = object!;
  if (namespace === undefined) return whole;
  return { ...whole, metadata: { ...whole.metadata, namespace } };
}

async function currentOf(kubectl: Kubectl, target: Target): Promise<Obj | undefined> {
  const { resource, namespace, name, source } = target;
  const about = `error when retrieving current configuration of:\n${describeTarget(target)}\nfrom server for: "${source}"`;
  if (name === "") {
    if (target.object!.metadata?.generateName) {
      throw new KubectlError(
        `error: from ${target.object!.metadata.generateName}: cannot use generate name with apply`,
      );
    }
    throw new KubectlError(`${about}: resource name may not be empty`);
  }
  try {
    return await kubectl.api.find(resource, namespace, name);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(error.reason, `${about}: ${error.message}`, error.details);
  }
}

async function create(
  kubectl: Kubectl,
  resource: Resource,
  namespace: string | undefined,
  object: Obj,
  query: Record<string, string>,
  source: string | undefined,
): Promise<Obj> {
  try {
    return await kubectl.api.create(resource, namespace, object, query);
  } catch (error) {
    throw fromSource(error, "creating", source);
  }
}

function describeTarget({ resource, name, namespace }: Target): string {
  const version = `${resource.group}/${resource.version}`;
  return `Resource: "${version}, Resource=${resource.plural}", GroupVersionKind: "${version}, Kind=${resource.kind}"\nName: "${name}", Namespace: "${namespace ?? ""}"`;
}

function notPatched(error: unknown, patch: object, target: Target): Error {
  if (!(error instanceof ApiError)) throw error;
  const { source } = target;
  const message = `error when applying patch:\n${compactJson(patch)}\nto:\n${describeTarget(target)}\nfor: "${source}": error when patching "${source}": ${error.message}`;
  return new ApiError(error.reason, message, error.details);
}

async function applyOnServer(
  kubectl: Kubectl,
  target: Target,
  teller: Teller,
  { dryRun, force }: { dryRun: DryRun; force: boolean },
): Promise<void> {
  const { resource, namespace, name, source } = target;
  try {
    const applied = await kubectl.api.patch(resource, namespace, name, {
      body: placed(target),
      type: "apply-patch+yaml",
      query: {
        fieldManager: "kubectl",
        force: String(force),
        fieldValidation: "Strict",
        ...dryRunQuery(dryRun),
      },
    });
    teller.tell(resource, applied, "serverside-applied");
  } catch (error) {
    throw fromSource(error, "applying", source);
  }
}
