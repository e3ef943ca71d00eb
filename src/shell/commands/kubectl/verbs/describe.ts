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
  for (const target of wanted.targets) {
    try {
      objects.push(...(await find(kubectl, target)));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.push(error);
    }
  }
  for (const { resource, namespace } of wanted.listings) {
    objects.push(...(await kubectl.api.list(resource, namespace, selectors(given))).items);
  }
  let first = true;
  for (const object of objects) {
    const sheet = new Sheet(kubectl.clock.now());
    await describerOf(object)(object, {
      kubectl,
      sheet,
      showEvents: given.is("show-events", true),
    });
    kubectl.out(`${first ? "" : "\n\n"}${sheet.text}`);
    first = false;
  }
  if (objects.length === 0 && errors.length === 0) {
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
): Promise<readonly Obj[]> {
  try {
    return [await kubectl.api.get(resource, namespace, name)];
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "NotFound") throw error;
    const { items } = await kubectl.api.list(resource, namespace);
    const alike = items.filter((item) => item.metadata.name.startsWith(name));
    if (alike.length === 0) throw error;
    return alike;
  }
}
