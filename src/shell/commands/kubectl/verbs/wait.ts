// kubectl wait. Models kubectl pkg/cmd/wait.

import type { Obj } from "../../../../api/object.ts";
import type { Arguments } from "../arguments.ts";
import { parseDuration } from "../duration.ts";
import { combined, KubectlError } from "../errors.ts";
import { relaxed, selectValues } from "../../../../api/jsonpath.ts";
import { pathOf, resourceName } from "../rest.ts";
import { allTargets, forEachTarget, type Target } from "../targets.ts";
import type { Kubectl, Verb } from "../verb.ts";

export const wait: Verb = {
  path: "wait",
  summary: "wait until objects are as you want them",
  flags: "for timeout all all-namespaces selector field-selector filename recursive",
  completes: "type-name",
  example: "kubectl wait --for=condition=Available deployment/frontend --timeout=60s",
  run,
};

/** Whether an object (undefined: it is not there) is as wanted. */
type Wish = (object: Obj | undefined) => boolean;

async function run(kubectl: Kubectl, given: Arguments): Promise<void> {
  const wish = parseWish(given.text("for"));
  const limitMs = given.given("timeout") ? parseDuration(given.text("timeout")) : 30_000;
  const until = kubectl.clock.now() + (limitMs < 0 ? 7 * 86_400_000 : limitMs);
  const { targets, errors } = await allTargets(kubectl, given);
  if (targets.length === 0 && errors.length === 0)
    throw new KubectlError("no matching resources found");
  const failed = await forEachTarget(targets, (target) => waitFor(kubectl, target, wish, until));
  const error = combined([...errors, ...failed]);
  if (error) throw error;
}

function parseWish(text: string): { wish: Wish; mayBeAbsent: boolean } {
  const lower = text.toLowerCase();
  if (lower === "delete") return { wish: (object) => object === undefined, mayBeAbsent: true };
  if (lower === "create") return { wish: (object) => object !== undefined, mayBeAbsent: true };
  const condition = /^condition=([^=]+)(?:=(.+))?$/i.exec(text);
  if (condition) {
    const [, type = "", status = "true"] = condition;
    return { wish: (object) => hasCondition(object, type, status), mayBeAbsent: false };
  }
  const path = /^jsonpath=(\{.+?\}|[^=]+?)(?:=(.*))?$/is.exec(text);
  if (path) {
    const [, expression = "", wanted] = path;
    const wish: Wish = (object) => {
      if (object === undefined) return false;
      const values = selectValues(relaxed(expression), object);
      return wanted === undefined
        ? values.length > 0
        : values.some((value) => String(value) === wanted);
    };
    return { wish, mayBeAbsent: false };
  }
  throw new KubectlError(`unrecognized condition: ${JSON.stringify(text)}`);
}

function hasCondition(object: Obj | undefined, type: string, status: string): boolean {
  const { status: own } = (object ?? {}) as {
    status?: { conditions?: { type: string; status: string }[] };
  };
  const found = own?.conditions?.find((one) => one.type.toLowerCase() === type.toLowerCase());
  return found?.status.toLowerCase() === status.toLowerCase();
}

async function waitFor(
  kubectl: Kubectl,
  { resource, namespace, name }: Target,
  { wish, mayBeAbsent }: { wish: Wish; mayBeAbsent: boolean },
  until: number,
): Promise<void> {
  const done = (): void => kubectl.out(`${resourceName(resource, name)} condition met\n`);
  const object = mayBeAbsent
    ? await kubectl.api.find(resource, namespace, name)
    : await kubectl.api.get(resource, namespace, name);
  // What is not there need not be waited for until it is deleted: nothing is said of it.
  if (object === undefined && wish(object)) return;
  if (wish(object)) return done();
  const leftMs = until - kubectl.clock.now();
  const late = new KubectlError(
    `timed out waiting for the condition on ${resource.plural}/${name}`,
  );
  if (leftMs <= 0) throw late;
  const path = pathOf(resource, namespace);
  const list = object
    ? undefined
    : await kubectl.api.list(resource, namespace, { fieldSelector: `metadata.name=${name}` });
  const query = {
    fieldSelector: `metadata.name=${name}`,
    resourceVersion: object?.metadata.resourceVersion ?? list?.metadata.resourceVersion,
    timeoutSeconds: String(Math.ceil(leftMs / 1000)),
  };
  for await (const { type, object: seen } of kubectl.api.watch(path, query)) {
    if (wish(type === "DELETED" ? undefined : seen)) return done();
  }
  if (!kubectl.call.signal.aborted) throw late;
}
