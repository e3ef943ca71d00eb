// kubectl set resources, serviceaccount, selector. Models kubectl pkg/cmd/set.

import type { Obj } from "../../../../api/object.ts";
import { KubectlError } from "../errors.ts";
import type { Verb } from "../verb.ts";
import { dryRunOf, dryRunQuery } from "../writing.ts";
import { change, patchPodSpec } from "./patch.ts";

export const setMore: readonly Verb[] = [
  {
    path: "set resources",
    summary: "change what containers ask for and may use",
    flags: "filename recursive selector all containers limits requests dry-run output",
    completes: "type-name",
    example: "kubectl set resources deployment/web --limits=cpu=200m,memory=128Mi",
    async run(kubectl, given) {
      if (!given.given("limits") && !given.given("requests")) {
        throw new KubectlError(
          "you must specify an update to requests or limits (in the form of --requests/--limits)",
        );
      }
      const limits = pairs(given.text("limits"));
      const requests = pairs(given.text("requests"));
      const only = given.text("containers") || "*";
      await patchPodSpec(
        kubectl,
        given,
        given.operands,
        "resource requirements updated",
        (spec) => ({
          containers: spec.containers
            .filter(({ name }) => only === "*" || only === name)
            .map(({ name }) => ({
              name,
              resources: { ...(limits && { limits }), ...(requests && { requests }) },
            })),
        }),
      );
    },
  },
  {
    path: "set serviceaccount",
    summary: "change the ServiceAccount of Pods",
    flags: "filename recursive all dry-run output",
    completes: "type-name",
    example: "kubectl set serviceaccount deployment/web reader",
    async run(kubectl, given) {
      const account = given.operands.at(-1);
      if (account === undefined || given.operands.length < 2) {
        throw new KubectlError("serviceaccount is required");
      }
      await patchPodSpec(
        kubectl,
        given,
        given.operands.slice(0, -1),
        "serviceaccount updated",
        () => ({
          serviceAccountName: account,
        }),
      );
    },
  },
  {
    path: "set selector",
    summary: "change which Pods a Service finds",
    flags: "filename recursive all dry-run output resource-version",
    completes: "type-name",
    example: "kubectl set selector service/web app=web",
    async run(kubectl, given) {
      const expression = given.operands.at(-1) ?? "";
      const selector = pairs(expression);
      if (!selector)
        throw new KubectlError(
          "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        );
      const words = given.operands.slice(0, -1);
      await change(
        kubectl,
        given,
        async ({ resource, namespace, name }, teller) => {
          const object = (await kubectl.api.get(resource, namespace, name)) as Obj & {
            spec?: { selector?: Record<string, string> };
          };
          if (object.kind !== "Service") {
            throw new KubectlError(`setting a selector is only supported for Services`);
          }
          const gone = Object.keys(object.spec?.selector ?? {}).filter((key) => !(key in selector));
          const body = {
            spec: {
              selector: { ...selector, ...Object.fromEntries(gone.map((key) => [key, null])) },
            },
          };
          const dryRun = dryRunOf(given);
          if (dryRun === "client") return teller.tell(resource, object, "selector updated");
          const query = { fieldManager: "kubectl-set", ...dryRunQuery(dryRun) };
          const type = "merge-patch+json";
          teller.tell(
            resource,
            await kubectl.api.patch(resource, namespace, name, { body, type, query }),
            "selector updated",
          );
        },
        words,
      );
    },
  },
];

/** "cpu=200m,memory=128Mi" */
function pairs(text: string): Record<string, string> | undefined {
  if (text === "") return undefined;
  return Object.fromEntries(
    text.split(",").map((one) => {
      const [key = "", value, ...more] = one.split("=");
      if (value === undefined || more.length > 0) {
        throw new KubectlError(`Invalid argument syntax ${one}, expected <resource>=<value>`);
      }
      return [key, value];
    }),
  );
}
