// kubectl scale. Models kubectl pkg/cmd/scale.

import { ApiError } from "../../../../api/errors.ts";
import type { Obj } from "../../../../api/object.ts";
import { combined, KubectlError } from "../errors.ts";
import { required } from "../generate/objects.ts";
import { allTargets, forEachTarget, type Target } from "../targets.ts";
import type { Verb } from "../verb.ts";
import { dryRunOf, dryRunQuery, Teller } from "../writing.ts";

type Scalable = Obj & { spec?: { replicas?: number } };

export const scale: Verb = {
  path: "scale",
  summary: "set how many Pods a workload has",
  flags: "replicas current-replicas filename recursive selector all dry-run output",
  completes: "type-name",
  example: "kubectl scale deployment frontend --replicas=3",
  async run(kubectl, given) {
    required(given, "replicas");
    const replicas = Number(given.text("replicas"));
    if (!Number.isInteger(replicas)) {
      throw new KubectlError(
        `invalid argument "${given.text("replicas")}" for "--replicas" flag: strconv.ParseInt: parsing "${given.text("replicas")}": invalid syntax\nSee 'kubectl scale --help' for usage.`,
      );
    }
    if (replicas < 0) {
      throw new KubectlError(
        "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
      );
    }
    const { targets, errors } = await allTargets(kubectl, given);
    const found: { target: Target; object: Scalable }[] = [];
    const missing = await forEachTarget(targets, async (target) => {
      const { resource, namespace, name } = target;
      found.push({ target, object: await kubectl.api.get(resource, namespace, name) });
    });
    if (found.length === 0 && errors.length === 0) {
      const why = missing.map((error) => error.message).join(", ");
      throw new KubectlError(`no objects passed to scale ${why}`.trimEnd());
    }
    const dryRun = dryRunOf(given);
    const teller = new Teller(kubectl, given, dryRun);
    const failed = await forEachTarget(
      found.map(({ target, object }) => ({ ...target, object })),
      async ({ resource, namespace, name, object: current }) => {
        const object = current as Scalable;
        if (!resource.subresources.includes("scale")) {
          const message = `the server could not find the requested resource (patch ${resource.plural} ${name})`;
          throw new ApiError("NotFound", message, {});
        }
        const wanted = given.given("current-replicas")
          ? Number(given.text("current-replicas"))
          : -1;
        if (wanted >= 0 && wanted !== (object.spec?.replicas ?? 1)) {
          throw new KubectlError(
            `Expected replicas to be ${wanted}, was ${object.spec?.replicas ?? 1}`,
          );
        }
        if (dryRun !== "client") {
          await kubectl.api.patch(resource, namespace, name, {
            body: { spec: { replicas } },
            type: "merge-patch+json",
            subresource: "scale",
            query: dryRunQuery(dryRun),
          });
        }
        teller.tell(resource, object, "scaled");
      },
    );
    teller.finish();
    const error = combined([...errors, ...missing, ...failed]);
    if (error) throw error;
  },
};
