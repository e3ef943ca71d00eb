// kubectl exec, attach, port-forward, cp, debug, top: what needs a shell inside a container or a
// tunnel to it. The Pod is looked up first, so that a wrong name is told as ever.

import { notHere } from "../../../command.ts";
import { KubectlError } from "../errors.ts";
import type { Verb } from "../verb.ts";

export const exec: Verb = {
  path: "exec",
  summary: "run a command in a container (not in this hotel)",
  flags: "container stdin tty quiet filename pod-running-timeout",
  completes: "type-name",
  async run(kubectl, given) {
    const [word] = given.operands;
    if (word === undefined)
      throw new KubectlError("pod, type/name or --filename must be specified");
    if ((given.after ?? given.operands.slice(1)).length === 0) {
      throw new KubectlError("you must specify at least one command for the container");
    }
    const [type, name] = word.includes("/") ? word.split("/") : ["pods", word];
    const resource = await kubectl.discovery.find(type!);
    await kubectl.api.get(resource, kubectl.namespace, name!);
    throw new KubectlError(
      notHere(
        "containers here are small programs without a shell; real Kubernetes would run the command inside. kubectl logs and describe show what it does",
      ),
    );
  },
};
