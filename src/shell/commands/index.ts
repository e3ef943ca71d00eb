// All commands of the terminal, by name. To add one, write it beside the others and list it here.

import type { Command } from "../command.ts";
import { manual } from "./core/help.ts";
import { coreCommands } from "./core/index.ts";
import { curl } from "./curl7/curl.ts";
import { kubectl } from "./kubectl/kubectl.ts";
import { nameCommands } from "./net/names.ts";
import { probes } from "./net/probes.ts";
import { helm } from "./helm/helm.ts";

const list: readonly Command[] = [kubectl, helm, curl, ...nameCommands, ...probes, ...coreCommands];

/** Commands whose own programs answer --help. */
const answersHelpItself = new Set(["kubectl", "helm", "curl", "echo", "printf", "test", "["]);

/** Every command; `NAME --help` prints its manual. */
export const commands: ReadonlyMap<string, Command> = new Map(
  list.map((command) => [command.name, withHelp(command)]),
);

function withHelp(command: Command): Command {
  if (answersHelpItself.has(command.name)) return command;
  return {
    ...command,
    run(call) {
      if (call.args.length !== 1 || call.args[0] !== "--help") return command.run(call);
      call.stdout.write(manual(command));
      return Promise.resolve(0);
    },
  };
}
