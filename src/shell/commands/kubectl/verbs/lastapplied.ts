// kubectl apply view-last-applied, set-last-applied. Models kubectl pkg/cmd/apply.

import type { Obj } from "../../../../api/object.ts";
import { printYaml } from "../../../../api/yaml.ts";
import { KubectlError } from "../errors.ts";
import { lastApplied, recordedIn, withLastApplied } from "../lastapplied.ts";
import { printJson } from "../../../../api/gojson.ts";
import { resourceName } from "../rest.ts";
import { allTargets, wantedBy } from "../targets.ts";
import type { Verb } from "../verb.ts";

export const lastAppliedVerbs: readonly Verb[] = [
  {
    path: "apply view-last-applied",
    summary: "print what was applied last",
    flags: "all filename output recursive selector",
    completes: "type-name",
    example: "kubectl apply view-last-applied ingress/simple-fanout",
    async run(kubectl, given) {
      const output = given.text("output") || "yaml";
      if (output !== "yaml" && output !== "json") {
        throw new KubectlError(
          `Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json\nSee 'kubectl apply view-last-applied -h' for help and examples`,
        );
      }
      const { targets, errors } = await allTargets(kubectl, given);
      if (errors[0]) throw errors[0];
      for (const { resource, namespace, name } of targets) {
        const recorded = recordedIn(await kubectl.api.get(resource, namespace, name));
        // As upstream: nothing recorded, nothing printed.
        if (recorded === undefined || Object.keys(recorded).length === 0) continue;
        kubectl.out(output === "json" ? printJson(recorded) : printYaml(recorded));
      }
    },
  },
  {
    path: "apply set-last-applied",
    summary: "record a file as what was applied last",
    flags: "create-annotation dry-run filename output",
    completes: "file",
    example: "kubectl apply set-last-applied -f ingress.yaml",
    async run(kubectl, given) {
      const { targets, errors } = await wantedBy(kubectl, given);
      if (errors[0]) throw errors[0];
      for (const { resource, namespace, name, object } of targets) {
        const current: Obj = await kubectl.api.get(resource, namespace, name);
        const old = current.metadata.annotations?.[lastApplied];
        if (old === undefined && !given.is("create-annotation")) {
          throw new KubectlError(
            `no last-applied-configuration annotation found on resource: ${name}, to create the annotation, run the command with --create-annotation`,
          );
        }
        const value = withLastApplied(object!).metadata.annotations?.[lastApplied];
        if (value === old) {
          kubectl.out(`set-last-applied ${name}: no changes required.\n`);
          continue;
        }
        const body = { metadata: { annotations: { [lastApplied]: value } } };
        await kubectl.api.patch(resource, namespace, name, { body, type: "merge-patch+json" });
        kubectl.out(`${resourceName(resource, name)} configured\n`);
      }
    },
  },
];
