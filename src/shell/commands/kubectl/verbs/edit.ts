// kubectl edit: the object as YAML in the page's editor; saving applies what was changed.
// Models kubectl pkg/cmd/util/editor.

import { text as decode, utf8 } from "../../../../base/bytes.ts";
import { sameValue } from "../../../../api/json.ts";
import type { Obj } from "../../../../api/object.ts";
import { parseYaml, printYaml } from "../../../../api/yaml.ts";
import { notHere } from "../../../command.ts";
import { KubectlError } from "../errors.ts";
import { resourceName } from "../rest.ts";
import { allTargets } from "../targets.ts";
import { threeWayPatch } from "../threeway.ts";
import type { Verb } from "../verb.ts";

const header = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

export const edit: Verb = {
  path: "edit",
  summary: "change an object in the editor",
  flags: "filename recursive output",
  completes: "type-name",
  example: "kubectl edit ingress simple-fanout",
  async run(kubectl, given) {
    const { world } = kubectl.call;
    const { targets, errors } = await allTargets(kubectl, given);
    if (errors[0]) throw errors[0];
    if (world.openEditor === undefined) {
      throw new KubectlError(
        notHere("there is no editor beside this terminal; use kubectl apply or patch"),
      );
    }
    for (const { resource, namespace, name } of targets) {
      const before = await kubectl.api.get(resource, namespace, name);
      const { managedFields: _, ...metadata } = before.metadata;
      const shown = { ...before, metadata };
      if (world.files.kind("/tmp") === undefined) world.files.makeFolder("/tmp");
      const path = `/tmp/kubectl-edit-${world.random.suffix(10)}.yaml`;
      const given = header + printYaml(shown);
      world.files.write(path, utf8(given));
      const saved = await world.openEditor(path);
      const text = world.files.kind(path) === "file" ? decode(world.files.read(path)) : "";
      if (!saved || text === given || text.trim() === "") {
        kubectl.err("Edit cancelled, no changes made.\n");
        continue;
      }
      const [document] = parseYaml(text);
      if (document === undefined || document.error) {
        throw new KubectlError(
          `error parsing edited-file: ${document?.error?.message ?? "empty"}\nA copy of your changes has been stored to "${path}"`,
        );
      }
      const after = document.value as Obj;
      if (sameValue(after, shown)) {
        kubectl.err("Edit cancelled, no changes made.\n");
        continue;
      }
      const sides = { original: shown, modified: after, current: shown } as unknown as Parameters<
        typeof threeWayPatch
      >[1];
      const { patch, type } = threeWayPatch(resource.kind, sides);
      const query = { fieldManager: "kubectl-edit", fieldValidation: "Strict" };
      await kubectl.api.patch(resource, namespace, name, { body: patch, type, query });
      world.files.remove(path);
      kubectl.out(`${resourceName(resource, name)} edited\n`);
    }
  },
};
