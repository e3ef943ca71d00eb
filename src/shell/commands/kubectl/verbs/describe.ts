// kubectl describe: objects told at length, with what belongs to them.

import { ApiError } from "../../../../api/errors.ts";
import type { Obj } from "../../../../api/object.ts";
import type { Arguments } from "../arguments.ts";
import { describerOf } from "../describe/index.ts";
import { Sheet } from "../describe/sheet.ts";
import { combined, KubectlError } from "../errors.ts";
import { selectors, wantedBy, type Target } from "../targets.ts";
import type { Kubectl, Verb } from "../verb.ts";

export const describe: Verb = {
  path: "describe",
  summary: "show an object at length, with its events",
  flags: "all-namespaces filename recursive selector show-events",
  completes: "type-name",
  example: "kubectl describe ingress simple-fanout",
  run,
};

async function run(kubectl: Kubectl, given: Arguments): Promise<void> {
  if (given.operands.length === 0 && !given.given("filename")) {
    throw new KubectlError(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  const wanted = await wantedBy(kubectl, given);
  const errors: Error[] = [...wanted.errors];
  const objects: Obj[] = [];
  const alike: Obj[] = [];
  for (const target of wanted.targets) {
    try {
      const { exact, beginning } = await find(kubectl, target);
      if (exact) objects.push(exact);
      alike.push(...beginning);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.push(error);
    }
  }
  for (const { resource, namespace } of wanted.listings) {
    objects.push(...(await kubectl.api.list(resource, namespace, selectors(given))).items);
  }
  const textOf = async (object: Obj): Promise<string> => {
    const sheet = new Sheet(kubectl.clock.now());
    const showEvents = given.is("show-events", true);
    await describerOf(object)(object, { kubectl, sheet, showEvents });
    return sheet.text;
  };
  for (const [index, object] of objects.entries()) {
    kubectl.out(`${index === 0 ? "" : "\n\n"}${await textOf(object)}`);
  }
  for (const object of alike) kubectl.out(`${await textOf(object)}\n`);
  if (objects.length + alike.length === 0 && errors.length === 0) {
    const everywhere =
      given.is("all-namespaces") || !wanted.listings.some((one) => one.resource.namespaced);
    kubectl.err(
      everywhere
        ? "No resources found\n"
        : `No resources found in ${kubectl.namespace} namespace.\n`,
    );
  }
  const error = combined(errors);
  if (error) throw error;
}

/** The object of that name, or else all whose names begin so. */
async function find(
  kubectl: Kubectl,
  { resource, namespace, name }: Target,
): Promise<{ exact?: Obj; beginning: readonly Obj[] }> {
  try {
    return { exact: await kubectl.api.get(resource, namespace, name), beginning: [] };
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "NotFound") throw error;
    const { items } = await kubectl.api.list(resource, namespace);
    const beginning = items.filter((item) => item.metadata.name.startsWith(name));
    if (beginning.length === 0) throw error;
    return { beginning };
  }
}
