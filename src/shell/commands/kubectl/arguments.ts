// Flags as pflag reads them: --name=value, --name value, -n value, -nvalue, -abc, and "--".
//
//   const given = parseArguments(["get", "pods", "-n", "web"], "get", ["namespace"]);

import { globalFlags, realFlags, realUsage } from "./flags.ts";
import { KubectlError, UsageError } from "./errors.ts";
import { notHere } from "../../command.ts";

interface FlagInfo {
  readonly name: string;
  readonly letter: string | undefined;
  readonly type: "switch" | "value" | "list";
}

/** What stood on the command line. */
export interface Arguments {
  readonly path: string;
  /** Operands before "--". */
  readonly operands: readonly string[];
  /** What stands after "--"; undefined when there was none. */
  readonly after: readonly string[] | undefined;
  given(name: string): boolean;
  /** The value, or "" when not given. */
  text(name: string): string;
  /** A switch; `fallback` when not given. */
  is(name: string, fallback?: boolean): boolean;
  /** Every value of a repeatable flag. */
  all(name: string): readonly string[];
}

/** Flags whose value may be left out: what they then mean. */
const withoutValue: Readonly<Record<string, string>> = {
  "dry-run": "unchanged",
  validate: "strict",
  cascade: "background",
  "delete-local-data": "true",
};

/** Lists whose values are not split at commas (pflag's StringArray). */
const unsplit = new Set([
  "annotation",
  "rule",
  "from-literal",
  "from-file",
  "from-env-file",
  "env",
  "annotations",
  "tcp",
  "hard",
]);

/**
 * @param path the command: "create deployment".
 * @param honoured the flags that it knows what to do with.
 * Throws KubectlError in pflag's words.
 */
export function parseArguments(
  words: readonly string[],
  path: string,
  honoured: readonly string[],
): Arguments {
  const known = new Map<string, FlagInfo>();
  const letters = new Map<string, FlagInfo>();
  for (const info of [...flagsOf(globalFlags), ...flagsOf(realFlags[path] ?? "")]) {
    known.set(info.name, info);
    if (info.letter) letters.set(info.letter, info);
  }
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  let after: string[] | undefined;
  const rest = [...words];
  const see = `See 'kubectl${path === "" ? "" : ` ${path}`} --help' for usage.`;
  const refuse = (message: string): never => {
    throw new UsageError(`${message}\n${see}`);
  };
  const set = (info: FlagInfo, value: string, written: string): void => {
    if (!honoured.includes(info.name) && !always.has(info.name)) throw absent(path, written);
    if (info.type === "switch" && !/^(1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/.test(value)) {
      const shown = info.letter ? `-${info.letter}, --${info.name}` : `--${info.name}`;
      refuse(
        `invalid argument "${value}" for "${shown}" flag: strconv.ParseBool: parsing "${value}": invalid syntax`,
      );
    }
    values.set(info.name, [...(values.get(info.name) ?? []), value]);
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      after = rest.splice(0);
    } else if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      const name = word.slice(2, equals < 0 ? undefined : equals);
      if (name === "help") throw new HelpWanted(path);
      const info = known.get(name) ?? refuse(`unknown flag: --${name}`);
      if (equals >= 0) set(info, word.slice(equals + 1), `--${name}`);
      else if (info.type === "switch") set(info, "true", `--${name}`);
      else if (name in withoutValue) set(info, withoutValue[name]!, `--${name}`);
      else set(info, rest.shift() ?? refuse(`flag needs an argument: --${name}`), `--${name}`);
    } else if (word.startsWith("-") && word !== "-") {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at]!;
        if (letter === "h" && !letters.has("h")) throw new HelpWanted(path);
        const info =
          letters.get(letter) ?? refuse(`unknown shorthand flag: '${letter}' in ${word}`);
        const value = word.slice(at + 1);
        if (value.startsWith("=")) set(info, value.slice(1), `-${letter}`);
        else if (info.type === "switch") {
          set(info, "true", `-${letter}`);
          continue;
        } else if (value !== "") set(info, value, `-${letter}`);
        else
          set(
            info,
            rest.shift() ?? refuse(`flag needs an argument: '${letter}' in ${word}`),
            `-${letter}`,
          );
        break;
      }
    } else operands.push(word);
  }
  return {
    path,
    operands,
    after,
    given: (name) => values.has(name),
    text: (name) => values.get(name)?.at(-1) ?? "",
    is: (name, fallback = false) => {
      const value = values.get(name)?.at(-1);
      return value === undefined ? fallback : /^(1|t|true)$/i.test(value);
    },
    all: (name) =>
      unsplit.has(name)
        ? (values.get(name) ?? [])
        : (values.get(name) ?? []).flatMap((value) => value.split(",")),
  };
}

/** `--help` was asked for. */
export class HelpWanted extends Error {
  readonly path: string;

  constructor(path: string) {
    super(path);
    this.path = path;
  }
}

/** Global flags that change nothing here, or are read by everyone. */
const always = new Set([
  "namespace",
  "v",
  "template",
  "context",
  "cluster",
  "user",
  "kubeconfig",
  "request-timeout",
  "cache-dir",
  "warnings-as-errors",
  "allow-missing-template-keys",
  "field-manager",
  "show-managed-fields",
  "chunk-size",
  "validate",
  "log-flush-frequency",
  "match-server-version",
  "disable-compression",
  "overwrite",
  "server-print",
  "record",
]);

function flagsOf(notation: string): FlagInfo[] {
  return notation
    .split(" ")
    .filter((one) => one !== "")
    .map((one) => {
      const type = one.endsWith("?") ? "switch" : one.endsWith("*") ? "list" : "value";
      const [name = "", letter] = one.slice(0, -1).split("/");
      return { name, letter, type };
    });
}

function absent(path: string, written: string): KubectlError {
  return new KubectlError(
    notHere(`the flag ${written} of kubectl ${path} (the real kubectl has it)`),
  );
}

/** The flags a command offers to completion, as they are written. */
export function flagNames(path: string, honoured: readonly string[]): string[] {
  return [...flagsOf(realFlags[path] ?? ""), { name: "namespace", letter: "n", type: "value" }]
    .filter((info) => honoured.includes(info.name) || info.name === "namespace")
    .map((info) => `--${info.name}${info.type === "switch" ? "" : "="}`);
}

export function usageOf(path: string): string {
  return realUsage[path] ?? `kubectl ${path}`;
}
