// kubectl config set, unset, set-cluster, set-credentials, delete-cluster, delete-user: changes to
// ~/.kube/config. Models kubectl pkg/cmd/config.

import { configPath, loadConfig, saveConfig, type KubeConfig } from "../config.ts";
import { KubectlError } from "../errors.ts";
import type { Arguments } from "../arguments.ts";
import type { Kubectl, Verb } from "../verb.ts";

export const configChanges: readonly Verb[] = [
  verb("set", "set a value by its path", "set-raw-bytes", set),
  verb("unset", "take a value away", "", unset),
  verb(
    "set-cluster",
    "make or change a cluster",
    "server certificate-authority embed-certs insecure-skip-tls-verify tls-server-name proxy-url",
    (kubectl, given) =>
      setEntry(kubectl, given, "clusters", "cluster", {
        server: "server",
        "certificate-authority": "certificate-authority",
        "insecure-skip-tls-verify": "insecure-skip-tls-verify",
        "tls-server-name": "tls-server-name",
      }),
  ),
  verb(
    "set-credentials",
    "make or change a user",
    "token username password client-certificate client-key embed-certs",
    (kubectl, given) =>
      setEntry(kubectl, given, "users", "user", {
        token: "token",
        username: "username",
        password: "password",
        "client-certificate": "client-certificate",
        "client-key": "client-key",
      }),
  ),
  verb("delete-cluster", "remove a cluster", "", (kubectl, given) =>
    remove(kubectl, given, "clusters", "cluster"),
  ),
  verb("delete-user", "remove a user", "", (kubectl, given) =>
    remove(kubectl, given, "users", "user"),
  ),
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
    run: async (kubectl, given) => act(kubectl, given),
  };
}

function operandsOf(given: Arguments, count: number): readonly string[] {
  if (given.operands.length === count) return given.operands;
  throw new KubectlError(
    `unexpected args: [${given.operands.join(" ")}]\nSee 'kubectl ${given.path} -h' for help and examples`,
  );
}

type Entry = Record<string, unknown> & { name: string };

/** A list's inner field: contexts hold a context each. */
const inner = { clusters: "cluster", contexts: "context", users: "user" } as const;

function set({ call, out }: Kubectl, given: Arguments): void {
  const [path = "", value = ""] = operandsOf(given, 2);
  const loaded = loadConfig(call);
  saveConfig(call, changed(loaded, path, value));
  out(`Property "${path}" set.\n`);
}

function unset({ call, out }: Kubectl, given: Arguments): void {
  const [path = ""] = operandsOf(given, 1);
  saveConfig(call, changed(loadConfig(call), path, undefined));
  out(`Property "${path}" unset.\n`);
}

/** The configuration with one path set; undefined takes it away. */
function changed(loaded: KubeConfig, path: string, value: string | undefined): KubeConfig {
  const [first = "", ...rest] = path.split(".");
  if (first === "current-context" && rest.length === 0)
    return { ...loaded, "current-context": value ?? "" };
  if (!(first in inner)) throw new KubectlError(`unable to parse ${path} after [] at api.Config`);
  const list = first as keyof typeof inner;
  const field = rest.length > 1 ? rest.at(-1) : undefined;
  const name = (field === undefined ? rest : rest.slice(0, -1)).join(".");
  const entries = loaded[list] as unknown as Entry[];
  const old = entries.find((one) => one.name === name) ?? { name, [inner[list]]: {} };
  const others = entries.filter((one) => one.name !== name);
  if (field === undefined) {
    if (value !== undefined) throw new KubectlError(`can't set a map to a value: ${name}`);
    return { ...loaded, [list]: others };
  }
  const { [field]: _, ...kept } = old[inner[list]] as Record<string, unknown>;
  const body = value === undefined ? kept : { ...kept, [field]: value };
  return { ...loaded, [list]: [...others, { name, [inner[list]]: body }] };
}

function setEntry(
  { call, out }: Kubectl,
  given: Arguments,
  list: "clusters" | "users",
  field: "cluster" | "user",
  flags: Readonly<Record<string, string>>,
): void {
  const [name = ""] = operandsOf(given, 1);
  const loaded = loadConfig(call);
  const entries = loaded[list] as unknown as Entry[];
  const body = { ...(entries.find((one) => one.name === name)?.[field] as object | undefined) };
  for (const [flag, key] of Object.entries(flags)) {
    if (given.given(flag)) {
      const switched = flag === "insecure-skip-tls-verify";
      Object.assign(body, { [key]: switched ? given.is(flag) : given.text(flag) });
    }
  }
  const others = entries.filter((one) => one.name !== name);
  saveConfig(call, { ...loaded, [list]: [...others, { name, [field]: body }] });
  out(`${field === "cluster" ? "Cluster" : "User"} "${name}" set.\n`);
}

function remove(
  { call, out }: Kubectl,
  given: Arguments,
  list: "clusters" | "users",
  what: string,
): void {
  const [name = ""] = operandsOf(given, 1);
  const loaded = loadConfig(call);
  const entries = loaded[list] as unknown as Entry[];
  const path = configPath(call);
  if (!entries.some((one) => one.name === name)) {
    throw new KubectlError(`cannot delete ${what} ${name}, not in ${path}`);
  }
  saveConfig(call, { ...loaded, [list]: entries.filter((one) => one.name !== name) });
  out(`deleted ${what} ${name} from ${path}\n`);
}
