// Which of kubectl's commands a command line means: "get", "create deployment".

import { realFlags } from "./flags.ts";

/**
 * The command's path and what is left: flags may stand before and between its words. Aliases
 * ("create svc", "create ns") are resolved.
 */
export function findPath(args: readonly string[]): { path: string; rest: string[] } {
  let path = "";
  const rest: string[] = [];
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at]!;
    if (word === "--") break;
    if (word.startsWith("-")) {
      rest.push(word);
      // A global flag's value must not be taken for a command: -n web get pods.
      if (
        /^(-n|-s|-v|--(v|namespace|context|cluster|user|kubeconfig|server|request-timeout))$/.test(
          word,
        )
      ) {
        at++;
        if (at < args.length) rest.push(args[at]!);
      }
      continue;
    }
    const next = canonical(path, word);
    if (next === undefined) break;
    path = next;
    if (!hasSubcommands(path)) {
      at++;
      break;
    }
  }
  return { path, rest: [...rest, ...args.slice(at)] };
}

const subcommandAliases: Readonly<Record<string, string>> = {
  "create cm": "create configmap",
  "create deploy": "create deployment",
  "create ing": "create ingress",
  "create ns": "create namespace",
  "create svc": "create service",
  "create sa": "create serviceaccount",
  "create cj": "create cronjob",
  "create pdb": "create poddisruptionbudget",
  "create pc": "create priorityclass",
  "create resourcequota": "create quota",
  "config use": "config use-context",
  "set sa": "set serviceaccount",
  "top nodes": "top node",
  "top no": "top node",
  "top pods": "top pod",
  "top po": "top pod",
};

function canonical(path: string, word: string): string | undefined {
  const longer = path === "" ? word : `${path} ${word}`;
  const name = subcommandAliases[longer] ?? longer;
  return name in realFlags ? name : undefined;
}

function hasSubcommands(path: string): boolean {
  return Object.keys(realFlags).some((one) => one.startsWith(`${path} `));
}
