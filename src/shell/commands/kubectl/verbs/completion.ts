// kubectl completion, options. Tab completes in this terminal without a script; what is printed
// says so, and is harmless to source.

import { globalFlags } from "../flags.ts";
import { KubectlError, UsageError } from "../errors.ts";
import type { Verb } from "../verb.ts";

const shells = ["bash", "zsh", "fish", "powershell"];

export const completion: Verb = {
  path: "completion",
  summary: "print a completion script (Tab completes here without one)",
  flags: "",
  completes: "none",
  example: "source <(kubectl completion bash)",
  async run(kubectl, given) {
    const [shell] = given.operands;
    const see = "\nSee 'kubectl completion -h' for help and examples";
    if (shell === undefined) throw new UsageError(`Shell not specified.${see}`);
    if (given.operands.length > 1) {
      throw new UsageError(`Too many arguments. Expected only the shell type.${see}`);
    }
    if (!shells.includes(shell)) throw new UsageError(`Unsupported shell type "${shell}".${see}`);
    kubectl.out(`# ${shell} completion for kubectl: Tab completes in this terminal already.\n`);
  },
};

export const options: Verb = {
  path: "options",
  summary: "list the flags that every command takes",
  flags: "",
  completes: "none",
  async run(kubectl) {
    kubectl.out("The following options can be passed to any command:\n\n");
    for (const one of globalFlags.split(" ")) {
      const [name = "", letter] = one.slice(0, -1).split("/");
      const value = one.endsWith("?") ? "=false" : one.endsWith("*") ? "=[]" : "=''";
      kubectl.out(`    ${letter ? `-${letter}, ` : ""}--${name}${value}\n`);
    }
  },
};

/** "kubectl alpha": nothing is in trial here. */
export const alpha: Verb = {
  path: "alpha",
  summary: "commands in trial (there are none)",
  flags: "",
  completes: "none",
  run: () =>
    Promise.reject(new KubectlError("no alpha commands are available in this version of kubectl")),
};
