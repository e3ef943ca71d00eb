// All commands of the terminal, by name. To add one, write it beside the others and list it here:
// among the built-in ones, or with the file that it is fetched from when it is first wanted.

import { CommandError, type Command, type CommandEntry, type Commands } from "../command.ts";
import { manual } from "./core/help.ts";
import { builtInCommands } from "./core/index.ts";

/** Names, separated by spaces, and the file that has the commands. */
type Fetched = readonly [names: string, fetch: () => Promise<readonly Command[]>];

const fetched: readonly Fetched[] = [
  ["kubectl", async () => [(await import("./kubectl/kubectl.ts")).kubectl]],
  ["helm", async () => [(await import("./helm/helm.ts")).helm]],
  ["curl", async () => [(await import("./curl/curl.ts")).curl]],
  ["openssl", async () => [(await import("./openssl/openssl.ts")).openssl]],
  ["dig nslookup host getent", async () => (await import("./net/names.ts")).nameCommands],
  [
    "ping nc netcat telnet traceroute wget hey",
    async () => (await import("./net/probes.ts")).probes,
  ],
  ["grep egrep fgrep", async () => (await import("./core/grep.ts")).grep],
  [
    "jobs fg bg wait kill disown return shift local declare readonly eval exec command trap ps",
    async () => (await import("./core/control.ts")).controls,
  ],
  [
    "tac rev nl fold paste column yes less more basename dirname realpath readlink mktemp expr sha256sum chmod",
    async () => (await import("./core/lines.ts")).lineTools,
  ],
  ["find", async () => [(await import("./core/find.ts")).find]],
  ["tar", async () => [(await import("./core/tar.ts")).tar]],
  ["hotel", async () => [(await import("./hotel.ts")).hotel]],
  ["sort uniq cut tr seq", async () => (await import("./core/filters.ts")).filters],
  ["sed", async () => [(await import("./core/sed.ts")).sed]],
  ["awk", async () => [(await import("./core/awk.ts")).awk]],
  ["jq", async () => [(await import("./core/jq.ts")).jq]],
  ["diff", async () => [(await import("./core/diff.ts")).diff]],
];

/** Commands whose own programs answer --help. */
const answersHelpItself = new Set([
  "kubectl",
  "helm",
  "curl",
  "openssl",
  "echo",
  "printf",
  "test",
  "[",
  "hotel",
]);

/** Every command, for one shell; `NAME --help` prints its manual. */
export function openCommands(): Commands {
  // Commands of one pipeline must not start in the order in which the network delivers them.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: Promise<T>): Promise<T> => {
    const mine = Promise.allSettled([last, work]).then(() => work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const entries = [
    ...builtInCommands.map((command) => entryOf(command.name, command.summary !== "", command)),
    ...fetched.flatMap(([names, fetch]) =>
      names.split(" ").map((name) => entryOf(name, true, fetch)),
    ),
  ];
  return new Map(
    entries.map((entry) => [entry.name, { ...entry, load: () => inTurn(entry.load()) }]),
  );
}

function entryOf(name: string, offered: boolean, from: Command | Fetched[1]): CommandEntry {
  const load = async (): Promise<Command> => {
    if (typeof from !== "function") return withHelp(from);
    const found = (await from().catch(() => [])).find((command) => command.name === name);
    if (found) return withHelp(found);
    throw new CommandError(`bash: ${name}: could not be fetched; are you offline?\n`, 126);
  };
  return { name, offered, load };
}

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
