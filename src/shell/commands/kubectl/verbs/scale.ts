// kubectl scale. Models kubectl pkg/cmd/scale.

import type { Obj } from "../../../../api/object.ts";
import { combined, KubectlError } from "../errors.ts";
import { required } from "../generate/objects.ts";
import { allTargets, forEachTarget } from "../targets.ts";
import type { Verb } from "../verb.ts";
import { dryRunOf, dryRunQuery, Teller } from "../writing.ts";

export const scale: Verb = {
  path: "scale",
  summary: "set how many Pods a workload has",
  flags: "replicas current-replicas filename recursive selector all dry-run output timeout",
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
    if (targets.length === 0 && errors.length === 0)
      throw new KubectlError("no objects passed to scale");
    const dryRun = dryRunOf(given);
    const teller = new Teller(kubectl, given, dryRun);
    const failed = await forEachTarget(targets, async ({ resource, namespace, name }) => {
      const object = (await kubectl.api.get(resource, namespace, name)) as Obj & {
        spec?: { replicas?: number };
      };
      if (!resource.subresources.includes("scale")) {
        throw new KubectlError(
          `cannot scale ${resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`} "${name}": the server could not find the requested resource`,
        );
      }
      const wanted = given.given("current-replicas") ? Number(given.text("current-replicas")) : -1;
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
    });
    teller.finish();
    const error = combined([...errors, ...failed]);
    if (error) throw error;
  },
};
