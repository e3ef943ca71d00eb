// Tab in a kubectl command line: commands, flags, types, live names, namespaces.

import type { Obj } from "../../../api/object.ts";
import type { Completing } from "../../command.ts";
import { Collector, emptyInput } from "../../streams.ts";
import { flagNames, parseArguments, type Arguments } from "./arguments.ts";
import { loadConfig } from "./config.ts";
import { realFlags } from "./flags.ts";
import { findPath } from "./path.ts";
import { podOf } from "./podof.ts";
import { openKubectl, type Kubectl, type Verb } from "./verb.ts";
import { verbs } from "./verbs/index.ts";

const outputs = ["json", "yaml", "wide", "name", "jsonpath=", "custom-columns="];

/** @param words the command line's, the last one being typed. */
export async function completeKubectl(
  words: readonly string[],
  completing: Completing,
): Promise<readonly string[]> {
  const typed = words.at(-1)!;
  const before = words.slice(1, -1);
  const { path, rest } = findPath(before);
  const verb = verbs.find((one) => one.path === path);
  const kubectl = openFor(before, completing);
  const previous = before.at(-1) ?? "";
  const value = await valueCandidates(kubectl, previous, typed);
  if (value !== undefined) return value;
  if (/^(-c|--container)$/.test(previous)) return containerCandidates(kubectl, rest);
  const below = commandsBelow(path).filter((name) => name.startsWith(typed));
  if (below.length > 0 && rest.every((word) => word.startsWith("-"))) return below;
  if (verb === undefined) return [];
  if (typed.startsWith("-")) return flagNames(path, verb.flags.split(" "));
  return operandCandidates(kubectl, verb, rest, typed);
}

/** The next words after a path: those of ours, not all that a real kubectl has. */
function commandsBelow(path: string): string[] {
  const start = path === "" ? "" : `${path} `;
  const names = verbs
    .filter((verb) => verb.path.startsWith(start) && verb.path !== path)
    .map((verb) => verb.path.slice(start.length).split(" ")[0]!);
  return [...new Set(names)];
}

function openFor(before: readonly string[], completing: Completing): Kubectl {
  const namespace = namespaceIn(before);
  const given: Pick<Arguments, "text"> = {
    text: (name) => (name === "namespace" ? namespace : ""),
  };
  const silent = new Collector();
  return openKubectl(
    {
      ...completing,
      name: "kubectl",
      args: [],
      stdin: emptyInput,
      stdout: silent,
      stderr: silent,
      tty: false,
      stdinTty: false,
      columns: 80,
      signal: new AbortController().signal,
      run: () => Promise.resolve(0),
      runLine: () => Promise.resolve(0),
    },
    given as Arguments,
  );
}

function namespaceIn(words: readonly string[]): string {
  for (const [index, word] of words.entries()) {
    if (word === "-n" || word === "--namespace") return words[index + 1] ?? "";
    const joined = /^(?:--namespace=|-n=?)(.+)$/.exec(word);
    if (joined) return joined[1]!;
  }
  return "";
}

/** The values of the flag being typed; undefined when none is. */
async function valueCandidates(
  kubectl: Kubectl,
  previous: string,
  typed: string,
): Promise<string[] | undefined> {
  const flag = /^(--(?:namespace|output|context)=)/.exec(typed)?.[1];
  const name = flag?.slice(2, -1) ?? previous.replace(/^--?/, "");
  const prefix = flag ?? "";
  if (flag === undefined && !/^(-n|-o|--namespace|--output|--context)$/.test(previous))
    return undefined;
  if (name === "n" || name === "namespace")
    return (await namesOf(kubectl, "namespaces")).map((one) => prefix + one);
  if (name === "o" || name === "output") return outputs.map((one) => prefix + one);
  return loadConfig(kubectl.call).contexts.map((context) => prefix + context.name);
}

/** The containers of the Pod that the command line names already. */
async function containerCandidates(kubectl: Kubectl, rest: readonly string[]): Promise<string[]> {
  const word = rest.find((one) => !one.startsWith("-"));
  if (word === undefined) return [];
  const { spec } = await podOf(kubectl, word);
  return [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name);
}

async function operandCandidates(
  kubectl: Kubectl,
  verb: Verb,
  rest: readonly string[],
  typed: string,
): Promise<string[]> {
  if (verb.completes !== "type-name") return [];
  const operands = operandsOf(verb, rest);
  if (/^(logs|exec|attach|port-forward)$/.test(verb.path)) {
    if (operands.length > 0) return [];
    if (!typed.includes("/")) return namesOf(kubectl, "pods");
  }
  if (/^(drain|(un)?cordon)$/.test(verb.path)) return namesOf(kubectl, "nodes");
  const slash = typed.indexOf("/");
  if (slash > 0) {
    const type = typed.slice(0, slash);
    return (await namesOf(kubectl, type)).map((name) => `${type}/${name}`);
  }
  const [type] = operands;
  if (type !== undefined && !type.includes("/")) {
    const names = await namesOf(kubectl, type);
    return names.filter((name) => !operands.includes(name));
  }
  const resources = await kubectl.discovery.all();
  return resources.map((resource) => resource.plural);
}

function operandsOf(verb: Verb, rest: readonly string[]): readonly string[] {
  try {
    const known = Object.keys(realFlags).includes(verb.path) ? verb.flags.split(" ") : [];
    return parseArguments(rest, verb.path, known).operands;
  } catch {
    return rest.filter((word) => !word.startsWith("-")); // a flag half typed
  }
}

async function namesOf(kubectl: Kubectl, type: string): Promise<string[]> {
  const resource = await kubectl.discovery.lookup(type);
  if (resource === undefined) return [];
  const { items } = await kubectl.api.list(
    resource,
    resource.namespaced ? kubectl.namespace : undefined,
  );
  return items.map((item: Obj) => item.metadata.name);
}
