// helm: the staffing agency. Charts come from the museum (src/shell/charts); releases are kept
// in the cluster as helm keeps them, and objects go through the API as everybody's do.

import { ApiError } from "../../../api/errors.ts";
import { CommandError, type Call, type Command } from "../../command.ts";
import { contextOf, loadConfig } from "../kubectl/config.ts";
import { Discovery } from "../kubectl/discovery.ts";
import { Api } from "../kubectl/rest.ts";
import { HelmError } from "./errors.ts";
import { isCommand, parseHelm, type HelmArguments } from "./flags.ts";
import { install, template, uninstall, upgrade, type Helm } from "./install.ts";
import * as queries from "./queries.ts";
import { museum } from "../../charts/museum.ts";

interface Subcommand {
  readonly summary: string;
  /** Goes between "Error: " and the message. */
  readonly failure?: string;
  run(helm: Helm, given: HelmArguments): Promise<void> | void;
}

const subcommands: Readonly<Record<string, Subcommand>> = {
  install: { summary: "install a chart", failure: "INSTALLATION FAILED: ", run: install },
  upgrade: { summary: "upgrade a release", failure: "UPGRADE FAILED: ", run: upgrade },
  uninstall: { summary: "uninstall a release", run: uninstall },
  list: { summary: "list releases", run: queries.list },
  status: { summary: "display the status of the named release", run: queries.status },
  history: { summary: "fetch release history", run: queries.history },
  "get values": { summary: "download the values file for a named release", run: queries.getValues },
  "get manifest": {
    summary: "download the manifest for a named release",
    run: queries.getManifest,
  },
  "get notes": { summary: "download the notes for a named release", run: queries.getNotes },
  template: { summary: "locally render templates", run: template },
  "show values": { summary: "show the chart's values", run: queries.showValues },
  "show chart": { summary: "show the chart's definition", run: queries.showChart },
  "search repo": {
    summary: "search repositories for a keyword in charts",
    run: queries.searchRepo,
  },
  "repo add": { summary: "add a chart repository", run: queries.repoAdd },
  "repo update": { summary: "update information of available charts", run: queries.repoUpdate },
  "repo list": { summary: "list chart repositories", run: queries.repoList },
  "repo remove": { summary: "remove one or more chart repositories", run: queries.repoRemove },
  version: { summary: "print the helm version information", run: queries.version },
};

const aliases: Readonly<Record<string, string>> = {
  ls: "list",
  delete: "uninstall",
  del: "uninstall",
  un: "uninstall",
  hist: "history",
  inspect: "show",
};

/** Commands of the real helm that are not here. */
const realOnly = new Set(
  "completion create dependency dep env lint package plugin pull fetch push registry rollback test verify".split(
    " ",
  ),
);

export const helm: Command = {
  name: "helm",
  summary: "install charts into the cluster",
  help: usage(),
  run,
  complete: (words) => Promise.resolve(complete(words)),
};

async function run(call: Call): Promise<number> {
  const words = call.args.map((word, index) => (index === 0 ? (aliases[word] ?? word) : word));
  if (
    words.length === 0 ||
    words.includes("--help") ||
    words.includes("-h") ||
    words[0] === "help"
  ) {
    call.stdout.write(usage());
    return 0;
  }
  const two = words.slice(0, 2).join(" ");
  const path = isCommand(two) ? two : words[0]!;
  const subcommand = Object.hasOwn(subcommands, path) ? subcommands[path] : undefined;
  if (!subcommand) throw failure("", unknown(words));
  try {
    const given = parseHelm(path, words.slice(path.split(" ").length));
    await subcommand.run(open(call, given), given);
    return 0;
  } catch (error) {
    throw failure(subcommand.failure ?? "", error);
  }
}

function open(call: Call, given: HelmArguments): Helm {
  const { world, signal } = call;
  const warn = (warning: string): void => call.stderr.write(`W ${warning}\n`);
  const agent = "helm/3.18.4";
  const api = new Api({ transport: world.api, signal, clock: world.clock, warn, agent });
  const context = contextOf(loadConfig(call), given.text("kube-context"));
  return {
    call,
    cluster: { api, discovery: new Discovery(api) },
    namespace: given.text("namespace") || (context?.context.namespace ?? "default"),
  };
}

/** Refusals of ours and of the API server end the command in helm's words. */
function failure(prefix: string, error: unknown): unknown {
  if (!(error instanceof HelmError) && !(error instanceof ApiError)) return error;
  const flagError = /^(unknown|flag needs)/.test(error.message);
  return new CommandError(`Error: ${flagError ? "" : prefix}${error.message}\n`);
}

function unknown(words: readonly string[]): HelmError {
  const [first = ""] = words;
  if (realOnly.has(first)) return queries.absent(first);
  if (["repo", "get", "show", "search"].includes(first)) {
    return words[1] === undefined || words[1].startsWith("-")
      ? new HelmError(`"helm ${first}" wants a command: ${group(first).join(", ")}`)
      : queries.absent(`${first} ${words[1]}`);
  }
  return new HelmError(`unknown command "${first}" for "helm"\nRun 'helm --help' for usage.`);
}

function group(name: string): string[] {
  return Object.keys(subcommands)
    .filter((path) => path.startsWith(`${name} `))
    .map((path) => path.slice(name.length + 1));
}

function usage(): string {
  const lines = Object.entries(subcommands).map(
    ([path, { summary }]) => `  ${path.padEnd(14)} ${summary}\n`,
  );
  return `The Kubernetes package manager

Usage:
  helm [command]

Available Commands:
${lines.join("")}`;
}

function complete(words: readonly string[]): string[] {
  if (words.length === 2) {
    return [...new Set(Object.keys(subcommands).map((path) => path.split(" ")[0]!))];
  }
  if (words.length === 3 && group(words[1]!).length > 0) return group(words[1]!);
  return museum.map(({ repo, name }) => `${repo}/${name}`);
}
