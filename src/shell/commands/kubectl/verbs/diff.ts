// kubectl diff: what apply would change, as diff -u says it. Models kubectl pkg/cmd/diff.

import type { Obj } from "../../../../api/object.ts";
import { printYaml } from "../../../../api/yaml.ts";
import { editScript, unified } from "../../core/diff.ts";
import { linesOf } from "../../../streams.ts";
import { combined, KubectlError } from "../errors.ts";
import { recordedIn, withLastApplied } from "../lastapplied.ts";
import { forEachTarget, wantedBy } from "../targets.ts";
import { threeWayPatch } from "../threeway.ts";
import type { Verb } from "../verb.ts";
import { placed } from "./apply.ts";

export const diff: Verb = {
  path: "diff",
  summary: "show what apply would change",
  flags: "filename recursive",
  completes: "file",
  example: "kubectl diff -f ingress.yaml",
  async run(kubectl, given) {
    if (!given.given("filename")) throw new KubectlError("must specify one of -f and -k");
    const wanted = await wantedBy(kubectl, given);
    let differs = false;
    const run = kubectl.call.world.random.int(2 ** 31);
    const errors = await forEachTarget(
      wanted.targets,
      async ({ resource, namespace, name, object }) => {
        const live = await kubectl.api.find(resource, namespace, name);
        const merged = await mergedOf();
        const file = `${resource.group === "" ? "" : `${resource.group}.`}${resource.version}.${resource.kind}.${namespace ?? ""}.${name}`;
        const before = live ? linesOf(printYaml(bare(live))) : [];
        const edits = editScript(before, linesOf(printYaml(bare(merged))));
        if (edits.every((one) => one.mark === " ")) return;
        differs = true;
        const [from, to] = [`/tmp/LIVE-${run}/${file}`, `/tmp/MERGED-${run}/${file}`];
        const at = new Date(kubectl.clock.now()).toISOString();
        const stamp = `${at.slice(0, 10)} ${at.slice(11, 23)}000000 +0000`;
        kubectl.out(
          `diff -u -N ${from} ${to}\n--- ${from}\t${stamp}\n+++ ${to}\t${stamp}\n${unified(edits)}`,
        );

        async function mergedOf(): Promise<Obj> {
          const whole = placed({ object: object!, namespace });
          const modified = live ? withLastApplied(whole) : whole;
          const query = {
            dryRun: "All",
            fieldManager: "kubectl-client-side-apply",
            fieldValidation: "Strict",
          };
          if (live === undefined) return kubectl.api.create(resource, namespace, modified, query);
          const sides = {
            original: recordedIn(live),
            modified,
            current: live,
          } as unknown as Parameters<typeof threeWayPatch>[1];
          const { patch, type } = threeWayPatch(resource.kind, sides);
          return kubectl.api.patch(resource, namespace, name, { body: patch, type, query });
        }
      },
    );
    const error = combined([...wanted.errors, ...errors]);
    if (error) throw error;
    return differs ? 1 : 0;
  },
};

/** Without what is kubectl's own or the server's: managed fields. */
function bare(object: Obj): Obj {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
