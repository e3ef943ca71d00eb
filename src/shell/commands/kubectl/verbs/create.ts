// kubectl create -f, and what the generators of create share. Models kubectl pkg/cmd/create.

import { ApiError } from "../../../../api/errors.ts";
import type { Obj } from "../../../../api/object.ts";
import type { Arguments } from "../arguments.ts";
import { combined, fromSource, KubectlError } from "../errors.ts";
import { withLastApplied } from "../lastapplied.ts";
import { forEachTarget, wantedBy } from "../targets.ts";
import type { Kubectl, Verb } from "../verb.ts";
import { dryRunOf, dryRunQuery, Teller } from "../writing.ts";
import { strictness } from "./apply.ts";

export const create: Verb = {
  path: "create",
  summary: "create objects from files, or by the subcommands",
  flags: "filename recursive dry-run output save-config",
  completes: "file",
  example: "kubectl create -f ingress.yaml",
  run,
};

async function run(kubectl: Kubectl, given: Arguments): Promise<void> {
  if (given.operands.length > 0) {
    throw new KubectlError(
      `Unexpected args: [${given.operands.join(" ")}]\nSee 'kubectl create -h' for help and examples`,
    );
  }
  if (!given.given("filename")) throw new KubectlError("must specify one of -f and -k");
  const dryRun = dryRunOf(given);
  const wanted = await wantedBy(kubectl, given);
  const teller = new Teller(kubectl, given, dryRun);
  const errors = await forEachTarget(wanted.targets, async (target) => {
    const { resource, namespace, source } = target;
    const object = given.is("save-config") ? withLastApplied(target.object!) : target.object!;
    if (dryRun === "client") return teller.tell(resource, object, "created");
    const query = {
      fieldManager: "kubectl-create",
      fieldValidation: strictness(given),
      ...dryRunQuery(dryRun),
    };
    try {
      teller.tell(
        resource,
        await kubectl.api.create(resource, namespace, object, query),
        "created",
      );
    } catch (error) {
      throw fromSource(error, "creating", source);
    }
  });
  teller.finish();
  const error = combined([...wanted.errors, ...errors]);
  if (error) throw error;
}

/** A generator of one kind: `kubectl create deployment NAME …`. */
export function generator(o: {
  name: string;
  summary: string;
  flags: string;
  example: string;
  /** The object without its namespace. Throws KubectlError. */
  make(name: string, given: Arguments, kubectl: Kubectl): Obj | Promise<Obj>;
}): Verb {
  return {
    path: `create ${o.name}`,
    summary: o.summary,
    flags: `${o.flags} dry-run output save-config`,
    example: o.example,
    completes: "none",
    async run(kubectl, given) {
      const object = await o.make(oneName(given), given, kubectl);
      await createOne(kubectl, given, object, "kubectl-create");
    },
  };
}

/** The only operand: the new object's name. */
function oneName(given: Arguments): string {
  const { operands, path } = given;
  if (operands.length === 1) return operands[0]!;
  throw new KubectlError(
    `exactly one NAME is required, got ${operands.length}\nSee 'kubectl ${path} -h' for help and examples`,
  );
}

/** Creates a generated object, or prints it in a dry run. */
export async function createOne(
  kubectl: Kubectl,
  given: Arguments,
  generated: Obj,
  fieldManager: string,
  did = "created",
): Promise<void> {
  const dryRun = dryRunOf(given);
  const resource = await kubectl.resourceOf(generated);
  const namespace = resource.namespaced ? kubectl.namespace : undefined;
  // As upstream: the namespace is written into the object only when -n asks for it.
  const named = namespace !== undefined && kubectl.namespaceGiven ? { namespace } : {};
  const bare = { ...generated, metadata: { ...generated.metadata, ...named } };
  const object = given.is("save-config") ? withLastApplied(bare) : bare;
  const teller = new Teller(kubectl, given, dryRun);
  if (dryRun === "client") teller.tell(resource, object, did);
  else {
    const query = { fieldManager, fieldValidation: strictness(given), ...dryRunQuery(dryRun) };
    try {
      teller.tell(resource, await kubectl.api.create(resource, namespace, object, query), did);
    } catch (error) {
      throw given.path.startsWith("create ") ? failedToCreate(error, given.path) : error;
    }
  }
  teller.finish();
}

/** What the generators call what they could not create; the others pass the refusal on. */
const failures: Readonly<Record<string, string>> = {
  "create deployment": "deployment: ",
  "create ingress": "ingress: ",
  "create configmap": "configmap: ",
  "create serviceaccount": "serviceaccount: ",
  "create secret generic": "secret ",
  "create secret tls": "secret ",
  "create secret docker-registry": "secret ",
  "create service clusterip": "ClusterIP service: ",
  "create service nodeport": "NodePort service: ",
  "create service loadbalancer": "LoadBalancer service: ",
  "create service externalname": "ExternalName service: ",
};

function failedToCreate(error: unknown, path: string): unknown {
  const what = failures[path];
  if (!(error instanceof ApiError) || what === undefined) return error;
  return new KubectlError(`failed to create ${what}${error.message}`);
}
