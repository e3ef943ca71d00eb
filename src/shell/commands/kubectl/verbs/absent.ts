// Commands that the real kubectl has and this one has not: each says why, and what to do instead.

import { notHere } from "../../../command.ts";
import { KubectlError } from "../errors.ts";
import type { Verb } from "../verb.ts";

const instead: Readonly<Record<string, string>> = {
  autoscale: "nothing scales by itself here; use kubectl scale",
  kustomize: "overlays are not built here; write plain YAML",
  debug:
    "ephemeral containers are not run here; use kubectl run -it --rm tmp --image=nicolaka/netshoot -- sh",
  proxy: "the API server needs no proxy in this page; use kubectl get --raw PATH",
  "certificate approve": "certificate requests are not served here",
  "certificate deny": "certificate requests are not served here",
  "auth reconcile": "use kubectl apply -f FILE for roles",
  "create token": "Pods here do not call the API with tokens of their own",
  "set subject": "use kubectl edit or apply for bindings",
  "cluster-info dump": "use kubectl get all -A -o yaml",
  "apply edit-last-applied": "use kubectl apply set-last-applied -f FILE",
};

/** Not offered by completion and not listed by help. */
const absentVerbs: ReadonlyMap<string, string> = new Map(Object.entries(instead));

export function absentVerb(path: string): KubectlError {
  const why = absentVerbs.get(path);
  const words = `kubectl ${path} (the real kubectl has it)${why === undefined ? "" : `: ${why}`}`;
  return new KubectlError(notHere(words));
}

export const pluginList: Verb = {
  path: "plugin list",
  summary: "list plugins (there are none)",
  flags: "name-only",
  completes: "none",
  run: () => Promise.reject(new KubectlError("unable to find any kubectl plugins in your PATH")),
};
