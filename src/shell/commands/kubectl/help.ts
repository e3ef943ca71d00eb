// kubectl --help, kubectl VERB --help: in our own words, the flags that are honoured here.

import { usageOf } from "./arguments.ts";
import { realFlags } from "./flags.ts";
import type { Verb } from "./verb.ts";
import { verbs } from "./verbs/index.ts";

export function rootHelp(): string {
  const top = [...new Set(verbs.map((verb) => verb.path.split(" ")[0]!))];
  const lines = top.map((name) => {
    const own = verbs.find((verb) => verb.path === name);
    const below = verbs.filter((verb) => verb.path.startsWith(`${name} `));
    const words = own?.summary ?? below.map((verb) => verb.path.slice(name.length + 1)).join(", ");
    return `  ${name.padEnd(15)} ${words}\n`;
  });
  return (
    "kubectl talks to the cluster's API server.\n\nCommands:\n" +
    lines.join("") +
    "\nUsage:\n  kubectl COMMAND [TYPE] [NAME] [flags]\n\n" +
    'Use "kubectl COMMAND --help" for more about a command, and "kubectl api-resources" for the types.\n'
  );
}

export function groupHelp(path: string): string {
  const below = verbs.filter((verb) => verb.path.startsWith(`${path} `));
  const lines = below.map(
    (verb) => `  ${verb.path.slice(path.length + 1).padEnd(15)} ${verb.summary}\n`,
  );
  return `Commands of kubectl ${path}:\n${lines.join("")}\nUsage:\n  ${usageOf(path)}\n`;
}

export function verbHelp(verb: Verb): string {
  const honoured = verb.flags.split(" ");
  const flags = (realFlags[verb.path] ?? "")
    .split(" ")
    .filter((one) => honoured.includes(one.slice(0, -1).split("/")[0]!))
    .map((one) => {
      const [name, letter] = one.slice(0, -1).split("/");
      const value = one.endsWith("?") ? "" : one.endsWith("*") ? "=[]" : "=''";
      return `    ${letter ? `-${letter}, ` : ""}--${name}${value}\n`;
    });
  const example = verb.example === undefined ? "" : `\nExample:\n  ${verb.example}\n`;
  const options = flags.length > 0 ? `\nFlags honoured here:\n${flags.join("")}` : "";
  return `${verb.summary}\n${example}${options}\nUsage:\n  ${usageOf(verb.path)}\n`;
}
