// Helm's flags: which command has which, as "name/letter" with "?" for a switch.
// A flag that the real helm has and this one has not says so.

import { notHere } from "../../command.ts";
import { HelmError } from "./errors.ts";

const global = "namespace/n kubeconfig kube-context debug?";

const install =
  "create-namespace? set* set-string* values/f* version wait? timeout generate-name/g? " +
  "dry-run? repo description";

/** What each command honours. */
const honoured: Readonly<Record<string, string>> = {
  install,
  upgrade: `${install} install/i? reuse-values? reset-values?`,
  template: "set* set-string* values/f* version repo create-namespace?",
  uninstall: "keep-history? wait? timeout ignore-not-found?",
  list: "all-namespaces/A? all/a? short/q? output/o filter/f",
  status: "output/o revision",
  history: "max",
  rollback: "wait? timeout",
  "get values": "all/a? output/o revision",
  "get manifest": "revision",
  "get notes": "revision",
  "show values": "version repo",
  "show chart": "version repo",
  "repo add": "force-update?",
  "repo update": "",
  "repo list": "output/o",
  "repo remove": "",
  "search repo": "versions/l? output/o",
  version: "short?",
};

/** What only the real helm has. */
const realOnly =
  "atomic cleanup-on-fail rollback-on-failure devel disable-openapi-validation force no-hooks " +
  "post-renderer render-subchart-notes replace skip-crds set-file set-json set-literal verify " +
  "wait-for-jobs take-ownership ca-file cert-file key-file username password pass-credentials " +
  "keyring dependency-update enable-dns labels name-template insecure-skip-tls-verify plain-http " +
  "max deployed failed pending superseded uninstalled uninstalling selector date reverse offset " +
  "no-headers time-format show-desc show-resources cascade dry-run kube-as-user kube-apiserver " +
  "kube-token burst-limit qps registry-config repository-cache repository-config regexp fail-on-no-result";

export interface HelmArguments {
  readonly operands: readonly string[];
  has(flag: string): boolean;
  text(flag: string): string;
  all(flag: string): readonly string[];
  /** --set, --set-string and -f in the order in which they stand. */
  readonly ordered: readonly (readonly [flag: string, value: string])[];
}

export function isCommand(path: string): boolean {
  return Object.hasOwn(honoured, path);
}

/** Throws HelmError in the words of helm's flag library (pflag). */
export function parseHelm(path: string, words: readonly string[]): HelmArguments {
  const flags = flagsOf(`${honoured[path] ?? ""} ${global}`);
  const ordered: [string, string][] = [];
  const operands: string[] = [];
  const rest = [...words];
  const take = (flag: Flag, written: string, value: string | undefined): void => {
    if (flag.switch) ordered.push([flag.name, value ?? "true"]);
    else {
      const given = value ?? rest.shift();
      if (given === undefined) throw new HelmError(`flag needs an argument: ${written}`);
      ordered.push([flag.name, given]);
    }
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") operands.push(...rest.splice(0));
    else if (word.startsWith("--")) {
      const [name = "", ...value] = word.slice(2).split("=");
      const flag = flags.find((one) => one.name === name) ?? refuse(path, name);
      take(flag, `--${name}`, value.length > 0 ? value.join("=") : undefined);
    } else if (word.startsWith("-") && word !== "-") {
      const letter = word[1]!;
      const flag = flags.find((one) => one.letter === letter);
      if (!flag) throw new HelmError(`unknown shorthand flag: '${letter}' in ${word}`);
      const value = word.slice(2).replace(/^=/, "");
      take(flag, `'${letter}' in ${word}`, value || undefined);
    } else operands.push(word);
  }
  const all = (name: string): string[] =>
    ordered.filter(([flag]) => flag === name).map(([, value]) => value);
  return {
    operands,
    ordered,
    all,
    has: (name) => !["", "false"].includes(all(name).at(-1) ?? ""),
    text: (name) => all(name).at(-1) ?? "",
  };
}

interface Flag {
  readonly name: string;
  readonly letter: string | undefined;
  readonly switch: boolean;
}

function flagsOf(notation: string): Flag[] {
  return notation
    .split(" ")
    .filter((one) => one !== "")
    .map((one) => {
      const [name = "", letter] = one.replace(/[?*]$/, "").split("/");
      return { name, letter, switch: one.endsWith("?") };
    });
}

function refuse(path: string, name: string): never {
  if (realOnly.split(" ").includes(name)) {
    throw new HelmError(notHere(`the flag --${name} of helm ${path} (the real helm has it)`));
  }
  throw new HelmError(`unknown flag: --${name}`);
}
