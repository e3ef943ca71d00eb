// kubectl: a REST client of the API server, as the real one. This file finds the command, reads
// its flags, and tells what went wrong; the commands are in verbs/ and generate/.

import { CommandError, notHere, type Call, type Command } from "../../command.ts";
import { parseArguments, HelpWanted } from "./arguments.ts";
import { completeKubectl } from "./complete.ts";
import { errorText, KubectlError } from "./errors.ts";
import { groupHelp, rootHelp, verbHelp } from "./help.ts";
import { findPath } from "./path.ts";
import { unknownCommand } from "./unknown.ts";
import { openKubectl } from "./verb.ts";
import { absentVerb } from "./verbs/absent.ts";
import { verbs } from "./verbs/index.ts";

export const kubectl: Command = {
  name: "kubectl",
  summary: "talk to the cluster",
  help: "kubectl COMMAND [TYPE] [NAME] [FLAGS]   (kubectl --help lists the commands)\n",
  run,
  complete: completeKubectl,
};

async function run(call: Call): Promise<number> {
  try {
    return await dispatch(call);
  } catch (error) {
    if (error instanceof HelpWanted) {
      call.stdout.write(helpFor(error.path));
      return 0;
    }
    const words = errorText(error);
    if (words === undefined) throw error;
    throw new CommandError(words);
  }
}

async function dispatch(call: Call): Promise<number> {
  const { path, rest } = findPath(call.args);
  const verb = verbs.find((one) => one.path === path);
  if (verb === undefined) {
    if (path === "" && rest.every((word) => word === "--help" || word === "-h")) {
      call.stdout.write(rootHelp());
      return 0;
    }
    if (path === "") return withoutCommand(rest);
    return withoutVerb(call, path, rest);
  }
  const given = parseArguments(rest, path, verb.flags.split(" "));
  return (await verb.run(openKubectl(call, given), given)) ?? 0;
}

/** Only flags, or a word that is no command. */
function withoutCommand(rest: readonly string[]): number {
  parseArguments(rest, "", []);
  throw unknownCommand(rest);
}

/** A group without its subcommand, or a command that only the real kubectl has. */
function withoutVerb(call: Call, path: string, rest: readonly string[]): number {
  const group = verbs.some((one) => one.path.startsWith(`${path} `));
  if (!group) {
    parseArguments(
      rest.filter((word) => word === "--help" || word === "-h"),
      path,
      [],
    );
    throw absentVerb(path);
  }
  const operand = rest.find((word) => !word.startsWith("-"));
  if (operand !== undefined) {
    throw new KubectlError(
      `unknown command "${operand}"\nSee 'kubectl ${path} -h' for help and examples`,
    );
  }
  call.stdout.write(groupHelp(path));
  return 0;
}

function helpFor(path: string): string {
  if (path === "") return rootHelp();
  const verb = verbs.find((one) => one.path === path);
  if (verb !== undefined) return verbHelp(verb);
  if (verbs.some((one) => one.path.startsWith(`${path} `))) return groupHelp(path);
  return `${notHere(`kubectl ${path} (the real kubectl has it)`)}\n`;
}
