// kubectl config: the contexts of ~/.kube/config. Models kubectl pkg/cmd/config.

import { printYaml } from "../../../../api/yaml.ts";
import { configPath, contextOf, loadConfig, saveConfig, type KubeConfig } from "../config.ts";
import { KubectlError } from "../errors.ts";
import { compileJsonPath } from "../../../../api/jsonpath.ts";
import { printJson } from "../../../../api/gojson.ts";
import { printRows } from "../output/table.ts";
import type { Arguments } from "../arguments.ts";
import type { Kubectl, Verb } from "../verb.ts";

export const config: readonly Verb[] = [
  verb("view", "print the configuration", "output minify raw flatten", view),
  verb("current-context", "print the context in force", "", ({ call, out }) => {
    const current = loadConfig(call)["current-context"];
    if (!current) throw new KubectlError("current-context is not set");
    out(`${current}\n`);
  }),
  verb("get-contexts", "list contexts", "no-headers output", getContexts),
  verb("use-context", "choose a context", "", ({ call, out }, given) => {
    const name = theName(given);
    const loaded = loadConfig(call);
    if (!loaded.contexts.some((context) => context.name === name)) {
      throw new KubectlError(`no context exists with the name: "${name}"`);
    }
    saveConfig(call, { ...loaded, "current-context": name });
    out(`Switched to context "${name}".\n`);
  }),
  verb("set-context", "make or change a context", "current namespace cluster user", setContext),
  verb("get-clusters", "list clusters", "", ({ call, out }) => {
    printRows([["NAME"], ...loadConfig(call).clusters.map(({ name }) => [name])], out);
  }),
  verb("get-users", "list users", "", ({ call, out }) => {
    printRows([["NAME"], ...loadConfig(call).users.map(({ name }) => [name])], out);
  }),
  verb("delete-context", "remove a context", "", ({ call, out, err }, given) => {
    const name = theName(given);
    const loaded = loadConfig(call);
    if (!loaded.contexts.some((context) => context.name === name)) {
      throw new KubectlError(`cannot delete context ${name}, not in ${configPath(call)}`);
    }
    if (loaded["current-context"] === name) {
      err(
        `warning: this removed your active context, use "kubectl config use-context" to select a different one\n`,
      );
    }
    saveConfig(call, {
      ...loaded,
      contexts: loaded.contexts.filter((context) => context.name !== name),
    });
    out(`deleted context ${name} from ${configPath(call)}\n`);
  }),
  verb("rename-context", "give a context another name", "", ({ call, out }, given) => {
    const [from, to] = given.operands;
    if (from === undefined || to === undefined) throw unexpected(given);
    const loaded = loadConfig(call);
    if (!loaded.contexts.some((context) => context.name === from)) {
      throw new KubectlError(
        `cannot rename the context "${from}", it's not in ${configPath(call)}`,
      );
    }
    if (loaded.contexts.some((context) => context.name === to)) {
      throw new KubectlError(
        `cannot rename the context "${from}", the context "${to}" already exists in ${configPath(call)}`,
      );
    }
    const contexts = loaded.contexts.map((context) =>
      context.name === from ? { ...context, name: to } : context,
    );
    const current = loaded["current-context"] === from ? { "current-context": to } : {};
    saveConfig(call, { ...loaded, contexts, ...current });
    out(`Context "${from}" renamed to "${to}".\n`);
  }),
];

function verb(
  name: string,
  summary: string,
  flags: string,
  act: (kubectl: Kubectl, given: Arguments) => void,
): Verb {
  return {
    path: `config ${name}`,
    summary,
    flags,
    completes: "none",
    run: (kubectl, given) => Promise.resolve(act(kubectl, given)),
  };
}

function unexpected(given: Arguments): KubectlError {
  return new KubectlError(
    `unexpected args: [${given.operands.join(" ")}]\nSee 'kubectl ${given.path} -h' for help and examples`,
  );
}

function theName(given: Arguments): string {
  if (given.operands.length !== 1) throw unexpected(given);
  return given.operands[0]!;
}

function view({ call, out }: Kubectl, given: Arguments): void {
  const loaded = loadConfig(call);
  const context = contextOf(loaded, given.text("context"));
  const shown: KubeConfig =
    given.is("minify") && context
      ? {
          ...loaded,
          contexts: [context],
          clusters: loaded.clusters.filter(({ name }) => name === context.context.cluster),
          users: loaded.users.filter(({ name }) => name === context.context.user),
        }
      : loaded;
  const sorted = inOrder(shown);
  const hidden = given.is("raw") ? sorted : omitSecrets(sorted);
  const output = given.text("output") || "yaml";
  if (output === "json") out(printJson(hidden));
  else if (output === "yaml") out(printYaml(hidden));
  else if (output.startsWith("jsonpath=")) out(compileJsonPath(output.slice(9))(hidden));
  else
    throw new KubectlError(
      `unable to match a printer suitable for the output format "${output}", allowed formats are: json,jsonpath,yaml`,
    );
}

/** As client-go writes it: entries by name, a context with its cluster and user even if empty. */
function inOrder({ clusters, contexts, users, ...rest }: KubeConfig): KubeConfig {
  const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
  return {
    ...rest,
    clusters: clusters.toSorted(byName),
    contexts: contexts
      .map(({ name, context }) => ({ name, context: { cluster: "", user: "", ...context } }))
      .toSorted(byName),
    users: users.toSorted(byName),
  };
}

function omitSecrets(loaded: KubeConfig): KubeConfig {
  const hide = (value: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(value).map(([key, one]) => {
        if (key.endsWith("-data")) return [key, "DATA+OMITTED"];
        return [key, key === "token" || key === "password" ? "REDACTED" : one];
      }),
    );
  return {
    ...loaded,
    clusters: loaded.clusters.map(({ name, cluster }) => ({ name, cluster: hide(cluster) })),
    users: loaded.users.map(({ name, user }) => ({ name, user: hide(user) })),
  };
}

function getContexts({ call, out }: Kubectl, given: Arguments): void {
  const loaded = loadConfig(call);
  const [wanted] = given.operands;
  const chosen = loaded.contexts.filter(({ name }) => wanted === undefined || name === wanted);
  if (given.text("output") === "name") return chosen.forEach(({ name }) => out(`${name}\n`));
  const head = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"];
  const rows = chosen.map(({ name, context }) => [
    name === loaded["current-context"] ? "*" : "",
    name,
    context.cluster ?? "",
    context.user ?? "",
    context.namespace ?? "",
  ]);
  printRows([given.is("no-headers") ? head.map(() => "") : head, ...rows], out);
  if (wanted !== undefined && chosen.length === 0)
    throw new KubectlError(`context ${wanted} not found`);
}

function setContext({ call, out }: Kubectl, given: Arguments): void {
  const loaded = loadConfig(call);
  const [named] = given.operands;
  if (named === undefined && !given.is("current")) {
    throw new KubectlError("you must specify a non-empty context name or --current");
  }
  if (named !== undefined && given.is("current")) throw unexpected(given);
  const name = named ?? loaded["current-context"];
  if (!name) throw new KubectlError("no current context is set");
  const old = loaded.contexts.find((context) => context.name === name);
  const context = {
    ...old?.context,
    ...(given.given("cluster") && { cluster: given.text("cluster") }),
    ...(given.given("user") && { user: given.text("user") }),
    ...(given.given("namespace") && { namespace: given.text("namespace") }),
  };
  const others = loaded.contexts.filter((one) => one !== old);
  saveConfig(call, { ...loaded, contexts: [...others, { name, context }] });
  out(`Context "${name}" ${old ? "modified" : "created"}.\n`);
}
