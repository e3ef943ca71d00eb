// What a shell remembers between two command lines: where it is, its variables, its aliases, its
// functions and its background jobs.

import { JobTable } from "./jobs.ts";
import type { CommandNode } from "./syntax.ts";

/** One shell's memory. A subshell gets a copy. */
export interface Session {
  cwd: string;
  user: string;
  readonly variables: Map<string, string>;
  /** Names of the variables that `env` shows. */
  readonly exported: Set<string>;
  readonly aliases: Map<string, string>;
  readonly functions: Map<string, CommandNode>;
  /** Files that chmod +x made programs. Shared by subshells. */
  readonly executables: Set<string>;
  /** $1, $2 …: of the function or the script that runs. */
  parameters: readonly string[];
  /** What runs in the background. Shared by subshells. */
  readonly jobs: JobTable;
  /** Lines typed, oldest first. Shared by subshells. */
  readonly history: string[];
  /** The last command's exit status: $?. */
  status: number;
  /** Whose words tell that a command is not known. */
  dialect: "bash" | "busybox" | "dash";
  /** What process 1 of this machine runs, for `ps`. */
  firstProcess: string;
}

export function newSession(o: {
  user: string;
  cwd: string;
  /** Instead of a laptop's. */
  variables?: Readonly<Record<string, string>>;
}): Session {
  const { user, cwd } = o;
  const variables = new Map(
    o.variables ? [...Object.entries(o.variables), ["PWD", cwd]] : laptopVariables(user, cwd),
  );
  return {
    cwd,
    user,
    variables,
    exported: new Set(variables.keys()),
    aliases: new Map(o.variables ? [] : laptopAliases),
    functions: new Map(),
    executables: new Set(),
    parameters: [],
    jobs: new JobTable(),
    history: [],
    status: 0,
    dialect: "bash",
    firstProcess: "/sbin/init",
  };
}

const laptopAliases = [
  ["k", "kubectl"],
  ["ll", "ls -l"],
] as const;

function laptopVariables(user: string, cwd: string): [string, string][] {
  return [
    ["HOME", user === "root" ? "/root" : `/home/${user}`],
    ["USER", user],
    ["PATH", "/usr/local/bin:/usr/bin:/bin"],
    ["SHELL", "/bin/bash"],
    ["TERM", "xterm-256color"],
    ["LANG", "C.UTF-8"],
    ["HOSTNAME", "hotel"],
    ["EDITOR", "vi"],
    ["PWD", cwd],
  ];
}

/** A copy whose changes stay its own, as in "( … )" and in the parts of a pipeline. */
export function subshell(session: Session): Session {
  return {
    ...session,
    variables: new Map(session.variables),
    exported: new Set(session.exported),
    aliases: new Map(session.aliases),
    functions: new Map(session.functions),
  };
}

/** The process id that a shell says it has. */
export const shellPid = 4242;

/** A variable's value; "" when unset. */
export function valueOf(session: Session, name: string): string {
  if (name === "?") return String(session.status);
  if (name === "$") return String(shellPid);
  if (name === "!") return session.jobs.lastPid;
  if (name === "#") return String(session.parameters.length);
  if (name === "@" || name === "*") return session.parameters.join(" ");
  if (/^[1-9]\d*$/.test(name)) return session.parameters[Number(name) - 1] ?? "";
  if (name === "0") return "bash";
  if (name === "PWD") return session.cwd;
  return session.variables.get(name) ?? "";
}
